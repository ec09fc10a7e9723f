package people

import (
	"hash/fnv"
	"maps"
	"math"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/blackstart-mesh/blackstart/message/bundle"
	"github.com/blackstart-mesh/blackstart/sim/chance"
)

// luckOf gives random numbers for a seed.
func luckOf(seed uint64) chance.Stream {
	return func(purpose string, node int) *rand.Rand {
		h := fnv.New64a()
		h.Write([]byte(purpose))
		return rand.New(rand.NewPCG(seed, h.Sum64()+uint64(node)))
	}
}

func nodes(from, to int) (out []int) {
	for n := from; n < to; n++ {
		out = append(out, n)
	}
	return out
}

// habit is a source of which a test changes what it is about.
func habit(change func(*Source)) Source {
	s := Source{Name: "habit", From: nodes(0, 10), Every: time.Minute, Precedence: [4]int{3: 1}, Bytes: Range{10, 20}, To: []Share{{Of: 1}}}
	if change != nil {
		change(&s)
	}
	return s
}

func written(t *testing.T, seed uint64, w Workload) []Writing {
	t.Helper()
	out, err := w.Write(luckOf(seed))
	if err != nil {
		t.Fatal(err)
	}
	for i, m := range out {
		if i > 0 && m.At < out[i-1].At || m.At < 0 || m.At >= w.End || m.From == m.To {
			t.Fatalf("message %d is %+v", i, m)
		}
	}
	return out
}

func times(list []Writing, from int) (out []time.Duration) {
	for _, m := range list {
		if m.From == from {
			out = append(out, m.At)
		}
	}
	return out
}

// near fails unless got is within five standard deviations of want.
func near(t *testing.T, what string, got, want, deviation float64) {
	t.Helper()
	if math.Abs(got-want) > 5*deviation {
		t.Errorf("%s: %g, want %g ± %g", what, got, want, deviation)
	}
}

func TestFixed(t *testing.T) {
	w := Workload{Nodes: 10, End: 2 * time.Hour, Sources: []Source{habit(nil)}}
	list := written(t, 1, w)
	first := map[time.Duration]bool{}
	for from := range 10 {
		at := times(list, from)
		for i := range at {
			if at[i] != at[0]+time.Duration(i)*time.Minute || at[0] >= time.Minute || len(at) != 120 {
				t.Fatalf("node %d writes at %v", from, at)
			}
		}
		first[at[0]] = true
	}
	if len(first) != 10 {
		t.Errorf("only %d of 10 begin at times of their own", len(first))
	}
	w.Sources[0] = habit(func(s *Source) { s.InStep, s.Begin, s.End = true, time.Hour, time.Hour+2*time.Minute })
	list = written(t, 1, w)
	if want := []time.Duration{time.Hour, time.Hour + time.Minute}; !slices.Equal(times(list, 3), want) || len(list) != 20 {
		t.Errorf("in step %v of %d, want %v of 20", times(list, 3), len(list), want)
	}
}

func TestJitter(t *testing.T) {
	// As the ONE simulator does by default: a message every 25 to 35 s, by anybody.
	w := Workload{Nodes: 100, End: 100 * time.Hour, Sources: []Source{habit(func(s *Source) {
		s.From, s.Shared, s.Every, s.Jitter, s.To = nodes(0, 100), true, 30*time.Second, 5*time.Second, []Share{{Of: 1, To: nodes(0, 100)}}
	})}}
	list := written(t, 1, w)
	writers, sum := make([]float64, 100), 0.0
	for i, m := range list[1:] {
		gap := (m.At - list[i].At).Seconds()
		if gap < 25 || gap > 35 {
			t.Fatalf("message %d comes %g s after the one before", i+1, gap)
		}
		writers[m.From]++
		sum += gap
	}
	n := float64(len(list) - 1)
	near(t, "mean gap", sum/n, 30, 10/math.Sqrt(12*n))
	for from, k := range writers {
		near(t, "messages of a writer", k, n/100, math.Sqrt(n/100))
		if t.Failed() {
			t.Fatalf("writer %d", from)
		}
	}
}

func TestPoisson(t *testing.T) {
	w := Workload{Nodes: 10, End: 100 * time.Hour, Sources: []Source{habit(func(s *Source) { s.Poisson = true })}}
	list := written(t, 1, w)
	want := 10 * w.End.Minutes()
	near(t, "messages", float64(len(list)), want, math.Sqrt(want))
	// The intervals of one writer are exponential (Kolmogorov and Smirnov), and the
	// counts of ten minutes vary as much as they are large.
	at := times(list, 4)
	var gaps []float64
	counts := make([]float64, int(w.End/(10*time.Minute)))
	for i := range at[1:] {
		gaps = append(gaps, (at[i+1] - at[i]).Minutes())
		counts[at[i]/(10*time.Minute)]++
	}
	slices.Sort(gaps)
	most := 0.0
	for i, g := range gaps {
		most = max(most, math.Abs(1-math.Exp(-g)-float64(i)/float64(len(gaps))))
	}
	if limit := 1.95 / math.Sqrt(float64(len(gaps))); most > limit { // one in a thousand
		t.Errorf("the intervals differ from exponential ones by %g, limit %g", most, limit)
	}
	mean, square := 0.0, 0.0
	for _, k := range counts {
		mean += k / float64(len(counts))
	}
	for _, k := range counts {
		square += (k - mean) * (k - mean) / float64(len(counts)-1)
	}
	near(t, "variance by mean of counts", square/mean, 1, math.Sqrt(2/float64(len(counts))))
}

