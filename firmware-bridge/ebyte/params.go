package ebyte

import (
	"fmt"
	"slices"
	"strings"
	"time"

	bridge "github.com/blackstart-mesh/blackstart/firmware-bridge"
	"github.com/blackstart-mesh/blackstart/firmware-bridge/pipe"
	"github.com/blackstart-mesh/blackstart/message/plan"
	"github.com/blackstart-mesh/blackstart/radio"
)

// Scheme is the scheme of the links' URLs; with "+tcp" for a module behind TCP.
const Scheme = "ebyte"

// Models, and how a module is brought into configuration mode.
const (
	e22900 = "e22-900"
	e22400 = "e22-400"
	e32    = "e32-" // 433, 868 or 915

	kept     = "kept"
	bySwitch = "switch"
	software = "software"
)

const (
	configSpeed = 9600 // of the port in configuration mode
	packet32    = 58
)

// The places of these words are the values of the registers.
func airRates() []string {
	return []string{"300", "1200", "2400", "4800", "9600", "19200", "38400", "62500"}
}
func packets() []string { return []string{"240", "128", "64", "32"} }

func yesNo() []string { return []string{"yes", "no"} }

// Params returns the parameters of the links' URLs.
func Params() []bridge.Param {
	const rate2400 = 2
	return []bridge.Param{
		bridge.Baud,
		{Name: "model", Words: []string{e22900, e22400, e32 + "433", e32 + "868", e32 + "915"}, Needed: true, Meaning: "kind of module"},
		{Name: "config", Words: []string{kept, bySwitch, software}, Meaning: "how it gets into configuration mode"},
		{Name: "channel", Needed: true, Min: 0, Max: 83, Meaning: "frequency, in MHz above the lowest: e22-900 850.125, e22-400 410.125, e32-433 410, e32-868 862, e32-915 900"},
		{Name: "rate", Words: airRates(), Default: rate2400, Meaning: "rate on the air, bit/s; the same at all modules"},
		{Name: "packet", Words: packets(), Meaning: "most bytes of a packet; an e32 has 58"},
		{Name: "power", Default: 3, Min: 0, Max: 3, Meaning: "transmission power: 0 the strongest (22 or 30 dBm), 3 the weakest (10 or 21)"},
		{Name: "netid", Default: 0, Min: 0, Max: 255, Meaning: "network number of an e22; the same at all modules"},
		{Name: "lbt", Words: yesNo(), Meaning: "whether an e22 listens before it transmits"},
		{Name: "rssi", Words: yesNo(), Meaning: "whether an e22 tells how well it heard"},
		{Name: "mtu", Default: radio.MinMTU, Min: radio.MinMTU, Max: pipe.MaxData, Meaning: "longest frame, bytes; what one packet carries unless given"},
	}
}

// setUp is what a URL says.
type setUp struct {
	e32    bool
	config string
	about  string
	want   []wanted
	pipe   pipe.Config
}

// check names what does not go together.
func check(u *bridge.URL) error {
	model, config := u.Word("model"), u.Word("config")
	most, is32 := 31, strings.HasPrefix(model, e32)
	switch model {
	case e22900:
		most = 80
	case e22400:
		most = 83
	}
	if c := u.Number("channel"); c > most {
		return fmt.Errorf("channel=%d, want 0..%d with model=%s", c, most, model)
	}
	if is32 {
		for _, name := range []string{"packet", "netid", "lbt", "rssi"} {
			if _, ok := u.Given(name); ok {
				return fmt.Errorf("parameter %s does not go with model=%s", name, model)
			}
		}
		if config == software {
			return fmt.Errorf("config=%s does not go with model=%s: it has a switch only", software, model)
		}
		if rate := u.Word("rate"); slices.Index(airRates(), rate) > slices.Index(airRates(), "19200") {
			return fmt.Errorf("rate=%s, want at most 19200 with model=%s", rate, model)
		}
	}
	if speed := u.Number(bridge.Baud.Name); config != kept && speed != configSpeed {
		return fmt.Errorf("baud=%d, want %d with config=%s: modules are set up at that speed only", speed, configSpeed, config)
	}
	return nil
}

