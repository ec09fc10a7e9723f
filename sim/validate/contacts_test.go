package validate

import (
	"os"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/blackstart-mesh/blackstart/sim/contact"
	"github.com/blackstart-mesh/blackstart/sim/reference"
)

func trace(t *testing.T, runs int) []Case {
	t.Helper()
	cases, err := Trace(os.DirFS("testdata"), runs)
	if err != nil {
		t.Fatal(err)
	}
	return cases
}

// TestContactTrace holds each protocol to the ONE's figures.
func TestContactTrace(t *testing.T) {
	const runs = 2
	for i, c := range trace(t, runs)[:3] {
		if testing.Short() && i == 0 {
			continue // the epidemic has its buffers always full, which takes a while
		}
		told := time.Duration(0)
		rows, err := c.Run(func(now time.Duration) bool { told = now; return false })
		if err != nil || len(rows) != 3 || told < c.Lasts-2*time.Minute || told > c.Lasts {
			t.Fatalf("%s: %d rows, %v; told of %v of %v", c.Name, len(rows), err, told, c.Lasts)
		}
		for _, r := range rows {
			t.Logf("%s, %s: %.4g (%.4g to %.4g), published %.4g %s", r.Case, r.What, r.Found, r.Low, r.High, r.Published, r.Unit)
			if !r.Holds || r.Runs != runs || r.Low > r.Found || r.High < r.Found {
				t.Errorf("%+v", r)
			}
		}
	}
}

func TestContactTraceStops(t *testing.T) {
	rows, err := trace(t, 3)[1].Run(func(now time.Duration) bool { return now > time.Hour })
	if rows != nil || err != nil {
		t.Errorf("%v, %v", rows, err)
	}
}

func TestTraceRefused(t *testing.T) {
	good := fstest.MapFS{
		contactsFile: {Data: []byte("1 CONN 1 2 up\n")},
		messagesFile: {Data: []byte("32.0 M1 634 n14 n38 300 N\n")},
	}
	if _, err := Trace(good, 1); err != nil {
		t.Error(err)
	}
	for name, text := range map[string]string{contactsFile: "1 CONN 1 100 up\n", messagesFile: "32.0 M1 634 n14 n38 300\n"} {
		bad := fstest.MapFS{contactsFile: good[contactsFile], messagesFile: good[messagesFile]}
		bad[name] = &fstest.MapFile{Data: []byte(text)}
		if _, err := Trace(bad, 1); err == nil || !strings.Contains(err.Error(), name) || !strings.Contains(err.Error(), "line 1") {
			t.Errorf("%s: %v", name, err)
		}
		delete(bad, name)
		if _, err := Trace(bad, 1); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("without %s: %v", name, err)
		}
	}
}

// TestWalkIsTheSame: a run follows from its seed, whatever else is different.
func TestWalkIsTheSame(t *testing.T) {
	changes := []contact.Change{{At: time.Minute, A: 1, B: 2, Up: true}, {At: 2 * time.Minute, A: 1, B: 2}}
	messages := []contact.Message{{At: time.Second, From: 1, To: 2, Bytes: 500, Lifetime: time.Hour}}
	p := reference.Epidemic{Carry: theirs()}
	goOn := func(time.Duration) bool { return false }
	one, transfers, err := Walk(p, changes, messages, 1, goOn)
	two, _, err2 := Walk(p, changes, messages, 1, goOn)
	if err != nil || err2 != nil || one.Hash != two.Hash || transfers != 1 {
		t.Errorf("%v, %v: %s and %s, %d transfers", err, err2, one.Hash, two.Hash, transfers)
	}
	if c := one.Messages[0].Copies[0]; c.Possible < time.Minute || c.Arrived < time.Minute+time.Second || c.Arrived > time.Minute+1100*time.Millisecond {
		t.Errorf("%+v", c)
	}
}
