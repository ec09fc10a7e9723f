package enrol

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/blackstart-mesh/blackstart/internal/vectors"
	"github.com/blackstart-mesh/blackstart/message/ident"
)

// makeVectors makes each case from a good one by one change, and signs it again
// unless the signature is the fault.
func makeVectors(t *testing.T) []vectors.File {
	w := newWorld(t)
	var files []vectors.File
	add := func(name, kind, comment, expect string, data []byte, more ...vectors.Field) {
		f := vectors.File{Name: kind + "-" + name, Data: data, Fields: append([]vectors.Field{
			{Key: "comment", Value: comment}, {Key: "kind", Value: kind}, {Key: "expect", Value: expect}}, more...)}
		files = append(files, f)
	}
	for _, c := range requestCases(t, w) {
		add(c.name, "request", c.comment, c.expect, c.data)
	}
	for _, c := range armourCases(t, w) {
		add(c.name, "armour", c.comment, c.expect, c.data, vectors.Field{Key: "block", Value: "REQUEST"})
	}
	for _, c := range personCases(t, w) {
		add(c.name, "person", c.comment, c.expect, c.data, c.more...)
	}
	seed := vectors.Field{Key: "node-seed", Value: hex.EncodeToString(w.nodes[0].Seed())}
	once := vectors.Field{Key: "package-key", Value: hex.EncodeToString(w.once[0].Bytes())}
	for _, c := range fileCases(t, w) {
		more := []vectors.Field{seed, once}
		if c.erased {
			more = more[:1]
		}
		add(c.name, "network", c.comment, c.expect, c.data, append(more, c.more...)...)
	}
	return files
}

type vectorCase struct {
	name, comment, expect string
	data                  []byte
	more                  []vectors.Field
	erased                bool // the node has no package key
}

func requestCases(t *testing.T, w *world) []vectorCase {
	good, err := w.request("crew-1", "field crew")
	if err != nil {
		t.Fatal(err)
	}
	changed := func(change func(r *Request)) []byte {
		r := *good
		change(&r)
		r.Signature = w.nodes[0].Sign(r.SignedBytes())
		return r.Encode()
	}
	plain := good.Encode()
	return []vectorCase{
		{name: "ok", comment: "a request", expect: "ok", data: plain},
		{name: "no-role", comment: "the role may be empty", expect: "ok", data: changed(func(r *Request) { r.Role = "" })},
		{name: "truncated", comment: "the last byte is missing", expect: "truncated", data: plain[:len(plain)-1]},
		{name: "oversized", comment: "one byte more", expect: "not-canonical", data: append(plain[:len(plain):len(plain)], 0)},
		{name: "version-1", comment: "version 1", expect: "version", data: append([]byte{1}, plain[1:]...)},
		{name: "name-empty", comment: "no name", expect: "name", data: changed(func(r *Request) { r.Name = "" })},
		{name: "name-number", comment: "a name of digits only", expect: "name", data: changed(func(r *Request) { r.Name = "17" })},
		{name: "name-long", comment: "a name of 33 bytes", expect: "name", data: changed(func(r *Request) { r.Name = "abcdefghijklmnopqrstuvwxyzabcdefg" })},
		{name: "box-key-low-order", comment: "a box key of low order", expect: "box-key", data: changed(func(r *Request) { r.Box = ident.BoxKey{1} })},
		{name: "package-key-low-order", comment: "a package key of low order", expect: "box-key", data: changed(func(r *Request) { r.Package = ident.BoxKey{} })},
		{name: "signature-flipped", comment: "one bit of the signature", expect: "signature", data: append(plain[:len(plain)-1:len(plain)-1], plain[len(plain)-1]^1)},
	}
}

