package share

import (
	"bytes"
	"errors"
	"fmt"
	"math/bits"
	"math/rand/v2"
	"strings"
	"testing"
)

var cheap = Cost{Passes: 1, Memory: 64}

func split(t testing.TB, k, n int) ([]*Share, Key) {
	t.Helper()
	list, key, err := Split(k, n, rand.NewChaCha8([32]byte{byte(k), byte(n)}))
	if err != nil {
		t.Fatal(err)
	}
	return list, key
}

// Of every set up to 7 keepers, every k that come together have the key, in whatever
// order, and no fewer do.
func TestEverySubset(t *testing.T) {
	for n := 2; n <= 7; n++ {
		for k := 2; k <= n; k++ {
			list, key := split(t, k, n)
			for subset := range 1 << n {
				var some []*Share
				for i := n - 1; i >= 0; i-- {
					if subset>>i&1 == 1 {
						some = append(some, list[i])
					}
				}
				got, err := Combine(some)
				switch enough := bits.OnesCount(uint(subset)) >= k; {
				case enough && (err != nil || got != key):
					t.Fatalf("%d of %d, subset %b: another key, %v", k, n, subset, err)
				case !enough && (!errors.Is(err, ErrTooFew) || got != Key{}):
					t.Fatalf("%d of %d, subset %b: %v", k, n, subset, err)
				}
			}
		}
	}
}

// Shares of k-1 keepers with one that somebody made up give another key.
func TestAMadeUpShareGivesAnotherKey(t *testing.T) {
	list, key := split(t, 3, 5)
	other, _ := split(t, 3, 4)
	made := *list[2]
	made.value = other[2].value
	if got, err := Combine([]*Share{list[0], list[1], &made}); err != nil || got == key {
		t.Errorf("the same key, or %v", err)
	}
}

func TestMixedAndTwice(t *testing.T) {
	list, _ := split(t, 2, 3)
	other, _ := split(t, 2, 4)
	if _, err := Combine([]*Share{list[0], other[1]}); !errors.Is(err, ErrOtherSet) || !strings.Contains(err.Error(), other[1].Set.String()) {
		t.Errorf("mixed: %v", err)
	}
	if _, err := Combine([]*Share{list[0], list[0]}); !errors.Is(err, ErrTwice) {
		t.Errorf("twice: %v", err)
	}
	for _, c := range [][2]int{{1, 3}, {0, 0}, {4, 3}, {2, 17}, {-1, 5}} {
		if _, _, err := Split(c[0], c[1], rand.NewChaCha8([32]byte{})); !errors.Is(err, ErrThreshold) {
			t.Errorf("%d of %d: %v", c[0], c[1], err)
		}
	}
}

func TestTextComesBack(t *testing.T) {
	list, key := split(t, 2, 3)
	locked, err := list[1].Lock([]byte("correct horse"), cheap, rand.NewChaCha8([32]byte{9}))
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range []*Share{list[0], locked} {
		file := s.Text("North", "A. Meier")
		typed := strings.ToLower(strings.ReplaceAll(strings.Join(s.Letters(), "\n"), " ", "-"))
		for _, text := range [][]byte{file, []byte(typed), bytes.ReplaceAll(file, []byte("\n"), []byte("\r\n"))} {
			got, err := Parse(text)
			if err != nil || !bytes.Equal(got.Encode(), s.Encode()) || got.CheckCode() != s.CheckCode() {
				t.Errorf("%q: %v", text, err)
			}
		}
		if got := fmt.Sprintf("%v %+v %#v %s %x", s, s, *s, s, *s); strings.Contains(got, fmt.Sprintf("%x", s.value)) || strings.Contains(got, "[]byte") {
			t.Errorf("it prints as %q", got)
		}
	}
	if got := fmt.Sprintf("%v %x %d %#v", key, key, key, key); strings.Count(got, "key of a key file") != 4 {
		t.Errorf("the key prints as %q", got)
	}
	if _, err := locked.Unlock([]byte("wrong")); !errors.Is(err, ErrPassphrase) {
		t.Errorf("wrong passphrase: %v", err)
	}
	if _, err := Combine([]*Share{list[0], locked}); !errors.Is(err, ErrPassphrase) {
		t.Errorf("still locked: %v", err)
	}
	open, err := locked.Unlock([]byte("correct horse"))
	if err != nil {
		t.Fatal(err)
	}
	if got, err := Combine([]*Share{open, list[2]}); err != nil || got != key {
		t.Errorf("unlocked: %v", err)
	}
}

// Each letter that is mistyped is noticed.
func TestDamage(t *testing.T) {
	list, _ := split(t, 2, 3)
	locked, err := list[1].Lock([]byte("correct horse"), cheap, rand.NewChaCha8([32]byte{9}))
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range []*Share{list[0], locked} {
		text := strings.ReplaceAll(strings.Join(s.Letters(), ""), " ", "")
		for i := range text {
			for _, typed := range []string{text[:i] + "Q" + text[i+1:], text[:i] + text[i+1:], text[:i] + "0" + text[i+1:], text[:i] + "A" + text[i:]} {
				if got, err := Parse([]byte(typed)); typed != text && !errors.Is(err, ErrDamaged) {
					t.Fatalf("letter %d: %v, %v", i, got, err)
				}
			}
		}
	}
	// One that somebody damaged on purpose, checksum and all.
	for name, change := range map[string]func(s *Share){
		"number 0":      func(s *Share) { s.Number = 0 },
		"number 4 of 3": func(s *Share) { s.Number = 4 },
		"1 of 3":        func(s *Share) { s.Threshold = 1 },
		"too large":     func(s *Share) { s.value = bytes.Repeat([]byte{255}, valueSize) },
		"demands much":  func(s *Share) { s.lock, s.value = &lock{255, 255, 255, 255}, make([]byte, valueSize+lockTag) },
	} {
		s := *list[0]
		change(&s)
		if _, err := Decode(s.Encode()); !errors.Is(err, ErrDamaged) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func FuzzDecode(f *testing.F) {
	list, _ := split(f, 2, 3)
	f.Add(list[0].Encode())
	f.Fuzz(func(t *testing.T, data []byte) {
		if s, err := Decode(data); err == nil && !bytes.Equal(s.Encode(), data) {
			t.Errorf("%x comes back as %x", data, s.Encode())
		}
	})
}

func FuzzParse(f *testing.F) {
	list, _ := split(f, 2, 3)
	f.Add(list[0].Text("North", ""))
	f.Fuzz(func(t *testing.T, text []byte) {
		s, err := Parse(text)
		if err != nil {
			return
		}
		if again, err := Parse(s.Text("x", "y")); err != nil || !bytes.Equal(again.Encode(), s.Encode()) {
			t.Errorf("%v comes back as %v, %v", s, again, err)
		}
	})
}
