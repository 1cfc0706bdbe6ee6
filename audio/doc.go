// Package audio holds samples and what is done to them; it knows nothing of
// packets, clocks or calls.
//
// Samples are signed 16-bit linear PCM, mono, in the machine's own byte order,
// in slices that the caller owns. One frame is 20 ms of them: 160 samples at
// 8 kHz, 320 at 16 kHz. Nothing in this package or below it keeps a slice that
// it was handed after the call returns.
package audio
