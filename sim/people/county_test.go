package people

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"math"
	"testing"
	"time"
)

func TestCounty(t *testing.T) {
	r := CountyRoles()
	w := Workload{Nodes: 1000, End: 12 * time.Hour, Sources: County(r, []time.Duration{4 * time.Hour})}
	list := written(t, 1, w)
	by := map[string]float64{}
	var orders, toCentre, toCrew, toAll float64
	h := sha256.New()
	for _, m := range list {
		by[m.Source]++
		fmt.Fprintln(h, m)
		switch {
		case m.From < 3:
			orders++
		case m.To < 0:
			toAll++
		case m.To < 3:
			toCentre++
		default:
			toCrew++
		}
	}
	if by["orders"] != 3*30*12 || by["faults"] != 60 || by["positions"] != 200*4*12 {
		t.Errorf("%v", by)
	}
	n := float64(len(list))
	near(t, "messages an hour", n/12, 4000, math.Sqrt(4000/12.))
	n -= orders
	near(t, "to a centre", toCentre, .7*n, math.Sqrt(.7*n))
	near(t, "to a crew", toCrew, .2*n, math.Sqrt(.2*n))
	near(t, "to everyone", toAll, .1*n, math.Sqrt(.1*n))
	near(t, "forms", by["forms"], 120, math.Sqrt(120))
	// The same on every machine.
	if got, want := hex.EncodeToString(h.Sum(nil)[:8]), "e211a87d5b058c28"; got != want {
		t.Errorf("the list has hash %s, had %s", got, want)
	}
}
