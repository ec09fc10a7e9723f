package frame

import (
	"bytes"
	"slices"
	"testing"
	"time"

	"github.com/blackstart-mesh/blackstart/message/clock"
)

const second = clock.Instant(time.Second)

// noWindow asks after a second.
var noWindow = Pace{Silence: time.Second}

func transfersOf(asks []Ask) (out []Transfer) {
	for _, a := range asks {
		out = append(out, a.Transfer)
	}
	return out
}

func TestStaleAndDrop(t *testing.T) {
	const s = second
	r := NewReassembler(1)
	a, b := split(bytes.Repeat([]byte("a"), 100), 50), split(bytes.Repeat([]byte("b"), 100), 50)
	r.Add(1*s, 7, a[0])
	r.Add(2*s, 5, b[0])
	if next, ok := r.NextStale(noWindow); !ok || next != 2*s {
		t.Fatalf("next %d, %v", next, ok)
	}
	keyA, keyB := a[0].TransferKey(), b[0].TransferKey()
	if got := r.Stale(2*s, noWindow); !slices.Equal(transfersOf(got), []Transfer{keyA}) {
		t.Fatalf("at 2 s: %v", got)
	}
	both := []Transfer{keyA, keyB}
	slices.SortFunc(both, compareTransfers)
	if got := r.Stale(4*s, noWindow); !slices.Equal(transfersOf(got), both) {
		t.Fatalf("at 4 s: %v", got)
	}
	if got := r.Stale(4*s, noWindow); got != nil {
		t.Fatalf("asked twice: %v", got)
	}
	for _, p := range a[1:] {
		r.Add(5*s, 7, p)
	}
	if got := r.Stale(9*s, noWindow); !slices.Equal(transfersOf(got), []Transfer{keyB}) {
		t.Fatalf("a finished one is stale: %v", got)
	}
	if got := r.Drop(9*s, 4*time.Second); !slices.Equal(got, []Transfer{keyB}) || len(r.open) != 0 {
		t.Fatalf("dropped %v, %d left", got, len(r.open))
	}
	if _, ok := r.NextStale(noWindow); ok {
		t.Fatal("something is still to go stale")
	}
}

// TestNobodyAsksForEver: and a shard that is of use begins the count anew.
func TestNobodyAsksForEver(t *testing.T) {
	r, pieces := NewReassembler(1), split(bytes.Repeat([]byte("a"), 100), 24)
	asked, now := 0, second
	ask := func() {
		for next, ok := r.NextStale(noWindow); ok; next, ok = r.NextStale(noWindow) {
			now = next
			asked += len(r.Stale(now, noWindow))
		}
	}
	r.Add(now, 5, pieces[0])
	ask()
	if asked != maxAsks || now > second.Add(noWindow.Patience()) {
		t.Fatalf("asked %d times, until %d", asked, now)
	}
	r.Add(now, 5, pieces[0])
	if ask(); asked != maxAsks {
		t.Fatalf("asked %d times for one shard", asked)
	}
	r.Add(now, 5, pieces[1])
	if ask(); asked != 2*maxAsks {
		t.Fatalf("asked %d times for two shards", asked)
	}
}

// TestWhoLacksMostAsksFirst, whatever the luck.
func TestWhoLacksMostAsksFirst(t *testing.T) {
	p := Pace{Silence: time.Second, Window: 2 * time.Second}
	pieces := split(bytes.Repeat([]byte("a"), 1000), 24)
	var last clock.Instant
	seen := map[clock.Instant]bool{}
	for luck := range uint64(20) {
		few, many := NewReassembler(luck), NewReassembler(luck+100)
		few.Add(0, 5, pieces[0])
		for _, f := range pieces[:len(pieces)-1] {
			many.Add(0, 5, f)
		}
		first, _ := few.NextStale(p)
		last, _ = many.NextStale(p)
		if first >= last || first < second || last >= 3*second {
			t.Fatalf("who lacks all but one asks at %d, who lacks one at %d", first, last)
		}
		seen[last] = true
	}
	if len(seen) < 15 {
		t.Errorf("20 listeners ask at %d times", len(seen))
	}
}

// TestARequestStandsUntilShardsCome.
func TestARequestStandsUntilShardsCome(t *testing.T) {
	r, pieces := NewReassembler(1), split(bytes.Repeat([]byte("a"), 100), 24)
	r.Add(0, 5, pieces[0])
	a := r.Stale(second, noWindow)[0]
	if n, ok := r.Need(a); !ok || n.To != 5 || n.Transfer != pieces[0].Transfer || !slices.Equal(n.More, []int{len(pieces) - 1}) {
		t.Fatalf("%+v, %v", n, ok)
	}
	r.Add(second+1, 5, pieces[1])
	if n, ok := r.Need(a); ok {
		t.Fatalf("%+v after a shard came", n)
	}
	a = r.Stale(9*second, noWindow)[0]
	for _, f := range pieces {
		r.Add(9*second, 5, f)
	}
	if n, ok := r.Need(a); ok {
		t.Fatalf("%+v when all is there", n)
	}
	if n, ok := r.Need(Ask{}); ok {
		t.Fatalf("%+v of nothing", n)
	}
}