// armourCases are texts that a request is looked for in.
func armourCases(t *testing.T, w *world) []vectorCase {
	r, err := w.request("crew-1", "")
	if err != nil {
		t.Fatal(err)
	}
	text := string(r.Text())
	c := func(name, comment, expect, text string) vectorCase {
		return vectorCase{name: name, comment: comment, expect: expect, data: []byte(text)}
	}
	return []vectorCase{
		c("ok", "a request", "ok", text),
		c("ok-mailed", "words around it, other line ends, spaces around lines", "ok", "Hello,\r\n\r\n"+strings.ReplaceAll(text, "\n", " \t\r\n  ")+"\r\n-- \r\nAnna"),
		c("ok-one-line", "all in one line", "ok", strings.ReplaceAll(text, "\n", "")),
		c("empty", "no text", "armour", ""),
		c("no-end", "the last line is missing", "truncated", text[:strings.Index(text, "-----END")]),
		c("two", "two requests", "armour", text+text),
		c("kind", "a network file", "kind", strings.ReplaceAll(text, "REQUEST", "NETWORK")),
		c("letter", "a letter that base64 does not have", "armour", strings.Replace(text, "Ag", "A*", 1)),
		c("space", "a space within a line", "armour", strings.Replace(text, "Ag", "Ag ", 1)),
		c("padding", "no padding", "armour", strings.Replace(text, "=\n", "\n", 1)),
		c("oversized", "16 KiB and a byte", "oversized", text+strings.Repeat("x", MaxRequestText+1-len(text))),
	}
}

// personCases are files of a person that cost little to open.
func personCases(t *testing.T, w *world) []vectorCase {
	pin := func(pin string) []vectors.Field { return []vectors.Field{{Key: "pin", Value: pin}} }
	made := func(private *ident.Private, change func(f *PersonFile)) []byte {
		f, err := NewPersonFile(w.credential(), private, []byte("4815"), entropy(3))
		if err != nil {
			t.Fatal(err)
		}
		binary.BigEndian.PutUint32(f.head[1:], 1)
		binary.BigEndian.PutUint32(f.head[5:], 64)
		f.head[9] = 1
		aead, err := f.cipher([]byte("4815"))
		if err != nil {
			t.Fatal(err)
		}
		f.sealed = aead.Seal(nil, f.head[personNonce:personFixed], private.Seed(), f.head)
		change(f)
		return f.Text()
	}
	same := func(*PersonFile) {}
	return []vectorCase{
		{name: "ok", comment: "the right PIN", expect: "ok", data: made(w.person, same), more: pin("4815")},
		{name: "pin", comment: "another PIN", expect: "pin", data: made(w.person, same), more: pin("4816")},
		{name: "rights-added", comment: "another right in the credential", expect: "pin", data: made(w.person, func(f *PersonFile) { f.head[personFixed+2+11] |= 4 }), more: pin("4815")},
		{name: "other-key", comment: "the key of somebody else", expect: "malformed", data: made(w.nodes[0], same), more: pin("4815")},
		{name: "credential", comment: "a credential of version 9", expect: "malformed", data: made(w.person, func(f *PersonFile) { f.head[personFixed+2] = 9 }), more: pin("4815")},
		{name: "memory", comment: "demands 256 MiB and a KiB", expect: "not-canonical", data: made(w.person, func(f *PersonFile) { binary.BigEndian.PutUint32(f.head[5:], maxPersonMemory+1) }), more: pin("4815")},
		{name: "passes", comment: "no pass", expect: "not-canonical", data: made(w.person, func(f *PersonFile) { f.head[4] = 0 }), more: pin("4815")},
		{name: "lanes", comment: "no lane", expect: "not-canonical", data: made(w.person, func(f *PersonFile) { f.head[9] = 0 }), more: pin("4815")},
		{name: "version-2", comment: "version 2", expect: "version", data: made(w.person, func(f *PersonFile) { f.head[0] = 2 }), more: pin("4815")},
		{name: "truncated", comment: "the last byte is missing", expect: "truncated", data: made(w.person, func(f *PersonFile) { f.sealed = f.sealed[:len(f.sealed)-1] }), more: pin("4815")},
		{name: "oversized", comment: "a byte more", expect: "not-canonical", data: made(w.person, func(f *PersonFile) { f.sealed = append(f.sealed, 0) }), more: pin("4815")},
	}
}

// misled is a file in which the first node's package holds the second one's path.
func misled(t *testing.T, w *world) []byte {
	f := w.file(7)
	level, err := w.keys.Tree.Level(w.keys.Epoch.Serial + 1)
	if err != nil {
		t.Fatal(err)
	}
	m := &f.Members[0]
	s, err := w.keys.secretsOf(m.Certificate, level, w.keys.Epoch)
	if err != nil {
		t.Fatal(err)
	}
	if s.Path, err = level.Path(2); err != nil {
		t.Fatal(err)
	}
	if m.Package, err = s.sealTo(m, entropy(3)); err != nil {
		t.Fatal(err)
	}
	m.Digest = sha256.Sum256(m.Package)
	return w.sign(f).Encode()
}

