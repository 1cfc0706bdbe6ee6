// Package event carries what happened from the floors where it happens to
// whoever shows, stores or reacts to it. Events are immutable values.
//
// A hook is called inline by the publisher and sees every event: call records
// and presence use one, because nothing may be lost there. A subscription is a
// bounded queue for a page or a client: one that lags is cut off with a notice
// and never slows a call.
package event
