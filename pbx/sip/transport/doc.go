// Package transport carries SIP messages over UDP and TCP (RFC 3261 §18). It
// owns the sockets, the framing of streams, the tables of connections and
// their limits; it parses nothing but the framing and keeps no state for a
// peer beyond an open connection.
package transport
