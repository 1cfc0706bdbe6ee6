// Package config loads a directory of Asterisk-syntax files into one immutable
// [Snapshot] of objects: endpoints, AORs, auths, identifies, transports, LEDs and
// the settings of the box. Objects have PJSIP's shape; pjsip.conf and sip.conf are
// two front ends to them. extensions.conf is kept as sections for the dialplan.
//
// Nothing is resolved or opened here: names of hosts stay names, references
// between objects are checked and stay names.
package config
