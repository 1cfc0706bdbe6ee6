// Package signin lets the owner of the box into its pages and nobody else.
//
// There is no default password. A box without one prints a one-time setup
// code; whoever types it within the setup window chooses the password, which
// is kept as an argon2id hash (RFC 9106). A session is a random token in a
// cookie that scripts cannot read and other sites do not send; requests that
// change something are refused when they come from another origin.
package signin
