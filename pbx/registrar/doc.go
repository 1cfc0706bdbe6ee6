// Package registrar keeps which contacts each address of record has (RFC 3261
// §10.3, RFC 3327). Bindings live in memory; a snapshot of all is written
// shortly after a binding appears, moves or goes, and never for a refresh.
package registrar
