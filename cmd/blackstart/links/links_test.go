package links

import (
	"reflect"
	"strings"
	"testing"

	"github.com/blackstart-mesh/blackstart/mesh/p2p"
)

func TestCheck(t *testing.T) {
	for url, want := range map[string]string{
		"kiss:///dev/ttyUSB0?baud=9600":                       "",
		"kiss+tcp://127.0.0.1:8001":                           "",
		"ip://":                                               "",
		"rnode:///dev/ttyACM0":                                "parameter freq is needed",
		"meshtastic:///dev/ttyACM0":                           "",
		"at+rylr:///dev/ttyUSB0":                              "parameter freq is needed",
		"kiss:///dev/ttyUSB0?duty=0.5":                        "",
		"kiss:///dev/ttyUSB0?duty=0":                          `duty="0", want more than 0`,
		"kiss:///dev/ttyUSB0?duty=101":                        `duty="101", want more than 0`,
		"kiss:///dev/ttyUSB0?duty=ten":                        `duty="ten", want most of the time`,
		"kiss:///dev/ttyUSB0?region=eu":                       `region="eu", want one of eu868, eu433, us915, licensed, none`,
		"rnode:///dev/ttyACM0?freq=869.525M":                  "",
		"rnode:///dev/ttyACM0?freq=869.525M&duty=5":           "",
		"rnode:///dev/ttyACM0?freq=869.525M&duty=11":          "needs the key airtime-licence in node.yaml",
		"rnode:///dev/ttyACM0?freq=915M":                      "add region=us915",
		"rnode:///dev/ttyACM0?freq=915M&region=us915":         "",
		"at+rn2483:///dev/ttyUSB0?freq=915M":                  "add region=us915",
		"at+rylr:///dev/ttyUSB0?freq=869.3M":                  "in no band that everybody may use",
		"at+rui3:///dev/ttyUSB0?freq=433.5M&duty=20":          "duty=20 is more than eu433 allows",
		"rnode:///dev/ttyACM0?freq=151M":                      "in no band that everybody may use",
		"rnode:///dev/ttyACM0?freq=151M&region=licensed":      "region=licensed needs the key airtime-licence in node.yaml",
		"rnode:///dev/ttyACM0?freq=864M&sf=12":                "too long for eu868 K (0.1 % of the time)",
		"rnode:///dev/ttyACM0?freq=869.525M&sf=8&region=none": "region=none needs the key",

		"ip://127.0.0.1:4870?mdns=no":  "",
		"kiss:///dev/ttyUSB0?bud=9600": `unknown parameter "bud"`,
		"kss:///dev/ttyUSB0":           "unknown scheme, want one of kiss://, kiss+tcp://, rnode://, rnode+tcp://, meshtastic://, meshtastic+tcp://, pipe://, pipe+tcp://, ebyte://, ebyte+tcp://, at+rylr://, at+rylr+tcp://, at+rui3://, at+rui3+tcp://, at+rn2483://, at+rn2483+tcp://, ip://",
		"/dev/ttyUSB0":                 "unknown scheme",
		"":                             "unknown scheme",
	} {
		err := Check(url, "")
		if (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", url, err, want)
		}
	}
}

func TestParseIP(t *testing.T) {
	for url, want := range map[string]IP{
		"ip://":              {Listen: p2p.DefaultListen(0), MDNS: true},
		"ip://:4870?mdns=no": {Listen: p2p.DefaultListen(4870)},
		"ip://0.0.0.0:4870?transport=tcp&peer=10.1.2.3:4871&peer=hq.example:4870": {
			Listen: []string{"/ip4/0.0.0.0/tcp/4870"},
			Peers:  []string{"/ip4/10.1.2.3/tcp/4871", "/dns/hq.example/tcp/4870"}, MDNS: true},
		"ip://[::1]:1?transport=quic&mdns=yes": {Listen: []string{"/ip6/::1/udp/1/quic-v1"}, MDNS: true},
		"ip://:0?transport=tcp":                {Listen: []string{"/ip4/0.0.0.0/tcp/0", "/ip6/::/tcp/0"}, MDNS: true},
		"ip://127.0.0.1:1?peer=/ip4/127.0.0.1/tcp/2": {
			Listen: []string{"/ip4/127.0.0.1/tcp/1", "/ip4/127.0.0.1/udp/1/quic-v1"},
			Peers:  []string{"/ip4/127.0.0.1/tcp/2"}, MDNS: true},
	} {
		if got, err := ParseIP(url); err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%q: %+v, %v; want %+v", url, got, err, want)
		}
	}
}

func TestParseIPMistakes(t *testing.T) {
	for url, want := range map[string]string{
		"ip://hq.example:1":                   "is not an IP address of this machine",
		"ip://127.0.0.1":                      "want HOST:PORT",
		"ip://127.0.0.1:99999":                "",
		"ip://127.0.0.1:1/path":               "want ip://HOST:PORT",
		"ip://me@127.0.0.1:1":                 "want ip://HOST:PORT",
		"ip://127.0.0.1:1#x":                  "want ip://HOST:PORT",
		"ip://?mdns=maybe":                    "want yes or no",
		"ip://?mdns=no&mdns=yes":              "twice",
		"ip://?transport=carrier":             "want both, tcp or quic",
		"ip://?per=1.2.3.4:5":                 `unknown parameter "per"`,
		"ip://?peer=1.2.3.4":                  "want HOST:PORT",
		"ip://?peer=1.2.3.4:0":                "want HOST:PORT",
		"ip://" + strings.Repeat("x", maxURL): "longer than",
	} {
		if _, err := ParseIP(url); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.60q: %v, want %q", url, err, want)
		}
	}
}

func FuzzParseIP(f *testing.F) {
	f.Add("ip://0.0.0.0:4870?transport=tcp&peer=10.1.2.3:4871&mdns=no")
	f.Add("ip://[::1]:0")
	f.Fuzz(func(t *testing.T, url string) {
		l, err := ParseIP(url)
		if err == nil && len(l.Listen) == 0 {
			t.Errorf("%q listens nowhere", url)
		}
	})
}
