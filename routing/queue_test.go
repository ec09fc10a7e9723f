package routing

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/blackstart-mesh/blackstart/message/bundle"
	"github.com/blackstart-mesh/blackstart/message/clock"
	"github.com/blackstart-mesh/blackstart/radio"
)

func taskOf(seq int, p bundle.Precedence) *Task {
	return &Task{Key: Key{ID: bundle.ID{Origin: 1, Seq: uint16(seq)}}, Class: p}
}

func readyOrder(q *Queue, now clock.Instant) (seqs []int) {
	q.Ready(now, bundle.Precedences, func(t *Task) bool {
		seqs = append(seqs, int(t.ID.Seq))
		return true
	})
	return seqs
}

func TestFlashComesFirstThenWhatIsUnderWay(t *testing.T) {
	q := NewQueue()
	for i, p := range []bundle.Precedence{bundle.Routine, bundle.Priority, bundle.Routine, bundle.Immediate, bundle.Flash} {
		q.Put(taskOf(i, p), clock.Instant(i))
	}
	if got := readyOrder(q, 10); !slices.Equal(got, []int{4, 3, 1, 0, 2}) {
		t.Errorf("order %v", got)
	}
	repeated := q.Get(Key{ID: bundle.ID{Origin: 1, Seq: 2}})
	repeated.Attempts = 1
	q.Postpone(repeated, 20)
	if got := readyOrder(q, 15); !slices.Equal(got, []int{4, 3, 1, 0}) {
		t.Errorf("order %v while one waits", got)
	}
	if got := readyOrder(q, 20); !slices.Equal(got, []int{4, 3, 1, 2, 0}) {
		t.Errorf("order %v with a repetition", got)
	}
}

func TestFreshTasksAreHeldBackByClass(t *testing.T) {
	q := NewQueue()
	for i, p := range []bundle.Precedence{bundle.Routine, bundle.Flash, bundle.Routine, bundle.Immediate} {
		q.Put(taskOf(i, p), 0)
	}
	q.Get(Key{ID: bundle.ID{Origin: 1, Seq: 2}}).Attempts = 1
	q.Put(&Task{Key: Key{ID: bundle.ID{Origin: 1, Seq: 4}, Kind: SendReceipt}, Class: bundle.Priority}, 0)
	for _, c := range []struct {
		open bundle.Precedence
		want []int
	}{{bundle.Immediate, []int{1, 4, 2}}, {bundle.Routine, []int{1, 3, 4, 2}}, {bundle.Precedences, []int{1, 3, 4, 2, 0}}} {
		var got []int
		q.Ready(5, c.open, func(t *Task) bool {
			got = append(got, int(t.ID.Seq))
			return true
		})
		if !slices.Equal(got, c.want) {
			t.Errorf("open to %v: %v, want %v", c.open, got, c.want)
		}
	}
	for _, seq := range []uint16{1, 2, 3, 4} {
		for _, kind := range []Kind{SendBundle, SendReceipt} {
			if task := q.Get(Key{ID: bundle.ID{Origin: 1, Seq: seq}, Kind: kind}); task != nil {
				q.Remove(task)
			}
		}
	}
	if due := q.Due(bundle.Routine, 5, bundle.Routine); due != clock.Never {
		t.Errorf("due at %v although all that is left is held back", due)
	}
	if due := q.Due(bundle.Routine, 5, bundle.Precedences); due != 5 {
		t.Errorf("due at %v", due)
	}
}

// TestQueueAgainstList does random operations on a Queue and on a plain list.
func TestQueueAgainstList(t *testing.T) {
	type entry struct {
		t   *Task
		due clock.Instant
	}
	for seed := range uint64(40) {
		rng := rand.New(rand.NewPCG(seed, 6))
		q := NewQueue()
		var list []*entry
		now := clock.Instant(0)
		for i := range 400 {
			now += clock.Instant(rng.IntN(5))
			switch op := rng.IntN(4); {
			case op < 2:
				e := &entry{taskOf(i, bundle.Precedence(rng.IntN(bundle.Precedences))), now + clock.Instant(rng.IntN(50))}
				q.Put(e.t, e.due)
				list = append(list, e)
			case op == 2 && len(list) > 0:
				e := list[rng.IntN(len(list))]
				e.due = now + clock.Instant(rng.IntN(50))
				q.Postpone(e.t, e.due)
			case op == 3 && len(list) > 0:
				at := rng.IntN(len(list))
				q.Remove(list[at].t)
				list = slices.Delete(list, at, at+1)
			}
			want := make(map[uint16]bool)
			for _, e := range list {
				if e.due <= now {
					want[e.t.ID.Seq] = true
				}
			}
			last := bundle.Flash
			q.Ready(now, bundle.Precedences, func(t2 *Task) bool {
				if !want[t2.ID.Seq] || t2.Class < last {
					t.Fatalf("seed %d: task %v is ready out of turn", seed, t2.ID)
				}
				last = t2.Class
				delete(want, t2.ID.Seq)
				return true
			})
			if len(want) > 0 {
				t.Fatalf("seed %d: %v should be ready", seed, want)
			}
			if len(q.All()) != len(list) {
				t.Fatalf("seed %d: %d tasks, want %d", seed, len(q.All()), len(list))
			}
		}
	}
}

func TestTimingScalesWithTheLink(t *testing.T) {
	slow := TimingOf(radio.Profile{MTU: 255, BitsPerSecond: 1200, Overhead: 300e6})
	fast := TimingOf(radio.Profile{MTU: 32 << 10, BitsPerSecond: 1e8, Secure: true})
	if slow.Retry <= fast.Retry || slow.AcceptSlot <= fast.AcceptSlot || slow.HelloMax <= fast.HelloMax {
		t.Errorf("slow %+v\nfast %+v", slow, fast)
	}
}
