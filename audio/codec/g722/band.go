package g722

// band is the adaptive predictor and quantizer scale of one sub-band. Encoder
// and decoder run it on the same codes, which keeps them in step. Values are
// int, and hold 16 bits as the recommendation's saturating arithmetic has them.
type band struct {
	s, sz int    // prediction, and its part from the zeros
	det   int    // quantizer scale
	nb    int    // its logarithm
	r     int    // last reconstructed sample
	p     [2]int // last partial reconstructions, newest first
	a     [2]int // poles
	b     [6]int // zeros
	d     [6]int // last differences, newest first
}

func newLow() band  { return band{det: 32} }
func newHigh() band { return band{det: 8} }

// adaptLow takes the four upper bits of a lower-band code: INVQAL, LOGSCL,
// SCALEL and the predictor.
func (b *band) adaptLow(il4 int) {
	diff := b.det * inverse4[il4] >> 15
	b.nb = min(max(b.nb*127>>7+logStepLow[il4], 0), 18432)
	b.det = scale(b.nb, 8)
	b.predict(diff)
}

// adaptHigh takes a higher-band code: INVQAH, LOGSCH, SCALEH and the predictor.
func (b *band) adaptHigh(ih int) {
	diff := b.det * inverse2[ih] >> 15
	b.nb = min(max(b.nb*127>>7+logStepHigh[ih&1], 0), 22528)
	b.det = scale(b.nb, 10)
	b.predict(diff)
}

// scale turns the logarithm nb into a quantizer scale; base is 8 for the lower
// band and 10 for the higher.
func scale(nb, base int) int {
	v := antilog[nb>>6&31]
	if shift := base - nb>>11; shift >= 0 {
		v >>= shift
	} else {
		v <<= -shift
	}
	return v << 2
}

// predict moves on by one difference signal: RECONS, PARREC, then the next
// prediction from poles and zeros.
func (b *band) predict(diff int) {
	r, p := sat16(b.s+diff), sat16(b.sz+diff)
	b.adaptPoles(p)
	// FILTEP
	sp := sat16(sat16(2*r)*b.a[0]>>15 + sat16(2*b.r)*b.a[1]>>15)
	b.r = r
	b.p[1], b.p[0] = b.p[0], p
	b.adaptZeros(diff)
	b.s = sat16(sp + b.sz)
}

// adaptPoles is UPPOL2 and UPPOL1.
func (b *band) adaptPoles(p int) {
	same0, same1 := p^b.p[0] >= 0, p^b.p[1] >= 0
	a1 := sat16(4 * b.a[0])
	step1, step2 := -192, -128
	if same0 {
		a1 = sat16(-a1)
		step1 = 192
	}
	if same1 {
		step2 = 128
	}
	a2 := sat16(sat16(step2+a1>>7) + b.a[1]*32512>>15)
	b.a[1] = min(max(a2, -12288), 12288)
	limit := sat16(15360 - b.a[1])
	b.a[0] = min(max(sat16(step1+b.a[0]*32640>>15), -limit), limit)
}

// adaptZeros is UPZERO, the delay line and FILTEZ.
func (b *band) adaptZeros(diff int) {
	step := 128
	if diff == 0 {
		step = 0
	}
	for i, old := range b.d {
		v := b.b[i] * 32640 >> 15
		if old^diff >= 0 {
			v += step
		} else {
			v -= step
		}
		b.b[i] = sat16(v)
	}
	copy(b.d[1:], b.d[:5])
	b.d[0] = diff
	b.sz = 0
	for i := 5; i >= 0; i-- {
		b.sz = sat16(b.sz + sat16(2*b.d[i])*b.b[i]>>15)
	}
}

// quantizeLow is QUANTL: the six-bit code of the error e.
func quantizeLow(e, det int) int {
	magnitude, codes := e, &positive6
	if e < 0 {
		magnitude, codes = ^e, &negative6
	}
	lo, hi := 0, len(decision6) // the first decision above the magnitude
	for lo < hi {
		mid := (lo + hi) / 2
		if magnitude < decision6[mid]*det>>12 {
			hi = mid
		} else {
			lo = mid + 1
		}
	}
	return codes[lo]
}

// quantizeHigh is QUANTH: the two-bit code of the error e.
func quantizeHigh(e, det int) int {
	magnitude, sign := e, 2
	if e < 0 {
		magnitude, sign = ^e, 0
	}
	if magnitude >= 564*det>>12 {
		return sign
	}
	return sign | 1
}

func sat16(v int) int { return min(max(v, -32768), 32767) }
func sat15(v int) int { return min(max(v, -16384), 16383) }
