// Package codec is the contract of a speech codec and the ordered, immutable
// Set of those that a build holds. A codec is one package under this one that
// exports a Codec value; package codec/all lists them.
//
// A codec that has no Encoder and Decoder is passed through: two legs that
// both speak it are relayed, and nothing else can be done with it.
package codec
