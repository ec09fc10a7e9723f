package meshtastic

import (
	"testing"
	"time"

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

// A packet fills the air to its last byte, and a signature counts where it fits.
func TestOnAir(t *testing.T) {
	a, _, _ := LoRa{UsePreset: true, Region: 3}.modem()
	for _, c := range []struct {
		n     int
		signs bool
		bytes int
	}{
		{0, false, 23}, {127, false, 150}, {128, false, 152}, {MaxData, false, 255},
		{60, true, 149}, {maxSigned, true, 255}, {maxSigned + 1, true, 190}, {MaxData, true, 255},
	} {
		if got := onAir(a, c.signs, c.n); got != a.OnAir(c.bytes) {
			t.Errorf("%d bytes, signed %v: %v, want %v", c.n, c.signs, got, a.OnAir(c.bytes))
		}
	}
	strict := told{security: Security{Signatures: onlySignedOnes}}
	if maxSigned != 165 || strict.mtu(MaxData) != 165 || strict.mtu(100) != 100 {
		t.Errorf("%d bytes with a signature", maxSigned)
	}
}
