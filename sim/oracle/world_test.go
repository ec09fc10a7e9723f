package oracle

import (
	"strings"
	"testing"
	"time"
)

func TestRefused(t *testing.T) {
	const s = time.Second
	for want, c := range map[string]struct {
		edges   []Edge
		outages []Outage
	}{
		"edge 1 leads from node 0 to node 3: want 0 to 2":           {edges: []Edge{{}, {To: 3}}},
		"edge 0 leads from node -1 to node 0: want 0 to 2":          {edges: []Edge{{From: -1}}},
		"edge 0 from node 0 to node 1 is open from 3s to 2s":        {edges: []Edge{{To: 1, Begin: 3 * s, End: 2 * s}}},
		"edge 0 from node 0 to node 1 is open from -1s to 2s":       {edges: []Edge{{To: 1, Begin: -s, End: 2 * s}}},
		"takes -1s on a link of kind 0":                             {edges: []Edge{{To: 1, End: s, Took: -s}}},
		"takes 0s on a link of kind -1: want neither below 0":       {edges: []Edge{{To: 1, End: s, Kind: -1}}},
		"outage 0 is of node 3: want 0 to 2":                        {outages: []Outage{{Node: 3}}},
		"outage 0 of node 1 lasts from 2s to 1s":                    {outages: []Outage{{Node: 1, Begin: 2 * s, End: s}}},
		"is open from 0s to 2562047h47m16.854775807s: want times i": {edges: []Edge{{To: 1, End: 1<<63 - 1}}},
	} {
		if _, err := New(3, c.edges, c.outages); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %q", err, want)
		}
	}
}
