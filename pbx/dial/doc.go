// Package dial calls one or several targets for a channel and bridges it with
// the first that answers.
//
// The path: Run asks the technology of each target for a leg; the caller's
// goroutine then waits on all legs at once. Ringing and early media go back to
// the caller; the first answer wins, the other legs are told that the call was
// answered elsewhere, and the bridge runs until somebody hangs up. What became
// of the legs is folded into one DIALSTATUS (outcome.go).
package dial
