package transport

import (
	"bytes"
	"strconv"
	"strings"
)

// frame is what a framer found next.
type frame uint8

const (
	frameNone    frame = iota // more bytes are needed
	frameMessage              // one whole message
	framePing                 // a double CRLF, to be answered (RFC 5626 §3.5.1)
	frameBroken               // a message whose end cannot be told; the stream is lost
)

// framer cuts a byte stream into messages by Content-Length (RFC 3261 §18.3).
// It holds at most the head and body caps and never reserves room for a length
// that was only announced. It belongs to the connection's reader.
type framer struct {
	head, body int // caps in bytes
	buf        []byte
	searched   int // bytes of buf known to hold no end of head
	need       int // bytes of the message under way, once its head is there
}

func (f *framer) write(b []byte) { f.buf = append(f.buf, b...) }

// partial says whether a message has begun and not ended.
func (f *framer) partial() bool { return len(bytes.TrimLeft(f.buf, "\r\n")) > 0 }

// next takes the next frame. Msg is the caller's to keep; for a broken one it
// is the head as far as it is there.
func (f *framer) next() (kind frame, msg []byte) {
	switch {
	case len(f.buf) < f.need:
		return frameNone, nil
	case bytes.HasPrefix(f.buf, []byte("\r\n\r\n")):
		f.take(4)
		return framePing, nil
	case len(f.buf) < 4 && bytes.HasPrefix([]byte("\r\n\r\n"), f.buf):
		return frameNone, nil
	case bytes.HasPrefix(f.buf, []byte("\r\n")):
		f.take(2) // a pong, or the stray CRLF that RFC 3261 §7.5 tells us to skip
		return f.next()
	}
	from := max(0, f.searched-3)
	at := bytes.Index(f.buf[from:], []byte("\r\n\r\n"))
	if at < 0 && len(f.buf) <= f.head {
		f.searched = len(f.buf)
		return frameNone, nil
	}
	end := from + at + 4
	if at < 0 || end > f.head {
		return frameBroken, f.take(min(len(f.buf), f.head))
	}
	n, ok := contentLength(f.buf[:end])
	if !ok || n > f.body {
		return frameBroken, f.take(end)
	}
	if len(f.buf) < end+n {
		f.searched = from + at // the same end is found again at once
		f.need = end + n
		return frameNone, nil
	}
	return frameMessage, f.take(end + n)
}

func (f *framer) take(n int) []byte {
	msg := bytes.Clone(f.buf[:n])
	rest := f.buf[n:]
	if len(rest) == 0 {
		f.buf = nil // an idle connection holds no buffer
	} else {
		f.buf = append(f.buf[:0], rest...)
	}
	f.searched, f.need = 0, 0
	return msg
}

// contentLength finds the body's length in a head. A head without the header
// has no body; two of them, even alike, or a value that is no number are not ok.
func contentLength(head []byte) (n int, ok bool) {
	seen := false
	lines := strings.Split(string(head), "\r\n")
	for i := 1; i < len(lines); i++ {
		name, value, found := strings.Cut(lines[i], ":")
		name = strings.ToLower(strings.TrimRight(name, " \t"))
		if !found || name != "content-length" && name != "l" {
			continue
		}
		for i+1 < len(lines) && (strings.HasPrefix(lines[i+1], " ") || strings.HasPrefix(lines[i+1], "\t")) {
			i++
			value += lines[i]
		}
		v, err := strconv.ParseUint(strings.Trim(value, " \t"), 10, 31)
		if err != nil || seen {
			return 0, false
		}
		n, seen = int(v), true
	}
	return n, true
}
