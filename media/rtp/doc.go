// Package rtp reads and writes RTP and RTCP (RFC 3550) and telephone events
// (RFC 4733), and counts what a receiver must count.
//
// Everything here is a value without a lock, a clock or a socket: the media
// shard that owns a port owns its readers, writers and statistics and hands
// them the time. Nothing allocates, and results alias the packet they were
// read from.
package rtp
