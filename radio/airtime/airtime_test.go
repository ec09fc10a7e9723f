package airtime

import (
	"math/rand/v2"
	"testing"
	"time"
)

func sf(factor int) LoRa { return LoRa{Spreading: factor, Bandwidth: 125_000, Coding: 5, Preamble: 8} }

// The table is that of the usual LoRaWAN calculators, in ms.
func TestLoRaTable(t *testing.T) {
	long := func(sf int, bw int64, preamble int) LoRa {
		return LoRa{Spreading: sf, Bandwidth: bw, Coding: 5, Preamble: preamble}
	}
	columns := []LoRa{sf(7), sf(8), sf(9), sf(10), sf(11), sf(12), long(11, 250_000, 8), long(11, 250_000, 16),
		long(9, 250_000, 8), long(9, 250_000, 16), long(7, 500_000, 8), long(7, 500_000, 16)}
	for _, row := range []struct {
		bytes int
		ms    []float64
	}{
		{20, []float64{56.6, 102.9, 185.3, 370.7, 741.4, 1318.9, 329.7, 395.3, 92.7, 109.1, 14.1, 16.2}},
		{51, []float64{102.7, 184.8, 328.7, 616.4, 1314.8, 2465.8, 575.5, 641.0, 164.4, 180.7, 25.7, 27.7}},
		{115, []float64{194.8, 348.7, 615.4, 1148.9, 2461.7, 4431.9, 1026.0, 1091.6, 307.7, 324.1, 48.7, 50.8}},
		{222, []float64{348.4, 614.9, 1106.9, 2009.1, 4427.8, 8036.4, 1845.2, 1910.8, 553.5, 569.9, 87.1, 89.2}},
		{255, []float64{399.6, 707.1, 1250.3, 2295.8, 5001.2, 9019.4, 2091.0, 2156.5, 625.2, 641.5, 99.9, 102.0}},
	} {
		for i, want := range row.ms {
			got := float64(columns[i].OnAir(row.bytes)) / float64(time.Millisecond)
			if got < want-0.1 || got > want+0.1 {
				t.Errorf("%+v, %d bytes: %.2f ms, want %.1f", columns[i], row.bytes, got, want)
			}
		}
	}
}

// What modems themselves say of other settings.
func TestLoRaOthers(t *testing.T) {
	for _, c := range []struct {
		l     LoRa
		bytes int
		ms    int64
	}{
		{LoRa{Spreading: 8, Bandwidth: 62_500, Coding: 5, Preamble: 16}, 51, 402}, // MeshCore's modem, GetAirtime
		{LoRa{Spreading: 11, Bandwidth: 250_000, Coding: 5, Preamble: 16}, 82, 846},
		{LoRa{Spreading: 12, Bandwidth: 125_000, Coding: 8, Preamble: 16}, 20, 1974},
		{LoRa{Spreading: 11, Bandwidth: 125_000, Coding: 8, Preamble: 16}, 255, 7934},
		{LoRa{Spreading: 7, Bandwidth: 62_500, Coding: 6, Preamble: 16}, 82, 353},
	} {
		if got := c.l.OnAir(c.bytes).Round(time.Millisecond).Milliseconds(); got != c.ms {
			t.Errorf("%+v, %d bytes: %d ms, want %d", c.l, c.bytes, got, c.ms)
		}
	}
	if r := sf(7).BitsPerSecond(); r != 5468 {
		t.Errorf("SF7, 125 kHz, 4/5 carries %d bit/s", r)
	}
}

func TestLoRaGrows(t *testing.T) {
	for s := MinSpreading; s <= MaxSpreading; s++ {
		l := sf(s)
		for n := range 255 {
			if a, b := l.OnAir(n), l.OnAir(n+1); b < a {
				t.Fatalf("SF%d: %d bytes take %v, one more %v", s, n, a, b)
			}
		}
		for c := MinCoding; c < MaxCoding; c++ {
			more := l
			l.Coding, more.Coding = c, c+1
			if more.OnAir(100) <= l.OnAir(100) {
				t.Errorf("SF%d: 4/%d takes no longer than 4/%d", s, c+1, c)
			}
		}
	}
}

func TestLoRaCheck(t *testing.T) {
	if err := sf(7).Check(); err != nil {
		t.Error(err)
	}
	for want, l := range map[string]LoRa{
		"spreading factor is 4, want 5..12":              sf(4),
		"bandwidth in Hz is 1, want 7800..1625000":       {Spreading: 7, Bandwidth: 1, Coding: 5, Preamble: 8},
		"coding rate 4/x, x is 4, want 5..8":             {Spreading: 7, Bandwidth: 125_000, Coding: 4, Preamble: 8},
		"preamble in symbols is 5, want 6..65535":        {Spreading: 7, Bandwidth: 125_000, Coding: 5, Preamble: 5},
		"spreading factor is 13, want 5..12":             sf(13),
		"bandwidth in Hz is 1625001, want 7800..1625000": {Spreading: 7, Bandwidth: 1_625_001, Coding: 5, Preamble: 8},
	} {
		if err := l.Check(); err == nil || err.Error() != want {
			t.Errorf("%+v: %v, want %q", l, err, want)
		}
	}
}

// stuffed counts the bits of a frame as a modem sends it, one by one.
func stuffed(data []byte) int64 {
	bits, ones := int64(8*flags), 0
	for _, b := range append(append([]byte(nil), data...), 0xA5, 0x5A) { // and a checksum
		for i := range 8 {
			bits++
			if ones++; b>>i&1 == 0 {
				ones = 0
			}
			if ones == runOfOnes {
				bits++
				ones = 0
			}
		}
	}
	return bits
}

func TestHDLCAgainstBitByBit(t *testing.T) {
	const seed = 5
	rng := rand.New(rand.NewPCG(seed, 0))
	h := HDLC{BitsPerSecond: 1200, KeyUp: 300 * time.Millisecond, Tail: 30 * time.Millisecond}
	var mean, real time.Duration
	for range 2000 {
		data := make([]byte, 20+rng.IntN(200))
		for i := range data {
			data[i] = byte(rng.Uint32())
		}
		exact := h.bits(stuffed(data))
		if worst := h.OnAirWorst(len(data)); exact > worst {
			t.Fatalf("seed %d: %d bytes take %v, worst is %v", seed, len(data), exact, worst)
		}
		mean += h.OnAir(len(data))
		real += exact
	}
	if ratio := float64(mean) / float64(real); ratio < 0.999 || ratio > 1.003 {
		t.Errorf("seed %d: %v reckoned, %v on the air", seed, mean, real)
	}
}
