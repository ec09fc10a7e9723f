package frame

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/blackstart-mesh/blackstart/message/ident"
	"github.com/blackstart-mesh/blackstart/message/seal"
)

// eight returns as many keys as a node tries, the last of them for bootstrap.
func eight() []*Key {
	var keys []*Key
	for i := range MaxKeys - 1 {
		keys = append(keys, testKey(byte(10*i+1)))
	}
	return append(keys, NewBootstrapKey(linkKey(200)))
}

func keyHello(from ident.Number, counter uint32) Frame {
	return Frame{From: from, Counter: counter, Items: []Item{{KindKeyHello, KeyHello{CounterHigh: uint16(counter >> 16), Serial: 5}.Append(nil)}}}
}

// TestOpenSaysWhichKey: every key of a set opens its own, whatever the order.
func TestOpenSaysWhichKey(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 1))
	keys, r := eight(), NewReceiver()
	set := NewKeySet(keys...)
	for i := range 500 {
		k := keys[rng.IntN(len(keys))]
		f := vector(ident.Number(1+rng.IntN(5)), uint32(i))
		if k.Bootstrap() {
			f = keyHello(f.From, f.Counter)
		}
		got, under, err := r.Open(set, Seal(k, f))
		if err != nil || under != k || got.Counter != f.Counter || got.From != f.From {
			t.Fatalf("%d: %+v, %v, its own key %v", i, got, err, under == k)
		}
		if set.keys[0] != k || len(set.keys) != MaxKeys {
			t.Fatalf("%d: the key that opened is not the next to be tried", i)
		}
	}
	if _, under, err := r.Open(set, Seal(testKey(99), vector(1, 9000))); !errors.Is(err, ErrUnauthentic) || under != nil {
		t.Errorf("a key that is not in the set: %v", err)
	}
}

// TestAWindowForEachKey: a counter is spent under one key and not under others,
// and what was heard under one guesses the high bits under another.
func TestAWindowForEachKey(t *testing.T) {
	today, tomorrow, r := testKey(1), testKey(2), NewReceiver()
	set := NewKeySet(today, tomorrow)
	step := func(what string, k *Key, f Frame, want error) {
		t.Helper()
		if _, _, err := r.Open(set, Seal(k, f)); !errors.Is(err, want) {
			t.Fatalf("%s: %v, want %v", what, err, want)
		}
	}
	hello := Frame{From: 1, Counter: 5<<16 + 9, Items: []Item{{KindHello, helloBody(5)}}}
	step("hello", today, hello, nil)
	step("vector of the next day", tomorrow, vector(1, 5<<16+10), nil)
	step("replayed", tomorrow, vector(1, 5<<16+10), ErrReplayed)
	step("the one of today came late", today, vector(1, 5<<16+10), nil)
	step("somebody moved the window", today, Frame{From: 1, Counter: 1<<32 - 1, Items: []Item{{KindHello, helloBody(1<<16 - 1)}}}, nil)
	step("so that no more is heard", today, Frame{From: 1, Counter: 5<<16 + 11, Items: hello.Items}, ErrReplayed)
	step("until the key moves on", tomorrow, vector(1, 5<<16+12), nil)
}

// TestTheBootstrapKeyHasItsOwnWindows: a revoked node, who holds it, can neither
// move nor evict what was heard under a link key.
func TestTheBootstrapKeyHasItsOwnWindows(t *testing.T) {
	link, boot, r := testKey(1), NewBootstrapKey(linkKey(2)), NewReceiver()
	set := NewKeySet(link, boot)
	mustOpen := func(k *Key, f Frame) {
		t.Helper()
		if _, _, err := r.Open(set, Seal(k, f)); err != nil {
			t.Fatal(err)
		}
	}
	mustOpen(link, vector(1, 7))
	for n := range MaxBootstrapWindows + 100 {
		mustOpen(boot, keyHello(ident.Number(n+1), 1<<32-1))
	}
	if r.bootstrap.count != MaxBootstrapWindows || len(r.bootstrap.senders) != MaxBootstrapWindows {
		t.Errorf("%d windows under the bootstrap key", r.bootstrap.count)
	}
	mustOpen(link, vector(1, 8))
	if _, _, err := r.Open(set, Seal(link, vector(1, 7))); !errors.Is(err, ErrReplayed) {
		t.Errorf("replayed: %v", err)
	}
}

