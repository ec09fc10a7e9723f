package plan

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/blackstart-mesh/blackstart/message/clock"
	"github.com/blackstart-mesh/blackstart/message/ident"
)

// world is an operator's authority.
type world struct {
	root     *ident.Private
	operator ident.OperatorID
}

func newWorld(t testing.TB) *world {
	t.Helper()
	root, err := ident.NewPrivate(rand.NewChaCha8([32]byte{1}))
	if err != nil {
		t.Fatal(err)
	}
	return &world{root: root, operator: ident.OperatorOf(root.SignKey())}
}

// plan returns a signed plan of four channels, as a network has it.
func (w *world) plan() *Plan {
	p := &Plan{Operator: w.operator, Edition: 3, From: clock.Wall(1_750_000_000_000), Patience: 20 * time.Minute, Until: clock.Wall(1_752_592_000_000),
		Channels: []Channel{
			{Name: "field", Modulation: LoRa, Centre: 869_525_000, Bandwidth: 125_000, Spreading: 8, Coding: 5, Power: 27, Region: "eu868", Assignment: "crews"},
			{Name: "long", Modulation: LoRa, Centre: 868_300_000, Bandwidth: 125_000, Spreading: 12, Coding: 8, Power: 14, Duty: 500, Assignment: "mountain", Remarks: "Höhe > 800 m"},
			{Name: "vhf", Modulation: AFSK, Centre: 172_500_000, Bandwidth: 12_500, Rate: 1200, Power: 40, Region: "licensed", Duty: 20_000, Assignment: "substations"},
			{Name: "spare", Modulation: FSK, Centre: 433_500_000, Bandwidth: 25_000, Rate: 9600, Power: -3},
		}}
	w.sign(p)
	return p
}

func (w *world) sign(p *Plan) { p.Signature = w.root.Sign(p.SignedBytes()) }
