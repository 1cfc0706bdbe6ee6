// Package call holds the words that every floor of the PBX shares: identifiers,
// hang-up causes, caller identity, device and presence states. Its types are
// plain values; nothing here has behaviour beyond its own text form and the
// tables that map one vocabulary onto another.
package call
