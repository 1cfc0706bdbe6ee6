// Package channel owns the logic of one leg of a call: its identity, its
// variables, its place in the dialplan and the verbs that applications use
// (answer, play, wait for a digit, hang up).
//
// The path of one event: a SIP message or a media port's detector posts an
// Event; Post puts it into the channel's bounded mailbox, or, for a hang-up,
// cancels the channel's context with a *call.Hangup as cause; the goroutine
// that drives the channel takes events with Next or inside a verb. A channel
// has one driver at a time: its own goroutine for a caller, the goroutine that
// dialled it for a called leg.
//
// The signalling behind a channel is a Leg and its samples are a Port; both
// are handed in, so that applications are tested on a scripted channel
// (package channeltest).
package channel
