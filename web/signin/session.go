package signin

import (
	"encoding/base64"
	"fmt"
	"io"
	"sync"
	"time"
)

// The bounds of sessions.
const (
	sessionIdle  = 12 * time.Hour      // ends when unused for so long
	sessionLife  = 30 * 24 * time.Hour // and after so long in any case
	sessionsKept = 256                 // the one unused for longest makes room
)

type session struct{ made, used time.Time }

// Sessions is the table of who is signed in. It is a monitor, lives in RAM and
// never holds more than 256 sessions. Its zero value is ready for use.
type Sessions struct {
	mu sync.Mutex
	m  map[string]*session
}

// New opens a session and returns its token of 256 random bits.
func (s *Sessions) New(now time.Time, random io.Reader) (string, error) {
	b := make([]byte, 32)
	if _, err := io.ReadFull(random, b); err != nil {
		return "", fmt.Errorf("session token: %w", err)
	}
	token := base64.RawURLEncoding.EncodeToString(b)
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.m == nil {
		s.m = make(map[string]*session)
	}
	if len(s.m) >= sessionsKept {
		s.dropOldest()
	}
	s.m[token] = &session{now, now}
	return token, nil
}

// Valid says whether token is an open session, and counts as its use.
func (s *Sessions) Valid(token string, now time.Time) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	x, ok := s.m[token]
	if !ok {
		return false
	}
	if now.Sub(x.used) > sessionIdle || now.Sub(x.made) > sessionLife {
		delete(s.m, token)
		return false
	}
	x.used = now
	return true
}

// End closes one session.
func (s *Sessions) End(token string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.m, token)
}

// EndAll closes every session, as a change of password does.
func (s *Sessions) EndAll() {
	s.mu.Lock()
	defer s.mu.Unlock()
	clear(s.m)
}

func (s *Sessions) dropOldest() {
	var oldest string
	for token, x := range s.m {
		if o := s.m[oldest]; o == nil || x.used.Before(o.used) {
			oldest = token
		}
	}
	delete(s.m, oldest)
}
