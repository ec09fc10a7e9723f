package validate

import (
	"fmt"
	"time"

	"github.com/blackstart-mesh/blackstart/radio/airtime"
)

// setting is a column of the published table.
type setting struct {
	name string
	lora airtime.LoRa
}

// settings are spreading factors at 125 kHz, and three presets of Meshtastic with the
// preamble of 8 symbols of the calculators and the 16 that its firmware sends. All with
// coding rate 4/5, explicit header and checksum.
func settings() []setting {
	var out []setting
	for sf := 7; sf <= 12; sf++ {
		out = append(out, setting{fmt.Sprintf("SF%d, 125 kHz", sf), airtime.LoRa{Spreading: sf, Bandwidth: 125_000, Coding: 5, Preamble: 8}})
	}
	for _, p := range []struct {
		name      string
		spreading int
		bandwidth int64
	}{{"LongFast", 11, 250_000}, {"MediumFast", 9, 250_000}, {"ShortTurbo", 7, 500_000}} {
		for _, preamble := range []int{8, 16} {
			out = append(out, setting{fmt.Sprintf("%s, preamble %d", p.name, preamble),
				airtime.LoRa{Spreading: p.spreading, Bandwidth: p.bandwidth, Coding: 5, Preamble: preamble}})
		}
	}
	return out
}

// publishedAirtimes are milliseconds by Semtech's formula (AN1200.13 and the datasheet of
// the SX1276): a row for each length, a column for each of settings. Those of 51 bytes
// at SF7 and SF12 stand in the usual calculators for LoRaWAN.
func publishedAirtimes() (lengths []int, ms [][]float64) {
	return []int{20, 51, 115, 222, 255}, [][]float64{
		{56.6, 102.9, 185.3, 370.7, 741.4, 1318.9, 329.7, 395.3, 92.7, 109.1, 14.1, 16.2},
		{102.7, 184.8, 328.7, 616.4, 1314.8, 2465.8, 575.5, 641.0, 164.4, 180.7, 25.7, 27.7},
		{194.8, 348.7, 615.4, 1148.9, 2461.7, 4431.9, 1026.0, 1091.6, 307.7, 324.1, 48.7, 50.8},
		{348.4, 614.9, 1106.9, 2009.1, 4427.8, 8036.4, 1845.2, 1910.8, 553.5, 569.9, 87.1, 89.2},
		{399.6, 707.1, 1250.3, 2295.8, 5001.2, 9019.4, 2091.0, 2156.5, 625.2, 641.5, 99.9, 102.0},
	}
}

// Airtimes holds the airtimes of LoRa to the published ones, to 0.1 ms.
func Airtimes() []Row {
	var out []Row
	lengths, ms := publishedAirtimes()
	for i, s := range settings() {
		for j, n := range lengths {
			out = append(out, Row{
				Of: "airtime of LoRa", Case: s.name, What: fmt.Sprintf("%d bytes", n), Unit: "ms", Published: ms[j][i],
				Found: float64(s.lora.OnAir(n).Round(time.Microsecond)) / float64(time.Millisecond), Within: 0.1,
				Source: "Semtech AN1200.13",
			}.Judge())
		}
	}
	return out
}
