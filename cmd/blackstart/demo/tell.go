package demo

import (
	"fmt"
	"io"
	"time"

	"github.com/blackstart-mesh/blackstart/cmd/internal/console"
)

// teller says in plain sentences what happens, with the time since the start.
type teller struct {
	out   io.Writer
	begin time.Time
	steps []step
}

type step struct {
	Seconds float64 `json:"seconds"`
	What    string  `json:"what"`
}

func newTeller(o Options) *teller {
	t := &teller{out: o.Out, begin: time.Now()}
	if o.JSON {
		t.out = o.Err
	}
	return t
}

func (t *teller) tell(format string, args ...any) {
	s := step{Seconds: time.Since(t.begin).Seconds(), What: fmt.Sprintf(format, args...)}
	t.steps = append(t.steps, s)
	fmt.Fprintf(t.out, "%7.1f s  %s\n", s.Seconds, s.What)
}

// result is what --json prints at the end of a script.
type result struct {
	OK       bool     `json:"ok"`
	Radio    string   `json:"radio"`
	Rate     int      `json:"bits_per_second"`
	Seed     uint64   `json:"seed"`
	Kills    int      `json:"kills"`
	Messages int      `json:"messages"`
	Seconds  float64  `json:"seconds"`
	Air      airStats `json:"air"`
	Problem  string   `json:"problem,omitempty"`
	Steps    []step   `json:"steps"`
}

// report prints how the script ended.
func (w *world) report(err error) error {
	r := result{OK: err == nil, Radio: w.Radio, Rate: w.onAir(), Seed: w.Seed, Kills: w.flown, Messages: len(w.sent),
		Seconds: time.Since(w.begin).Seconds(), Air: w.air.stats(), Steps: w.steps}
	if err != nil {
		r.Problem = err.Error()
	}
	if w.JSON {
		return console.JSON(w.Out, r)
	}
	if err == nil {
		_, err = fmt.Fprintf(w.Out, "\nAll went well: %d messages, %d kills, %.0f s, of which %.0f s on the air%s.\n",
			r.Messages, r.Kills, r.Seconds, r.Air.AirtimeS, r.Air.counted())
		return err
	}
	return nil
}

// counted tells frames and bytes, where the modem does.
func (a airStats) counted() string {
	if a.Frames == 0 {
		return ""
	}
	return fmt.Sprintf(" (%d frames, %d bytes)", a.Frames, a.Bytes)
}
