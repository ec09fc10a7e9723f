package bridge

import (
	"errors"
	"regexp"
	"strings"
	"testing"
	"time"
)

func testParams() []Param {
	return []Param{
		Baud,
		{Name: "mtu", Default: 255, Min: 50, Max: 1024, Meaning: "bytes"},
		{Name: "txdelay", Step: 10 * time.Millisecond, Default: int64(300 * time.Millisecond), Max: int64(2550 * time.Millisecond), Meaning: "key-up"},
	}
}

func TestParseURL(t *testing.T) {
	for _, c := range []struct {
		raw, over, device string
		baud, mtu         int
		txdelay           time.Duration
	}{
		{"x:///dev/ttyUSB0", OverSerial, "/dev/ttyUSB0", 9600, 255, 300 * time.Millisecond},
		{"x:///dev/serial/by-id/usb-a_b:c?baud=115200", OverSerial, "/dev/serial/by-id/usb-a_b:c", 115200, 255, 300 * time.Millisecond},
		{"x:///COM3?mtu=1024", OverSerial, "COM3", 9600, 1024, 300 * time.Millisecond},
		{"x+tcp://127.0.0.1:8001?mtu=50&txdelay=0s", OverTCP, "127.0.0.1:8001", 9600, 50, 0},
		{"x+tcp://[::1]:8001?txdelay=2.55s", OverTCP, "[::1]:8001", 9600, 255, 2550 * time.Millisecond},
		{"x+tcp://modem.local:65535", OverTCP, "modem.local:65535", 9600, 255, 300 * time.Millisecond},
	} {
		u, err := ParseURL(c.raw, "x", testParams())
		if err != nil {
			t.Errorf("%s: %v", c.raw, err)
			continue
		}
		if u.Over != c.over || u.Device != c.device || u.Number("baud") != c.baud || u.Number("mtu") != c.mtu ||
			u.Duration("txdelay") != c.txdelay || u.String() != c.raw {
			t.Errorf("%s: read as %+v", c.raw, u)
		}
	}
}

func TestParseURLSaysWhatIsWrong(t *testing.T) {
	for _, c := range []struct{ raw, want string }{
		{"", "scheme"},
		{"y:///dev/a", `scheme "y", want x (serial port) or x+tcp`},
		{"x://dev/ttyUSB0", "three slashes"},
		{"x:dev", "write it whole"},
		{"x:///", "write it whole"},
		{"x:///dev/../a", "write it whole"},
		{"x:///dev/a%00", "write it whole"},
		{"x+tcp://:8001", "no host"},
		{"x+tcp://host", "port"},
		{"x+tcp://host:0", "1..65535"},
		{"x+tcp://host:65536", "1..65535"},
		{"x+tcp://host:1/path", "path"},
		{"x+tcp://user:secret@host:1", "leave out"},
		{"x+tcp://host:1#a", "#"},
		{"x:///dev/a?bud=9600", `unknown parameter "bud", allowed: baud, mtu, txdelay`},
		{"x+tcp://host:1?baud=9600", `unknown parameter "baud", allowed: mtu, txdelay`},
		{"x:///dev/a?", ""},
		{"x:///dev/a?&", `unknown parameter ""`},
		{"x:///dev/a?baud", `baud="", want a number of 300..3000000`},
		{"x:///dev/a?baud=09600", "want a number"},
		{"x:///dev/a?baud=+9600", "want a number"},
		{"x:///dev/a?baud=299", "want a number"},
		{"x:///dev/a?baud=3000001", "want a number"},
		{"x:///dev/a?baud=9600&baud=9600", "twice"},
		{"x:///dev/a?txdelay=30", "want a time such as 300ms, of 0s..2.55s in steps of 10ms"},
		{"x:///dev/a?txdelay=15ms", "in steps of 10ms"},
		{"x:///dev/a?txdelay=-10ms", "want a time"},
		{"x:///dev/a?txdelay=2560ms", "want a time"},
		{"x:///dev/a?mtu=" + strings.Repeat("1", 1024), "longer than 1024"},
	} {
		_, err := ParseURL(c.raw, "x", testParams())
		if c.want == "" {
			if err != nil {
				t.Errorf("%s: %v", c.raw, err)
			}
			continue
		}
		if !errors.Is(err, ErrURL) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: error %v, want one with %q", c.raw, err, c.want)
		}
		if err != nil && strings.Contains(err.Error(), "secret") {
			t.Errorf("%s: the error tells a password", c.raw)
		}
	}
}

