// Package fade conceals lost packets by repeating the last sound ever more
// quietly. It is what a codec without a concealment of its own uses.
package fade

const (
	// historyMS is how much of the past is kept, in milliseconds.
	historyMS = 20
	// silentMS is how long a repeat takes to die away, in milliseconds.
	silentMS = 60
	// MaxRate is the highest sample rate that the history has room for, Hz.
	MaxRate = 16000
	// unity is full volume of the fade's fixed-point gain; a sample times it
	// fits an int of 32 bits.
	unity = 1 << 15
)

// Repeater is the concealment of one decoder, which owns it. It keeps the last
// 20 ms and replays them, fading to silence within 60 ms of loss.
type Repeater struct {
	history [MaxRate * historyMS / 1000]int16
	size    int // samples of history in use
	next    int // where the next sample goes, and where a repeat goes on
	gain    int // of the repeat, from unity down to 0
	step    int // what the gain loses a sample
}

// New makes a Repeater for rate Hz, which is at most MaxRate.
func New(rate int) Repeater {
	rate = min(max(rate, 1000), MaxRate)
	fade := rate * silentMS / 1000
	return Repeater{
		size: rate * historyMS / 1000,
		gain: unity,
		step: (unity + fade - 1) / fade,
	}
}

// Heard takes the samples of a packet that came.
func (r *Repeater) Heard(pcm []int16) {
	r.gain = unity
	if len(pcm) >= r.size {
		copy(r.history[:r.size], pcm[len(pcm)-r.size:])
		r.next = 0
		return
	}
	n := copy(r.history[r.next:r.size], pcm)
	r.next += copy(r.history[:r.size], pcm[n:]) + n
	if r.next >= r.size {
		r.next -= r.size
	}
}

// Conceal fills dst in place of a packet that did not come.
func (r *Repeater) Conceal(dst []int16) {
	for i := range dst {
		dst[i] = int16(int(r.history[r.next]) * r.gain / unity)
		r.gain = max(r.gain-r.step, 0)
		if r.next++; r.next == r.size {
			r.next = 0
		}
	}
}
