package terrain

import (
	"math"
	"strings"
	"testing"
)

// TestModels compares with values that were published, or worked out by hand from the
// formula as it stands in its source.
func TestModels(t *testing.T) {
	cases := []struct {
		model string
		hop   Hop
		want  float64
		why   string
	}{
		{"free-space", Hop{1, 1.5, 1.5, 868}, 31.22, "31.2 dB in the first metre at 868 MHz"},
		{"free-space", Hop{1000, 1.5, 1.5, 2400}, 100.05, "100 dB in a kilometre at 2.4 GHz"},
		{"open", Hop{1000, 1.5, 1.5, 868}, 121.22, "31.22 + 90"},
		{"suburban", Hop{1000, 1.5, 1.5, 868}, 136.22, "31.22 + 105"},
		{"town", Hop{2000, 1.5, 1.5, 868}, 156.66, "31.22 + 38 x 3.30103"},
		{"forest", Hop{100, 1.5, 1.5, 868}, 115.22, "31.22 + 84"},
		{"suburban", Hop{1000, 1.5, 30, 868}, 113.21, "136.22 - 3.01 - 20"},
		{"suburban", Hop{1000, 0.75, 3, 868}, 136.22, "3.01 dB less and more"},
		{"hata-urban", Hop{1000, 1.5, 30, 900}, 126.40, "126.4 + 35.2 log d, the form in which Hata is quoted for 900 MHz, 30 m, 1.5 m"},
		{"hata-urban", Hop{10_000, 1.5, 30, 900}, 161.63, "126.40 + 35.225"},
		{"hata-suburban", Hop{1000, 1.5, 30, 900}, 116.46, "126.40 - 9.94"},
		{"hata-open", Hop{1000, 1.5, 30, 900}, 97.90, "126.40 - 28.51"},
		{"flora", Hop{10_000, 1.5, 30, 868}, 162.7, "127.5 + 35.2"},
		{"3gpp-suburban", Hop{1000, 1, 1, 907}, 147.82, "45.5 + 34.36 x 2.95761 + 0.7"},
		{"3gpp-suburban", Hop{1000, 1.5, 32, 1900}, 136.60, "TR 25.996 rounds it to 31.5 + 35 log10(d/m) = 136.5 for 1.9 GHz, 32 m and 1.5 m"},
		{"3gpp-urban", Hop{1000, 1.5, 32, 1900}, 139.60, "34.5 + 35 log10(d/m) = 139.5 there"},
		{"ns3-urban", Hop{1000, 1.5, 15, 868}, 120.5, "7.7 + 112.8"},
		{"oulu", Hop{10_000, 2, 24, 868}, 152.15, "128.95 + 23.2"},
		{"lorasim", Hop{40, 1, 1, 868}, 127.41, "by definition"},
		{"lorasim", Hop{400, 1, 1, 868}, 148.21, "127.41 + 20.8"},
	}
	for _, c := range cases {
		m, err := ModelByName(c.model)
		if err != nil {
			t.Fatal(err)
		}
		if err := Check(m, c.hop); err != nil {
			t.Errorf("%s %v: %v", c.model, c.hop, err)
		}
		if got, inside := Mean(m, c.hop); math.Abs(got-c.want) > 0.006 || !inside {
			t.Errorf("%s %v: %.3f dB (inside: %v), want %.2f: %s", c.model, c.hop, got, inside, c.want, c.why)
		}
	}
}

