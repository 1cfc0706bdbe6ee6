// Package dialog owns the state of SIP dialogs: INVITE sessions in both roles
// (RFC 3261 §12 to §15, RFC 3311, RFC 6026) and the notifier's side of
// subscriptions (RFC 6665).
//
// A dialog is loop-owned by the Layer that it was made with: everything that
// touches it runs on that loop. The public methods may be called from any
// goroutine; they post to the loop and return at once. Callbacks run on the
// loop and must not wait.
package dialog
