// Package dialplan holds the plan of extensions.conf and runs channels
// through it.
//
// Compile turns sections of lines into an immutable Plan: contexts of
// extensions in the order of their specificity, hints and global variables.
// Run drives one channel from its position to its end: it looks a step up,
// evaluates the arguments (variables, functions, expressions), calls the
// application and goes on, until the channel hangs up or nothing is left, and
// then runs the `h` extension. A reload makes a new Plan; a call finishes on
// the one it began with.
//
// Applications and functions are handed in as ordered lists (package apps,
// package funcs); this package knows none of them.
package dialplan
