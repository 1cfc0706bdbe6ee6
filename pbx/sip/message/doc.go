// Package message turns bytes into SIP messages that later code may trust and
// builds the answers to them. Size and shape are checked first, sipgo/sip
// parses each header, and the rules of RFC 3261 §8.1, §8.2 and §18.3 that a
// parser leaves open (RFC 4475) are checked last. Everything here is a pure
// function over its arguments.
package message
