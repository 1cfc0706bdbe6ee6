// Package timbre is the root of the tree; it holds no code, only the test of
// the import law. The program is cmd/timbre.
package timbre
