// Package transaction holds the four transaction machines of RFC 3261 §17 as
// amended by RFC 6026: INVITE and non-INVITE, client and server.
//
// A machine is loop-owned data. It has no clock, no socket and no message: the
// owner feeds it events with the time, keeps the last message as bytes, and
// carries out the effects that Step returns. Next says when the machine wants
// its Tick; the zero time means never.
package transaction