// packages is a file with the packages of some nodes.
func packages(w *world, of ...ident.Number) []byte {
	return w.file(7).WithPackages(func(n ident.Number) bool { return slices.Contains(of, n) }).Encode()
}

// leftOut is a file without packages, in another encoding than the one that it has.
func leftOut(w *world) []byte {
	b := packages(w)
	return append(b[:len(b)-1], 3, 0, 0, 0, 0, 0, 0)
}

func fileCases(t *testing.T, w *world) []vectorCase {
	changed := func(change func(f *File)) []byte { return w.changed(7, change).Encode() }
	plain := w.file(7).Encode()
	held := func(serial uint64, change ...func(h *Held)) []vectors.Field {
		h := Held{Root: w.root.SignKey(), Next: ident.NextHash(w.next.SignKey()), Serial: serial, Self: 1}
		for _, c := range change {
			c(&h)
		}
		return heldFields(h)
	}
	same := w.file(7)
	gone := changed(func(f *File) { f.Members, f.Revoked = f.Members[1:], []ident.Number{1, 4} })
	cases := []vectorCase{
		{name: "ok", comment: "a first join", expect: "ok", data: plain},
		{name: "newer", comment: "a newer file than the one held", expect: "ok", data: plain, more: held(6)},
		{name: "older", comment: "an older file than the one held", expect: "older", data: plain, more: held(8)},
		{name: "conflict", comment: "another file with the serial of the one held", expect: "conflict", data: plain, more: held(7)},
		{name: "revoked", comment: "the node was revoked", expect: "revoked", data: gone, more: held(6)},
		{name: "same", comment: "the file that is held", expect: "ok", data: same.Encode(), more: held(7, func(h *Held) { h.Digest = same.Digest() })},
		{name: "other-root", comment: "another root is pinned", expect: "other-root", data: plain, more: held(6, func(h *Held) { h.Root = w.next.SignKey() })},
		{name: "promise-changed", comment: "the root promises another successor than before", expect: "succession", data: plain,
			more: held(6, func(h *Held) { h.Next = ident.NextHash(w.nodes[0].SignKey()) })},
		{name: "no-packages", comment: "packages dropped", expect: "package", data: w.file(7).WithoutPackages().Encode()},
		{name: "own-package", comment: "the packages of the others left out", expect: "ok", data: packages(w, 1)},
		{name: "others-packages", comment: "the node's own package left out", expect: "package", data: packages(w, 2, 3)},
		{name: "packages-all-left-out", comment: "three packages, all left out", expect: "not-canonical", data: leftOut(w)},
		{name: "truncated", comment: "the last byte is missing", expect: "truncated", data: plain[:len(plain)-1]},
		{name: "oversized", comment: "one byte more", expect: "not-canonical", data: append(plain[:len(plain):len(plain)], 0)},
		{name: "version-1", comment: "version 1", expect: "version", data: append([]byte{1}, plain[1:]...)},
		{name: "version-3", comment: "version 3", expect: "version", data: append([]byte{3}, plain[1:]...)},
		{name: "serial-0", comment: "serial 0", expect: "not-canonical", data: changed(func(f *File) { f.Serial = 0 })},
		{name: "groups-descend", comment: "groups 2, 1, 3", expect: "not-canonical", data: changed(func(f *File) { f.Groups[0], f.Groups[1] = f.Groups[1], f.Groups[0] })},
		{name: "group-127", comment: "a group 127 in the list", expect: "not-canonical", data: changed(func(f *File) { f.Groups[2].ID = 127 })},
		{name: "nodes-descend", comment: "nodes 2, 1, 3", expect: "not-canonical", data: changed(func(f *File) { f.Members[0], f.Members[1] = f.Members[1], f.Members[0] })},
		{name: "number-twice", comment: "two certificates for number 1", expect: "twice", data: changed(func(f *File) { f.Members[1] = f.Members[0] })},
		{name: "member-revoked", comment: "node 2 is a member and revoked", expect: "twice", data: changed(func(f *File) { f.Revoked, f.Redirects = []ident.Number{2, 4}, nil })},
		{name: "name-twice", comment: "two nodes with one name", expect: "twice", data: changed(w.certified(1, func(c *ident.Certificate) { c.Name = nodeNames[0] }))},
		{name: "redirect-member", comment: "mail of a member is redirected", expect: "not-canonical", data: changed(func(f *File) { f.Redirects[0].From = 3 })},
		{name: "person-withdrawn", comment: "person 3 is enrolled and withdrawn", expect: "twice", data: changed(func(f *File) { f.Withdrawn = []ident.PersonNumber{3} })},
		{name: "no-blocks", comment: "no key block", expect: "not-canonical", data: changed(func(f *File) { f.Blocks = nil })},
		{name: "blocks-gap", comment: "key block 2 twice", expect: "not-canonical", data: changed(func(f *File) { f.Blocks = append(f.Blocks[1:2:2], f.Blocks[1]) })},
		{name: "not-member", comment: "without the node", expect: "not-member", data: changed(func(f *File) { f.Members = f.Members[1:] })},
		{name: "flags", comment: "bit 1 of a group's flags", expect: "not-canonical", data: flagged(w)},
		{name: "signature-flipped", comment: "one bit of the root's signature", expect: "signature", data: func() []byte {
			f := w.file(7)
			f.Signature[63] ^= 1
			return f.Encode()
		}()},
	}
	cases = append(cases, keyCases(t, w, plain, held(6))...)
	kinds := refusals(t, w)
	for _, name := range slices.Sorted(maps.Keys(kinds)) {
		c := vectorCase{name: strings.NewReplacer(" ", "-", ",", "", "'", "").Replace(name), comment: name, expect: classes.Of(kinds[name].want)}
		c.data = kinds[name].file.Encode()
		if name != "forged" && name != "name twice" {
			cases = append(cases, c)
		}
	}
	return cases
}

