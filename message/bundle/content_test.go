package bundle

import (
	"bytes"
	"errors"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/blackstart-mesh/blackstart/message/ident"
	"github.com/blackstart-mesh/blackstart/message/seal"
)

func TestComposeAndOpen(t *testing.T) {
	const seed = 7
	r := rand.New(rand.NewPCG(seed, 0))
	w := newWorld(t)
	for i := range 500 {
		h := randomHeader(r)
		body := make([]byte, r.IntN(300))
		for j := range body {
			body[j] = byte(r.Uint32())
		}
		want := Content{Type: ContentType(r.UintN(256)), Body: body}
		b := w.compose(h, want)
		for n, k := range w.keys {
			o, err := b.Open(k)
			got, proof := o.Content, o.Proof
			if h.To.Direct() && n != h.To.Node && n != h.ID.Origin {
				if !errors.Is(err, ErrNoKey) {
					t.Fatalf("seed %d, %d: node %v, which is neither end: %v", seed, i, n, err)
				}
				continue
			}
			if err != nil || got.Type != want.Type || !bytes.Equal(got.Body, want.Body) {
				t.Fatalf("seed %d, %d: node %v opens %+v, %v", seed, i, n, got, err)
			}
			if b.ReceiptMatches(proof) != h.To.Direct() {
				t.Fatalf("seed %d, %d: to %v, proof %x matches: %v", seed, i, h.To, proof, b.ReceiptMatches(proof))
			}
		}
		if b.Verify(ident.Ed25519{}, w.certificate(h.ID.Origin)) != h.Signed {
			t.Fatalf("seed %d, %d: signed %v", seed, i, h.Signed)
		}
	}
}

func TestReceiptMatchesOneBundleOnly(t *testing.T) {
	w := newWorld(t)
	h := directHeader()
	b := w.compose(h, textContent("a"))
	h.ID.Seq++
	next := w.compose(h, textContent("a"))
	o, err := b.Open(w.keys[2])
	proof := o.Proof
	if err != nil {
		t.Fatal(err)
	}
	if !b.ReceiptMatches(proof) || next.ReceiptMatches(proof) || b.ReceiptMatches(b.Tag) || b.ReceiptMatches([8]byte{}) {
		t.Error("a receipt matches what it is not of")
	}
	group := *b
	group.To = Destination{Group: 1}
	if group.ReceiptMatches(proof) {
		t.Error("a proof matches a bundle to a group")
	}
	for bit := range 64 {
		wrong := proof
		wrong[bit/8] ^= 1 << (bit % 8)
		if b.ReceiptMatches(wrong) {
			t.Errorf("a receipt with bit %d flipped matches", bit)
		}
	}
}

// A relay whose clock is wrong still recognises a receipt: the proof hangs on
// the bytes of the id, not on the day that they are expanded to.
func TestReceiptMatchesWhateverTheClockSays(t *testing.T) {
	w := newWorld(t)
	b := w.compose(directHeader(), textContent("a"))
	o, err := b.Open(w.keys[2])
	proof := o.Proof
	if err != nil {
		t.Fatal(err)
	}
	wrong, err := Decode(b.Encode(), 5)
	if err != nil {
		t.Fatal(err)
	}
	if wrong.ID == b.ID || !wrong.ReceiptMatches(proof) {
		t.Errorf("id %v, matches %v", wrong.ID, wrong.ReceiptMatches(proof))
	}
}

// Sealed for one day, origin or group, a bundle does not open as of another.
func TestOpenNeedsTheRightKey(t *testing.T) {
	w := newWorld(t)
	for name, change := range map[string]func(*Bundle){
		"day":    func(b *Bundle) { b.ID.Day++; b.Created = b.Created.Add(24 * time.Hour) },
		"month":  func(b *Bundle) { b.ID.Day += 32; b.Created = b.Created.Add(32 * 24 * time.Hour) },
		"origin": func(b *Bundle) { b.ID.Origin = 2 },
		"group":  func(b *Bundle) { b.To.Group = 2 },
	} {
		b := w.compose(groupHeader(), textContent("x"))
		change(b)
		if _, err := b.Open(w.keys[2]); !errors.Is(err, ErrUnauthentic) {
			t.Errorf("another %s: %v", name, err)
		}
	}
	h := groupHeader()
	h.To.Group = 2
	b := w.compose(h, textContent("x"))
	if _, err := b.Open(w.keys[3]); !errors.Is(err, ErrNoKey) {
		t.Errorf("a node outside the group: %v", err)
	}
	b.Epoch = 1 // of key blocks 1, 9, ...
	if _, err := b.Open(w.keys[2]); !errors.Is(err, ErrNoKey) {
		t.Errorf("an epoch that has not come: %v", err)
	}
}

