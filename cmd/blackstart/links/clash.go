package links

import bridge "github.com/blackstart-mesh/blackstart/firmware-bridge"

// Clash returns which of some links is at the port of another URL, "" if none is: both
// would take it from each other for ever. Behind TCP a KISS modem may have several
// ports, which are links of their own.
func Clash(list []string, rawURL string) string {
	f, u := placeOf(rawURL)
	if u == nil {
		return ""
	}
	for _, other := range list {
		g, v := placeOf(other)
		switch {
		case v == nil || v.Over != u.Over || v.Device != u.Device:
		case u.Over == bridge.OverTCP && f.Scheme == "kiss" && g.Scheme == "kiss" && u.Number("port") != v.Number("port"):
		default:
			return other
		}
	}
	return ""
}

// placeOf parses the URL of a radio; nil if it is none, or not correct.
func placeOf(rawURL string) (bridge.Family, *bridge.URL) {
	f, err := family(rawURL)
	if err != nil {
		return f, nil
	}
	u, err := loosely(f, rawURL)
	if err != nil {
		return f, nil
	}
	return f, u
}
