package main

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/blackstart-mesh/blackstart/cmd/internal/console"
	"github.com/blackstart-mesh/blackstart/internal/strictyaml"
	"github.com/blackstart-mesh/blackstart/message/clock"
	"github.com/blackstart-mesh/blackstart/message/plan"
)

// planExample is the form in which a person writes a radio plan.
const planExample = `  from: 2026-06-01T06:00:00Z   # or: now
  patience: 20m                # alone on the new channel for so long: look on the former one
  keep: 720h                   # for how long that is done; or: forever
  channels:
    - name: field              # links take it with ?plan=field
      mode: lora               # or fsk, afsk, with rate: instead of sf: and cr:
      freq: 869.525M
      bw: 125k
      sf: 8
      cr: 5                    # 4/5
      power: 27                # dBm, at most
      region: eu868            # may be left out where the frequency tells
      duty: 5                  # percent of the time, at most; without it: as the law allows
      assignment: crews
      remarks: calling channel`

// planFile is the YAML form.
type planFile struct {
	From     strictyaml.Value `yaml:"from"`
	Patience strictyaml.Value `yaml:"patience"`
	Keep     strictyaml.Value `yaml:"keep"`
	Channels []channelFile    `yaml:"channels"`
}

type channelFile struct {
	Name       strictyaml.Value `yaml:"name"`
	Mode       strictyaml.Value `yaml:"mode"`
	Freq       strictyaml.Value `yaml:"freq"`
	BW         strictyaml.Value `yaml:"bw"`
	SF         strictyaml.Value `yaml:"sf"`
	CR         strictyaml.Value `yaml:"cr"`
	Rate       strictyaml.Value `yaml:"rate"`
	Power      strictyaml.Value `yaml:"power"`
	Region     strictyaml.Value `yaml:"region"`
	Duty       strictyaml.Value `yaml:"duty"`
	Assignment strictyaml.Value `yaml:"assignment"`
	Remarks    strictyaml.Value `yaml:"remarks"`
}

// planKeys lists the keys of both, in the order of the example.
func planKeys() []string {
	return []string{"from", "patience", "keep", "channels", "name", "mode", "freq", "bw", "sf", "cr", "rate", "power", "region", "duty", "assignment", "remarks"}
}

const (
	defaultPatience = 20 * time.Minute
	defaultKeep     = 30 * 24 * time.Hour
)

// parsePlan reads a person's plan. now is what "now" means for how long the former
// channels are kept. Mistakes name file and line.
func parsePlan(name string, text []byte, now clock.Wall) (*plan.Plan, error) {
	p, err := readPlan(text, now)
	if err != nil {
		hint := "see " + program + " plan --help for an example"
		if e, ok := err.(*strictyaml.Error); ok { // as Decode and Wrong return it
			if e.Hint != "" {
				hint = e.Hint
			}
			if e.Line > 0 {
				return nil, console.Faultf(console.Usage, hint, "%s:%d: %s", name, e.Line, e.What)
			}
		}
		what := strings.TrimPrefix(err.Error(), plan.ErrNotCanonical.Error()+": ") // that is about bytes
		return nil, console.Faultf(console.Usage, hint, "%s: %s", name, what)
	}
	return p, nil
}

func readPlan(text []byte, now clock.Wall) (*plan.Plan, error) {
	var f planFile
	if err := strictyaml.Decode(text, &f, planKeys()); err != nil {
		return nil, err
	}
	p := &plan.Plan{Edition: 1, Patience: defaultPatience}
	if f.From.Line > 0 && f.From.Text != "now" {
		t, err := time.Parse(time.RFC3339, f.From.Text)
		if err != nil || t.Nanosecond() != 0 {
			return nil, f.From.Wrong("from", "%q, want a moment such as 2026-06-01T06:00:00Z, or now", f.From.Text)
		}
		p.From = clock.WallOf(t)
	}
	if f.Patience.Line > 0 {
		d, err := time.ParseDuration(f.Patience.Text)
		if err != nil || d < plan.MinPatience || d > plan.MaxPatience || d%time.Minute != 0 {
			return nil, f.Patience.Wrong("patience", "%q, want whole minutes such as 20m, of %v..%v", f.Patience.Text, plan.MinPatience, plan.MaxPatience)
		}
		p.Patience = d
	}
	if err := f.keep(p, now); err != nil {
		return nil, err
	}
	for _, c := range f.Channels {
		channel, err := c.read()
		if err != nil {
			return nil, err
		}
		p.Channels = append(p.Channels, channel)
	}
	return p, p.Check()
}

