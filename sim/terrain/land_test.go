package terrain

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"math"
	"math/rand/v2"
	"os"
	"strings"
	"testing"
)

// county is n nodes on 50 x 40 km: three centres with masts of 30 m, 40 of 15 m, 60 of
// 20 m, 200 vehicles, the rest in hands.
func county(seed uint64, n int) []Site {
	luck := rand.New(rand.NewPCG(seed, 8))
	sites := make([]Site, n)
	for i := range sites {
		sites[i] = Site{Point: Metres(50_000*luck.Float64(), 40_000*luck.Float64()), Height: 1.5}
		switch k := i * 1000 / n; {
		case k < 3:
			sites[i].Height = 30
		case k < 43:
			sites[i].Height = 15
		case k < 103:
			sites[i].Height = 20
		case k < 303:
			sites[i].Height = 3
		}
	}
	return sites
}

// TestComputeIsTheSameEverywhere holds a land to one hash on all machines.
func TestComputeIsTheSameEverywhere(t *testing.T) {
	sites := county(1, 150)
	for i := range sites {
		sites[i].Building = Building(i % 5)
	}
	m, err := Compute(sites, Options{Seed: 42, Model: Either(HataSuburban(), Town()), MHz: 869.5, Shadow: Shadow{Sigma: 8}, Asymmetry: 3})
	if err != nil {
		t.Fatal(err)
	}
	h := sha256.New()
	binary.Write(h, binary.BigEndian, m.begin)
	binary.Write(h, binary.BigEndian, m.to)
	binary.Write(h, binary.BigEndian, m.loss)
	const want = "1830b4e46f709100a81dabfa4ed2d8de"
	if got := hex.EncodeToString(h.Sum(nil)[:16]); got != want {
		t.Errorf("the land has the hash %s, want %s", got, want)
	}
}

// TestFurtherNodesDisturbNobody: the links among the first nodes are the same when
// others come, or when links are cut off.
func TestFurtherNodesDisturbNobody(t *testing.T) {
	sites := county(2, 120)
	o := Options{Seed: 3, Model: Forest(), MHz: 169, Shadow: Shadow{Sigma: 7}, Asymmetry: 3}
	few, err := Compute(sites[:80], o)
	if err != nil {
		t.Fatal(err)
	}
	o.CutOff, o.MaxLoss = 15_000, 160
	many, err := Compute(sites, o)
	if err != nil {
		t.Fatal(err)
	}
	cut := 0
	for from := range few.Len() {
		for to := range few.Len() {
			a, b := few.Loss(from, to), many.Loss(from, to)
			if sites[from].Distance(sites[to].Point) > o.CutOff || a > o.MaxLoss {
				cut++
				a = math.Inf(1)
			}
			if a != b {
				t.Fatalf("from %d to %d: %v dB among few, %v among many", from, to, a, b)
			}
		}
	}
	if cut == 0 || many.Links() == 0 {
		t.Errorf("%d links cut off, %d left", cut, many.Links())
	}
}

