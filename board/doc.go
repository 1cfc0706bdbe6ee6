// Package board is hardware as data: a board is a name and the lights on it.
// Drivers (GPIO lines, LEDs of the kernel's LED class, USB lamps) and the
// simulated board stand in packages of their own and pass the suite of package
// boardtest. Nothing here knows what a call is.
package board
