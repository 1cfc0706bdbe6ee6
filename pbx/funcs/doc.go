// Package funcs holds the dialplan's functions. All lists them; what they read
// and write elsewhere comes in Deps.
package funcs
