package bundle

import (
	"testing"

	"github.com/blackstart-mesh/blackstart/message/clock"
	"github.com/blackstart-mesh/blackstart/message/ident"
)

// benchmarks run over the three kinds of messages that the byte ledger lists,
// with the day's cipher already derived, as for all but the first message.
func benchmarks(b *testing.B, run func(b *testing.B, w *world, h Header)) {
	signed := groupHeader()
	signed.Signed = true
	for _, c := range []struct {
		name string
		h    Header
	}{{"group", groupHeader()}, {"group-signed", signed}, {"direct", directHeader()}} {
		b.Run(c.name, func(b *testing.B) {
			w := newWorld(b)
			if _, err := w.compose(c.h, textContent(text)).Open(w.keys[2]); err != nil {
				b.Fatal(err)
			}
			b.ReportAllocs()
			run(b, w, c.h)
		})
	}
}

func BenchmarkCompose(b *testing.B) {
	benchmarks(b, func(b *testing.B, w *world, h Header) {
		c := textContent(text)
		for b.Loop() {
			h.ID.Seq++
			w.compose(h, c)
		}
	})
}

func BenchmarkOpen(b *testing.B) {
	benchmarks(b, func(b *testing.B, w *world, h Header) {
		bundle := w.compose(h, textContent(text))
		for b.Loop() {
			if _, err := bundle.Open(w.keys[2]); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func BenchmarkDecode(b *testing.B) {
	benchmarks(b, func(b *testing.B, w *world, h Header) {
		data := w.compose(h, textContent(text)).Encode()
		for b.Loop() {
			if _, err := Decode(data, today); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func BenchmarkVerify(b *testing.B) {
	w := newWorld(b)
	h := groupHeader()
	h.Signed = true
	bundle, cert := w.compose(h, textContent(text)), w.certificate(1)
	b.ReportAllocs()
	for b.Loop() {
		if !bundle.Verify(ident.Ed25519{}, cert) {
			b.Fatal("a good signature is refused")
		}
	}
}

// BenchmarkFirstOfDay is the price of the first message of an origin on a day,
// for which a cipher is derived.
func BenchmarkFirstOfDay(b *testing.B) {
	benchmarks(b, func(b *testing.B, w *world, h Header) {
		c := textContent(text)
		for i := 0; b.Loop(); i++ {
			h.ID.Day = today + clock.Day(i%30000)
			h.Created = h.ID.Day.Start()
			w.compose(h, c)
		}
	})
}
