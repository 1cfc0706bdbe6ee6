// Package cdr keeps the call records: one for each channel that called in,
// made of the events of the bus, in the fields of Asterisk's Master.csv.
//
// Recorder.Observe is the hook. A call in progress stands in a journal, so
// that Recover makes a record of it after a power cut.
package cdr
