// Package engine carries the media of calls: ports that receive and send RTP,
// joined in pairs, played to, echoed or transcoded.
//
// The work is split into shards. A shard is one goroutine locked to its
// thread; it owns a netio.Poller, the sockets and slots of its ports and a
// 5 ms tick, and it is told what to do through a bounded mailbox. There is no
// goroutine or thread for a port or a call. Packets of two joined ports with
// one codec are forwarded as soon as their socket is readable, all others
// wait for the tick.
//
// Callbacks (OnDigit, OnTimeout, the done of Play) run on the shard's thread:
// they must not wait, nor call a method that answers (Open, Stats).
package engine