func TestComposeRefuses(t *testing.T) {
	w := newWorld(t)
	h := groupHeader()
	for name, c := range map[string]struct {
		change func(*Header)
		size   int
		want   error
	}{
		"a wrong header":   {func(h *Header) { h.ID.Origin = 0 }, 0, ErrHeader},
		"a long body":      {func(*Header) {}, MaxBody + 1, ErrOversized},
		"no group key":     {func(h *Header) { h.To.Group = 9 }, 0, ErrNoKey},
		"an unknown node":  {func(h *Header) { h.To = Destination{Node: 9} }, 0, ErrNoKey},
		"another's origin": {func(h *Header) { h.ID.Origin, h.To = 2, Destination{Node: 3} }, 0, ErrNoKey},
		"an erased day":    {func(h *Header) { h.ID.Day = today - 21; h.Created = h.ID.Day.Start() }, 0, ErrNoKey},
	} {
		h := h
		c.change(&h)
		if _, err := Compose(w.keys[1], w.private[1], h, Content{Body: make([]byte, c.size)}); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
	}
}

func TestComposeIsDeterministic(t *testing.T) {
	h := directHeader()
	h.Signed = true
	a := newWorld(t).compose(h, textContent(text)).Encode()
	b := newWorld(t).compose(h, textContent(text)).Encode()
	if !bytes.Equal(a, b) {
		t.Error("two bundles from the same arguments")
	}
	if bytes.Contains(a, []byte("breaker")) {
		t.Error("the text is readable")
	}
}

// A member whose group was renewed reads what others wrote before they knew, and
// seals nothing with the secret of before.
func TestOpenWithFormerSecret(t *testing.T) {
	w := newWorld(t)
	fresh := seal.Secrets{Epochs: epochs, Groups: map[ident.GroupID]seal.Secret{2: secretOf(0x99)},
		Former: map[ident.GroupID][]seal.Secret{2: {secretOf(0x77), groupSecrets[2]}}}
	renewed := seal.NewKeys(2, w.private[2], w.roster, fresh)
	h := Header{ID: ID{Origin: 1, Day: today, Seq: 1}, Precedence: Routine, To: Destination{Group: 2}, Created: today.Start()}
	old, err := Compose(w.keys[1], w.private[1], h, Content{Body: []byte("before")})
	if err != nil {
		t.Fatal(err)
	}
	o, err := old.Open(renewed)
	if err != nil || string(o.Body) != "before" {
		t.Fatalf("%q, %v", o.Body, err)
	}
	if c, _, ok := old.OpenWith(o.Key); !ok || string(c.Body) != "before" {
		t.Error("the key of the message does not open it")
	}
	h.ID.Origin = 2
	b, err := Compose(renewed, w.private[2], h, Content{Body: []byte("after")})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := b.Open(w.keys[1]); !errors.Is(err, ErrUnauthentic) {
		t.Errorf("who has the secret of before reads what comes after: %v", err)
	}
	fresh.Former = nil
	if _, err := old.Open(seal.NewKeys(2, w.private[2], w.roster, fresh)); !errors.Is(err, ErrUnauthentic) {
		t.Errorf("read without the secret of before: %v", err)
	}
}

// Nearly all that comes is sealed with the secret of now: it costs nothing that the
// group had others before.
func TestOpenTriesFormerSecretsLast(t *testing.T) {
	w := newWorld(t)
	b := w.compose(groupHeader(), textContent(text))
	open := func(former ...seal.Secret) float64 {
		keys := seal.NewKeys(2, w.private[2], w.roster, seal.Secrets{
			Epochs: epochs, Groups: groupSecrets, Former: map[ident.GroupID][]seal.Secret{1: former},
		})
		return testing.AllocsPerRun(10, func() {
			if _, err := b.Open(keys); err != nil {
				t.Fatal(err)
			}
		})
	}
	if with, without := open(secretOf(0x77), secretOf(0x78)), open(); with != without {
		t.Errorf("%v allocations with former secrets, %v without", with, without)
	}
}
