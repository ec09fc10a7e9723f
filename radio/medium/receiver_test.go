package medium

import (
	"math"
	"testing"
)

func TestCheck(t *testing.T) {
	good := func() Config { return LoRa(longFast()) }
	if err := good().Check(); err != nil {
		t.Fatal(err)
	}
	for want, change := range map[string]func(*Config){
		"rate is 0 bit/s, want more than 0":                                 func(c *Config) { c.BitsPerSecond = 0 },
		"slot is 0s, want more than 0":                                      func(c *Config) { c.Slot = 0 },
		"persistence is NaN, want more than 0 and at most 1":                func(c *Config) { c.Persistence = math.NaN() },
		"access is 2, want 0 or 1":                                          func(c *Config) { c.Access = 2 },
		"receiver has 0 modes, want 1 to 8":                                 func(c *Config) { c.Receiver.Modes = nil },
		"receiver has 9 modes, want 1 to 8":                                 func(c *Config) { c.Receiver.Modes = make([]Mode, 9) },
		"spreading factor 11 is there twice":                                func(c *Config) { c.Receiver.Modes[5].SF = 11 },
		"mode 0: lead -1ns and sense 0s, want 0 or more":                    func(c *Config) { c.Receiver.Modes[0].Lead, c.Receiver.Modes[0].Sense = -1, 0 },
		"receiver has a value of NaN dB, want -1000 to 1000":                func(c *Config) { c.Receiver.Noise = math.NaN() },
		"receiver has a value of -Inf dB, want -1000 to 1000":               func(c *Config) { c.Receiver.Modes[2].Sensitivity = math.Inf(-1) },
		"receiver with fading -1 and summing 0, want 0 or more, and 0 to 3": func(c *Config) { c.Receiver.Fading = -1 },
		"receiver with fading 0 and summing 4, want 0 or more, and 0 to 3":  func(c *Config) { c.Receiver.Summing = 4 },
		"receiver has a value of 1001 dB, want -1000 to 1000":               func(c *Config) { c.Receiver.Capture = 1001 },
	} {
		c := good()
		change(&c)
		if err := c.Check(); err == nil || err.Error() != want {
			t.Errorf("%v, want %q", err, want)
		}
	}
}
