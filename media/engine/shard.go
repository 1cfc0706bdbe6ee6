package engine

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net/netip"
	"runtime"
	"time"

	"github.com/timbre-pbx/timbre/media/netio"
	"github.com/timbre-pbx/timbre/media/rtp"
)

const (
	tick      = 5 * time.Millisecond
	idleTick  = 100 * time.Millisecond // while no port makes packets
	drainMax  = 64                     // datagrams of one socket in a row
	packetMax = 1500
	openTries = 32
)

// shard owns a poller, the slots of its ports and their buffers. Loop-owned
// by run, but for the mailbox, the pool and Wake.
type shard struct {
	poller    netio.Poller
	pool      *pool
	ephemeral bool
	now       func() time.Time
	log       *slog.Logger
	mail      mailbox

	slots   []*slot // by token/2
	vacant  []int
	spare   []command
	ready   [256]uint32
	in, out [packetMax]byte
	pcm     [maxSamples]int16
	raw     [maxSamples]int16 // a frame before its rate is converted
	payload [packetMax]byte
	cname   []byte // one for the box (RFC 7022), the same in every report
	control rtp.Compound
}

func (s *shard) post(c command, always bool) error {
	if err := s.mail.post(c, always); err != nil {
		return err
	}
	s.poller.Wake()
	return nil
}

func (s *shard) run(ctx context.Context) error {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	defer s.stop()
	due := s.now()
	for ctx.Err() == nil {
		n, err := s.poller.Wait(s.ready[:], due)
		if err != nil {
			return fmt.Errorf("engine: %w", err)
		}
		told := s.obey(false)
		now := s.now()
		for _, token := range s.ready[:n] {
			s.drain(now, token)
		}
		if told || !due.IsZero() && !now.Before(due) {
			due = s.tick(now)
		}
	}
	return nil
}

// obey runs what the mailbox holds; false when it was empty.
func (s *shard) obey(last bool) bool {
	q := s.mail.take(s.spare, last)
	for i, c := range q {
		c(s)
		q[i] = nil
	}
	s.spare = q
	return len(q) > 0
}

func (s *shard) stop() {
	s.obey(true)
	for _, t := range s.slots {
		if t != nil {
			s.close(t)
		}
	}
	if err := s.poller.Close(); err != nil {
		s.log.Error("closing a media poller", "error", err)
	}
}

func (s *shard) drain(now time.Time, token uint32) {
	i := int(token / 2)
	if i >= len(s.slots) || s.slots[i] == nil {
		return
	}
	t := s.slots[i]
	for range drainMax {
		sock := t.rtp
		if token%2 == 1 {
			sock = t.rtcp
		}
		n, from, err := sock.Recv(s.in[:])
		if err != nil {
			return
		}
		if token%2 == 1 {
			t.receiveControl(s, now, from, s.in[:n])
		} else {
			t.receive(s, now, from, s.in[:n])
		}
	}
}

// tick does what time asks for and gives the time of the next tick: zero
// while there is no port.
func (s *shard) tick(now time.Time) time.Time {
	any, pace := false, idleTick
	for _, t := range s.slots {
		if t == nil {
			continue
		}
		any = true
		if t.step(s, now) {
			pace = tick
		}
	}
	if !any {
		return time.Time{}
	}
	return now.Add(pace)
}

func (s *shard) open(cfg PortConfig) (*Port, error) {
	i := len(s.slots)
	if n := len(s.vacant); n > 0 {
		i, s.vacant = s.vacant[n-1], s.vacant[:n-1]
	} else {
		s.slots = append(s.slots, nil)
	}
	t := &slot{index: i, cfg: cfg}
	if err := s.bind(t); err != nil {
		s.vacant = append(s.vacant, i)
		return nil, err
	}
	now := s.now()
	t.heard = now
	t.sender.ssrc, t.sender.seq, t.sender.ts = rand.Uint32(), uint16(rand.Uint32()), rand.Uint32()
	t.nextControl = now.Add(controlInterval())
	s.slots[i] = t
	return &Port{shard: s, slot: t, addr: t.rtp.LocalAddr()}, nil
}

// bind binds a pair; a pair that a stranger holds goes back to the pool.
func (s *shard) bind(t *slot) (err error) {
	tries := openTries
	if !s.ephemeral {
		tries = s.pool.size()
	}
	err = ErrNoPorts
	for range tries {
		var port uint16
		if !s.ephemeral {
			if port, err = s.pool.take(s.now()); err != nil {
				return err
			}
		}
		if err = s.bindPair(t, port); err == nil {
			return nil
		}
		if !s.ephemeral {
			s.pool.put(port, s.now())
		}
	}
	return err
}

func (s *shard) bindPair(t *slot, port uint16) error {
	token := uint32(t.index) * 2
	a, err := s.poller.Open(netip.AddrPortFrom(t.cfg.Bind, port), token)
	if err != nil {
		return fmt.Errorf("engine: RTP socket: %w", err)
	}
	local := a.LocalAddr()
	if local.Port()%2 != 0 {
		return errors.Join(errOdd, a.Close())
	}
	b, err := s.poller.Open(netip.AddrPortFrom(t.cfg.Bind, local.Port()+1), token+1)
	if err != nil {
		return errors.Join(fmt.Errorf("engine: RTCP socket: %w", err), a.Close())
	}
	t.rtp, t.rtcp, t.pair = a, b, local.Port()
	return nil
}

var errOdd = errors.New("engine: the system chose an odd port")

func (s *shard) close(t *slot) {
	if t.closed {
		return
	}
	t.closed = true
	t.sendBye(s)
	t.part()
	t.stopPlay()
	t.echo = false
	if err := errors.Join(t.rtp.Close(), t.rtcp.Close()); err != nil {
		s.log.Error("closing a media port", "port", t.pair, "error", err)
	}
	if !s.ephemeral {
		s.pool.put(t.pair, s.now())
	}
	s.slots[t.index] = nil
	s.vacant = append(s.vacant, t.index)
}
