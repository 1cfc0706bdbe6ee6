// Package stack runs the SIP of the box: transactions and dialogs on shards.
//
// A message takes this path: the reader's goroutine parses it and chooses the
// shard by Call-ID; the shard matches it to a transaction, else to a dialog,
// else asks Handler.Admit, and only then makes state for it.
//
// A shard is one goroutine that owns all transactions, sessions, subscriptions
// and timers of its Call-IDs. Its mailbox is bounded: when it is three quarters
// full new INVITEs get 503 without state, when it is full messages are dropped
// and come again. Commands of our own side are never dropped; their callers
// bound them.
package stack
