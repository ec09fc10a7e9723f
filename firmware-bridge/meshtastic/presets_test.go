package meshtastic

import (
	"testing"
	"time"

	"github.com/blackstart-mesh/blackstart/radio"
	"github.com/blackstart-mesh/blackstart/radio/airtime"
)

// Published times on air of 20 and 255 bytes, in ms.
func TestPresets(t *testing.T) {
	for name, want := range map[string][2]int64{
		"SHORT_TURBO": {16, 102}, "SHORT_FAST": {32, 204}, "SHORT_SLOW": {60, 362}, "MEDIUM_TURBO": {55, 321}, "MEDIUM_FAST": {109, 642},
		"MEDIUM_SLOW": {218, 1181}, "LONG_TURBO": {247, 1656}, "LONG_FAST": {395, 2157}, "LONG_MODERATE": {1118, 7934}, "LONG_SLOW": {1974, 14295},
		"LITE_FAST": {218, 1283}, "LITE_SLOW": {436, 2361}, "NARROW_FAST": {144, 967}, "NARROW_SLOW": {263, 1713}, "TINY_FAST": {519, 3268}, "TINY_SLOW": {1251, 8931},
	} {
		number := uint32(len(presets))
		for i, p := range presets {
			if p.name == name {
				number = uint32(i)
			}
		}
		a, label, err := LoRa{UsePreset: true, Preset: number, Region: 3}.modem()
		if err != nil || label != name {
			t.Errorf("%s: %v, %q", name, err, label)
			continue
		}
		for i, bytes := range []int{20, 255} {
			if got := a.OnAir(bytes).Round(time.Millisecond).Milliseconds(); got != want[i] {
				t.Errorf("%s: %d bytes take %d ms, want %d", name, bytes, got, want[i])
			}
		}
	}
}

func TestModem(t *testing.T) {
	for name, c := range map[string]struct {
		l    LoRa
		want airtime.LoRa
	}{
		"2.4 GHz":       {LoRa{UsePreset: true, Region: region24GHz}, airtime.LoRa{Spreading: 11, Bandwidth: 812_500, Coding: 5, Preamble: 12}},
		"stronger code": {LoRa{UsePreset: true, Region: 3, Coding: 8}, airtime.LoRa{Spreading: 11, Bandwidth: 250_000, Coding: 8, Preamble: 16}},
		"weaker code":   {LoRa{UsePreset: true, Preset: 1, Region: 3, Coding: 5}, airtime.LoRa{Spreading: 12, Bandwidth: 125_000, Coding: 8, Preamble: 16}},
		"own":           {LoRa{Region: 3, Spreading: 9, Bandwidth: 62, Coding: 7}, airtime.LoRa{Spreading: 9, Bandwidth: 62_500, Coding: 7, Preamble: 16}},
	} {
		if got, _, err := c.l.modem(); err != nil || got != c.want {
			t.Errorf("%s: %+v, %v, want %+v", name, got, err, c.want)
		}
	}
}

// A packet fills the air to its last byte, and a signature counts where it fits. What is
// reckoned is never less than the truth.
func TestOnAir(t *testing.T) {
	a, _, _ := LoRa{UsePreset: true, Region: 3}.modem()
	for _, signs := range []bool{false, true} {
		p := radio.Profile{Air: air(a, signs)}
		for n := range MaxData + 1 {
			bytes := 16 + 7 + n
			if n > 127 {
				bytes++
			}
			if signs && bytes+66 <= 255 {
				bytes += 66
			}
			if got, least := p.Airtime(n), a.OnAir(bytes); got < least || !signs && got > a.OnAir(bytes+1) {
				t.Errorf("%d bytes, signed %v: %v, want %v", n, signs, got, least)
			}
		}
		if p.Airtime(MaxData) != a.OnAir(255) {
			t.Errorf("signed %v: %v at most", signs, p.Airtime(MaxData))
		}
	}
	strict := told{security: Security{Signatures: onlySignedOnes}}
	if maxSigned != 165 || strict.mtu(MaxData) != 165 || strict.mtu(100) != 100 {
		t.Errorf("%d bytes with a signature", maxSigned)
	}
}

// Where a radio transmits is told as far as it is known.
func TestBand(t *testing.T) {
	for name, c := range map[string]struct {
		l    LoRa
		want radio.Band
	}{
		"EU_868":        {LoRa{UsePreset: true, Region: 3, Power: 27}, radio.Band{Centre: 869_525_000, Bandwidth: 250_000, Power: 27}},
		"US":            {LoRa{UsePreset: true, Region: 1}, radio.Band{Bandwidth: 250_000, Region: "us915"}},
		"EU_433":        {LoRa{UsePreset: true, Region: 2}, radio.Band{Bandwidth: 250_000, Region: "eu433"}},
		"elsewhere":     {LoRa{UsePreset: true, Region: 6}, radio.Band{Bandwidth: 250_000}},
		"own frequency": {LoRa{UsePreset: true, Region: 3, Preset: 13, Frequency: float64(float32(868.3))}, radio.Band{Centre: 868_300_000, Bandwidth: 62_500}},
	} {
		a, _, err := c.l.modem()
		if got := c.l.band(a); err != nil || got != c.want {
			t.Errorf("%s: %+v, %v, want %+v", name, got, err, c.want)
		}
	}
}
