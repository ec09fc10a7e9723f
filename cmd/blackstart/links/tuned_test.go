package links

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	bridge "github.com/blackstart-mesh/blackstart/firmware-bridge"
	"github.com/blackstart-mesh/blackstart/message/plan"
	"github.com/blackstart-mesh/blackstart/radio"
	"github.com/blackstart-mesh/blackstart/radio/ledger"
)

// fakeLink is a link that does what a test tells it.
type fakeLink struct {
	url    string
	events *bridge.Events
	sent   []radio.Frame
}

func (l *fakeLink) Profile() radio.Profile        { return radio.Profile{Name: l.url, MTU: 200} }
func (l *fakeLink) Send(f radio.Frame) error      { l.sent = append(l.sent, f); return nil }
func (l *fakeLink) Receive() (radio.Event, error) { return l.events.Receive() }
func (l *fakeLink) Close() error                  { l.events.Close(); return nil }
func (l *fakeLink) About() string                 { return "a radio for " + l.url }
func (l *fakeLink) Counters() []bridge.Counter {
	return []bridge.Counter{{Name: "frames of " + l.url, Count: 1}}
}

func (t *tuned) next(tt *testing.T) string {
	tt.Helper()
	e, err := t.Receive()
	if err != nil {
		tt.Fatal(err)
	}
	return fmt.Sprintf("%T", e)
}

type tuned struct {
	*Tuned
	opened []*fakeLink
}

func newTuned() *tuned {
	t := &tuned{}
	t.Tuned = NewTuned("rnode://?plan=field", func(url string) (radio.Link, error) {
		if strings.Contains(url, "wrong") {
			return nil, errors.New("no such device")
		}
		l := &fakeLink{url: url, events: bridge.NewEvents()}
		t.opened = append(t.opened, l)
		return l, nil
	})
	return t
}

func TestTuned(t *testing.T) {
	l := newTuned()
	if err := l.Send(radio.Frame{}); !errors.Is(err, radio.ErrDown) {
		t.Errorf("sent before it is tuned: %v", err)
	}
	why := errors.New("it moves")
	tune := func(url string) {
		t.Helper()
		if err := l.Tune(url, why); err != nil {
			t.Fatal(err)
		}
	}
	if l.About() != "" || l.Counters() != nil {
		t.Errorf("off, it tells of %q, %v", l.About(), l.Counters())
	}
	tune("one")
	tune("one")
	if l.About() != "a radio for one" || len(l.Counters()) != 1 || l.Counters()[0].Name != "frames of one" {
		t.Errorf("it tells of %q, %v", l.About(), l.Counters())
	}
	l.opened[0].events.Put(radio.Up{Profile: l.opened[0].Profile()})
	if got := l.next(t); got != "radio.Up" || len(l.opened) != 1 || l.Profile().Name != "one" {
		t.Errorf("%s, opened %d times, %+v", got, len(l.opened), l.Profile())
	}
	if err := l.Send(radio.Frame{Data: []byte("x")}); err != nil {
		t.Fatal(err)
	}
	tune("two") // with a frame outstanding
	e, err := l.Receive()
	if sent, ok := e.(radio.Sent); !ok || !errors.Is(sent.Err, radio.ErrDown) || err != nil {
		t.Errorf("%#v, %v; want the frame reported as not sent", e, err)
	}
	if got := l.next(t); got != "radio.Down" {
		t.Errorf("%s, want a Down", got)
	}
	l.opened[1].events.Put(radio.Up{Profile: l.opened[1].Profile()})
	l.opened[1].events.Put(radio.Sent{})
	if got := l.next(t) + l.next(t); got != "radio.Upradio.Sent" || l.Profile().Name != "two" {
		t.Errorf("%s on %+v", got, l.Profile())
	}
	tune("")
	tune("")
	if got := l.next(t); got != "radio.Down" {
		t.Errorf("%s, want a Down", got)
	}
	if err := l.Tune("wrong", why); err == nil {
		t.Error("a device that cannot be opened is no error")
	}
	if l.Close() != nil || l.Tune("three", why) == nil {
		t.Error("it opens after Close")
	}
	if _, err := l.Receive(); !errors.Is(err, radio.ErrClosed) {
		t.Errorf("Receive after Close: %v", err)
	}
}