func TestEviction(t *testing.T) {
	k, r := testKey(1), NewReceiver()
	hear := func(n ident.Number, counter uint32) error {
		_, err := open(r, k, Seal(k, vector(n, counter)))
		return err
	}
	for n := range MaxWindows {
		if err := hear(ident.Number(n+1), 1); err != nil {
			t.Fatal(err)
		}
	}
	if err := hear(1, 2); err != nil { // 1 is fresh again, 2 is now the oldest
		t.Fatal(err)
	}
	if err := hear(MaxWindows+1, 1); err != nil {
		t.Fatal(err)
	}
	if r.link.count != MaxWindows || len(r.link.senders) != MaxWindows {
		t.Fatalf("%d windows", r.link.count)
	}
	if err := hear(1, 1); !errors.Is(err, ErrReplayed) {
		t.Fatalf("1 was evicted: %v", err)
	}
	if err := hear(2, 1); err != nil {
		t.Fatalf("2 was not evicted: %v", err)
	}
}

// TestWindowsAgainstMap compares a receiver of a few transmitters and keys with
// one that remembers all (transmitter, key, counter).
func TestWindowsAgainstMap(t *testing.T) {
	type spent struct {
		from    ident.Number
		key     int
		counter uint32
	}
	for seed := range uint64(10) {
		rng := rand.New(rand.NewPCG(seed, 3))
		keys, r := eight(), NewReceiver()
		set, seen := NewKeySet(keys...), map[spent]bool{}
		for range 3000 {
			s := spent{ident.Number(1 + rng.IntN(3)), rng.IntN(len(keys) - 1), rng.Uint32N(500)}
			_, _, err := r.Open(set, Seal(keys[s.key], vector(s.from, s.counter)))
			if want := seen[s]; errors.Is(err, ErrReplayed) != want || err != nil && !want {
				t.Fatalf("seed %d: %+v: %v, seen before %v", seed, s, err, want)
			}
			seen[s] = true
		}
		count := 0
		for _, s := range r.link.senders {
			count += len(s.keys)
		}
		if count != r.link.count {
			t.Fatalf("seed %d: %d windows, counted %d", seed, count, r.link.count)
		}
	}
}

// TestKeysGoneByAreForgotten: one transmitter has at most MaxKeys windows.
func TestKeysGoneByAreForgotten(t *testing.T) {
	r := NewReceiver()
	for i := range 3 * MaxKeys {
		k := testKey(byte(i))
		if _, err := open(r, k, Seal(k, vector(1, 1))); err != nil {
			t.Fatal(err)
		}
	}
	if got := len(r.link.senders[1].keys); got != MaxKeys || r.link.count != MaxKeys {
		t.Errorf("%d windows, counted %d", got, r.link.count)
	}
}

func TestUnderTheBootstrapKey(t *testing.T) {
	boot := NewBootstrapKey(linkKey(1))
	hello := keyHello(7, 3<<16+1)
	hello.Items = append(hello.Items, Item{KindKeyAsk, KeyAsk{To: 3, Serial: 9, Parts: []int{0, 9}}.Append(nil)})
	if f, err := open(NewReceiver(), boot, Seal(boot, hello)); err != nil || f.Counter != 3<<16+1 || len(f.Items) != 2 {
		t.Errorf("a key hello carries the high bits: %+v, %v", f, err)
	}
	for kind := range maxKind + 1 {
		plain := []byte{bitTransmitter | byte(kind), 0, 1, 0, 7, 0, 0, 0, 0, 0, 1, 0, 9, 0}
		f, err := open(NewReceiver(), boot, sealPlain(boot, 0, plain))
		want := error(ErrMisplaced)
		if kind >= 7 && kind <= 9 {
			want = nil
		}
		if !errors.Is(err, want) || want != nil && f.Items != nil {
			t.Errorf("%s: %v, want %v", kind, err, want)
		}
	}
}

