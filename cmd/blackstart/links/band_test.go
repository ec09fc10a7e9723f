package links

import (
	"testing"

	bridge "github.com/blackstart-mesh/blackstart/firmware-bridge"
	"github.com/blackstart-mesh/blackstart/radio/ledger"
)

// Every radio that is told its frequency says in its profile where it transmits and
// what goes on the air: the law is kept by that, from before the device answered.
func TestRadiosSayWhereTheyTransmit(t *testing.T) {
	checked := 0
	for _, f := range Families() {
		for _, kind := range []string{"", "&modem=meshcore"} {
			raw := f.Scheme + ":///dev/a?freq=868.1M" + kind
			u, err := bridge.ParseURL(raw, f.Scheme, f.Params)
			if err != nil {
				continue
			}
			_, p, err := f.New(u)
			if err != nil {
				continue // a TNC, which is told no frequency
			}
			checked++
			if p.Band.Centre != 868_100_000 || p.Band.Bandwidth != 125_000 || p.Band.Power != 14 || p.Air.LoRa.Spreading == 0 {
				t.Errorf("%s: %+v, %+v", raw, p.Band, p.Air)
			}
			if r, err := ledger.For(p, ""); err != nil || r.Name != "eu868 M" {
				t.Errorf("%s: rule %v, %v", raw, r, err)
			}
		}
	}
	if checked != 5 {
		t.Errorf("%d radios were looked at, want 5", checked)
	}
}
