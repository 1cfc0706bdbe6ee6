package g722

// delay is the history of a quadrature mirror filter: 12 pairs of samples,
// oldest first.
type delay [24]int

func (x *delay) push(a, b int) {
	copy(x[:], x[2:])
	x[22], x[23] = a, b
}

// phases gives the two halves of the filter's sum.
func (x *delay) phases() (even, odd int) {
	for i, c := range halfband {
		even += x[2*i] * c
		odd += x[2*i+1] * halfband[11-i]
	}
	return even, odd
}

// analysis splits 16 kHz audio into two bands at 8 kHz (transmit QMF).
type analysis struct{ x delay }

func (f *analysis) split(a, b int16) (low, high int) {
	f.x.push(int(a), int(b))
	even, odd := f.x.phases()
	return sat15((odd + even) >> 14), sat15((odd - even) >> 14)
}

// synthesis makes 16 kHz audio of two bands (receive QMF).
type synthesis struct{ x delay }

func (f *synthesis) join(low, high int) (a, b int16) {
	f.x.push(sat16(low+high), sat16(low-high))
	even, odd := f.x.phases()
	return int16(sat16(odd >> 11)), int16(sat16(even >> 11))
}
