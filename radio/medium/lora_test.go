package medium

import (
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/blackstart-mesh/blackstart/radio/airtime"
)

// longFast is a usual setting of LoRa modems.
func longFast() airtime.LoRa {
	return airtime.LoRa{Spreading: 11, Bandwidth: 250_000, Coding: 5, Preamble: 16}
}

func TestLoRaSensitivity(t *testing.T) {
	for _, c := range []struct {
		sf   int
		bw   int64
		want float64
	}{{11, 250_000, -131.521}, {7, 125_000, -124.531}, {12, 125_000, -137.031}, {7, 500_000, -118.51}, {5, 125_000, -119.531}} {
		l := airtime.LoRa{Spreading: c.sf, Bandwidth: c.bw}
		if got := LoRaSensitivity(l); got != c.want {
			t.Errorf("factor %d, %d Hz: %v dBm, want %v", c.sf, c.bw, got, c.want)
		}
	}
	for _, bw := range []int64{125_000, 250_000, 500_000} {
		for sf := 7; sf <= 12; sf++ {
			l := airtime.LoRa{Spreading: sf, Bandwidth: bw}
			sheet, ok := SX1272(l)
			if !ok || math.Abs(sheet-LoRaSensitivity(l)) > 3 {
				t.Errorf("factor %d, %d Hz: %v dBm in the data sheet, %v by the formula", sf, bw, sheet, LoRaSensitivity(l))
			}
		}
	}
	for _, l := range []airtime.LoRa{{Spreading: 6, Bandwidth: 125_000}, {Spreading: 13, Bandwidth: 125_000}, {Spreading: 7, Bandwidth: 62_500}} {
		if v, ok := SX1272(l); ok {
			t.Errorf("%+v: the data sheet says %v", l, v)
		}
	}
}

// TestLoRaModes: a station of each factor has its airtime, sensitivity, lead and sense.
func TestLoRaModes(t *testing.T) {
	l := longFast()
	cfg := LoRa(l)
	if len(cfg.Receiver.Modes) != 6 || cfg.Receiver.Modes[0].SF != 11 {
		t.Fatalf("%+v", cfg.Receiver.Modes)
	}
	m := New(cfg)
	m.Join(rand.New(rand.NewPCG(1, 1)))
	for _, sf := range []int{0, 7, 8, 9, 10, 11, 12} {
		if err := m.Tune(0, 0, Tuning{SF: sf}); err != nil {
			t.Fatal(err)
		}
		own := l
		if sf != 0 {
			own.Spreading = sf
		}
		if got, want := m.Airtime(0, 50), own.OnAir(50); got != want {
			t.Errorf("factor %d: 50 bytes take %v, want %v", sf, got, want)
		}
		mode, _ := cfg.Receiver.Mode(own.Spreading)
		if mode.Lead != 11*own.Symbol() || mode.Sense != own.Symbol()*17/2 || mode.Sensitivity != LoRaSensitivity(own) {
			t.Errorf("factor %d: %+v", sf, mode)
		}
	}
	if got := cfg.Slot.Round(100 * time.Microsecond); got != 77200*time.Microsecond {
		t.Errorf("slot of %v, want Meshtastic's 77.2 ms", got)
	}
	for _, sf := range []int{6, 13, -1} {
		if err := m.Tune(0, 0, Tuning{SF: sf}); err == nil {
			t.Errorf("tuned to factor %d", sf)
		}
	}
	l.Spreading = 6
	if n := len(LoRa(l).Receiver.Modes); n != 1 {
		t.Errorf("%d modes at factor 6", n)
	}
}
