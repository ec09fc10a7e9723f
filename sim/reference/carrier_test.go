package reference

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/blackstart-mesh/blackstart/message/clock"
	"github.com/blackstart-mesh/blackstart/sim/segment"
)

// play runs a script on a field and writes down each message that goes over ("8 0>1 m0",
// with copies other than one behind it) and each that is delivered ("8 1 gets m0"), with
// the whole second. Lines: "5 up 0 1", "5 down 0 1", "3 write 0 2 500 [minutes]".
func play(t *testing.T, f *field, lines string) string {
	t.Helper()
	var out strings.Builder
	got := map[[2]int]bool{}
	f.watch = func(from, to int, frame []byte) {
		if talk, ok := decodeTalk(frame); !ok {
			t.Errorf("%d hears what it does not understand: %x", to, frame)
		} else if talk.kind == kindData {
			copies := ""
			if talk.parcel.copies != 1 {
				copies = fmt.Sprintf(" x%d", talk.parcel.copies)
			}
			fmt.Fprintf(&out, "%d %d>%d m%d%s\n", f.now/second, from, to, talk.parcel.message.N, copies)
		}
	}
	f.gets = func(node, n int) {
		fmt.Fprintf(&out, "%d %d gets m%d\n", f.now/second, node, n)
		got[[2]int{n, node}] = true
	}
	for _, line := range strings.Split(strings.TrimSpace(lines), "\n") {
		var at float64
		var verb string
		var a, b, bytes, minutes int
		fmt.Sscan(line, &at, &verb, &a, &b, &bytes, &minutes)
		now := clock.Instant(at * float64(second))
		f.until(now)
		switch verb {
		case "up":
			f.s.Connect(now, a, b)
		case "down":
			f.s.Disconnect(now, a, b)
		case "write":
			if minutes == 0 {
				minutes = 600
			}
			f.step(a, Submit{Message: Message{N: f.written, From: a, To: b, Bytes: bytes, Expires: now.Add(time.Duration(minutes) * time.Minute)}})
			f.written++
		case "end":
		default:
			t.Fatalf("no such line: %s", line)
		}
	}
	return out.String()
}

// act is a script of a protocol on the network of the ONE, and what it does.
type act struct {
	name  string
	p     Protocol
	lines string
	want  []string // any of these: chance decides who goes first
}

func ticks(buffer int) Carry { return Carry{Buffer: buffer, Tick: time.Second} }

func spreading() []act {
	epidemic, direct := Epidemic{ticks(0)}, Direct{ticks(0)}
	return []act{
		{"epidemic: by way of another, once a tick, not back", epidemic,
			"1 write 0 2 500\n2 up 0 1\n10 down 0 1\n20 up 1 2\n30 end", []string{`
			3 0>1 m0
			21 1>2 m0
			21 2 gets m0`}},
		{"epidemic: delivered messages stay with who brought them, and are not taken again", epidemic,
			"1 write 0 1 500\n1 write 0 2 500\n2 up 0 1\n10 down 0 1\n11 up 0 2\n20 down 0 2\n20 up 1 2\n30 end", []string{`
			3 0>1 m0
			3 1 gets m0
			4 0>1 m1
			12 0>2 m1
			12 2 gets m1
			13 0>2 m0`}},
		{"what can be delivered goes first", epidemic,
			"1 write 0 3 500\n1 write 0 3 500\n1 write 0 3 500\n1 write 0 1 500\n2 up 0 1\n3.5 end", []string{`
			3 0>1 m3
			3 1 gets m3`}},
		{"a neighbour is asked for what it has for one's own node", epidemic,
			"1 write 0 2 500\n1 write 1 0 500\n1 write 1 2 500\n2 up 0 1\n3.5 end", []string{`
			3 1>0 m1
			3 0 gets m1`}},
		{"neighbours in the order in which they came", epidemic,
			"1 write 0 4 500\n2 up 0 2\n2 up 0 1\n2 up 0 3\n8 end", []string{`
			3 0>2 m0
			4 0>1 m0
			5 0>3 m0`}},
		{"one transfer at a time: who meets a busy node waits", epidemic,
			"1 write 0 1 2500\n1 write 2 1 500\n2 up 0 1\n3 up 1 2\n8 end", []string{`
			5 0>1 m0
			5 1 gets m0
			6 2>1 m1
			6 1 gets m1`, `
			5 0>1 m0
			5 1 gets m0
			7 2>1 m1
			7 1 gets m1`}},
		{"a transfer that breaks off begins anew", epidemic,
			"1 write 0 1 2500\n2 up 0 1\n4 down 0 1\n10 up 0 1\n20 end", []string{`
			13 0>1 m0
			13 1 gets m0`}},
		{"direct: by nobody else", direct,
			"1 write 0 2 500\n2 up 0 1\n10 up 1 2\n20 up 0 2\n30 end", []string{`
			21 0>2 m0
			21 2 gets m0`}},
		{"epidemic: to everyone", epidemic,
			"1 write 0 -1 500\n2 up 0 1\n10 down 0 1\n20 up 1 2\n30 end", []string{`
			3 0>1 m0
			3 1 gets m0
			21 1>2 m0
			21 2 gets m0`}},
		{"direct: to everyone, by who wrote it", direct,
			"1 write 0 -1 500\n2 up 0 1\n10 up 1 2\n20 up 0 2\n30 end", []string{`
			3 0>1 m0
			3 1 gets m0
			21 0>2 m0
			21 2 gets m0`}},
	}
}

