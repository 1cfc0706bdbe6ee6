// Package digest is HTTP digest authentication as SIP uses it (RFC 3261 §22,
// RFC 7616, RFC 8760). The server side keeps no state before a valid answer:
// the nonce proves itself, and only answers that were right enter a small ring
// against replay. The client side answers challenges to our own requests.
package digest
