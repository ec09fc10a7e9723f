package ledger

import "time"

// law is what one band allows everybody.
type law struct {
	region    string
	name      string        // of the part of the region's band; "" where it has none
	low, high int64         // Hz; the whole signal lies within
	wide      int64         // least bandwidth in Hz
	window    time.Duration // 0: no limit of time
	most      time.Duration // in any window
	longest   time.Duration // at a stretch; 0: no limit
	power     int           // dBm ERP (us915: at the antenna's foot)
	derived   bool          // the frequency alone tells the region
	source    string
}

const (
	kHz = 1000
	mHz = 1000 * kHz
	// permille of an hour
	permille = time.Hour / 1000
)

// Sources, to be checked against the text in force before a network is certified.
const (
	srd    = "EN 300 220-2 V3.2.1, ERC/REC 70-03 annex 1"
	fhss   = "47 CFR 15.247(a)(1)(i)"
	digits = "47 CFR 15.247(a)(2)"
)

// laws is ordered: of several that fit, the last counts. Between the parts of 863
// to 870 MHz lie alarm bands, where nobody transmits. 869.7 MHz allows all of the
// time at 5 mW; since the antenna's gain counts and is not known, that is not here.
// Bands with listening before talking would have more; see the package comment.
var laws = [...]law{
	{region: EU868, name: "K", low: 863 * mHz, high: 865 * mHz, window: time.Hour, most: 1 * permille, power: 14, derived: true, source: srd},
	{region: EU868, name: "L", low: 865 * mHz, high: 868 * mHz, window: time.Hour, most: 10 * permille, power: 14, derived: true, source: srd},
	{region: EU868, name: "M", low: 868 * mHz, high: 868_600 * kHz, window: time.Hour, most: 10 * permille, power: 14, derived: true, source: srd},
	{region: EU868, name: "N", low: 868_700 * kHz, high: 869_200 * kHz, window: time.Hour, most: 1 * permille, power: 14, derived: true, source: srd},
	{region: EU868, name: "P", low: 869_400 * kHz, high: 869_650 * kHz, window: time.Hour, most: 100 * permille, power: 27, derived: true, source: srd},
	{region: EU868, name: "Q", low: 869_700 * kHz, high: 870 * mHz, window: time.Hour, most: 10 * permille, power: 14, derived: true, source: srd},
	{region: EU433, low: 433_050 * kHz, high: 434_790 * kHz, window: time.Hour, most: 100 * permille, power: 10, derived: true, source: srd},
	{region: US915, low: 902 * mHz, high: 928 * mHz, window: 20 * time.Second, most: 400 * time.Millisecond, longest: 400 * time.Millisecond, power: 30, source: fhss},
	{region: US915, low: 902 * mHz, high: 928 * mHz, wide: 250 * kHz, window: 10 * time.Second, most: 400 * time.Millisecond, longest: 400 * time.Millisecond, power: 24, source: fhss},
	{region: US915, low: 902 * mHz, high: 928 * mHz, wide: 500 * kHz, power: 30, source: digits},
}