// What a channel says takes the place of a link's own; limits only tighten.
func TestOnChannel(t *testing.T) {
	field := plan.Channel{Name: "field", Modulation: plan.LoRa, Centre: 869_525_000, Bandwidth: 125_000, Spreading: 8, Coding: 5, Power: 20, Duty: 5000}
	vhf := plan.Channel{Name: "vhf", Modulation: plan.AFSK, Centre: 172_500_000, Bandwidth: 12_500, Rate: 1200, Power: 40, Region: "licensed"}
	ham := vhf
	ham.Centre, ham.Region = 144_800_000, ""
	hamOwn := ham
	hamOwn.Region = "licensed"
	over := field
	over.Centre, over.Duty = 868_100_000, 10_000 // where 1 % is allowed
	us := field
	us.Centre, us.Region, us.Spreading = 915_000_000, "us915", 7
	wide := field
	wide.Power, wide.Duty = -10, 0
	for _, c := range []struct {
		url     string
		channel *plan.Channel
		want    string // or a part of the error
	}{
		{"rnode:///dev/ttyACM0?plan=field", &field, "rnode:///dev/ttyACM0?plan=field&freq=869.525M&bw=125k&sf=8&cr=5&power=14&duty=5"},
		{"rnode:///dev/ttyACM0?plan=field&freq=433M&power=27&sf=12&duty=7", &field, "rnode:///dev/ttyACM0?plan=field&freq=869.525M&bw=125k&sf=8&cr=5&power=20&duty=5"},
		{"rnode:///dev/ttyACM0?plan=field&power=3&duty=0.5", &field, "rnode:///dev/ttyACM0?plan=field&freq=869.525M&bw=125k&sf=8&cr=5&power=3&duty=0.5"},
		{"at+rylr:///dev/ttyUSB0?plan=field", &field, "at+rylr:///dev/ttyUSB0?plan=field&freq=869.525M&bw=125k&sf=8&cr=5&power=14&duty=5"},
		{"kiss:///dev/ttyUSB0?plan=vhf&rate=300", &vhf, "channel vhf of the radio plan: region=licensed is for the link to declare: add it to its URL"},
		{"kiss:///dev/ttyUSB0?plan=vhf&rate=300&region=licensed&duty=50", &vhf, "kiss:///dev/ttyUSB0?plan=vhf&rate=1200&region=licensed&duty=50"},
		{"kiss:///dev/ttyUSB0?plan=vhf", &ham, "144.8 MHz is in the amateur band 2 m"},
		{"kiss:///dev/ttyUSB0?plan=vhf&region=licensed", &hamOwn, "144.8 MHz is in the amateur band 2 m"},
		{"kiss:///dev/ttyUSB0?plan=vhf&region=licensed&amateur=own", &hamOwn, "kiss:///dev/ttyUSB0?plan=vhf&amateur=own&rate=1200&region=licensed"},
		{"pipe:///dev/ttyUSB0?plan=vhf", &ham, "144.8 MHz is in the amateur band 2 m"},
		{"kiss:///dev/ttyACM0?modem=meshcore&plan=field&power=27", &field, "kiss:///dev/ttyACM0?modem=meshcore&plan=field&freq=869.525M&bw=125k&sf=8&cr=5&power=20&duty=5"},
		{"kiss:///dev/ttyACM0?modem=meshcore&plan=vhf", &vhf, "links of kiss:// cannot be set to afsk"},
		{"kiss:///dev/ttyUSB0?plan=field", &field, "links of kiss:// cannot be set to lora"},
		{"rnode:///dev/ttyACM0?plan=field", &over, "rnode:///dev/ttyACM0?plan=field&freq=868.1M&bw=125k&sf=8&cr=5&power=14"},
		{"rnode:///dev/ttyACM0?plan=field&duty=0.1", &over, "rnode:///dev/ttyACM0?plan=field&freq=868.1M&bw=125k&sf=8&cr=5&power=14&duty=0.1"},
		{"rnode:///dev/ttyACM0?plan=field&freq=151M&region=licensed&amateur=own&duty=90", &field, "rnode:///dev/ttyACM0?plan=field&freq=869.525M&bw=125k&sf=8&cr=5&power=14&duty=5"},
		{"rnode:///dev/ttyACM0?plan=field", &us, "rnode:///dev/ttyACM0?plan=field&freq=915M&bw=125k&sf=7&cr=5&power=14&region=us915"},
		{"rnode:///dev/ttyACM0?plan=vhf", &vhf, "links of rnode:// cannot be set to afsk 1200 bit/s"},
		{"meshtastic:///dev/ttyACM0?plan=field", &field, "links of meshtastic:// cannot be set to lora"},
		{"rnode:///dev/ttyACM0?plan=field", &wide, "it allows -10 dBm, and links of rnode:// have 0 at least"},
		{"rnode:///dev/ttyACM0?plan=field&freq=869.525M", nil, "rnode:///dev/ttyACM0?plan=field&freq=869.525M"},
		{"rnode:///dev/ttyACM0?plan=field", nil, "there is no channel field, and without it: "},
	} {
		got, err := OnChannel(c.url, c.channel, "test")
		if err != nil {
			got = err.Error()
		}
		if got != c.want && (err == nil || !strings.Contains(got, c.want)) {
			t.Errorf("%s: %s\nwant %s", c.url, got, c.want)
		}
	}
	if err := Check("rnode:///dev/ttyACM0?plan=field", ""); err != nil {
		t.Errorf("a link that the plan completes: %v", err)
	}
	if err := Check("rnode:///dev/ttyACM0?plan=field&sf=99", ""); err == nil {
		t.Error("a wrong value passes where the plan completes the rest")
	}
}

// The regions of a plan are those of the ledger.
func TestRegions(t *testing.T) {
	if got, want := strings.Join(plan.Regions()[1:], " "), strings.Join(ledger.Regions(), " "); got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

// What no link can set is said to its user, and nothing else is.
func TestByHand(t *testing.T) {
	p := &plan.Plan{Channels: []plan.Channel{
		{Name: "vhf", Modulation: plan.AFSK, Centre: 172_500_000, Bandwidth: 12_500, Rate: 1200, Power: 40},
		{Name: "field", Modulation: plan.LoRa, Centre: 869_525_000, Bandwidth: 125_000, Spreading: 8, Coding: 5, Power: 20}}}
	const what = "172.5MHz, 12.5kHz wide, at most 40 dBm"
	for url, want := range map[string]string{
		"kiss:///dev/ttyUSB0?plan=vhf": what, "pipe+tcp://radio:7000?plan=vhf&rate=9600": what, "kiss:///dev/ttyUSB0": "", "kiss:///dev/ttyUSB0?plan=hf": "",
		"rnode:///dev/ttyACM0?plan=vhf": "", "rnode:///dev/ttyACM0?plan=field": "", "kiss:///dev/ttyACM0?modem=meshcore&plan=field": "", "kiss:///dev/ttyACM0?modem=meshcore&plan=vhf": "", "ip://?plan=vhf": "",
	} {
		if got := ByHand(url, p); got != want {
			t.Errorf("%s: %q, want %q", url, got, want)
		}
		if ByHand(url, nil) != "" {
			t.Errorf("%s: without a plan there is something to set", url)
		}
	}
}