func TestShares(t *testing.T) {
	w := Workload{Nodes: 40, End: 200 * time.Hour, Sources: []Source{habit(func(s *Source) {
		s.From, s.Precedence, s.Bytes, s.Lifetime = nodes(3, 13), [4]int{1, 2, 3, 4}, Range{100, 199}, [4]time.Duration{2: time.Hour}
		s.To = []Share{{Of: 70, To: nodes(0, 3), Same: true}, {Of: 20, To: nodes(3, 40)}, {Of: 10}}
	})}}
	list := written(t, 1, w)
	n := float64(len(list))
	var class [4]float64
	var to [3]float64
	bytes, centre, other := 0.0, map[int]int{}, make(map[int]float64)
	for _, m := range list {
		class[m.Precedence]++
		bytes += float64(m.Bytes)
		if life := bundle.DefaultLifetime(m.Precedence); m.Precedence == bundle.Priority && m.Lifetime != time.Hour || m.Precedence != bundle.Priority && m.Lifetime != life {
			t.Fatalf("%+v lives for %v", m, m.Lifetime)
		}
		switch {
		case m.To == Everyone:
			to[2]++
		case m.To < 3:
			to[0]++
			if known, ok := centre[m.From]; ok && known != m.To {
				t.Fatalf("node %d writes to centres %d and %d", m.From, known, m.To)
			}
			centre[m.From] = m.To
		default:
			to[1]++
			other[m.To]++
		}
	}
	for p, k := range class {
		share := float64(p+1) / 10
		near(t, "precedence "+bundle.Precedence(p).String(), k, n*share, math.Sqrt(n*share))
	}
	for i, share := range []float64{.7, .2, .1} {
		near(t, "share of addressees", to[i], n*share, math.Sqrt(n*share))
	}
	near(t, "bytes", bytes/n, 149.5, 100/math.Sqrt(12*n))
	for _, node := range nodes(13, 40) { // the others write to one fewer
		near(t, "messages to one of many", other[node], to[1]/36*.975, math.Sqrt(to[1]/36))
	}
	if len(slices.Compact(slices.Sorted(maps.Values(centre)))) < 2 {
		t.Errorf("all ten have the same centre: %v", centre)
	}
}

func TestBurstsAtGivenTimes(t *testing.T) {
	w := Workload{Nodes: 10, End: time.Hour, Sources: []Source{habit(func(s *Source) {
		s.From, s.Every, s.At, s.Burst, s.Gap = []int{5, 2}, 0, []time.Duration{time.Hour - 2*time.Second, time.Minute}, 3, time.Second
	})}}
	list := written(t, 1, w)
	want := []time.Duration{60 * time.Second, 61 * time.Second, 62 * time.Second, 3598 * time.Second, 3599 * time.Second}
	if got := times(list, 2); !slices.Equal(got, want) || len(list) != 10 || list[0].From != 5 {
		t.Errorf("got %v, want %v; %+v", got, want, list)
	}
}

// TestSurge: a surge brings more messages, and the k-th of a writer stays what it was.
func TestSurge(t *testing.T) {
	for name, s := range map[string]Source{
		"poisson": habit(func(s *Source) { s.Poisson = true }), "fixed": habit(nil), "jitter": habit(func(s *Source) { s.Jitter = 10 * time.Second }),
	} {
		w := Workload{Nodes: 10, End: 10 * time.Hour, Sources: []Source{s}}
		calm := written(t, 1, w)
		w.Surges = []Surge{{Begin: 2 * time.Hour, End: 3 * time.Hour, Percent: 1000}, {Begin: 5 * time.Hour, End: 6 * time.Hour}}
		wild := written(t, 1, w)
		var by [10]float64
		for _, m := range wild {
			by[m.At/time.Hour]++
		}
		near(t, name+": in the surge", by[2], 6000, math.Sqrt(6000))
		near(t, name+": before", by[0]+by[1], 1200, math.Sqrt(1200))
		near(t, name+": after", by[3]+by[4], 1200, math.Sqrt(1200))
		if by[5] != 0 {
			t.Errorf("%s: %g messages in the silence", name, by[5])
		}
		for from := range 10 {
			var a, b []Writing
			for _, m := range calm {
				if m.From == from {
					a = append(a, m)
				}
			}
			for _, m := range wild {
				if m.From == from {
					b = append(b, m)
				}
			}
			for i := range a {
				if b[i].At > a[i].At && a[i].At < 5*time.Hour || b[i].Bytes != a[i].Bytes {
					t.Fatalf("%s: message %d of node %d is %+v, without surge %+v", name, i, from, b[i], a[i])
				}
			}
		}
		w.Surges[0].Sources, w.Surges[1].Sources = []string{}, []string{}
		if got := written(t, 1, w); !reflect.DeepEqual(got, calm) {
			t.Errorf("%s: a surge of no source changes what is written", name)
		}
	}
}