func newSetUp(u *bridge.URL) (setUp, error) {
	if err := check(u); err != nil {
		return setUp{}, err
	}
	s := setUp{e32: strings.HasPrefix(u.Word("model"), e32), config: u.Word("config")}
	s.about = "Ebyte " + u.Word("model") + ", " + plan.Hertz(band(u).Centre) + "Hz"
	packet, rssi := packet32, false
	if s.e32 {
		s.want = want32(u)
	} else {
		packet, rssi = number(u.Word("packet")), u.Word("rssi") == "yes"
		s.want = want22(u, s.config)
	}
	over := air(number(u.Word("rate")), packet)
	u.Assume("mtu", int64(over.MTU()))
	mtu := u.Number("mtu")
	if rssi && mtu > over.Fits() {
		return s, fmt.Errorf("mtu=%d does not go into a packet of %d bytes, as rssi=yes needs: use a larger packet or rssi=no", mtu, packet)
	}
	s.pipe = pipe.Config{Profile: over.Profile(u.String(), mtu), Air: over, Slot: slot, RSSI: rssi}
	s.pipe.Profile.Band = band(u)
	if u.Over == bridge.OverSerial {
		s.pipe.Serial = u.Number(bridge.Baud.Name)
	}
	return s, nil
}

// band is where a module transmits. How wide that is the vendor does not tell.
func band(u *bridge.URL) radio.Band {
	const strongest, step = 30, 3 // dBm of the stronger kinds; the weaker ones have 22 or 20
	lowest := map[string]int64{
		e22900: 850_125_000, e22400: 410_125_000,
		e32 + "433": 410_000_000, e32 + "868": 862_000_000, e32 + "915": 900_000_000,
	}
	return radio.Band{Centre: lowest[u.Word("model")] + 1_000_000*int64(u.Number("channel")), Power: strongest - step*u.Number("power")}
}

func want22(u *bridge.URL, config string) []wanted {
	place := func(name string) byte { return byte(u.Number(name)) }
	list := []wanted{
		addressHigh: {name: "address", mask: 0xFF},
		addressLow:  {name: "address", mask: 0xFF},
		netID:       {name: "netid", mask: 0xFF, value: place("netid")},
		reg0:        {name: "rate", mask: 0xFF, value: port22<<5 | place("rate")},
		reg1:        {name: "packet or power", mask: 0xC3, value: place("packet")<<6 | place("power")},
		chan22:      {name: "channel", mask: 0xFF, value: place("channel")},
		reg3:        {name: "rssi or lbt", mask: 0xF0, value: (1-place("rssi"))<<7 | (1-place("lbt"))<<4},
	}
	if config == bySwitch {
		list[reg1].try = 1 << 4 // so that next time no switch is needed
	}
	return list
}

func want32(u *bridge.URL) []wanted {
	return []wanted{
		high32:   {name: "address", mask: 0xFF},
		low32:    {name: "address", mask: 0xFF},
		speed32:  {name: "rate", mask: 0xFF, value: port22<<3 | byte(u.Number("rate"))},
		chan32:   {name: "channel", mask: 0xFF, value: byte(u.Number("channel"))},
		option32: {name: "power", mask: 0x87, value: 1<<2 | byte(u.Number("power"))},
	}
}

func number(word string) int {
	n := 0
	for _, c := range []byte(word) {
		n = 10*n + int(c-'0')
	}
	return n
}

const slot = 100 * time.Millisecond

// air reckons from the vendor's figure: 100 bytes at 2,400 bit/s take 1.5 s from one
// port to the other, of which the ports have 0.2 s. The rate that the vendor gives is
// taken to be that before error correction (4/5), and what is missing then to be the
// packet's own: 2,100 bits of time.
func air(rate, packet int) pipe.Air {
	const own = 2100
	return pipe.Air{BitsPerSecond: rate * 4 / 5, Packet: packet, PerPacket: time.Duration(own * int64(time.Second) / int64(rate))}
}
