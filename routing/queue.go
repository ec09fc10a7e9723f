package routing

import (
	"cmp"
	"container/heap"
	"slices"

	"github.com/blackstart-mesh/blackstart/message/bundle"
	"github.com/blackstart-mesh/blackstart/message/clock"
)

// Queue holds the tasks of one link: those that may be sent now, first come
// first served within each precedence (what is under way before what is
// fresh), and those that wait for their time.
// FLASH is always looked at first; that holds between the fragments of another
// bundle too, because the queue is asked anew for each frame.
type Queue struct {
	tasks   map[Key]*Task
	ready   [bundle.Precedences][2][]*Task // by underWay or fresh
	waiting [bundle.Precedences]waiting
	orders  uint64
	counts  [bundle.Precedences]int
}

// The two ages of what is ready.
const (
	underWay = 0
	fresh    = 1
)

// Values of Task.place besides an index.
const (
	inReady = -1
	gone    = -2
)

// NewQueue returns an empty queue.
func NewQueue() *Queue { return &Queue{tasks: make(map[Key]*Task)} }

// Get returns the task of a key, or nil.
func (q *Queue) Get(k Key) *Task { return q.tasks[k] }

// Len returns the number of tasks by precedence.
func (q *Queue) Len() [bundle.Precedences]int { return q.counts }

// Put adds a task, to be sent at due or later. There must be none of its key.
func (q *Queue) Put(t *Task, due clock.Instant) {
	if q.tasks[t.Key] != nil {
		panic("routing: task is queued already")
	}
	q.orders++
	t.order = q.orders
	t.due = due
	q.tasks[t.Key] = t
	q.counts[t.Class]++
	heap.Push(&q.waiting[t.Class], t)
}

// Remove takes a task off the queue.
func (q *Queue) Remove(t *Task) {
	if t.place == gone {
		return
	}
	delete(q.tasks, t.Key)
	q.counts[t.Class]--
	if t.place >= 0 {
		heap.Remove(&q.waiting[t.Class], t.place)
	}
	t.place = gone // what stands in ready is passed over when it is met
}

// Postpone sets when a task may be sent next.
func (q *Queue) Postpone(t *Task, due clock.Instant) {
	switch {
	case t.place == gone:
		panic("routing: task is not queued")
	case t.place == inReady:
		q.unready(t)
		t.due = due
		heap.Push(&q.waiting[t.Class], t)
	default:
		t.due = due
		heap.Fix(&q.waiting[t.Class], t.place)
	}
}

// unready takes a task out of its ready list.
func (q *Queue) unready(t *Task) {
	for age, list := range q.ready[t.Class] {
		if i := slices.Index(list, t); i >= 0 {
			q.ready[t.Class][age] = slices.Delete(list, i, i+1)
		}
	}
}

// Due returns when the queue next has something of a class to send: now, if
// something is ready. Fresh tasks of class open and less urgent ones are passed over:
// they are held back until what is under way is accepted.
func (q *Queue) Due(p bundle.Precedence, now clock.Instant, open bundle.Precedence) clock.Instant {
	for age, list := range q.ready[p] {
		if age == fresh && p >= open {
			continue
		}
		if slices.ContainsFunc(list, func(t *Task) bool { return t.place == inReady }) {
			return now
		}
	}
	if len(q.waiting[p]) == 0 {
		return clock.Never
	}
	return q.waiting[p][0].due
}

// Each calls visit for every task, in no order, with when it may be sent.
func (q *Queue) Each(visit func(t *Task, due clock.Instant)) {
	for _, t := range q.tasks { // order: the visitor's business, said in the comment
		visit(t, t.due)
	}
}

// Ready calls visit for each task that may be sent now, most urgent first,
// until visit returns false; fresh ones only of classes more urgent than open.
// Visit may Remove or Postpone the task it is given and no other.
func (q *Queue) Ready(now clock.Instant, open bundle.Precedence, visit func(*Task) bool) {
	for p := range q.ready {
		q.wake(&q.waiting[p], now)
		for age := range q.ready[p] {
			if age == fresh && p >= int(open) {
				continue
			}
			if !visitReady(&q.ready[p][age], visit) {
				return
			}
		}
	}
}

// wake moves what has waited long enough to what is ready.
func (q *Queue) wake(w *waiting, now clock.Instant) {
	for len(*w) > 0 && (*w)[0].due <= now {
		t := heap.Pop(w).(*Task)
		t.place = inReady
		age := fresh
		if t.UnderWay() {
			age = underWay
		}
		q.ready[t.Class][age] = append(q.ready[t.Class][age], t)
	}
}

func visitReady(tasks *[]*Task, visit func(*Task) bool) (more bool) {
	list := *tasks
	*tasks = nil // a task postponed by visit is not looked for here
	kept := list[:0]
	more = true
	for i, t := range list {
		if !more {
			kept = append(kept, list[i:]...)
			break
		}
		if t.place != inReady {
			continue
		}
		more = visit(t)
		if t.place == inReady {
			kept = append(kept, t)
		}
	}
	clear(list[len(kept):])
	*tasks = kept
	return more
}

// All returns every task in the order in which they were put.
func (q *Queue) All() []*Task {
	list := make([]*Task, 0, len(q.tasks))
	for _, t := range q.tasks { // order: sorted below
		list = append(list, t)
	}
	slices.SortFunc(list, func(a, b *Task) int { return cmp.Compare(a.order, b.order) })
	return list
}

// Find returns the first of the tasks that fit, in the order in which they were put,
// or nil.
func (q *Queue) Find(fits func(*Task) bool) (first *Task) {
	// order: the least of all
	for _, t := range q.tasks {
		if (first == nil || t.order < first.order) && fits(t) {
			first = t
		}
	}
	return first
}

// waiting is a heap of tasks by due time, then arrival.
type waiting []*Task

func (w waiting) Len() int { return len(w) }
func (w waiting) Less(i, j int) bool {
	if w[i].due != w[j].due {
		return w[i].due < w[j].due
	}
	return w[i].order < w[j].order
}
func (w waiting) Swap(i, j int) {
	w[i], w[j] = w[j], w[i]
	w[i].place, w[j].place = i, j
}
func (w *waiting) Push(x any) {
	t := x.(*Task)
	t.place = len(*w)
	*w = append(*w, t)
}
func (w *waiting) Pop() any {
	old := *w
	t := old[len(old)-1]
	old[len(old)-1] = nil
	*w = old[:len(old)-1]
	t.place = gone
	return t
}