func quotas() []act {
	spray := Spray{Carry: ticks(0)}
	return []act{
		{"spray: half of the copies, rounded down, until one is left", spray,
			"1 write 0 5 500\n2 up 0 1\n5 up 0 2\n8 up 0 3\n11 up 0 4\n14 up 1 4\n20 up 2 5\n30 end", []string{`
			3 0>1 m0 x3
			6 0>2 m0
			9 0>3 m0
			15 1>4 m0
			21 2>5 m0 x0
			21 5 gets m0`}},
		{"spray: a delivery halves the copies as well", spray,
			"1 write 0 1 500\n2 up 0 1\n5 up 0 2\n20 end", []string{`
			3 0>1 m0 x3
			3 1 gets m0
			6 0>2 m0`}},
		{"spray: to everyone, beyond the copies by who has one", Spray{Carry: ticks(0), Copies: 2},
			"1 write 0 -1 500\n2 up 0 1\n5 up 0 2\n8 up 1 3\n11 up 2 4\n20 end", []string{`
			3 0>1 m0
			3 1 gets m0
			6 0>2 m0 x0
			6 2 gets m0
			9 1>3 m0 x0
			9 3 gets m0`}},
	}
}

func limits() []act {
	small := Epidemic{ticks(1000)}
	epidemic := Epidemic{ticks(0)}
	return []act{
		{"the oldest makes room, and may come again", small,
			"1 write 0 4 600\n2 up 0 1\n5 down 0 1\n6 write 2 1 600\n7 up 2 1\n10 down 2 1\n11 up 0 1\n15 end", []string{`
			3 0>1 m0
			8 2>1 m1
			8 1 gets m1
			12 0>1 m0`}},
		{"not what is being sent", Epidemic{ticks(2600)},
			"1 write 0 4 2500\n2 up 0 1\n3 write 0 4 600\n3 write 0 4 500\n20 end", []string{`
			5 0>1 m0
			6 0>1 m2`}},
		{"the addressee makes room for what it will not keep", small,
			"1 write 1 4 600\n1 write 0 1 600\n2 up 0 1\n4 down 0 1\n5 up 1 2\n9 end", []string{`
			3 0>1 m1
			3 1 gets m1`}},
		{"a message longer than the buffer is told of once and refused", small,
			"1 write 0 4 1500\n2 up 0 1\n20 end", []string{`
			4 0>1 m0`}},
		{"a lifetime ends a minute early, but for the addressee", epidemic,
			"1 write 0 2 500 2\n60.5 write 0 4 500 2\n65 up 0 1\n68 up 0 2\n75 end", []string{`
			66 0>1 m1
			69 0>2 m0
			69 2 gets m0
			70 0>2 m1`}},
	}
}