func (f *planFile) keep(p *plan.Plan, now clock.Wall) error {
	keep := defaultKeep
	if f.Keep.Text == "forever" {
		return nil
	}
	if f.Keep.Line > 0 {
		d, err := time.ParseDuration(f.Keep.Text)
		if err != nil || d < time.Second || d > 10*365*24*time.Hour {
			return f.Keep.Wrong("keep", "%q, want a time such as 720h, or forever", f.Keep.Text)
		}
		keep = d
	}
	p.Until = max(p.From, now).Add(keep) / 1000 * 1000
	return nil
}

// read reads a channel. What it says of numbers that cannot be, plan.Channel.Check says.
func (f channelFile) read() (c plan.Channel, err error) {
	c = plan.Channel{Name: f.Name.Text, Region: f.Region.Text, Assignment: f.Assignment.Text, Remarks: f.Remarks.Text}
	mode := -1
	for i, name := range plan.Modulations() {
		if f.Mode.Text == name {
			mode = i
		}
	}
	if mode < 0 {
		return c, f.line(f.Mode).Wrong("mode", "%q, want one of %s", f.Mode.Text, strings.Join(plan.Modulations(), ", "))
	}
	c.Modulation = plan.Modulation(mode)
	for _, v := range []struct {
		key   string
		value strictyaml.Value
		to    *int64
	}{{"freq", f.Freq, &c.Centre}, {"bw", f.BW, &c.Bandwidth}} {
		if *v.to, err = plan.ParseHertz(v.value.Text); err != nil {
			return c, f.line(v.value).Wrong(v.key, "%v", err)
		}
	}
	for _, v := range []struct {
		key    string
		value  strictyaml.Value
		needed bool
		to     *int
	}{{"sf", f.SF, c.Modulation == plan.LoRa, &c.Spreading}, {"cr", f.CR, c.Modulation == plan.LoRa, &c.Coding},
		{"rate", f.Rate, c.Modulation != plan.LoRa, &c.Rate}, {"power", f.Power, true, &c.Power}} {
		if !v.needed && v.value.Line == 0 {
			continue
		}
		if *v.to, err = strconv.Atoi(v.value.Text); err != nil {
			return c, f.line(v.value).Wrong(v.key, "%q, want a whole number", v.value.Text)
		}
	}
	if f.Duty.Line > 0 {
		if c.Duty, err = parseDuty(f.Duty.Text); err != nil {
			return c, f.Duty.Wrong("duty", "%v", err)
		}
	}
	if err := c.Check(); err != nil {
		return c, f.line(strictyaml.Value{}).Wrong("channel "+c.Name, "%v", err)
	}
	return c, nil
}

// line is a value, or where its channel begins for one that is missing.
func (f channelFile) line(v strictyaml.Value) strictyaml.Value {
	for _, other := range []strictyaml.Value{f.Name, f.Mode, f.Freq} {
		if v.Line == 0 {
			v.Line = other.Line
		}
	}
	return v
}

// parseDuty reads percent with up to three digits behind the dot.
func parseDuty(text string) (int, error) {
	whole, part, _ := strings.Cut(strings.TrimSpace(strings.TrimSuffix(text, "%")), ".")
	n, err := strconv.Atoi(whole + (part + "000")[:3])
	if err != nil || len(part) > 3 || n < 1 || n > plan.WholeDuty {
		return 0, fmt.Errorf("%q, want percent such as 10 or 0.5, up to 100", text)
	}
	return n, nil
}
