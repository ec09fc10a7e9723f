package plan

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/blackstart-mesh/blackstart/message/ident"
)

// Modulation is how a channel carries bits.
type Modulation uint8

// The modulations.
const (
	LoRa Modulation = iota
	FSK
	AFSK
)

// Modulations lists their names, in order.
func Modulations() []string { return []string{"lora", "fsk", "afsk"} }

// String returns the modulation's name.
func (m Modulation) String() string {
	if names := Modulations(); int(m) < len(names) {
		return names[m]
	}
	return "unknown"
}

// Regions lists the names of laws that a channel may name, in the order of their
// numbers; "": the frequency tells. They are those of radio/ledger.
func Regions() []string { return []string{"", "eu868", "eu433", "us915", "licensed", "none"} }

// Bounds of a channel.
const (
	MaxName       = 16
	MaxAssignment = 32
	MaxRemarks    = 64
	MinCentre     = 1_000_000 // Hz
	MaxCentre     = 1<<32 - 1
	MaxBandwidth  = 1<<24 - 1 // Hz
	MaxRate       = 1<<24 - 1 // bit/s
	MinPower      = -20       // dBm
	MaxPower      = 60
	WholeDuty     = 100_000 // all of the time, in thousandths of a percent
)

// Channel is one row of the plan.
type Channel struct {
	Name       string
	Modulation Modulation
	Centre     int64  // Hz
	Bandwidth  int64  // Hz
	Spreading  int    // LoRa, 5..12; else 0
	Coding     int    // LoRa, 4/x with x of 5..8; else 0
	Rate       int    // FSK and AFSK, bit/s; else 0
	Power      int    // dBm, at most
	Region     string // one of Regions
	Duty       int    // thousandths of a percent, at most; 0: as the law allows
	Assignment string // who uses it
	Remarks    string
}

// Check reports what no channel can be, in words for who wrote it; nil for none.
func (c Channel) Check() error {
	if err := c.checkTexts(); err != nil {
		return err
	}
	lora := c.Modulation == LoRa
	switch {
	case c.Modulation > AFSK:
		return fmt.Errorf("modulation %d, want one of %s", c.Modulation, strings.Join(Modulations(), ", "))
	case !slices.Contains(Regions(), c.Region):
		return fmt.Errorf("region %q, want one of %s", c.Region, strings.Join(Regions()[1:], ", "))
	case c.Centre < MinCentre || c.Centre > MaxCentre:
		return fmt.Errorf("frequency of %d Hz, want %d..%d", c.Centre, MinCentre, int64(MaxCentre))
	case c.Bandwidth < 1 || c.Bandwidth > MaxBandwidth:
		return fmt.Errorf("bandwidth of %d Hz, want 1..%d", c.Bandwidth, MaxBandwidth)
	case lora && (c.Spreading < 5 || c.Spreading > 12):
		return fmt.Errorf("spreading factor %d, want 5..12", c.Spreading)
	case lora && (c.Coding < 5 || c.Coding > 8):
		return fmt.Errorf("coding rate 4/%d, want 4/5..4/8", c.Coding)
	case lora && c.Rate != 0:
		return fmt.Errorf("a bit rate of %d with LoRa, where it follows from the rest", c.Rate)
	case !lora && (c.Spreading != 0 || c.Coding != 0):
		return fmt.Errorf("spreading factor or coding rate with %v", c.Modulation)
	case !lora && (c.Rate < 1 || c.Rate > MaxRate):
		return fmt.Errorf("bit rate of %d, want 1..%d", c.Rate, MaxRate)
	case c.Power < MinPower || c.Power > MaxPower:
		return fmt.Errorf("power of %d dBm, want %d..%d", c.Power, MinPower, MaxPower)
	case c.Duty < 0 || c.Duty > WholeDuty:
		return fmt.Errorf("duty of %d thousandths of a percent, at most %d", c.Duty, WholeDuty)
	}
	return nil
}

func (c Channel) checkTexts() error {
	if !ValidName(c.Name) {
		return fmt.Errorf("name %q, want 1..%d letters, digits, dots, dashes or underlines", c.Name, MaxName)
	}
	if err := ident.CheckText(c.Assignment, MaxAssignment); err != nil {
		return fmt.Errorf("assignment %q: %v", c.Assignment, err)
	}
	if err := ident.CheckText(c.Remarks, MaxRemarks); err != nil {
		return fmt.Errorf("remarks %q: %v", c.Remarks, err)
	}
	return nil
}

var namePattern = regexp.MustCompile(`^[A-Za-z0-9._-]{1,16}$`)

// ValidName reports whether a text can be the name of a channel, which stands in the
// URLs of links.
func ValidName(name string) bool { return namePattern.MatchString(name) }
