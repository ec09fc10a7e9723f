// Package leak finds planted secrets in what a program lets out: raw, in hex, in
// base64 and base32, as lists of numbers, and as the words of which a crash dump
// of Go consists. Tests plant what they know and search all that they can get.
package leak

import (
	"bytes"
	"encoding/base32"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
)

// MinSecret is the length of the shortest secret, in bytes: shorter ones are met by
// chance.
const MinSecret = 8

// What is looked for are short stretches, since a dump often shows the beginning of
// a secret only. Go's stack traces show ten bytes of an array at most, as a list.
const (
	stretch     = 8  // bytes, raw and in hex
	listStretch = 6  // numbers, in a list
	text64      = 12 // characters of base64: 9 bytes
	text32      = 13 // of base32: 8 bytes
	prefix      = 8  // bytes by which a pattern is found
)

// Detector knows the secrets. The zero value knows none.
type Detector struct {
	patterns map[uint64][]pattern
}

type pattern struct {
	text []byte
	name string
	form string
}

// Finding is one place where a part of a secret was found.
type Finding struct {
	Name  string // of the secret
	Form  string // in which it was written
	Where string // what was searched
	At    int    // offset in it, without white space for a list
}

// String shows where it is, and not what.
func (f Finding) String() string {
	return fmt.Sprintf("%s: %s is there, as %s, at byte %d", f.Where, f.Name, f.Form, f.At)
}

// Plant makes a secret known under a name. It panics if the secret is shorter than
// MinSecret, or so regular that it is met by chance.
func (d *Detector) Plant(name string, secret []byte) {
	if distinct(secret) < MinSecret-2 {
		panic(fmt.Sprintf("leak: %s is no secret that could be told from other bytes: %d bytes, %d different ones", name, len(secret), distinct(secret)))
	}
	for at := range len(secret) - stretch + 1 {
		part := secret[at : at+stretch]
		d.add(name, "bytes", string(part))
		lower := hex.EncodeToString(part)
		d.add(name, "hex", lower)
		d.add(name, "hex", strings.ToUpper(lower))
		for _, format := range []string{"% x", "% X"} {
			spaced := fmt.Sprintf(format, part)
			d.add(name, "hex with spaces", spaced)
			d.add(name, "hex with colons", strings.ReplaceAll(spaced, " ", ":"))
		}
		turned := slices.Clone(part)
		slices.Reverse(turned)
		d.add(name, "a word", hex.EncodeToString(turned))
	}
	for at := range len(secret) - listStretch + 1 {
		d.lists(name, secret[at:at+listStretch])
	}
	for shift := range 5 {
		shifted := append(make([]byte, shift), secret...)
		if shift < 3 {
			d.windows(name, "base64", base64.RawStdEncoding.EncodeToString(shifted), shift, 6, text64)
			d.windows(name, "base64 of URLs", base64.RawURLEncoding.EncodeToString(shifted), shift, 6, text64)
		}
		text := base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(shifted)
		d.windows(name, "base32", text, shift, 5, text32)
		d.windows(name, "base32", strings.ToLower(text), shift, 5, text32)
	}
}

// lists adds lists of numbers. White space is taken out of what is searched, but for
// single blanks between numbers.
func (d *Detector) lists(name string, part []byte) {
	forms := map[string][]string{}
	for _, b := range part {
		for form, format := range map[string]string{"numbers": "%d", "hex numbers": "0x%x", "hex numbers of two digits": "0x%02x", "octets": `\x%02x`} {
			forms[form] = append(forms[form], fmt.Sprintf(format, b))
		}
	}
	for form, numbers := range forms {
		if form == "octets" {
			d.add(name, form, strings.Join(numbers, ""))
			continue
		}
		d.add(name, form, strings.Join(numbers, ","))
		d.add(name, form, strings.Join(numbers, " "))
	}
}

// windows adds stretches of an encoded text whose first shift bytes are not of the
// secret. The last character may hold bits of what follows, and is left out.
func (d *Detector) windows(name, form, text string, shift, bits, length int) {
	first := (shift*8 + bits - 1) / bits
	for at := first; at+length < len(text); at++ {
		d.add(name, form, text[at:at+length])
	}
}

func (d *Detector) add(name, form, text string) {
	if d.patterns == nil {
		d.patterns = map[uint64][]pattern{}
	}
	key := binary.LittleEndian.Uint64([]byte(text[:prefix]))
	d.patterns[key] = append(d.patterns[key], pattern{[]byte(text), name, form})
}

// Search returns what it finds in data, each secret once for each form.
func (d *Detector) Search(where string, data []byte) []Finding {
	found := d.search(where, data, nil)
	return d.search(where, dense(data), found)
}

func (d *Detector) search(where string, data []byte, found []Finding) []Finding {
	for at := 0; at+prefix <= len(data); at++ {
		for _, p := range d.patterns[binary.LittleEndian.Uint64(data[at:])] {
			if !bytes.HasPrefix(data[at:], p.text) {
				continue
			}
			f := Finding{p.name, p.form, where, at}
			if !slices.ContainsFunc(found, func(g Finding) bool { return g.Name == f.Name && g.Form == f.Form }) {
				found = append(found, f)
			}
		}
	}
	return found
}

// dense takes white space out, as of lists that are broken into lines.
func dense(data []byte) []byte {
	return bytes.Map(func(r rune) rune {
		if r == ' ' || r == '\n' || r == '\t' || r == '\r' {
			return -1
		}
		return r
	}, data)
}

// distinct counts the different bytes of a secret.
func distinct(secret []byte) int {
	seen := map[byte]bool{}
	for _, b := range secret {
		seen[b] = true
	}
	return len(seen)
}
