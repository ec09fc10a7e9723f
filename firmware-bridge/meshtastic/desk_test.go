package meshtastic

import (
	"strings"
	"testing"
	"time"

	bridge "github.com/blackstart-mesh/blackstart/firmware-bridge"
	"github.com/blackstart-mesh/blackstart/firmware-bridge/emulator"
	"github.com/blackstart-mesh/blackstart/firmware-bridge/meshtastic/meshtasticemu"
	"github.com/blackstart-mesh/blackstart/message/clock"
)

// desk joins drivers with emulated radios by lines that take no time, to look at what
// the drivers count.
type desk struct {
	site  *emulator.Site
	now   clock.Instant
	seats []*seat
}

type seat struct {
	driver *driver
	wake   clock.Instant
	ready  bridge.Ready
	heard  int
	sent   []error
	failed error
}

func newDesk(t *testing.T, query string, radios ...*meshtasticemu.Radio) *desk {
	t.Helper()
	d := &desk{site: emulator.NewSite(emulated().Medium, 3)}
	for i, r := range radios {
		r.Number, r.Preset = uint32(0x1000+i), shortFast
		u, err := bridge.ParseURL("meshtastic:///dev/a"+query, Scheme, Params())
		if err != nil {
			t.Fatal(err)
		}
		driver, err := newDriver(u, uint32(1+1000*i))
		if err != nil {
			t.Fatal(err)
		}
		d.seats = append(d.seats, &seat{driver: driver, wake: clock.Never})
		d.site.PowerOn(0, d.site.Add(0, r))
	}
	for i := range radios {
		d.step(i, bridge.Opened{})
	}
	d.run(10 * time.Second)
	return d
}

func (d *desk) step(i int, in bridge.Input) {
	s := d.seats[i]
	var write []byte
	for _, o := range s.driver.Step(d.now, in) {
		switch o := o.(type) {
		case bridge.Write:
			write = append(write, o.Data...)
		case bridge.Wake:
			s.wake = o.At
		case bridge.Ready:
			s.ready = o
		case bridge.Heard:
			s.heard++
		case bridge.Sent:
			s.sent = append(s.sent, o.Err)
		case bridge.Fail:
			s.failed = o.Err
		}
	}
	if len(write) > 0 {
		d.site.FromHost(d.now, i, write)
	}
}

func (d *desk) run(length time.Duration) {
	for end := d.now.Add(length); d.now < end; d.now = d.now.Add(time.Millisecond) {
		for _, said := range d.site.Advance(d.now) {
			d.step(said.Station, bridge.Bytes{Data: said.Data})
		}
		for i, s := range d.seats {
			if s.wake <= d.now {
				s.wake = clock.Never
				d.step(i, bridge.Tick{})
			}
		}
	}
}

// With hops and ack, the others repeat a packet, and who sent it counts that; alone, he
// learns that nobody did.
func TestRepeatedByOthers(t *testing.T) {
	d := newDesk(t, "?hops=1&ack=yes", &meshtasticemu.Radio{}, &meshtasticemu.Radio{})
	d.step(0, bridge.Transmit{Data: fourBytes})
	d.run(10 * time.Second)
	if d.seats[1].heard != 1 || len(d.seats[0].sent) != 1 || d.seats[0].sent[0] != nil || counted(t, d.seats[0].driver, "repeated by others") != 1 {
		t.Errorf("heard %d, sent %v, %+v", d.seats[1].heard, d.seats[0].sent, d.seats[0].driver.counts)
	}
	d.site.PowerOff(d.now, 1)
	d.step(0, bridge.Transmit{Data: fourBytes})
	d.run(30 * time.Second)
	if len(d.seats[0].sent) != 2 || d.seats[0].sent[1] != nil || counted(t, d.seats[0].driver, "repeated by nobody") != 1 {
		t.Errorf("alone: sent %v, %+v", d.seats[0].sent, d.seats[0].driver.counts)
	}
}

// Without hops nobody repeats anything.
func TestNobodyRepeats(t *testing.T) {
	d := newDesk(t, "", &meshtasticemu.Radio{}, &meshtasticemu.Radio{}, &meshtasticemu.Radio{})
	d.step(0, bridge.Transmit{Data: fourBytes})
	d.run(10 * time.Second)
	if n := d.site.Medium().Total().TxFrames; n != 1 || d.seats[1].heard != 1 || d.seats[2].heard != 1 {
		t.Errorf("%d transmissions, heard %d and %d", n, d.seats[1].heard, d.seats[2].heard)
	}
}

// A radio that has much to say of itself hangs up on a silent host all the same, so it
// is spoken to nevertheless.
func TestRadiosThatTalkAllTheTime(t *testing.T) {
	d := newDesk(t, "", &meshtasticemu.Radio{}, &meshtasticemu.Radio{Routine: time.Minute})
	d.run(20 * time.Minute)
	d.step(0, bridge.Transmit{Data: fourBytes})
	d.run(10 * time.Second)
	if d.seats[1].heard != 1 || d.seats[1].failed != nil || counted(t, d.seats[0].driver, "dropped: other port") < 15 {
		t.Errorf("after 20 minutes: heard %d, failed %v, %+v", d.seats[1].heard, d.seats[1].failed, d.seats[0].driver.counts)
	}
}

// A radio whose airtime is used up refuses one frame after the other, and stays in use.
func TestDutyCycle(t *testing.T) {
	d := newDesk(t, "", &meshtasticemu.Radio{Refuses: 1}, &meshtasticemu.Radio{})
	for range 3 {
		d.step(0, bridge.Transmit{Data: fourBytes})
		d.run(10 * time.Second)
	}
	s := d.seats[0]
	if len(s.sent) != 3 || s.sent[0] != nil || s.sent[1] == nil || !strings.Contains(s.sent[2].Error(), "duty cycle") || s.failed != nil {
		t.Errorf("sent %v, failed %v", s.sent, s.failed)
	}
	if counted(t, s.driver, "frames refused: duty cycle") != 2 || counted(t, s.driver, "notices") != 2 {
		t.Errorf("%+v", s.driver.counts)
	}
}

// A radio that signs, and one that takes only what is signed, say so in the profile.
func TestSigningRadios(t *testing.T) {
	d := newDesk(t, "", &meshtasticemu.Radio{Signs: true, Strict: true}, &meshtasticemu.Radio{})
	signs, plain := d.seats[0].ready.Profile, d.seats[1].ready.Profile
	if signs.MTU != maxSigned || plain.MTU != MaxData || signs.Airtime(60) <= plain.Airtime(60) || signs.Airtime(maxSigned) != plain.Airtime(MaxData) {
		t.Errorf("%+v and %+v", signs, plain)
	}
	d.step(0, bridge.Transmit{Data: make([]byte, maxSigned)})
	d.run(10 * time.Second)
	if d.seats[1].heard != 1 {
		t.Error("a signed packet is not heard")
	}
}