// TestModelsRise: more distance never costs less, nothing is below free space, and all
// say where they come from.
func TestModelsRise(t *testing.T) {
	for _, m := range Models() {
		l := m.Limits()
		h := Hop{Low: l.Low[0], High: l.High[0], MHz: l.MHz[0]}
		last := 0.0
		for _, h.Metres = range []float64{0, 1, 3, 10, 30, 100, 300, 999, 1001, 3000, 10_000, 19_999, 20_001, 50_000, 100_000, 300_000} {
			got, inside := Mean(m, h)
			if got < last || got < freeSpace(h.MHz)(0, math.Log10(max(1, h.Metres))) {
				t.Errorf("%s: %v dB at %v m, after %v", m.Name(), got, h.Metres, last)
			}
			if want := h.Metres >= l.Metres[0] && h.Metres <= l.Metres[1] || h.Metres < 1 && l.Metres[0] <= 1; inside != want {
				t.Errorf("%s: inside at %v m: %v", m.Name(), h.Metres, inside)
			}
			last = got
		}
		if m.Source() == "" || strings.ToLower(m.Name()) != m.Name() {
			t.Errorf("model %q of %q", m.Name(), m.Source())
		}
	}
}

// TestHataGoesOn: where P.529 takes over there is no step, and it loses more than
// Hata's slope would.
func TestHataGoesOn(t *testing.T) {
	m := HataUrban()
	near, far := loss(m, Hop{20_000, 1.5, 100, 450}), loss(m, Hop{20_000.1, 1.5, 100, 450})
	if far-near > 0.01 || far < near {
		t.Errorf("%v dB and %v dB at 20 km", near, far)
	}
	slope := loss(m, Hop{20_000, 1.5, 100, 450}) - loss(m, Hop{8000, 1.5, 100, 450})
	if beyond := loss(m, Hop{50_000, 1.5, 100, 450}) - near; beyond < slope+1 {
		t.Errorf("from 20 to 50 km %v dB, from 8 to 20 km %v dB", beyond, slope)
	}
}

func TestModelsRefuse(t *testing.T) {
	cases := []struct {
		model string
		hop   Hop
		want  string
	}{
		{"hata-urban", Hop{1000, 1.5, 15, 868}, `hata-urban holds between an antenna at 1 to 10 m and one at 30 to 200 m, not between 1.5 and 15 m; choose another one (open, suburban, town and forest hold for all), or two, as in "hata-urban + suburban"`},
		{"hata-urban", Hop{1000, 1.5, 30, 2400}, "hata-urban holds from 150 to 1500 MHz, not at 2400 MHz"},
		{"oulu", Hop{1000, 1.5, 1.5, 868}, "oulu holds between"},
		{"town", Hop{1000, 0, 1.5, 868}, "town holds between an antenna at 0.5"},
		{"town", Hop{1000, 1.5, 1.5, math.NaN()}, "not at NaN MHz"},
	}
	for _, c := range cases {
		m, err := ModelByName(c.model)
		if err != nil {
			t.Fatal(err)
		}
		if err := Check(m, c.hop); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", c.model, err, c.want)
		}
	}
	for _, name := range []string{"", "sub-urban", "town + ", "hata + town"} {
		if _, err := ModelByName(name); err == nil || !strings.Contains(err.Error(), "open, suburban, town") {
			t.Errorf("model %q: %v", name, err)
		}
	}
}

// loss is the loss of a hop as the model has it, above free space or not.
func loss(m Model, h Hop) float64 {
	return m.Curve(h.Low, h.High, h.MHz)(h.Metres, math.Log10(h.Metres))
}

func TestEither(t *testing.T) {
	m, err := ModelByName("hata-suburban+town")
	if err != nil {
		t.Fatal(err)
	}
	mast, hands := Hop{3000, 1.5, 30, 868}, Hop{3000, 1.5, 1.5, 868}
	if m.Name() != "hata-suburban + town" || loss(m, mast) != loss(HataSuburban(), mast) || loss(m, hands) != loss(Town(), hands) {
		t.Errorf("%s: %v and %v dB", m.Name(), loss(m, mast), loss(m, hands))
	}
	near := mast
	near.Metres = 300
	for hop, want := range map[Hop]bool{mast: true, hands: true, near: false} {
		if _, inside := Mean(m, hop); inside != want {
			t.Errorf("%+v: inside: %v", hop, inside)
		}
	}
	if err := Check(m, hands); err != nil {
		t.Error(err)
	}
}