// TestAnothersRequestDoes, if it asks for enough; and not for ever.
func TestAnothersRequestDoes(t *testing.T) {
	pieces := split(bytes.Repeat([]byte("a"), 100), 24)
	mine := len(pieces) - 1
	need := func(more int) Need { return Need{To: 5, Transfer: pieces[0].Transfer, More: []int{more}} }
	for name, c := range map[string]struct {
		n    Need
		hush bool
	}{
		"as much":  {need(mine), true},
		"more":     {need(mine + 1), true},
		"less":     {need(mine - 1), false},
		"of other": {Need{To: 6, Transfer: pieces[0].Transfer, More: []int{mine}}, false},
		"other":    {Need{To: 5, Transfer: pieces[0].Transfer + 1, More: []int{mine}}, false},
	} {
		r := NewReassembler(1)
		r.Add(0, 5, pieces[0])
		r.Overhear(second/2, c.n)
		next, _ := r.NextStale(noWindow)
		if want := map[bool]clock.Instant{true: second/2 + 2*second, false: second}[c.hush]; next != want {
			t.Errorf("%s: asks at %d, not %d", name, next, want)
		}
	}
	r := NewReassembler(1)
	r.Add(0, 5, pieces[0])
	a := r.Stale(second, noWindow)[0]
	r.Overhear(second+1, need(mine))
	if _, ok := r.Need(a); ok {
		t.Error("a request that waits for the link is made although another was heard")
	}
	for now := second; now < 60*second; now += second / 10 {
		r.Overhear(now, need(mine))
		if len(r.Stale(now, noWindow)) > 0 {
			return
		}
	}
	t.Error("others keep it silent for ever")
}

// TestNeedsOfSeveralAreAnsweredOnce, with what the one of them needs who lacks most.
func TestNeedsOfSeveralAreAnsweredOnce(t *testing.T) {
	whole := bytes.Repeat([]byte("a"), 100)
	s := NewSender(whole, 24)
	for s.Begin(); s.Owed() > 0; {
		s.Next(whole)
	}
	if s.Answers() != 0 {
		t.Error("nobody asked")
	}
	for _, more := range []int{1, 3, 2} {
		if due := s.Need(second, []int{more}, time.Second); due != 2*second {
			t.Fatalf("due at %d", due)
		}
	}
	seen := []int{}
	for s.Owed() > 0 {
		seen = append(seen, s.Next(whole).Index)
	}
	if k := s.count; !slices.Equal(seen, []int{k, k + 1, k + 2}) || s.Answers() != 1 {
		t.Errorf("sent %v, %d answers", seen, s.Answers())
	}
	s.Need(second, []int{64, 64, 64}, 0)
	if s.Owed() != s.count {
		t.Errorf("%d owed of %d", s.Owed(), s.count)
	}
}

// TestANudgeIsOneShard, and none beside what is owed.
func TestANudgeIsOneShard(t *testing.T) {
	whole := bytes.Repeat([]byte("a"), 100)
	s := NewSender(whole, 24)
	s.Nudge()
	if s.Owed() != 1 {
		t.Errorf("%d owed", s.Owed())
	}
	s.Next(whole)
	s.Need(0, []int{3}, 0)
	if s.Nudge(); s.Owed() != 3 || s.Answers() != 0 {
		t.Errorf("%d owed", s.Owed())
	}
	if s.Begin(); s.Owed() != s.count {
		t.Errorf("%d owed of %d pieces", s.Owed(), s.count)
	}
}

// TestAFinishedTransferIsToldNowAndThen: what others still lack is no question.
func TestAFinishedTransferIsToldNowAndThen(t *testing.T) {
	r, pieces := NewReassembler(1), split(bytes.Repeat([]byte("a"), 100), 24)
	key := pieces[0].TransferKey()
	for i, f := range pieces {
		r.Add(1, 5, f)
		if told := r.Tell(1, key, time.Second); told != (i == len(pieces)-1) {
			t.Fatalf("piece %d: told %v", i, told)
		}
	}
	for now, want := range map[clock.Instant]bool{second / 2: false, second: false} {
		if r.Tell(now, key, time.Second) != want {
			t.Errorf("told at %d", now)
		}
	}
	if !r.Tell(second+1, key, time.Second) || r.Tell(second+2, key, time.Second) {
		t.Error("not told again after a second, or twice")
	}
}

// TestLongestBundleInSmallestFrames, with every third frame lost: interleaved
// blocks, and all of it by count alone.
func TestLongestBundleInSmallestFrames(t *testing.T) {
	whole := bytes.Repeat([]byte("0123456789abcdef"), 1<<10)
	s, r := NewSender(whole, 50-FirstOverhead), NewReassembler(1)
	s.Begin()
	key, now, sent := Transfer{}, clock.Instant(1), 0
	for rounds := 0; ; rounds++ {
		for s.Owed() > 0 {
			f := s.Next(whole)
			if key = f.TransferKey(); len(f.Append(nil)) > 50-FirstOverhead {
				t.Fatalf("fragment of %d bytes", len(f.Append(nil)))
			}
			sent++
			if sent%3 == 0 {
				continue
			}
			if got, done, err := r.Add(now, 5, f); err != nil || done && !bytes.Equal(got, whole) {
				t.Fatal(err)
			} else if done {
				t.Logf("%d pieces in %d blocks, %d sent in %d rounds", s.count, s.blocks(), sent, rounds+1)
				if sent > s.count*3/2+s.blocks()*2 {
					t.Errorf("%d fragments for %d pieces", sent, s.count)
				}
				return
			}
		}
		now += 10 * second
		for _, a := range r.Stale(now, noWindow) {
			n, _ := r.Need(a)
			s.Need(now, n.More, 0)
		}
		if s.Owed() == 0 || rounds > 20 {
			t.Fatalf("stuck: %d lacking of %v", r.lacking(key), key)
		}
	}
}
