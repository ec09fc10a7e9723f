package seal

import (
	"bytes"
	"encoding/hex"
	"errors"
	"fmt"
	"testing"

	"github.com/blackstart-mesh/blackstart/internal/vectors"
	"github.com/blackstart-mesh/blackstart/message/clock"
	"github.com/blackstart-mesh/blackstart/message/ident"
)

const vectorDir = "testdata/vectors"

// classes are those that the vectors expect.
var (
	errNoKey       = errors.New("there is no key of that day")
	errUnauthentic = errors.New("other bytes than these")
	classes        = vectors.Classes{"no-key": errNoKey, "unauthentic": errUnauthentic}
)

// What vectors of sealed texts do not show: they are with the bundles.
func TestVectors(t *testing.T) {
	vectors.Set{Dir: vectorDir, Classes: classes, Make: makeVectors, Read: func(t *testing.T, f vectors.File) ([]vectors.Field, error) {
		made, err := derive(t, f)
		if err == nil && !bytes.Equal(made, f.Data) {
			err = errUnauthentic
		}
		return nil, err
	}}.Hold(t)
}

// derive makes the keys or the MAC that a vector is about, from its head.
func derive(t *testing.T, f vectors.File) ([]byte, error) {
	t.Helper()
	w := newWorld(t, 3)
	switch kind := f.Get(t, "kind"); kind {
	case "bootstrap":
		k := NewKeys(1, w.keys[1], w.roster, Secrets{Bootstrap: Secret(unhex(t, f.Get(t, "secret")))})
		key := k.Bootstrap()
		return append(key.MAC[:], key.Enc[:]...), nil
	case "link":
		var e Epoch
		var day clock.Day
		var secret string
		scan(t, f.Get(t, "epoch"), "%d %d %d %s", &e.Serial, &e.First, &e.Base, &secret)
		scan(t, f.Get(t, "day"), "%d", &day)
		e.Key = Secret(unhex(t, secret))
		key, ok := NewKeys(1, w.keys[1], w.roster, Secrets{Epochs: []Epoch{e}}).Link(e.Serial, day)
		if !ok {
			return nil, errNoKey
		}
		return append(key.MAC[:], key.Enc[:]...), nil
	case "pair-mac":
		var reader, peer ident.Number
		scan(t, f.Get(t, "reader"), "%d", &reader)
		scan(t, f.Get(t, "peer"), "%d", &peer)
		var parts [][]byte
		for _, part := range f.All("part") {
			parts = append(parts, unhex(t, part))
		}
		mac, err := w.keysOf(reader).PairMAC(peer, f.Get(t, "label")+"\x00", parts...)
		if err != nil {
			t.Fatal(err)
		}
		return mac[:], nil
	default:
		t.Fatalf("kind %q", kind)
		return nil, nil
	}
}

func scan(t *testing.T, line, format string, to ...any) {
	t.Helper()
	if _, err := fmt.Sscanf(line, format, to...); err != nil {
		t.Fatal(err)
	}
}

func unhex(t *testing.T, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(s)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// makeVectors takes each MAC that is wrong from the right one of another head.
func makeVectors(t *testing.T) []vectors.File {
	w := newWorld(t, 3)
	var files []vectors.File
	add := func(kind, name, expect, comment string, fields ...vectors.Field) {
		f := vectors.File{Name: kind + "-" + name, Fields: append([]vectors.Field{
			{Key: "comment", Value: comment}, {Key: "kind", Value: kind}, {Key: "expect", Value: expect}}, fields...)}
		if expect == "ok" {
			f.Data, _ = derive(t, f)
		}
		files = append(files, f)
	}
	field := func(key, format string, args ...any) vectors.Field {
		return vectors.Field{Key: key, Value: fmt.Sprintf(format, args...)}
	}
	key := secretOf(0xE0)
	epoch := field("epoch", "%d %d %d %x", serial, firstDay-1, firstDay, key[:])
	add("link", "ok", "ok", "the base day", epoch, field("day", "%d", firstDay))
	add("link", "ok-steps", "ok", "40 days behind it", epoch, field("day", "%d", firstDay+40))
	add("link", "erased", "no-key", "the day before, which the epoch had and of which the key is erased", epoch, field("day", "%d", firstDay-1))
	add("link", "before", "no-key", "before the epoch's first day", field("epoch", "%d %d %d %x", serial, firstDay, firstDay, key[:]), field("day", "%d", firstDay-1))
	add("bootstrap", "ok", "ok", "MAC and encryption key", field("secret", "%x", key[:]))

	nodes := []vectors.Field{field("node", "1 %x", w.keys[1].Seed()), field("node", "2 %x", w.keys[2].Seed()), field("node", "3 %x", w.keys[3].Seed())}
	mac := func(name, expect, comment, reader, peer, label string, parts ...string) {
		fields := append(nodes[:3:3], field("reader", "%s", reader), field("peer", "%s", peer), field("label", "%s", label))
		for _, part := range parts {
			fields = append(fields, field("part", "%x", part))
		}
		add("pair-mac", name, expect, comment, fields...)
	}
	mac("ok", "ok", "two parts, by node 1", "1", "2", "blackstart accept v1", "ab", "c")
	right := files[len(files)-1].Data
	mac("ok-peer", "ok", "node 2 makes the same", "2", "1", "blackstart accept v1", "ab", "c")
	mac("ok-none", "ok", "no parts", "1", "2", "blackstart accept v1")
	mac("cut", "unauthentic", "the same bytes in other parts", "1", "2", "blackstart accept v1", "a", "bc")
	mac("label", "unauthentic", "under another label", "1", "2", "blackstart challenge v1", "ab", "c")
	mac("other-pair", "unauthentic", "between nodes 1 and 3", "1", "3", "blackstart accept v1", "ab", "c")
	for i := range files {
		if files[i].Fields[2].Value == "unauthentic" {
			files[i].Data = right
		}
	}
	return files
}
