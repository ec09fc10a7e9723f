package validate

import (
	"os"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/blackstart-mesh/blackstart/message/bundle"
	"github.com/blackstart-mesh/blackstart/sim"
	"github.com/blackstart-mesh/blackstart/sim/report"
)

// The matrix of 20 nodes is that of sim/terrain; see there for where it is from.
func matrixOf20(t *testing.T) []byte {
	t.Helper()
	text, err := os.ReadFile("../terrain/testdata/n20-s44.json")
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func run(t *testing.T, air Air) []Row {
	t.Helper()
	c, err := Flooding("n20-s44.json", matrixOf20(t), air)
	if err != nil {
		t.Fatal(err)
	}
	last := time.Duration(0)
	rows, err := c.Run(func(now time.Duration) bool {
		if now < last || now > c.Lasts {
			t.Errorf("progress %v after %v, of %v", now, last, c.Lasts)
		}
		last = now
		return false
	})
	if err != nil || last < c.Lasts-time.Minute {
		t.Fatalf("ended at %v of %v: %v", last, c.Lasts, err)
	}
	return rows
}

// By the rules of Meshtasticator every share comes out as published, within what seeds
// of traffic differ by; what differs says why.
func TestFloodingHolds(t *testing.T) {
	rows := run(t, PublishedAir())
	if len(rows) != 6 {
		t.Fatalf("%d rows", len(rows))
	}
	for _, r := range rows {
		if r.Unit == "%" && !r.Holds {
			t.Errorf("%s: %.1f %%, published %.1f", r.What, r.Found, r.Published)
		}
		if r.Holds != (r.Why == "") {
			t.Errorf("%s: holds %v, why %q", r.What, r.Holds, r.Why)
		}
		if r.Low > r.Found || r.High < r.Found || r.Low == r.High {
			t.Errorf("%s: %v is not the mean of values from %v to %v", r.What, r.Found, r.Low, r.High)
		}
	}
	if again := run(t, PublishedAir()); !reflect.DeepEqual(rows, again) {
		t.Errorf("%+v, and again %+v", rows, again)
	}
}

// A real receiver stays with the frame that it began: fewer acknowledgements come back.
func TestFloodingInThisAir(t *testing.T) {
	published, physical := run(t, PublishedAir()), run(t, PhysicalAir())
	for i, what := range []string{"broadcasts delivered", "direct delivered", "direct acknowledged"} {
		if published[i].What != what || physical[i].What != what {
			t.Fatalf("row %d is %q and %q", i, published[i].What, physical[i].What)
		}
	}
	if !physical[0].Holds || !physical[1].Holds {
		t.Errorf("delivered: %+v, %+v", physical[0], physical[1])
	}
	if physical[2].Found > published[2].Found-5 {
		t.Errorf("acknowledged: %.1f %%, by Meshtasticator's rules %.1f", physical[2].Found, published[2].Found)
	}
}

func TestFloodingIsBrokenOff(t *testing.T) {
	c, err := Flooding("n20-s44.json", matrixOf20(t), PublishedAir())
	if err != nil {
		t.Fatal(err)
	}
	rows, err := c.Run(func(now time.Duration) bool { return now > 90*time.Minute })
	if err != nil || rows != nil {
		t.Errorf("%v, %v", rows, err)
	}
}

func TestFloodingRefuses(t *testing.T) {
	good := string(matrixOf20(t))
	for _, c := range []struct{ name, text, want string }{
		{"matrix.json", good, "the name of a matrix"},
		{"n20-s44.json.bak", good, "the name of a matrix"},
		{"n50-s44.json", good, "has 20 nodes"},
		{"n20-s47.json", good, "no figures are published"},
		{"n20-s44.json", good[:len(good)/2], "n20-s44.json"},
		{"n20-s44.json", strings.Replace(good, "LONG_FAST", "SHORT_FAST", 1), "SHORT_FAST"},
	} {
		if _, err := Flooding(c.name, []byte(c.text), PublishedAir()); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", c.name, err, c.want)
		}
	}
}

func TestFloodingTraffic(t *testing.T) {
	broadcasts, direct := traffic(100, 7, false), traffic(100, 7, true)
	if n := len(broadcasts); n < 1100 || n > 1230 || len(direct) != n {
		t.Fatalf("%d and %d messages in an hour, want some 1160", n, len(direct))
	}
	for i, m := range direct {
		b := broadcasts[i]
		if b.At != m.At || b.From != m.From || b.To != (bundle.Destination{Group: 1}) || i > 0 && m.At < direct[i-1].At || m.At > writeUntil {
			t.Fatalf("message %d: %+v and %+v", i, b, m)
		}
		if to := int(m.To.Node) - 1; to == m.From || to < 0 || to >= 100 || m.Bytes != 40 {
			t.Fatalf("message %d: %+v", i, m)
		}
	}
	if other := traffic(100, 8, true); reflect.DeepEqual(direct[:9], other[:9]) {
		t.Error("another seed, the same traffic")
	}
	if few := traffic(99, 7, true); !reflect.DeepEqual(from(direct, 3), from(few, 3)) {
		t.Error("node 3 writes at other times when node 99 is not there")
	}
}

func from(list []sim.Message, node int) (at []time.Duration) {
	for _, m := range list {
		if m.From == node {
			at = append(at, m.At)
		}
	}
	return at
}

// A reason goes as far as it goes: what differs by more, or the other way, is open.
func TestFloodingExplains(t *testing.T) {
	share, span := explanation{"since", -10, 0}, explanation{"since", 1, 6}
	for _, c := range []struct {
		e                       explanation
		unit                    string
		published, found, apart float64
		want                    string
	}{
		{share, "%", 50, 46, 5, ""}, {share, "%", 50, 44, 5, "since"}, {share, "%", 50, 40, 5, "since"}, {share, "%", 50, 39, 5, ""}, {share, "%", 50, 56, 5, ""},
		{span, "s", 10, 13, 2, "since"}, {span, "s", 10, 60, 2, "since"}, {span, "s", 10, 61, 2, ""}, {span, "s", 10, 7, 2, ""},
		{explanation{}, "%", 50, 44, 5, ""},
	} {
		r := Row{Unit: c.unit, Published: c.published, Found: c.found, Within: c.apart}.Judge()
		if got := c.e.of(r); got != c.want {
			t.Errorf("%+v: %q", c, got)
		}
	}
}

// Shares and ranks, by hand.
func TestFloodingFigures(t *testing.T) {
	second := func(n int) time.Duration { return time.Duration(n) * time.Second }
	r := report.Run{Channels: []report.Channel{{Airtime: second(9)}}, Messages: []report.Message{
		{At: second(10), Known: second(15), Copies: []report.Copy{{Arrived: second(11)}, {Arrived: second(14)}, {Arrived: report.Never}}},
		{At: second(20), Known: report.Never, Copies: []report.Copy{{Arrived: second(22)}, {Arrived: report.Never}, {Arrived: report.Never}}},
	}}
	f := figures{}
	f.add(r, false)
	f.add(r, true)
	want := figures{broadcast: []float64{50}, direct: []float64{50}, acked: []float64{50}, airtime: []float64{4.5}, p50: []float64{2}, p95: []float64{4}}
	if !reflect.DeepEqual(f, want) {
		t.Errorf("%+v, want %+v", f, want)
	}
	f = figures{}
	f.add(report.Run{Channels: []report.Channel{{}}}, false) // nobody wrote anything
	if !reflect.DeepEqual(f, figures{broadcast: []float64{0}, airtime: []float64{0}, p50: []float64{0}, p95: []float64{0}}) {
		t.Errorf("%+v", f)
	}
}
