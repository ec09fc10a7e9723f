package radio

import (
	"testing"
	"time"

	"github.com/blackstart-mesh/blackstart/radio/airtime"
)

func TestAirtime(t *testing.T) {
	lora := airtime.LoRa{Spreading: 8, Bandwidth: 125_000, Coding: 5, Preamble: 18}
	hdlc := airtime.HDLC{BitsPerSecond: 1200, KeyUp: 300 * time.Millisecond, Tail: 100 * time.Millisecond}
	for name, c := range map[string]struct {
		p       Profile
		n       int
		all     time.Duration
		longest time.Duration
	}{
		"rate, rounded up":    {Profile{BitsPerSecond: 1200, Overhead: time.Second}, 1, time.Second + 6_666_667, time.Second + 6_666_667},
		"no rate":             {Profile{Overhead: time.Second}, 100, time.Second, time.Second},
		"LoRa":                {Profile{BitsPerSecond: 1, Air: Air{LoRa: lora}}, 60, lora.OnAir(60), lora.OnAir(60)},
		"LoRa with a header":  {Profile{Air: Air{LoRa: lora, Added: 1, Longest: 254}}, 254, lora.OnAir(255), lora.OnAir(255)},
		"LoRa, what fits":     {Profile{Air: Air{LoRa: lora, Added: 90, Most: 255}}, 231, lora.OnAir(255), lora.OnAir(255)},
		"LoRa in two parts":   {Profile{Air: Air{LoRa: lora, Added: 1, Longest: 254}}, 255, lora.OnAir(255) + lora.OnAir(2), lora.OnAir(255)},
		"LoRa in whole parts": {Profile{Air: Air{LoRa: lora, Added: 1, Longest: 254}}, 508, 2 * lora.OnAir(255), lora.OnAir(255)},
		"as text":             {Profile{Air: Air{LoRa: lora, Each: 9, Become: 11, Added: 8}}, 10, lora.OnAir(13 + 8), lora.OnAir(13 + 8)},
		"bit by bit":          {Profile{Air: Air{HDLC: hdlc}}, 60, hdlc.OnAirWorst(60), hdlc.OnAirWorst(60)},
	} {
		if all, longest := c.p.Airtime(c.n), c.p.LongestTransmission(c.n); all != c.all || longest != c.longest {
			t.Errorf("%s: %v, at a stretch %v; want %v and %v", name, all, longest, c.all, c.longest)
		}
	}
}
