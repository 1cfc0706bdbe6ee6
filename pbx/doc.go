// Package pbx composes the PBX of its parts. So far it loads a configuration
// directory into everything that a running PBX is made of.
package pbx
