package meshtastic

import (
	"errors"
	"fmt"
	"math"
	"time"

	"github.com/blackstart-mesh/blackstart/radio"
	"github.com/blackstart-mesh/blackstart/radio/airtime"
)

// preset is a modem setting that the firmware has a name for.
type preset struct {
	name      string
	spreading int
	bandwidth int64 // Hz
	coding    int   // 4/x
}

// presets are in the order of the firmware's numbers. Those without a spreading factor
// are gone from it, and mean different things to different versions.
var presets = [...]preset{
	{"LONG_FAST", 11, 250_000, 5},
	{"LONG_SLOW", 12, 125_000, 8},
	{"VERY_LONG_SLOW", 0, 0, 0},
	{"MEDIUM_SLOW", 10, 250_000, 5},
	{"MEDIUM_FAST", 9, 250_000, 5},
	{"SHORT_SLOW", 8, 250_000, 5},
	{"SHORT_FAST", 7, 250_000, 5},
	{"LONG_MODERATE", 11, 125_000, 8},
	{"SHORT_TURBO", 7, 500_000, 5},
	{"LONG_TURBO", 11, 500_000, 8},
	{"LITE_FAST", 9, 125_000, 5},
	{"LITE_SLOW", 10, 125_000, 5},
	{"NARROW_FAST", 7, 62_500, 6},
	{"NARROW_SLOW", 8, 62_500, 6},
	{"TINY_FAST", 7, 15_600, 5},
	{"TINY_SLOW", 8, 15_600, 6},
	{"MEDIUM_TURBO", 9, 500_000, 5},
}

// regions are in the order of the firmware's numbers.
var regions = [...]string{"UNSET", "US", "EU_433", "EU_868", "CN", "JP", "ANZ", "KR", "TW", "RU", "IN", "NZ_865", "TH", "LORA_24", "UA_433", "UA_868",
	"MY_433", "MY_919", "SG_923", "PH_433", "PH_868", "PH_915", "ANZ_433", "KZ_433", "KZ_863", "NP_865", "BR_902", "ITU1_2M", "ITU2_2M", "EU_866",
	"EU_874", "EU_917", "EU_N_868", "ITU3_2M", "ITU1_70CM", "ITU2_70CM", "ITU3_70CM", "ITU2_125CM"}

// Regions that are not like the others.
const (
	regionUnset = 0
	region24GHz = 13
)

func regionName(n uint32) string {
	if int(n) < len(regions) {
		return regions[n]
	}
	return fmt.Sprintf("region %d", n)
}

// forAmateurs reports whether a region is a band of radio amateurs.
func forAmateurs(region uint32) bool {
	switch regionName(region) {
	case "ITU1_2M", "ITU2_2M", "ITU3_2M", "ITU1_70CM", "ITU2_70CM", "ITU3_70CM", "ITU2_125CM":
		return true
	}
	return false
}

// Preambles in symbols.
const (
	preambleLength = 16
	preamble24GHz  = 12
)

var errNoPreset = errors.New("set another, such as MEDIUM_FAST: meshtastic --set lora.modem_preset MEDIUM_FAST")

// modem is how the radio transmits, and what people call that.
func (l LoRa) modem() (airtime.LoRa, string, error) {
	a := airtime.LoRa{Preamble: preambleLength}
	label := "own modem setting"
	if l.UsePreset {
		if int(l.Preset) >= len(presets) || presets[l.Preset].spreading == 0 {
			return a, "", fmt.Errorf("the radio's modem preset %d is not known here: %w", l.Preset, errNoPreset)
		}
		p := presets[l.Preset]
		a.Spreading, a.Bandwidth, a.Coding, label = p.spreading, p.bandwidth, p.coding, p.name
		if l.Region == region24GHz {
			a.Bandwidth = a.Bandwidth * 13 / 4 // 812.5 kHz in the place of 250
		}
		if l.Coding <= airtime.MaxCoding { // firmware takes a stronger code than the preset's
			a.Coding = max(a.Coding, int(l.Coding))
		}
	} else {
		a.Spreading, a.Bandwidth, a.Coding = int(l.Spreading), bandwidth(l.Bandwidth), int(l.Coding)
	}
	if l.Region == region24GHz {
		a.Preamble = preamble24GHz
	}
	if err := a.Check(); err != nil {
		return a, "", fmt.Errorf("the radio's modem setting: %w; %w", err, errNoPreset)
	}
	return a, label, nil
}

// bandwidth is what the firmware makes of a number of kHz: some stand for a broken one.
func bandwidth(kHz uint32) int64 {
	switch kHz {
	case 8:
		return 7_800
	case 10:
		return 10_400
	case 16:
		return 15_600
	case 21:
		return 20_800
	case 31:
		return 31_250
	case 42:
		return 41_700
	case 62:
		return 62_500
	case 200:
		return 203_125
	case 400:
		return 406_250
	case 800:
		return 812_500
	case 1600:
		return 1_625_000
	}
	return int64(kHz) * 1000
}

// What a packet adds to its payload on the air, in bytes.
const (
	headerBytes    = 16
	dataBytes      = 8 // one less for up to 127 bytes
	signatureBytes = 66
	longestPacket  = 255
	// maxSigned is the most that a signed packet carries.
	maxSigned = longestPacket - headerBytes - dataBytes - signatureBytes
)

// air is what becomes of a frame. A signature goes on what it fits on, which are not
// the longest ones.
func air(a airtime.LoRa, signs bool) radio.Air {
	added := headerBytes + dataBytes
	if signs {
		added += signatureBytes
	}
	return radio.Air{LoRa: a, Added: added, Most: longestPacket}
}

// band is where the radio transmits, as far as it tells: its channels lie within its
// region, and in EU_868 there is one place for all of them.
func (l LoRa) band(a airtime.LoRa) radio.Band {
	b := radio.Band{Bandwidth: a.Bandwidth, Power: l.Power}
	switch regionName(l.Region) {
	case "EU_868":
		b.Centre = 869_525_000
	case "EU_433":
		b.Region = "eu433"
	case "US":
		b.Region = "us915"
	}
	if l.Frequency > 0 && l.Frequency < 1e4 {
		b.Centre = int64(math.Round(l.Frequency*1000)) * 1000
	}
	return b
}

// The firmware's channel access: a slot is 2.5 symbols of listening and 7.6 ms, and on a
// quiet channel a packet waits for up to 7 of them.
const (
	slotFixed  = 7600 * time.Microsecond
	quietSlots = 7
)

// draws is the longest that a packet waits on a quiet channel.
func draws(a airtime.LoRa) time.Duration { return quietSlots * (a.Symbol()*5/2 + slotFixed) }
