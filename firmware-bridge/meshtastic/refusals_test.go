package meshtastic

import (
	"testing"
	"time"

	"github.com/blackstart-mesh/blackstart/firmware-bridge/bridgetest"
	"github.com/blackstart-mesh/blackstart/firmware-bridge/meshtastic/meshtasticemu"
)

// What is wrong with a radio is said in one line that names what to do.
func TestRadiosThatAreRefused(t *testing.T) {
	for name, c := range map[string]struct {
		query  string
		device meshtasticemu.Radio
		want   string
	}{
		"no region":        {"", meshtasticemu.Radio{NoRegion: true}, "region is not set, so it does not transmit: set yours, as in meshtastic --set lora.region EU_868"},
		"amateurs":         {"", meshtasticemu.Radio{Region: 27}, "region ITU1_2M is for radio amateurs, who may not encrypt in most countries"},
		"switched off":     {"", meshtasticemu.Radio{Silent: true}, "transmitter is switched off: meshtastic --set lora.tx_enabled true"},
		"core ports only":  {"", meshtasticemu.Radio{CoreOnly: true}, "meshtastic --set device.rebroadcast_mode ALL"},
		"no such channel":  {"channel=3", meshtasticemu.Radio{Channels: 3}, "the radio has no channel 3: add it with meshtastic --ch-add NAME"},
		"unknown preset":   {"", meshtasticemu.Radio{Preset: 99}, "modem preset 99 is not known here"},
		"gone preset":      {"", meshtasticemu.Radio{Preset: 2}, "modem preset 2 is not known here"},
		"odd modem":        {"", meshtasticemu.Radio{Custom: []byte{0x20, 13, 0x18, 125, 0x28, 5}}, "spreading factor is 13, want 5..12"},
		"locked":           {"", meshtasticemu.Radio{Locked: true}, "is it locked?"},
		"old firmware":     {"", meshtasticemu.Radio{NoStatus: true, Firmware: "2.0.6"}, "firmware 2.0.6 does not say whether its queue has room: update it"},
		"endless":          {"", meshtasticemu.Radio{Endless: true}, "configuration does not end within 40s"},
		"queue stays full": {"", meshtasticemu.Radio{StuckFull: true, Preset: shortFast}, "queue stays full"},
	} {
		e := emulated()
		e.URL = "meshtastic:///dev/a?" + c.query
		c.device.Number = 7
		if c.query == "" {
			e.URL = "meshtastic:///dev/a"
		}
		e.Refused(t, name, &c.device, c.want)
	}
}

func TestRadiosThatAreTaken(t *testing.T) {
	for name, c := range map[string]struct {
		query  string
		device meshtasticemu.Radio
	}{
		"amateurs who may": {"?amateur=encryption", meshtasticemu.Radio{Region: 27}},
		"2.4 GHz":          {"", meshtasticemu.Radio{Region: 13}},
		"own modem":        {"", meshtasticemu.Radio{Custom: []byte{0x20, 8, 0x18, 62, 0x28, 8}}},
	} {
		e := emulated()
		e.URL = "meshtastic:///dev/a" + c.query
		c.device.Number = 7
		if err := bridgetest.Refusal(t, e, &c.device, time.Minute); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestWrongURLs(t *testing.T) {
	bridgetest.CheckURLs(t, Family(), "meshtastic:///dev/a?", map[string]string{
		"channel=8":      `channel="8", want a number of 0..7`,
		"hops=8":         "0..7",
		"ack=yes":        "ack=yes needs hops=1 or more",
		"ack=maybe":      "want one of no, yes",
		"mtu=232":        "50..231",
		"amateur=yes":    "want one of refuse, own, encryption",
		"freq=868M":      `unknown parameter "freq", allowed: baud, channel, hops, ack, mtu, opener`,
		"hops=1&hops=1":  "twice",
		"baud=115200bps": "want a number of 300..3000000",
	})
	for _, url := range []string{"meshtastic:///dev/ttyACM0", "meshtastic:///COM3?baud=921600", "meshtastic+tcp://192.0.2.7:4403?hops=1&ack=yes&channel=7"} {
		if err := Family().Check(url); err != nil {
			t.Error(err)
		}
	}
}
