package bundle

import (
	"errors"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/blackstart-mesh/blackstart/message/clock"
	"github.com/blackstart-mesh/blackstart/message/ident"
)

// randomHeader draws a header that fit accepts, on today.
func randomHeader(r *rand.Rand) Header {
	h := Header{
		ID:         ID{Origin: ident.Number(1 + r.UintN(3)), Day: today + clock.Day(r.UintN(30)) - 15, Seq: uint16(r.Uint32())},
		Precedence: Precedence(r.UintN(Precedences)),
		Lifetime:   time.Duration(r.Int64N(int64(MaxLifetime) + 1)),
		Signed:     r.UintN(2) == 0,
		NoReceipt:  r.UintN(2) == 0,
	}
	h.Created = h.ID.Day.Start().Add(time.Duration(r.Int64N(int64(24 * time.Hour))))
	if r.UintN(2) == 0 {
		h.To.Group = 1
	} else {
		h.To.Node = h.ID.Origin%3 + 1
	}
	if r.UintN(4) == 0 {
		h.Lifetime = 0
	}
	return h
}

func TestHeaderRoundTrip(t *testing.T) {
	const seed = 5
	r := rand.New(rand.NewPCG(seed, 0))
	for i := range 5000 {
		asked := randomHeader(r)
		asked.Epoch = uint8(r.UintN(MaxEpoch + 1))
		h, err := asked.fit()
		if err != nil {
			t.Fatalf("seed %d, %d: %v", seed, i, err)
		}
		b := h.append(nil)
		if headerSize(b[0]) != len(b) || len(b) > maxHeader {
			t.Fatalf("seed %d, %d: %d bytes, flags %#02x", seed, i, len(b), b[0])
		}
		got, err := decodeHeader(b, today)
		if err != nil || got != h {
			t.Fatalf("seed %d, %d: got %+v, %v, want %+v", seed, i, got, err, h)
		}
		if h.Created > asked.Created || asked.Created-h.Created >= 2000 || h.Lifetime < asked.Lifetime {
			t.Fatalf("seed %d, %d: asked %+v, got %+v", seed, i, asked, h)
		}
	}
}

func TestHeaderBytes(t *testing.T) {
	h := Header{
		ID: ID{Origin: 0x0102, Day: today + 1, Seq: 0x0304}, Epoch: 2, Precedence: Priority,
		To: Destination{Node: 0x0506}, Created: (today + 1).Start().Add(0x0A0B * 2 * time.Second), Lifetime: 30 * time.Minute,
		Signed: true, NoReceipt: true,
	}
	want := [...]byte{0x3E, 1, 2, 1<<3 | 2, 3, 4, 0x0A, 0x0B, 5, 6, 0, 29}
	if got := [12]byte(h.append(nil)); got != want {
		t.Errorf("% x, want % x", got, want)
	}
}

func TestExpires(t *testing.T) {
	h := Header{Created: 1000, Lifetime: time.Hour}
	if got := h.Expires(); got != 1000+3600*1000 {
		t.Errorf("expires at %d", got)
	}
}

func TestFitRefuses(t *testing.T) {
	for name, change := range map[string]func(*Header){
		"origin 0":         func(h *Header) { h.ID.Origin = 0 },
		"origin 65535":     func(h *Header) { h.ID.Origin = 65535 },
		"epoch 8":          func(h *Header) { h.Epoch = 8 },
		"precedence 4":     func(h *Header) { h.Precedence = 4 },
		"nowhere":          func(h *Header) { h.To = Destination{} },
		"both":             func(h *Header) { h.To = Destination{Node: 2, Group: 1} },
		"to itself":        func(h *Header) { h.To = Destination{Node: h.ID.Origin} },
		"node 65535":       func(h *Header) { h.To = Destination{Node: 65535} },
		"group 128":        func(h *Header) { h.To = Destination{Group: 128} },
		"the day before":   func(h *Header) { h.Created = h.ID.Day.Start() - 1 },
		"the day after":    func(h *Header) { h.Created = (h.ID.Day + 1).Start() },
		"before 1970":      func(h *Header) { h.ID.Day, h.Created = 0, -1 },
		"negative":         func(h *Header) { h.Lifetime = -time.Second },
		"lives too long":   func(h *Header) { h.Lifetime = MaxLifetime + time.Minute },
		"lives for ever":   func(h *Header) { h.Lifetime = 1<<63 - 1 },
		"created too late": func(h *Header) { h.Created = 1<<63 - 1 },
	} {
		h := groupHeader()
		change(&h)
		if _, err := h.fit(); !errors.Is(err, ErrHeader) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestDestinationString(t *testing.T) {
	for want, d := range map[string]Destination{"node 17": {Node: 17}, "group 3": {Group: 3}} {
		if d.String() != want || d.Direct() != (d.Node != 0) {
			t.Errorf("%v, direct %v", d, d.Direct())
		}
	}
}
