// Package sdp reads session descriptions (RFC 8866) and negotiates one audio
// stream by offer and answer (RFC 3264). It is pure: no sockets, no clock, no
// state. The parser is its own, because what arrives is a stranger's text: every
// size is bounded before anything is kept, and what a phone in the field gets
// wrong harmlessly (a missing s= or t=, bare line feeds) is let pass.
package sdp
