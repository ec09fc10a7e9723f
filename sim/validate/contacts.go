package validate

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"time"

	"github.com/blackstart-mesh/blackstart/message/bundle"
	"github.com/blackstart-mesh/blackstart/message/ident"
	"github.com/blackstart-mesh/blackstart/sim"
	"github.com/blackstart-mesh/blackstart/sim/contact"
	"github.com/blackstart-mesh/blackstart/sim/reference"
	"github.com/blackstart-mesh/blackstart/sim/report"
)

// The contact trace: 100 people who walk about 3 x 3 km, with a range of 100 m, for six
// hours, and 487 messages in the first four of them. The ONE (akeranen/the-one c973bfb)
// made both, and ran its routers on them with one seed: 1 kB/s, buffers of 100 kB,
// lifetimes of 300 minutes, updateInterval 1 s, everything else by default.
//
// One run says little of the epidemic: with nine other seeds of its own shuffles, on the
// same contacts and messages, the ONE's router delivers 333 to 371 (mean 352.1, 72.3 %; the
// published run 358), with medians of 2,308 to 2,507 s (2,398) and 617 to 682 transmissions
// for each delivery (650). Spray and wait delivers 448 or 449, and direct always does the
// same.
const (
	walkers     = 100
	walked      = 6 * time.Hour
	walkersRate = 8000
)

func theirs() reference.Carry { return reference.Carry{Buffer: 100_000, Tick: time.Second} }

// router is what the ONE's MessageStatsReport says of a router.
type router struct {
	protocol  reference.Protocol
	delivered float64 // percent
	median    float64 // seconds
	overhead  float64 // transmissions beside the delivering one, for each delivery
}

func publishedRouters() []router {
	return []router{
		{reference.Epidemic{Carry: theirs()}, 73.5, 2353, 642.7},
		{reference.Spray{Carry: theirs(), Copies: 6}, 92.0, 3544, 5.393},
		{reference.Direct{Carry: theirs()}, 39.0, 5936, 0},
	}
}

// share is how far a figure of a contact trace may be from the published one: 5 %.
const share = 0.05

// Names of the files of a folder with the contact trace.
const (
	contactsFile = "rwp-contacts.txt"
	messagesFile = "rwp-messages.txt"
)

// Trace reads the contacts and messages in a folder, rwp-contacts.txt and
// rwp-messages.txt, and makes the cases of so many runs each; see Contacts and Earliest.
func Trace(folder fs.FS, runs int) ([]Case, error) {
	var changes []contact.Change
	err := read(folder, contactsFile, func(r io.Reader) (err error) {
		changes, err = contact.ReadChanges(r, walkers)
		return err
	})
	if err != nil {
		return nil, err
	}
	var messages []contact.Message
	err = read(folder, messagesFile, func(r io.Reader) (err error) {
		messages, err = contact.ReadMessages(r, walkers)
		return err
	})
	if err != nil {
		return nil, err
	}
	return append(Contacts(changes, messages, runs), Earliest(changes, messages)), nil
}

func read(folder fs.FS, name string, what func(io.Reader) error) error {
	f, err := folder.Open(name)
	if err != nil {
		return err
	}
	if err := errors.Join(what(f), f.Close()); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}

// Contacts holds the protocols that carry messages from contact to contact to what the
// ONE's routers do on the same contacts and messages: the mean over several runs, which
// differ in the protocols' own luck.
func Contacts(changes []contact.Change, messages []contact.Message, runs int) (cases []Case) {
	for _, r := range publishedRouters() {
		cases = append(cases, Case{
			Name: "contact trace, " + r.protocol.Name(), Lasts: time.Duration(runs) * walked,
			Run: func(progress func(time.Duration) bool) ([]Row, error) {
				return r.hold(changes, messages, runs, progress)
			},
		})
	}
	return cases
}

func (r router) hold(changes []contact.Change, messages []contact.Message, runs int, progress func(time.Duration) bool) ([]Row, error) {
	var f walks
	for i := range runs {
		ran := time.Duration(i) * walked
		run, transfers, err := Walk(r.protocol, changes, messages, uint64(i+1), func(now time.Duration) bool { return progress(ran + now) })
		if err != nil || run.Partial {
			return nil, err
		}
		f.add(run, transfers)
	}
	row := func(what, unit string, published float64, found []float64) Row {
		return Row{
			Of: "contact trace", Case: r.protocol.Name(), What: what, Unit: unit, Published: published,
			Found: mean(found), Low: slices.Min(found), High: slices.Max(found), Runs: runs, Within: share * published,
			Source: "the ONE, one run",
		}.Judge()
	}
	return []Row{
		row("delivered", "%", r.delivered, f.delivered),
		row("median latency", "s", r.median, f.median),
		row("transmissions per delivery", "", r.overhead, f.overhead),
	}, nil
}

// Walk is one run of a protocol on the network of the ONE's scenario: who is in contact
// talks for nothing, moves 1,000 bytes a second, is in one transfer at a time, and looks at
// its world once a second. It returns what came of the run, and how many transfers of a
// message came through.
func Walk(p reference.Protocol, changes []contact.Change, messages []contact.Message, seed uint64, progress func(time.Duration) bool) (report.Run, int, error) {
	counted := &meter{Protocol: p}
	w, err := sim.New(sim.Options{
		Seed: seed, Nodes: walkers, Protocol: counted, Progress: progress,
		LANs: []sim.LAN{{
			Name: "contacts", Nodes: sim.All(0, walkers), BitsPerSecond: walkersRate, HalfDuplex: true,
			Uncharged: reference.Head, Step: time.Second, Contacts: changes, Traced: true,
		}},
	})
	if err != nil {
		return report.Run{}, 0, err
	}
	for _, m := range messages {
		w.Submit(sim.Message{At: m.At, From: m.From, To: bundle.Destination{Node: ident.Number(m.To + 1)},
			Precedence: bundle.Routine, Lifetime: m.Lifetime, Bytes: m.Bytes})
	}
	w.RunFor(walked)
	run := w.Result()
	if len(run.Violations) > 0 {
		return run, counted.transfers, fmt.Errorf("%s on the contact trace, seed %d: %s", p.Name(), seed, run.Violations[0])
	}
	return run, counted.transfers, nil
}
