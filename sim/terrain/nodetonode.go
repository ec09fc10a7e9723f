package terrain

import "math"

// anywhere is what a log-distance model is for: antennas from the hand to the mast,
// VHF to 2.4 GHz. The exponents were fitted below 20 km.
func anywhere() Limits {
	return Limits{Metres: [2]float64{1, 20_000}, Low: [2]float64{0.5, 200}, High: [2]float64{0.5, 200}, MHz: [2]float64{100, 3000}}
}

// FreeSpace is the loss between antennas with nothing near the line of sight.
func FreeSpace() Model {
	l := anywhere()
	l.Metres[1] = 1_000_000
	return formula{"free-space", "Friis 1946; ITU-R P.525: 20 log10(d/m) + 20 log10(f/MHz) - 27.55 dB", l, func(_, _, MHz float64) Curve { return freeSpace(MHz) }}
}

// Open, Suburban, Town and Forest are LogDistance with the exponents that measurements
// between nodes near the ground give: 3.0, 3.5, 3.8 and 4.2.
func Open() Model     { return LogDistance("open", 3.0) }
func Suburban() Model { return LogDistance("suburban", 3.5) }
func Town() Model     { return LogDistance("town", 3.8) }
func Forest() Model   { return LogDistance("forest", 4.2) }

// reference is the height in metres of the antennas that a log-distance model speaks
// of: a handheld, or a radio on a fence.
const reference = 1.5

// LogDistance is free space for the first metre (31.2 dB at 868 MHz), and 10 n dB for
// each factor of ten in distance: 2 is free space, 4 a plane. Antennas above and below
// 1.5 m gain and lose by Okumura's factors.
func LogDistance(name string, n float64) Model {
	const source = "log-distance from 1 m of free space (Rappaport, Wireless Communications, 2nd ed., 4.9.1), with the gains of height of Okumura 1968 (there 4.10.3)"
	return formula{name, source, anywhere(), func(low, high, MHz float64) Curve {
		return line(freeSpace(MHz)(1, 0)-heightGain(low)-heightGain(high), 10*n)
	}}
}

// heightGain is Okumura's factor for the height of an antenna, against the reference:
// 10 dB for each factor of ten up to 3 m, 20 dB above.
func heightGain(metres float64) float64 {
	const knee = 3
	if metres <= knee {
		return 10 * math.Log10(metres/reference)
	}
	return float64(10*math.Log10(knee/reference)) + float64(20*math.Log10(metres/knee))
}

// LoRaSim is the model of the LoRaSim and FLoRa simulators. It was fitted to one
// built-up site, where it has a shadowing of 3.57 dB; its slope is far too flat for
// kilometres.
func LoRaSim() Model {
	return formula{"lorasim", "Bor, Roedig, Voigt, Alonso: Do LoRa Low-Power Wide-Area Networks Scale?, MSWiM 2016: 127.41 + 20.8 log10(d/40 m) dB", Limits{
		Metres: [2]float64{40, 1000}, Low: [2]float64{0.5, 30}, High: [2]float64{0.5, 30}, MHz: [2]float64{800, 1000},
	}, fixed(line(127.41-float64(20.8*math.Log10(40)), 20.8))}
}
