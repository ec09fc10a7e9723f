package leak

import (
	"encoding/base32"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"runtime"
	"strings"
	"testing"
)

// TestFindsWhatIsPrinted is the control of every test that finds nothing: each way
// of letting a secret out is noticed, at any place, and also a part of it.
func TestFindsWhatIsPrinted(t *testing.T) {
	var d Detector
	d.Plant("the key", key())
	k := key()
	forms := map[string]string{
		"raw":          string(k[:]),
		"end":          string(k[20:]),
		"hex":          fmt.Sprintf("%x", k),
		"HEX":          fmt.Sprintf("%X", k[:9]),
		"spaces":       fmt.Sprintf("% x", k),
		"colons":       strings.ReplaceAll(fmt.Sprintf("% X", k), " ", ":"),
		"print":        fmt.Sprint(k),
		"Go syntax":    fmt.Sprintf("%#v", k),
		"byte slice":   fmt.Sprintf("%#v", k[3:12]),
		"octets":       octets(k),
		"word":         fmt.Sprintf("%#x", leWord(k[8:16])),
		"base32":       base32.StdEncoding.EncodeToString(k),
		"base32 lower": strings.ToLower(base32.StdEncoding.EncodeToString(k[1:])),
	}
	for shift := range 3 {
		shifted := append([]byte("xyz")[:shift:shift], k...)
		forms[fmt.Sprint("base64 after ", shift)] = base64.StdEncoding.EncodeToString(append(shifted, "and more"...))
		forms[fmt.Sprint("base64url after ", shift)] = base64.URLEncoding.EncodeToString(shifted)
	}
	numbers := make([]int, len(k))
	for i, b := range k {
		numbers[i] = int(b)
	}
	lines, err := json.MarshalIndent(numbers, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	forms["JSON"] = string(lines)
	for name, text := range forms {
		found := d.Search(name, []byte("before it "+text+" after it"))
		if len(found) == 0 {
			t.Errorf("%s is not noticed", name)
		}
		for _, f := range found {
			if f.Name != "the key" || f.Where != name {
				t.Errorf("%s: found %v", name, f)
			}
		}
	}
}

// A stack trace shows the first bytes of an array that was passed by value: that is
// what a crash dump gives away.
func TestFindsArraysInStackTraces(t *testing.T) {
	var d Detector
	d.Plant("the key", key())
	by := [32]byte(key())
	if found := d.Search("by value", byValue(by, 3)); len(found) == 0 {
		t.Error("an array on the stack is not noticed")
	}
	if found := d.Search("by pointer", byPointer(&by, 3)); len(found) > 0 {
		t.Errorf("a pointer shows what it points to: %v", found)
	}
}

//go:noinline
func byValue(k [32]byte, n int) []byte { return trace(int(k[0]) + n) }

//go:noinline
func byPointer(k *[32]byte, n int) []byte { return trace(int(k[0]) + n) }

//go:noinline
func trace(int) []byte {
	all := make([]byte, 1<<16)
	return all[:runtime.Stack(all, true)]
}

func TestFindsNothingElse(t *testing.T) {
	var d Detector
	d.Plant("the key", key())
	noise := make([]byte, 1<<20)
	_, _ = rand.NewChaCha8([32]byte{9}).Read(noise)
	for name, data := range map[string][]byte{"nothing": nil, "noise": noise, "noise in hex": fmt.Appendf(nil, "%x %v", noise[:1<<16], noise[:1<<16])} {
		if found := d.Search(name, data); len(found) > 0 {
			t.Errorf("%s: %v", name, found)
		}
	}
}

func TestRefusesWhatIsNoSecret(t *testing.T) {
	for _, secret := range []string{"", "short", strings.Repeat("a", 32)} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%q is planted", secret)
				}
			}()
			new(Detector).Plant("it", []byte(secret))
		}()
	}
}

func key() []byte {
	k := make([]byte, 32)
	_, _ = rand.NewChaCha8([32]byte{7}).Read(k)
	return k
}

func leWord(b []byte) (w uint64) {
	for i, x := range b {
		w |= uint64(x) << (8 * i)
	}
	return w
}

// octets returns bytes as Go and Python write those that do not print.
func octets(k []byte) string {
	var b strings.Builder
	for _, x := range k {
		fmt.Fprintf(&b, "\\x%02x", x)
	}
	return b.String()
}