func TestRules(t *testing.T) {
	for _, group := range [][]act{spreading(), quotas(), limits()} {
		for _, a := range group {
			shown := make([]bool, len(a.want))
			for seed := range uint64(20) {
				got := play(t, newField(t, theONE(), a.p, 6, seed), a.lines)
				i := slices.IndexFunc(a.want, func(w string) bool {
					return strings.TrimSpace(got) == strings.ReplaceAll(strings.TrimSpace(w), "\t", "")
				})
				if i < 0 {
					t.Fatalf("seed %d: %s:\n%s\nwant\n%s", seed, a.name, got, strings.Join(a.want, "\nor"))
				}
				shown[i] = true
			}
			if slices.Contains(shown, false) {
				t.Errorf("%s: not each of %d ways in 20 runs: %v", a.name, len(a.want), shown)
			}
		}
	}
}

// TestWithoutTicks: a node acts at once, and tries a busy neighbour again.
func TestWithoutTicks(t *testing.T) {
	cfg := segment.Config{BitsPerSecond: 8000, HalfDuplex: true, Broadcast: true, Uncharged: Head}
	f := newField(t, cfg, Epidemic{}, 3, 1)
	play(t, f, "1 write 0 1 1000\n1 write 2 1 500\n2 up 0 1\n2.1 up 1 2\n9 end")
	if at := f.arrived[[2]int{0, 1}]; at != 3*second {
		t.Errorf("the first came at %v", time.Duration(at))
	}
	if at := f.arrived[[2]int{1, 1}]; at < 3*second+second/2 || at > 6*second {
		t.Errorf("the second came at %v", time.Duration(at))
	}
}

// TestOnALAN: full duplex, with delays and losses, and no talk for nothing.
func TestOnALAN(t *testing.T) {
	cfg := segment.Config{BitsPerSecond: 100_000_000, Broadcast: true, Delay: [2]time.Duration{time.Millisecond, 20 * time.Millisecond}, MTU: 32 << 10}
	for _, p := range []Protocol{Epidemic{}, Spray{}, Direct{}} {
		f := newField(t, cfg, p, 6, 1)
		play(t, f, "1 up 0 1\n1 up 0 2\n1 up 0 3\n1 up 1 2\n1 up 1 3\n1 up 2 3\n2 write 0 3 500\n2 write 1 0 40000\n2 write 2 0 400\n9 end")
		if len(f.arrived) != 2 {
			t.Errorf("%s: %v", p.Name(), f.arrived)
		}
	}
}

// TestTalkThatCosts: where talk takes its time and is refused like anything else, what
// was to be told is told later, and all comes.
func TestTalkThatCosts(t *testing.T) {
	cfg := segment.Config{BitsPerSecond: 8000, HalfDuplex: true, Broadcast: true}
	for seed := range uint64(20) {
		f := newField(t, cfg, Epidemic{Carry{Buffer: 20_000}}, 6, seed)
		lines := ""
		for i := range 30 {
			lines += fmt.Sprintf("1 write %d %d 300\n", i%4, (i+1+i/10)%4)
		}
		f.gets = nil
		play(t, f, lines+"2 up 0 1\n2 up 1 2\n2 up 2 3\n2 up 0 3\n2 up 0 2\n200 end")
		for i := range 30 {
			if _, ok := f.arrived[[2]int{i, (i + 1 + i/10) % 4}]; !ok && i%4 != (i+1+i/10)%4 {
				t.Errorf("seed %d: message %d did not come", seed, i)
			}
		}
		// Each of 4 nodes needs 30 messages but its own; some come twice, before all know.
		if f.data > 2*30*3 {
			t.Errorf("seed %d: %d transfers", seed, f.data)
		}
	}
}
