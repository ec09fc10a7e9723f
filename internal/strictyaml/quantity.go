package strictyaml

import (
	"fmt"
	"math"
	"math/big"
	"strings"
	"time"
)

// Dimension is a kind of quantity with its units. Quantities are read as whole numbers
// of a small unit, without a float between, so that what people write is what is meant.
type Dimension struct {
	Name    string // with its article, as in "5 kg" is no length
	Example string
	units   []unit
}

// unit is how many of the smallest unit one of it is.
type unit struct {
	name string
	size int64
}

// Time is counted in nanoseconds. Several numbers add up: 1 h 30 min.
func Time() Dimension {
	return Dimension{"a time", "10 min", []unit{
		{"ns", 1}, {"us", int64(time.Microsecond)}, {"ms", int64(time.Millisecond)}, {"s", int64(time.Second)},
		{"min", int64(time.Minute)}, {"h", int64(time.Hour)}, {"d", 24 * int64(time.Hour)},
	}}
}

// Length is counted in millimetres.
func Length() Dimension {
	return Dimension{"a length", "5 km", []unit{{"mm", 1}, {"cm", 10}, {"m", 1000}, {"km", 1_000_000}}}
}

// Speed is counted in millimetres per hour, in which both units are whole numbers.
func Speed() Dimension {
	return Dimension{"a speed", "30 km/h", []unit{{"m/s", 3_600_000}, {"km/h", 1_000_000}}}
}

// Share is counted in millionths.
func Share() Dimension { return Dimension{"a share", "20 %", []unit{{"%", 10_000}}} }

// Level is a power against a milliwatt, counted in thousandths of a dBm.
func Level() Dimension { return Dimension{"a power", "14 dBm", []unit{{"dBm", 1000}}} }

// Ratio is counted in thousandths of a dB.
func Ratio() Dimension { return Dimension{"a ratio in decibels", "6 dB", []unit{{"dB", 1000}}} }

// Rate is counted in bit/s. A B/s is eight of them.
func Rate() Dimension {
	return Dimension{"a rate", "1200 bit/s", []unit{
		{"B/s", 8}, {"kB/s", 8000}, {"MB/s", 8_000_000}, {"bit/s", 1}, {"kbit/s", 1000}, {"Mbit/s", 1_000_000}, {"Gbit/s", 1_000_000_000},
	}}
}

// Size is counted in bytes; a kB has 1,000.
func Size() Dimension {
	return Dimension{"a size", "200 B", []unit{{"B", 1}, {"kB", 1000}, {"MB", 1_000_000}, {"GB", 1_000_000_000}}}
}

// Frequency is counted in Hz.
func Frequency() Dimension {
	return Dimension{"a frequency", "869.525 MHz", []unit{{"Hz", 1}, {"kHz", 1000}, {"MHz", 1_000_000}, {"GHz", 1_000_000_000}}}
}

// Units lists the units.
func (d Dimension) Units() string {
	names := make([]string, len(d.units))
	for i, u := range d.units {
		names[i] = u.name
	}
	return strings.Join(names, ", ")
}

// Read returns a quantity as a number of the smallest unit. A 0 needs no unit. What
// is wrong stands in the error as a whole sentence with what to write instead.
func (d Dimension) Read(text string) (int64, error) {
	text = strings.TrimSpace(text)
	sum, rest := new(big.Rat), text
	if rest == "" {
		return 0, fmt.Errorf("nothing, want %s such as %s", d.Name, d.Example)
	}
	for parts := 0; rest != ""; parts++ {
		end := strings.IndexFunc(rest, func(r rune) bool { return !strings.ContainsRune("+-.0123456789", r) })
		if end < 0 {
			end = len(rest)
		}
		number, ok := decimal(rest[:end])
		if !ok || parts > 0 && number.Sign() < 0 {
			return 0, fmt.Errorf("%q is not %s, want one such as %s", text, d.Name, d.Example)
		}
		rest = strings.TrimSpace(rest[end:])
		end = strings.IndexFunc(rest, func(r rune) bool { return strings.ContainsRune("+-.0123456789 ", r) })
		if end < 0 {
			end = len(rest)
		}
		name := rest[:end]
		rest = strings.TrimSpace(rest[end:])
		size, err := d.unit(text, name, number.Sign() == 0 && parts == 0 && rest == "")
		if err != nil {
			return 0, err
		}
		sum.Add(sum, number.Mul(number, new(big.Rat).SetInt64(size)))
	}
	if !sum.IsInt() {
		return 0, fmt.Errorf("%q has too many digits", text)
	}
	if !sum.Num().IsInt64() || sum.Num().Int64() == math.MinInt64 {
		return 0, fmt.Errorf("%q is beyond all bounds", text)
	}
	return sum.Num().Int64(), nil
}

// decimal reads a number such as -12.5; it has at most 30 digits.
func decimal(text string) (*big.Rat, bool) {
	digits := strings.TrimLeft(text, "+-")
	if len(text)-len(digits) > 1 || len(digits) > 30 || strings.ContainsAny(digits, "+-") || strings.Trim(digits, ".") == "" {
		return nil, false
	}
	return new(big.Rat).SetString(text)
}

func (d Dimension) unit(text, name string, zero bool) (int64, error) {
	names := make([]string, len(d.units))
	for i, u := range d.units {
		if u.name == name {
			return u.size, nil
		}
		names[i] = u.name
	}
	switch {
	case zero && name == "":
		return 0, nil
	case name == "":
		return 0, fmt.Errorf("%q has no unit, want %s such as %s", text, d.Name, d.Example)
	}
	for _, u := range d.units {
		if strings.EqualFold(u.name, name) {
			return 0, fmt.Errorf("%q: the unit is written %s, not %s", text, u.name, name)
		}
	}
	return 0, fmt.Errorf("%q is not %s: its units are %s, not %s", text, d.Name, strings.Join(names, ", "), name)
}

// Write writes a number of the smallest unit with the last unit in which it has the
// fewest digits behind the point.
func (d Dimension) Write(n int64) string {
	if n == 0 {
		return "0"
	}
	text, fewest := "", math.MaxInt
	for _, u := range d.units {
		r := big.NewRat(n, u.size)
		if digits, exact := r.FloatPrec(); exact && digits <= fewest {
			text, fewest = r.FloatString(digits)+" "+u.name, digits
		}
	}
	return text
}
