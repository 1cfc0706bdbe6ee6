// Package indicator turns states into light: a table of blink patterns that
// differ in rhythm, so that they can be told apart without colour, and a
// Player that shows one pattern on each light.
//
// A pattern's place in its rhythm depends only on the time since it began to
// show; At and Next are pure and the Player asks them when to switch next.
package indicator