func TestSealPanics(t *testing.T) {
	link, boot := testKey(1), NewBootstrapKey(linkKey(1))
	for name, do := range map[string]func(){
		"vector under the bootstrap key": func() { Seal(boot, vector(1, 1)) },
		"key hello under a link key":     func() { Seal(link, keyHello(1, 1)) },
		"key hello of another counter":   func() { f := keyHello(1, 1); f.Counter = 1 << 16; Seal(boot, f) },
		"nine keys":                      func() { NewKeySet(append(eight(), link)...) },
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s: no panic", name)
				}
			}()
			do()
		}()
	}
}

// TestAnotherVersionIsLookedForFirst: it is told from noise under the key that
// opened last, and there alone.
func TestAnotherVersionIsLookedForFirst(t *testing.T) {
	a, b, r := testKey(1), testKey(2), NewReceiver()
	set, next := NewKeySet(a, b), func(c byte) []byte { return sealPlain(b, 0, []byte{0x51, 0, c, 0, 1}) }
	if _, _, err := r.Open(set, next(1)); !errors.Is(err, ErrUnauthentic) {
		t.Errorf("under the second key: %v", err)
	}
	r.Open(set, Seal(b, vector(1, 9)))
	if _, _, err := r.Open(set, next(2)); !errors.Is(err, ErrVersion) {
		t.Errorf("under the first: %v", err)
	}
}

func TestKeyDoesNotPrint(t *testing.T) {
	k := testKey(1)
	if got := fmt.Sprintf("%v %+v %#v %x", k, k, k, k); got != strings.TrimSpace(strings.Repeat("frame key ", 4)) {
		t.Error(got)
	}
	if _, err := k.MarshalText(); !errors.Is(err, seal.ErrSecret) {
		t.Error(err)
	}
}

// noise returns frames as an outsider makes them.
func noise(count, size int) [][]byte {
	rng, frames := rand.New(rand.NewPCG(4, 4)), make([][]byte, count)
	for i := range frames {
		frames[i] = randomBytes(rng, size)
	}
	return frames
}

// TestRefusalAllocatesNothing: neither noise, nor a frame under a key that is not
// held.
func TestRefusalAllocatesNothing(t *testing.T) {
	set, r := NewKeySet(eight()...), NewReceiver()
	frames := append(noise(200, 220), Seal(testKey(99), vector(1, 1)))
	r.Open(set, frames[0])
	order := bytes.Clone([]byte(fmt.Sprint(set.keys)))
	if got := testing.AllocsPerRun(100, func() {
		for _, data := range frames {
			r.Open(set, data)
		}
	}); got != 0 {
		t.Errorf("%v allocations for %d frames", got, len(frames))
	}
	if len(r.link.senders)+len(r.bootstrap.senders) != 0 || !bytes.Equal(order, []byte(fmt.Sprint(set.keys))) {
		t.Error("noise left a trace")
	}
}

// BenchmarkOutsiderFrame is what a frame of 220 bytes costs that nobody of the
// network made, tried under all keys that a node may hold.
func BenchmarkOutsiderFrame(b *testing.B) {
	set, r := NewKeySet(eight()...), NewReceiver()
	frames := noise(4096, 220)
	b.ReportAllocs()
	for i := range b.N {
		if _, _, err := r.Open(set, frames[i%len(frames)]); err == nil {
			b.Fatal("opened")
		}
	}
}

// BenchmarkOpenLastKey is a member's frame that opens under the last of all keys.
func BenchmarkOpenLastKey(b *testing.B) {
	keys, r := eight(), NewReceiver()
	data := make([][]byte, 4000)
	for i := range data {
		data[i] = Seal(keys[MaxKeys-2], Frame{From: 1, Counter: uint32(i), Items: []Item{{KindVector, make([]byte, 209)}}})
	}
	set := NewKeySet(keys...)
	b.ReportAllocs()
	for i := range b.N {
		if i%len(data) == 0 {
			r = NewReceiver()
		}
		copy(set.keys, keys)
		if _, _, err := r.Open(set, data[i%len(data)]); err != nil {
			b.Fatal(err)
		}
	}
}
