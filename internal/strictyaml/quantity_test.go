package strictyaml

import (
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/blackstart-mesh/blackstart/internal/bound"
)

func dimensions() []Dimension {
	return []Dimension{Time(), Length(), Speed(), Share(), Level(), Ratio(), Rate(), Size(), Frequency()}
}

func TestQuantities(t *testing.T) {
	for _, c := range []struct {
		of   Dimension
		text string
		want int64
	}{
		{Time(), "4 h", int64(4 * time.Hour)}, {Time(), "4h", int64(4 * time.Hour)}, {Time(), "1 h 30 min", int64(90 * time.Minute)},
		{Time(), "1h30min", int64(90 * time.Minute)}, {Time(), "0.5 d", int64(12 * time.Hour)}, {Time(), "0", 0}, {Time(), "2.5 ms", 2_500_000},
		{Length(), "5 km", 5_000_000}, {Length(), "1.5 m", 1500}, {Length(), "-3 m", -3000},
		{Speed(), "1 m/s", 3_600_000}, {Speed(), "36 km/h", 36_000_000}, {Speed(), "0.5 m/s", 1_800_000},
		{Share(), "20 %", 200_000}, {Share(), "20%", 200_000}, {Share(), "0.1 %", 1000},
		{Level(), "14 dBm", 14_000}, {Level(), "-131.5 dBm", -131_500}, {Ratio(), "6 dB", 6000},
		{Rate(), "1200 bit/s", 1200}, {Rate(), "1 kB/s", 8000}, {Rate(), "9.6 kbit/s", 9600},
		{Size(), "200 B", 200}, {Size(), "1.5 kB", 1500}, {Frequency(), "869.525 MHz", 869_525_000},
	} {
		if got, err := c.of.Read(c.text); err != nil || got != c.want {
			t.Errorf("%q: %d, %v; want %d", c.text, got, err, c.want)
		}
	}
}

func TestNoQuantities(t *testing.T) {
	for _, c := range []struct {
		of         Dimension
		text, want string
	}{
		{Length(), "5 kg", `"5 kg" is not a length: its units are mm, cm, m, km, not kg`},
		{Length(), "5", `"5" has no unit, want a length such as 5 km`},
		{Length(), "5 KM", `"5 KM": the unit is written km, not KM`},
		{Length(), "far", `"far" is not a length, want one such as 5 km`},
		{Length(), "", `nothing, want a length such as 5 km`},
		{Length(), "0.1 mm", `"0.1 mm" has too many digits`},
		{Length(), "99999999999999999999 km", `"99999999999999999999 km" is beyond all bounds`},
		{Time(), "1 h -3 min", `"1 h -3 min" is not a time, want one such as 10 min`},
		{Time(), "1.2.3 s", `"1.2.3 s" is not a time, want one such as 10 min`},
		{Time(), "1 hour", `"1 hour" is not a time: its units are ns, us, ms, s, min, h, d, not hour`},
		{Level(), "5 W", `"5 W" is not a power: its units are dBm, not W`},
		{Share(), "0.2", `"0.2" has no unit, want a share such as 20 %`},
	} {
		if _, err := c.of.Read(c.text); err == nil || err.Error() != c.want {
			t.Errorf("%q: %v, want %s", c.text, err, c.want)
		}
	}
}

// What is written is read as the same number.
func TestWrittenIsRead(t *testing.T) {
	const seed = 3
	luck := rand.New(rand.NewPCG(seed, 0))
	for _, d := range dimensions() {
		for range 200 {
			n := luck.Int64N(1<<uint(1+luck.IntN(60))) - 1<<10
			if got, err := d.Read(d.Write(n)); err != nil || got != n {
				t.Fatalf("seed %d: %s: %d is written %q and read %d, %v", seed, d.Name, n, d.Write(n), got, err)
			}
		}
		if _, err := d.Read(d.Example); err != nil {
			t.Errorf("%s: the example: %v", d.Name, err)
		}
		if d.Units() == "" {
			t.Errorf("%s has no units", d.Name)
		}
	}
}

func FuzzQuantity(f *testing.F) {
	f.Add("1 h 30 min")
	f.Add("-5.5 km")
	f.Fuzz(func(t *testing.T, text string) {
		for _, d := range dimensions() {
			if n, err := d.Read(text); err == nil {
				if again, err := d.Read(d.Write(n)); err != nil || again != n {
					t.Errorf("%q: %d, then %d, %v", text, n, again, err)
				}
			} else if strings.Contains(err.Error(), "\n") && !strings.Contains(text, "\n") {
				t.Errorf("an error of two lines: %v", err)
			}
		}
	})
}

func TestBoundedQuantity(t *testing.T) {
	bound.Bound{Times: 512, Plus: 1 << 14}.Decoding(t, func(b []byte) {
		_, _ = Time().Read(string(b))
	}, bound.Texts("1 h 30 min", "-5.5 s")...)
}
