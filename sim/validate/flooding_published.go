package validate

import "fmt"

// published is what Meshtasticator found on one matrix.
type published struct {
	nodes, seed       int
	broadcast         float64 // % of the other nodes that a broadcast came to
	direct, acked     float64 // % of direct messages that came, and whose writer got the acknowledgement
	airtime, p50, p95 float64 // s: of all frames for one broadcast; from writing to arrival
}

const publishedSource = "Meshtasticator (meshtastic/Meshtasticator), airtime formula corrected, one seed of traffic"

// publishedFloods are the runs of Meshtasticator with its airtime formula corrected (it
// hands the coding rate 4/5 over as 5 where 1 belongs): LongFast, 30 dBm, 15 x 15 km,
// 40 bytes and a header of 16, one message per node per 300 s, nobody moves, 60 minutes.
// Its traffic and the draws of its waits come from one seed, that of the places.
func publishedFloods() []published {
	return []published{
		{20, 44, 87.2, 84.0, 79.4, 4.9, 2.5, 7.6},
		{20, 45, 67.5, 70.5, 57.8, 4.7, 2.3, 7.7},
		{20, 46, 58.9, 56.4, 45.3, 4.0, 2.3, 6.7},
		{50, 44, 64.2, 62.3, 51.7, 6.9, 4.4, 15.4},
		{50, 45, 49.9, 48.9, 35.3, 6.6, 4.0, 11.2},
		{50, 46, 51.6, 47.1, 34.5, 6.0, 3.7, 10.0},
		{100, 44, 40.4, 37.5, 28.8, 7.5, 6.1, 30},
		{100, 45, 43.3, 39.6, 31.0, 8.4, 5.7, 24},
		{100, 46, 45.2, 42.7, 34.1, 8.0, 5.5, 22},
	}
}

// publishedFor returns the figures of a file by its name.
func publishedFor(name string, nodes int) (published, error) {
	var n, seed int
	if _, err := fmt.Sscanf(name, "n%d-s%d.json", &n, &seed); err != nil || name != fmt.Sprintf("n%d-s%d.json", n, seed) {
		return published{}, fmt.Errorf("%q: the name of a matrix says what is known of it, as n20-s44.json does: 20 nodes, seed 44", name)
	}
	if n != nodes {
		return published{}, fmt.Errorf("%s has %d nodes; its name says %d", name, nodes, n)
	}
	for _, p := range publishedFloods() {
		if p.nodes == n && p.seed == seed {
			return p, nil
		}
	}
	return published{}, fmt.Errorf("%s: no figures are published for %d nodes and seed %d", name, n, seed)
}

// points is how far a share may be from the published one: what one seed of traffic
// differs from the next.
const points = 5

// rows holds what was found to what was published. What is no share may differ by a
// fifth.
func (p published) rows(air Air, found *figures) []Row {
	row := func(what, unit string, published, within float64, f []float64, why explanation) Row {
		mean, low, high := spread(f)
		r := Row{
			Of: "managed flooding, " + air.Name, Case: fmt.Sprintf("%d nodes, seed %d", p.nodes, p.seed), What: what, Unit: unit,
			Published: published, Found: mean, Low: low, High: high, Within: within, Source: publishedSource,
		}.Judge()
		r.Why = why.of(r)
		return r
	}
	return []Row{
		row("broadcasts delivered", "%", p.broadcast, points, found.broadcast, air.why.delivered),
		row("direct delivered", "%", p.direct, points, found.direct, air.why.delivered),
		row("direct acknowledged", "%", p.acked, points, found.acked, air.why.acknowledged),
		row("airtime per broadcast", "s", p.airtime, p.airtime/5, found.airtime, air.why.airtime),
		row("latency, p50", "s", p.p50, p.p50/5, found.p50, air.why.latency),
		row("latency, p95", "s", p.p95, p.p95/5, found.p95, air.why.latency),
	}
}