// TestSurgeOfSome: only those whom it names write more.
func TestSurgeOfSome(t *testing.T) {
	w := Workload{Nodes: 10, End: time.Hour, Sources: []Source{habit(nil), habit(func(s *Source) { s.Name, s.Shared = "shared", true })}}
	w.Surges = []Surge{{End: w.End, Percent: 300, From: []int{2, 3}}, {End: w.End, Percent: 0, Sources: []string{"habit"}, From: []int{4, 5}}}
	by, shared := map[int]int{}, 0
	for _, m := range written(t, 1, w) {
		if m.Source == "shared" {
			shared++
		} else {
			by[m.From]++
		}
	}
	want := map[int]int{0: 60, 1: 60, 2: 180, 3: 180, 6: 60, 7: 60, 8: 60, 9: 60}
	if !maps.Equal(by, want) || shared != 60 {
		t.Errorf("%v, want %v; %d shared, want 60", by, want, shared)
	}
	w.Surges[0].From = nodes(0, 10)
	w.Surges = w.Surges[:1]
	if got := len(written(t, 1, w)); got != 11*180 {
		t.Errorf("a surge of all: %d, want %d", got, 11*180)
	}
}

// TestPace compares with a writer who is watched from second to second.
func TestPace(t *testing.T) {
	for seed := range uint64(300) {
		luck := rand.New(rand.NewPCG(seed, 5))
		w := Workload{End: 400 * time.Second}
		s := habit(func(s *Source) { s.Begin = time.Duration(luck.IntN(420)) * time.Second })
		if luck.IntN(2) == 0 {
			s.End = s.Begin + time.Duration(1+luck.IntN(200))*time.Second
		}
		for at := luck.IntN(60); at < 420; at += luck.IntN(60) {
			u := Surge{Begin: time.Duration(at) * time.Second, Percent: 50 * luck.IntN(6)}
			at += 1 + luck.IntN(80)
			u.End = time.Duration(at) * time.Second
			w.Surges = append(w.Surges, u)
		}
		luck.Shuffle(len(w.Surges), func(i, j int) { w.Surges[i], w.Surges[j] = w.Surges[j], w.Surges[i] })
		p, felt := w.pace(&s, 0), time.Duration(0)
		end := w.End
		if s.End != 0 {
			end = min(end, s.End)
		}
		for at := s.Begin; at < end; at += time.Second {
			percent := time.Duration(100)
			for _, u := range w.Surges {
				if at >= u.Begin && at < u.End {
					percent = time.Duration(u.Percent)
				}
			}
			if got, ok := p.real(felt); percent > 0 && (!ok || got != at) {
				t.Fatalf("seed %d: what is felt as %v is at %v, %v, want %v", seed, felt, got, ok, at)
			}
			felt += time.Second * percent / 100
		}
		if p.total() != felt {
			t.Fatalf("seed %d: %v in all, want %v", seed, p.total(), felt)
		}
		if _, ok := p.real(felt); ok {
			t.Fatalf("seed %d: writes after the end", seed)
		}
	}
}

// TestNobodyIsDisturbed adds a node and a source: the others write what they wrote
// before, except to the new node.
func TestNobodyIsDisturbed(t *testing.T) {
	s := habit(func(s *Source) { s.Poisson, s.To = true, []Share{{Of: 1}, {Of: 3, To: nodes(0, 10)}} })
	shared := habit(func(s *Source) { s.Name, s.Shared, s.Poisson = "shared", true, true })
	w := Workload{Nodes: 11, End: 5 * time.Hour, Sources: []Source{s, shared}}
	before := written(t, 1, w)
	w.Sources[0].From, w.Sources[0].To = nodes(0, 11), []Share{{Of: 1}, {Of: 3, To: nodes(0, 11)}}
	w.Sources[1].From = nodes(0, 11)
	w.Sources = slices.Insert(w.Sources, 0, habit(func(s *Source) { s.Name = "another" }))
	after := written(t, 1, w)
	after = slices.DeleteFunc(after, func(m Writing) bool { return m.Source == "another" || m.Source == "habit" && m.From == 10 })
	if len(after) != len(before) {
		t.Fatalf("%d messages, were %d", len(after), len(before))
	}
	taken := 0
	for i, m := range after {
		was := before[i]
		if m.To == 10 || m.From == 10 {
			taken++
			m.To, m.From, was.To, was.From = 0, 0, 0, 0
		}
		if m != was {
			t.Fatalf("message %d is %+v, was %+v", i, after[i], before[i])
		}
	}
	if part := float64(taken) / float64(len(after)); part < .03 || part > .15 {
		t.Errorf("the new node has %g of all", part)
	}
}
