package direwolf

import (
	"errors"
	"math"
	"strings"
	"testing"
	"time"
)

func TestConfigDefaults(t *testing.T) {
	c, err := Config{Dir: t.TempDir(), Stations: MaxStations}.filled()
	if err != nil {
		t.Fatal(err)
	}
	if c.Baud != 1200 || c.TXDelay != 100*time.Millisecond || c.TXTail != 30*time.Millisecond || c.Gain != 0.2 || c.Program != "direwolf" {
		t.Errorf("defaults are %+v", c)
	}
	persist, slots := map[int]bool{}, map[time.Duration]bool{}
	for i := range MaxStations {
		persist[c.Persist[i]], slots[c.Slot[i]] = true, true
	}
	if len(persist) != MaxStations || len(slots) != MaxStations {
		t.Errorf("stations share a persistence or a slot time: %v, %v", c.Persist, c.Slot)
	}
}

func TestConfigSaysWhatIsWrong(t *testing.T) {
	good := Config{Dir: "x", Stations: 2}
	for _, c := range []struct {
		change func(*Config)
		want   string
	}{
		{func(c *Config) { c.Stations = 0 }, "0 stations"},
		{func(c *Config) { c.Stations = MaxStations + 1 }, "9 stations"},
		{func(c *Config) { c.Dir = "" }, "folder"},
		{func(c *Config) { c.Dir = "a\"b" }, "folder"},
		{func(c *Config) { c.Baud = 300 }, "300 baud"},
		{func(c *Config) { c.Persist = []int{63} }, "1 persistences"},
		{func(c *Config) { c.Persist = []int{63, 256} }, "persistence 256"},
		{func(c *Config) { c.Slot = []time.Duration{unit} }, "1 slot times"},
		{func(c *Config) { c.Slot = []time.Duration{unit, 0} }, "time of 0s"},
		{func(c *Config) { c.TXDelay = 15 * time.Millisecond }, "time of 15ms"},
		{func(c *Config) { c.TXTail = 2560 * time.Millisecond }, "time of 2.56s"},
		{func(c *Config) { c.Gain = -1 }, "gain -1"},
		{func(c *Config) { c.Noise = math.NaN() }, "noise NaN"},
	} {
		config := good
		c.change(&config)
		if _, err := config.filled(); !errors.Is(err, ErrConfig) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("error %v, want one with %q", err, c.want)
		}
	}
}
