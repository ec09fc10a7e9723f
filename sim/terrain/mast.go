package terrain

import "math"

// HataUrban, HataSuburban and HataOpen are the Okumura-Hata model with its correction
// for small and medium cities: a mast of 30 to 200 m, 150 to 1500 MHz, 1 to 20 km.
// Beyond 20 km the distance has the exponent of ITU-R P.529, which was made for up to
// 100 km; short of 1 km the formula goes on (see Mean).
func HataUrban() Model {
	return hata("hata-urban", func(float64) float64 { return 0 })
}

// HataSuburban: see HataUrban.
func HataSuburban() Model {
	return hata("hata-suburban", func(logf float64) float64 {
		x := logf - math.Log10(28)
		return float64(-2*x*x) - 5.4
	})
}

// HataOpen: see HataUrban.
func HataOpen() Model {
	return hata("hata-open", func(logf float64) float64 {
		return float64(-4.78*logf*logf) + float64(18.33*logf) - 40.94
	})
}

func hata(name string, correction func(logf float64) float64) Model {
	const source = "Hata, Empirical Formula for Propagation Loss in Land Mobile Radio Services, IEEE Trans. Veh. Tech. 29(3), 1980; beyond 20 km ITU-R P.529-3"
	limits := Limits{Metres: [2]float64{1000, 100_000}, Low: [2]float64{1, 10}, High: [2]float64{30, 200}, MHz: [2]float64{150, 1500}}
	return formula{name, source, limits, func(low, high, MHz float64) Curve {
		logf, logb := math.Log10(MHz), math.Log10(high)
		handheld := float64((float64(1.1*logf)-0.7)*low) - (float64(1.56*logf) - 0.8)
		km := 69.55 + float64(26.16*logf) - float64(13.82*logb) - handheld + correction(logf)
		decade := 44.9 - float64(6.55*logb)
		return func(metres, log float64) float64 { return km + float64(decade*hataDistance(metres, log-3, high, MHz)) }
	}}
}

// hataDistance is log10 of the kilometres, to the power of P.529 beyond 20 km.
func hataDistance(metres, log, high, MHz float64) float64 {
	const end = 20_000
	if metres <= end {
		return log
	}
	mast := high / math.Sqrt(1+float64(7e-6*high*high))
	exponent := 1 + float64((0.14+float64(1.87e-4*MHz)+float64(1.07e-3*mast))*math.Pow(math.Log10(metres/end), 0.8))
	return math.Pow(log, exponent)
}

// FLoRa is Hata with fixed antennas, as the FLoRa simulator has it.
func FLoRa() Model {
	return formula{"flora", "FLoRa simulator (Slabicki, Premsankar, Di Francesco, NOMS 2018): 127.5 + 35.2 log10(d/km) dB", Limits{
		Metres: [2]float64{1000, 20_000}, Low: [2]float64{1, 10}, High: [2]float64{15, 30}, MHz: [2]float64{800, 1000},
	}, fixed(lineKm(127.5, 35.2))}
}

// SuburbanMacro is the suburban macro-cell of 3GPP's spatial channel model. It was made
// for masts of some 30 m and 1.9 GHz; the simulator Meshtasticator uses it between
// antennas at 1 m and 907 MHz, and the link matrices that are published from there can
// be made with it, so that it is let do the same.
func SuburbanMacro() Model { return macro("3gpp-suburban", 0) }

// UrbanMacro is SuburbanMacro for a town: 3 dB more.
func UrbanMacro() Model { return macro("3gpp-urban", 3) }

func macro(name string, more float64) Model {
	const source = "3GPP TR 25.996, 5.2 (modified COST 231 Hata)"
	limits := Limits{Metres: [2]float64{35, 20_000}, Low: [2]float64{1, 10}, High: [2]float64{1, 200}, MHz: [2]float64{400, 2600}}
	return formula{name, source, limits, func(low, high, MHz float64) Curve {
		logb := math.Log10(high)
		km := 45.5 + float64((35.46-float64(1.1*low))*math.Log10(MHz)) - float64(13.82*logb) + float64(0.7*low) + more
		return lineKm(km, 44.9-float64(6.55*logb))
	}}
}

// NS3Urban is the model of the examples of the LoRaWAN module of ns-3: a base station
// 15 m above the roofs, 868 MHz.
func NS3Urban() Model {
	return formula{"ns3-urban", "3GPP TR 36.942, 4.5.2 for 868 MHz and 15 m, as in the lorawan module of ns-3 (Magrin 2017): 7.7 + 37.6 log10(d/m) dB", Limits{
		Metres: [2]float64{35, 20_000}, Low: [2]float64{1, 10}, High: [2]float64{1, 60}, MHz: [2]float64{800, 1000},
	}, fixed(line(7.7, 37.6))}
}

// Oulu was measured from cars to an antenna on a tower of 24 m; shadowing 7.8 dB. It is
// no model for two nodes near the ground: with 22 dBm all of 32 x 32 km heard each other.
func Oulu() Model {
	return formula{"oulu", "Petäjäjärvi, Mikhaylov, Roivainen, Hänninen, Pettissalo: On the Coverage of LPWANs, ITST 2015: 128.95 + 23.2 log10(d/km) dB", Limits{
		Metres: [2]float64{1000, 15_000}, Low: [2]float64{1, 5}, High: [2]float64{15, 40}, MHz: [2]float64{800, 1000},
	}, fixed(lineKm(128.95, 23.2))}
}
