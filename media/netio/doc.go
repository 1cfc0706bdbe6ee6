// Package netio is the network as a value: everything that opens a socket is
// handed a Network, System outside tests and Virtual in them, so that whole
// calls run in a testing/synctest bubble with loss, delay, reordering, NAT and
// a fixed seed.
//
// Two kinds of reader exist. SIP transports read one packet conn or stream per
// listener in a goroutine of their own. Media shards own hundreds of sockets
// and read them through one Poller, without a goroutine or thread a socket.
package netio