func TestNumberOfUnknownNamePanics(t *testing.T) {
	u, err := ParseURL("x:///dev/a", "x", testParams())
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if recover() == nil {
			t.Error("no panic")
		}
	}()
	u.Number("nonsense")
}

func FuzzParseURL(f *testing.F) {
	f.Add("x:///dev/ttyUSB0?baud=9600&txdelay=10ms")
	f.Add("x+tcp://[::1]:1?mtu=50")
	f.Add("x+tcp://a:b@c:1#d")
	f.Fuzz(func(t *testing.T, raw string) {
		u, err := ParseURL(raw, "x", testParams())
		if err != nil {
			return
		}
		for _, p := range testParams() {
			if n := int64(u.Number(p.Name)); n < p.Min || n > p.Max {
				t.Errorf("%q: %s=%d is out of its range", raw, p.Name, n)
			}
		}
		if u.Device == "" || u.String() != raw {
			t.Errorf("%q: read as %+v", raw, u)
		}
	})
}

func radioParams() []Param {
	return []Param{
		{Name: "freq", Hertz: true, Needed: true, Min: 137_000_000, Max: 3_000_000_000, Meaning: "centre frequency"},
		{Name: "bw", Hertz: true, Default: 125_000, Min: 7800, Max: 1_625_000, Meaning: "bandwidth"},
		{Name: "modem", Words: []string{"tnc", "meshcore"}, Meaning: "kind of modem"},
		{Name: "call", Text: regexp.MustCompile(`^[A-Z0-9]{1,6}$`), Meaning: "a call sign of 1 to 6 letters and digits"},
	}
}

func TestParametersOfAllKinds(t *testing.T) {
	for _, c := range []struct {
		query       string
		freq, bw    int64
		modem, call string
	}{
		{"freq=869.525M", 869_525_000, 125_000, "tnc", ""},
		{"freq=2.4M&bw=1", 0, 0, "", ""},
		{"freq=433920000&bw=62.5k&modem=meshcore&call=DL1ABC", 433_920_000, 62_500, "meshcore", "DL1ABC"},
		{"freq=2400.000001M&bw=7.8k", 2_400_000_001, 7_800, "tnc", ""},
	} {
		u, err := ParseURL("x:///dev/a?"+c.query, "x", radioParams())
		if (err != nil) != (c.freq == 0) {
			t.Errorf("%s: %v", c.query, err)
		}
		if err != nil {
			continue
		}
		if u.Hertz("freq") != c.freq || u.Hertz("bw") != c.bw || u.Word("modem") != c.modem || u.Text("call") != c.call {
			t.Errorf("%s: read as %+v", c.query, u)
		}
	}
	for query, want := range map[string]string{
		"":                              "parameter freq is needed (centre frequency)",
		"bw=125k":                       "parameter freq is needed",
		"freq=868":                      "of 137M..3000M (centre frequency)",
		"freq=1e9":                      "a frequency such as 869.525M",
		"freq=+868M":                    "a frequency such as 869.525M",
		"freq=NaN":                      "a frequency such as 869.525M",
		"freq=868M&bw=2M":               "of 7.8k..1.625M (bandwidth)",
		"freq=868M&modem=Meshcore":      "want one of tnc, meshcore (kind of modem)",
		"freq=868M&call=dl1abc":         "want a call sign of 1 to 6 letters and digits",
		"freq=868M&call=":               "want a call sign",
		"freq=868M&modem=tnc&modem=tnc": "twice",
	} {
		if _, err := ParseURL("x:///dev/a?"+query, "x", radioParams()); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q in it", query, err, want)
		}
	}
}

// What a URL gives goes before what a family assumes, and that before its default.
func TestAssume(t *testing.T) {
	for raw, want := range map[string]int{"x:///dev/a": 115_200, "x:///dev/a?baud=4800": 4800} {
		u, err := ParseURL(raw, "x", testParams())
		if err != nil {
			t.Fatal(err)
		}
		u.Assume(Baud.Name, 115_200)
		if _, given := u.Given(Baud.Name); u.Number(Baud.Name) != want || given != (want == 4800) {
			t.Errorf("%s: %d bit/s, given %v, want %d", raw, u.Number(Baud.Name), given, want)
		}
	}
}
