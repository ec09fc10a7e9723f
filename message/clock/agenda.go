package clock

// Agenda holds things to come, by value, in the order in which they are due: by
// time, then by rank (the lower first), then as they were put in. It is a heap in
// which each entry has four below it: half the levels of a binary one, and the four
// lie side by side in memory. The zero Agenda is empty and ready.
type Agenda[T any] struct {
	heap []entry[T]
	seq  uint64
}

type entry[T any] struct {
	at    Instant
	order uint64 // rank, then the sequence number
	what  T
}

// rankShift leaves 56 bits for the sequence number: at ten million a second it
// lasts for two hundred years.
const rankShift = 56

func (a *entry[T]) before(b *entry[T]) bool {
	return a.at < b.at || a.at == b.at && a.order < b.order
}

// Len returns how many things are to come.
func (a *Agenda[T]) Len() int { return len(a.heap) }

// Next returns when the first thing is due; false if nothing is to come.
func (a *Agenda[T]) Next() (Instant, bool) {
	if len(a.heap) == 0 {
		return Never, false
	}
	return a.heap[0].at, true
}

// Clear forgets all that is to come, and keeps the memory for what follows.
func (a *Agenda[T]) Clear() {
	clear(a.heap)
	a.heap = a.heap[:0]
}

// Put adds a thing that is due at an instant, behind all of that instant and rank.
func (a *Agenda[T]) Put(at Instant, rank uint8, what T) {
	a.seq++
	e := entry[T]{at: at, order: uint64(rank)<<rankShift | a.seq, what: what}
	h := append(a.heap, e)
	i := len(h) - 1
	for i > 0 {
		parent := (i - 1) / 4
		if !e.before(&h[parent]) {
			break
		}
		h[i] = h[parent]
		i = parent
	}
	h[i] = e
	a.heap = h
}

// Take removes the first thing and returns it with its instant. It panics if there
// is none.
func (a *Agenda[T]) Take() (Instant, T) {
	h := a.heap
	top, last := h[0], len(h)-1
	e := h[last]
	h[last] = entry[T]{} // what it points to may be collected
	h = h[:last]
	for i := 0; last > 0; {
		least := 4*i + 1
		if least >= last {
			h[i] = e
			break
		}
		for child := least + 1; child < min(4*i+5, last); child++ {
			if h[child].before(&h[least]) {
				least = child
			}
		}
		if !h[least].before(&e) {
			h[i] = e
			break
		}
		h[i] = h[least]
		i = least
	}
	a.heap = h
	return top.at, top.what
}
