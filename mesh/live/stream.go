package live

import "github.com/blackstart-mesh/blackstart/mesh"

// entry is one effect that has not left. A link's generation says under which
// of its Up events a Transmit was made: one made before the link went down
// was answered by that Down.
type entry struct {
	effect     mesh.Effect
	generation uint64
	done       chan answer // told when the entry leaves: all before it is durable
}

// stream is the one ordered list of effects (package mesh, rule 4).
//
//	head | effects | COMMIT effects COMMIT effects | COMMIT ...
//	                 `--- writing ---------------'   `- not begun
//
// Whatever stands before the first commit that is not durable may leave.
type stream struct {
	entries []entry
	head    int // entries before it have left
	commits int // commits at or after head, not durable
	writing int // of those, how many the committer has
	next    int // index of the first entry that no write has looked at
}

func (s *stream) len() int { return len(s.entries) - s.head }

func (s *stream) push(e entry) {
	if _, ok := e.effect.(mesh.Commit); ok {
		s.commits++
	}
	s.entries = append(s.entries, e)
}

// pop takes the next effect that may leave.
func (s *stream) pop() (entry, bool) {
	if s.head == len(s.entries) {
		s.entries, s.head, s.next = s.entries[:0], 0, 0
		return entry{}, false
	}
	e := s.entries[s.head]
	if _, ok := e.effect.(mesh.Commit); ok {
		return entry{}, false
	}
	s.advance()
	return e, true
}

// advance moves the head on and gives memory back now and then.
func (s *stream) advance() {
	s.entries[s.head] = entry{}
	s.head++
	s.next = max(s.next, s.head)
	if s.head >= 1024 && s.head*2 >= len(s.entries) {
		n := copy(s.entries, s.entries[s.head:])
		clear(s.entries[n:])
		s.entries, s.next, s.head = s.entries[:n], s.next-s.head, 0
	}
}

// join collects the batches of the commits that are in the stream, up to limit
// bytes but at least one, and counts them as being written. The newest key ring
// among them is the one to keep. It returns nothing while a write is under way.
func (s *stream) join(limit int) (w joined) {
	if s.writing > 0 || s.commits == 0 {
		return w
	}
	size := 0
	for ; s.next < len(s.entries); s.next++ {
		c, ok := s.entries[s.next].effect.(mesh.Commit)
		if !ok {
			continue
		}
		n := c.Batch.Cost()
		if len(w.batches) > 0 && size+n > limit {
			break
		}
		size += n
		w.batches = append(w.batches, c.Batch)
		if c.Keys != nil {
			clear(w.ring) // a newer one takes its place
			w.ring = c.Keys
		}
	}
	s.writing = len(w.batches)
	return w
}

// durable passes the commit at the head, which the last write made durable.
// All effects before it must have left.
func (s *stream) durable() {
	if _, ok := s.entries[s.head].effect.(mesh.Commit); !ok || s.writing == 0 {
		panic("live: the stream's head is not a commit that was written")
	}
	s.advance()
	s.commits--
	s.writing--
}