// keyCases are about what opens key blocks, and to which keys it is sealed.
func keyCases(t *testing.T, w *world, plain []byte, held []vectors.Field) []vectorCase {
	sealedTo := func(keys ...ident.BoxKey) []byte {
		f := w.file(7)
		f.Members[0].Recipients = keys
		if err := f.Seal(w.root, w.keys, today, entropy(3)); err != nil {
			t.Fatal(err)
		}
		return f.Encode()
	}
	return []vectorCase{
		{name: "keys-erased", comment: "a first join, and the package key was erased", expect: "no-keys", data: plain, erased: true},
		{name: "keys-erased-newer", comment: "a newer file, for a node that has its keys and erased the package key", expect: "ok", data: plain, more: held, erased: true},
		{name: "keys-none", comment: "a first join, and no keys in the package", expect: "no-keys", data: sealedTo()},
		{name: "keys-none-newer", comment: "a newer file, and no keys in the package", expect: "ok", data: sealedTo(), more: held},
		{name: "keys-lasting", comment: "keys sealed to the lasting box key, as at a new generation", expect: "ok",
			data: sealedTo(w.nodes[0].BoxKey()), erased: true},
		{name: "keys-two", comment: "keys sealed to both: the package key comes first", expect: "ok", data: sealedTo(w.nodes[0].BoxKey(), w.once[0].Public())},
		{name: "keys-of-another", comment: "the keys of another node's path", expect: "package", data: misled(t, w)},
	}
}

// heldFields are the lines that say what a node held before.
func heldFields(h Held) []vectors.Field {
	return []vectors.Field{
		{Key: "held-serial", Value: fmt.Sprint(h.Serial)}, {Key: "held-digest", Value: hex.EncodeToString(h.Digest[:])},
		{Key: "held-root", Value: hex.EncodeToString(h.Root[:])}, {Key: "held-next", Value: hex.EncodeToString(h.Next[:])},
		{Key: "held-number", Value: h.Self.String()},
	}
}

// flagged is a file in which the third group has flags 3, signed.
func flagged(w *world) []byte {
	f := w.file(7)
	body := f.body()
	at := bytes.Index(body, []byte("\x03\x01\x05flood"))
	body[at+1] = 3
	signature := w.root.Sign(append([]byte(labelNetwork), body...))
	return append(append(body, signature[:]...), f.Encode()[len(body)+64:]...)
}
