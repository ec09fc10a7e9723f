package sim

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"hash"
	"time"

	"github.com/blackstart-mesh/blackstart/mesh"
	"github.com/blackstart-mesh/blackstart/message/clock"
	"github.com/blackstart-mesh/blackstart/radio"
	"github.com/blackstart-mesh/blackstart/sim/reference"
)

// tailSize is how many lines a chronicle remembers for a trace.
const tailSize = 400

// chronicle hashes everything that happens, and remembers the last of it for
// whoever has to find out why.
type chronicle struct {
	hash   hash.Hash
	events uint64
	tail   []line // a ring
	next   int
	ear    *ear // opens frames for the trace
	story  func(line string)
}

// line is one thing that happened, printed only if somebody asks.
type line struct {
	at   clock.Instant
	node int
	what string
	arg  any
}

func newChronicle(e *ear, story func(line string)) *chronicle {
	return &chronicle{hash: sha256.New(), ear: e, story: story}
}

// note takes one line. Bytes are the part of it that is hashed beside when,
// where and what.
func (c *chronicle) note(at clock.Instant, node int, what string, bytes []byte, arg any) {
	var head [32]byte
	binary.BigEndian.PutUint64(head[:], uint64(at))
	binary.BigEndian.PutUint64(head[8:], uint64(node))
	binary.BigEndian.PutUint64(head[16:], uint64(len(what)))
	binary.BigEndian.PutUint64(head[24:], uint64(len(bytes)))
	c.hash.Write(head[:])
	c.hash.Write([]byte(what))
	c.hash.Write(bytes)
	c.events++
	l := line{at: at, node: node, what: what, arg: arg}
	if c.story != nil {
		c.story(c.text(l))
	}
	if len(c.tail) < tailSize {
		c.tail = append(c.tail, l)
		return
	}
	c.tail[c.next] = l
	c.next = (c.next + 1) % tailSize
}

// effect notes what a node wants done.
func (c *chronicle) effect(at clock.Instant, node int, e mesh.Effect) {
	switch e := e.(type) {
	case mesh.Commit:
		var all []byte
		for _, op := range e.Batch.Ops {
			all = append(all, op.Key...)
			all = append(all, op.Value...)
		}
		all = append(all, e.Keys...)
		c.note(at, node, "wants commit", all, len(e.Batch.Ops))
	case mesh.Transmit:
		c.note(at, node, "wants transmit", e.Frame.Data, e.Link)
	case mesh.Trace: // its arguments may be anything, so they are not hashed
		c.note(at, node, "trace", []byte(e.What), e)
	default: // the printed forms hold no addresses, so they are the same in every run
		c.note(at, node, "wants", fmt.Appendf(nil, "%T %v", e, e), e)
	}
}

// sum returns the hash so far.
func (c *chronicle) sum() (out [sha256.Size]byte) {
	c.hash.Sum(out[:0])
	return out
}

// lines returns the tail as text, oldest first.
func (c *chronicle) lines() []string {
	out := make([]string, 0, len(c.tail))
	for i := range c.tail {
		out = append(out, c.text(c.tail[(c.next+i)%len(c.tail)]))
	}
	return out
}

func (c *chronicle) text(l line) string {
	text := fmt.Sprintf("%12.6f  node %-3d  %-14s", time.Duration(l.at).Seconds(), l.node+1, l.what)
	switch arg := l.arg.(type) {
	case nil:
	case []byte:
		text += " " + c.frame(arg)
	case reference.Heard:
		text += fmt.Sprintf(" link %d %s, %.2f dBm, %.2f dB", arg.Link, c.frame(arg.Data), arg.RSSI, arg.SNR)
	case mesh.LinkEvent:
		text += fmt.Sprintf(" link %d %s", arg.Link, c.linkEvent(arg.Event))
	default:
		text += fmt.Sprintf(" %T%+v", arg, arg)
	}
	return text
}

func (c *chronicle) linkEvent(e radio.Event) string {
	if heard, ok := e.(radio.Heard); ok {
		return "heard " + c.frame(heard.Data)
	}
	return fmt.Sprintf("%T%+v", e, e)
}

// frame describes what is in a frame.
func (c *chronicle) frame(data []byte) string {
	if c.ear.operator == nil {
		return fmt.Sprintf("%d bytes %x", len(data), data[:min(len(data), 24)])
	}
	f, err := c.ear.open(data)
	if err != nil {
		return fmt.Sprintf("%d bytes: %v", len(data), err)
	}
	text := fmt.Sprintf("%d bytes from %d #%d:", len(data), f.From, f.Counter)
	for _, it := range f.Items {
		text += fmt.Sprintf(" %s(%x)", it.Kind, it.Body[:min(len(it.Body), 24)])
	}
	return text
}