// TestAsymmetryOfMeshtasticator: a published matrix is 3GPP suburban at 907 MHz with 3
// dB of asymmetry and no more, and ours from the same places has the same distribution.
func TestAsymmetryOfMeshtasticator(t *testing.T) {
	text, err := os.ReadFile("testdata/n20-s44.json")
	if err != nil {
		t.Fatal(err)
	}
	theirs, err := ReadMatrix(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	sites := make([]Site, theirs.Len())
	for i, p := range theirs.Points {
		sites[i] = Site{Point: p, Height: 1}
	}
	o := Options{Seed: 9, Model: SuburbanMacro(), MHz: 907}
	mean, err := Compute(sites, o)
	if err != nil {
		t.Fatal(err)
	}
	o.Asymmetry = 3
	ours, err := Compute(sites, o)
	if err != nil {
		t.Fatal(err)
	}
	for name, m := range map[string]*Matrix{"theirs": theirs, "ours": ours} {
		var sum, squares, back, n float64
		for from := range m.Len() {
			for to, loss := range m.Row(from) {
				d := loss - mean.Loss(from, to)
				sum += d
				squares += d * d
				back += (loss - m.Loss(to, from)) * (loss - m.Loss(to, from))
				n++
			}
		}
		if n != 380 || math.Abs(sum/n) > 0.5 || math.Abs(math.Sqrt(squares/n)-3) > 0.4 || math.Abs(math.Sqrt(back/n)-3*math.Sqrt2) > 0.6 {
			t.Errorf("%s: %v links, mean %.2f dB, sigma %.2f dB, between directions %.2f dB", name, n, sum/n, math.Sqrt(squares/n), math.Sqrt(back/n))
		}
	}
}

// TestMeshIsHubAndLeaf: with masts and shadows a county is no disc.
func TestMeshIsHubAndLeaf(t *testing.T) {
	sites := county(4, 400)
	o := Options{Seed: 5, Model: Town(), MHz: 868, Shadow: Shadow{Sigma: 8}, MaxLoss: 155}
	m, err := Compute(sites, o)
	if err != nil {
		t.Fatal(err)
	}
	real := m.Degrees(153.5)
	disc, err := NewMatrix(len(sites), func(from, to int) float64 {
		if sites[from].Distance(sites[to].Point) < 4000 {
			return 100
		}
		return math.Inf(1)
	})
	if err != nil {
		t.Fatal(err)
	}
	flat := disc.Degrees(153.5)
	if float64(real.Max) < 6*real.Mean || real.Median > 0.75*real.Mean {
		t.Errorf("a county: %v", real)
	}
	if float64(flat.Max) > 3*flat.Mean || flat.Median < 0.8*flat.Mean {
		t.Errorf("discs: %v", flat)
	}
}

// TestMeshAsMeshCore: 1,034 nodes of which a few stand high and half are indoors have the
// shape of a published mesh of as many (see Degrees): mean degree 3.45, median 2, the
// greatest 92, and 61 % of the nodes in the largest part.
func TestMeshAsMeshCore(t *testing.T) {
	luck := rand.New(rand.NewPCG(1, 5))
	sites := make([]Site, 1034)
	for i := range sites {
		sites[i] = Site{Point: Metres(100_000*luck.Float64(), 100_000*luck.Float64()), Height: 1.5}
		switch {
		case i < 20:
			sites[i].Height = 30
		case i < 80:
			sites[i].Height = 12
		case i < 250:
			sites[i].Height = 6
		case i >= 500:
			sites[i].Building = AnyWalls
		}
	}
	m, err := Compute(sites, Options{Seed: 1, Model: Town(), MHz: 868, Shadow: Shadow{Sigma: 10}, Asymmetry: 3, CutOff: 40_000, MaxLoss: 156})
	if err != nil {
		t.Fatal(err)
	}
	d := m.Degrees(156)
	t.Log(d)
	if giant := float64(d.Giant) / float64(d.Nodes); d.Mean < 2.5 || d.Mean > 5.5 || d.Median > 3 || d.Max < 60 || d.Max > 140 || giant < 0.45 || giant > 0.75 {
		t.Errorf("%v", d)
	}
}

func TestComputeRefuses(t *testing.T) {
	good := Options{Model: Town(), MHz: 868}
	hands := []Site{{Height: 1.5}, {Height: 1.5}}
	cases := []struct {
		name  string
		sites []Site
		with  func(*Options)
		want  string
	}{
		{"too many", make([]Site, MaxNodes+1), func(*Options) {}, "10001 nodes"},
		{"no model", hands, func(o *Options) { o.Model = nil }, "needs a path loss model"},
		{"heights", hands, func(o *Options) { o.Model = HataUrban() }, "nodes 0 and 1: path loss model hata-urban holds between"},
		{"one too low", []Site{{Height: 30}, {Height: 1.5}, {Height: 40}, {Height: 0.2}}, func(*Options) {}, "nodes 3 and 1: path loss model town"},
		{"frequency", hands, func(o *Options) { o.MHz = 0 }, "not at 0 MHz"},
		{"no height", []Site{{Height: 1}, {}}, func(*Options) {}, "node 1: an antenna at 0 m"},
		{"far", []Site{{Height: 1, Point: Point{X: MaxCoordinate + 1}}}, func(*Options) {}, "node 0: the place 1000000001, 0 mm is farther"},
		{"building", []Site{{Height: 1, Building: 9}}, func(*Options) {}, "node 0: building 9 is not known"},
		{"asymmetry", hands, func(o *Options) { o.Asymmetry = -1 }, "differ by -1 dB"},
		{"cut-off", hands, func(o *Options) { o.CutOff = -1 }, "a cut-off of -1 m"},
		{"greatest loss", hands, func(o *Options) { o.MaxLoss = 500 }, "a greatest loss of 500 dB"},
		{"shadow", hands, func(o *Options) { o.Shadow.Sigma = 99 }, "shadowing of 99 dB"},
	}
	for _, c := range cases {
		o := good
		c.with(&o)
		if _, err := Compute(c.sites, o); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", c.name, err, c.want)
		}
	}
}

func TestOutsideIsCounted(t *testing.T) {
	sites := []Site{{Height: 1.5}, {Height: 30, Point: Metres(5000, 0)}, {Height: 1.5, Point: Metres(5100, 0)}}
	m, err := Compute(sites, Options{Model: Oulu(), MHz: 868})
	if err == nil {
		t.Fatalf("two handhelds by the model of a tower: %v", m)
	}
	m, err = Compute(sites[1:], Options{Model: Oulu(), MHz: 868})
	if err != nil || m.Outside != 1 {
		t.Errorf("%v; 100 m is nearer than Oulu was measured, but %+v", err, m)
	}
}

func BenchmarkCompute(b *testing.B) {
	sites := county(1, 1000)
	for b.Loop() {
		if _, err := Compute(sites, Options{Model: Town(), MHz: 868, Shadow: Shadow{Sigma: 8}, Asymmetry: 3}); err != nil {
			b.Fatal(err)
		}
	}
}
