// Package dsp holds what is done to samples between decoding and encoding:
// resampling, mixing, gain, tones and their measurement. Nothing here allocates
// after construction.
package dsp
