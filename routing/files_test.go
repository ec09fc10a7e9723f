package routing

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/blackstart-mesh/blackstart/internal/vectors"
	"github.com/blackstart-mesh/blackstart/message/bundle"
	"github.com/blackstart-mesh/blackstart/message/clock"
)

const (
	vectorDir           = "testdata/vectors"
	vectorDay clock.Day = 20416
)

var (
	errMalformed = errors.New("malformed")
	classes      = vectors.Classes{"malformed": errMalformed}
)

// malformed makes one class of the two errors, as the vectors do.
func malformed(err error) error {
	if errors.Is(err, ErrSegment) || errors.Is(err, ErrVariants) {
		return fmt.Errorf("%w: %w", errMalformed, err)
	}
	return err
}

// TestFiles holds what neighbours tell each other of what they have to the files
// in testdata/vectors.
func TestFiles(t *testing.T) {
	vectors.Set{Dir: vectorDir, Classes: classes, Make: makeFiles, Read: vectors.Says(readFile)}.Hold(t)
}

func readFile(t *testing.T, f vectors.File) (string, error) {
	t.Helper()
	switch kind := f.Get(t, "kind"); kind {
	case "segment":
		s, err := DecodeSegment(f.Data, vectorDay)
		if err != nil {
			return "", malformed(err)
		}
		return describeSegment(s), nil
	case "variants":
		v, err := DecodeVariants(f.Data, vectorDay)
		if err != nil {
			return "", malformed(err)
		}
		f.Again(t, v.Append(nil))
		return describeVariants(v), nil
	case "summary":
		sum := summary(t, f)
		f.Again(t, binary.BigEndian.AppendUint32(nil, sum))
		return fmt.Sprintf("summary %08x", sum), nil
	default:
		t.Fatalf("kind %q", kind)
		return "", nil
	}
}

// summary returns the summary of what the head of a vector lists.
func summary(t *testing.T, f vectors.File) uint32 {
	t.Helper()
	v := NewVectors()
	for _, line := range f.All("bundle") {
		id, hash, _ := strings.Cut(line, " ")
		raw, err := hex.DecodeString(hash)
		if err != nil {
			t.Fatal(err)
		}
		v.Hold(&Item{ID: parseID(t, id), Hash: Prefix(raw)})
	}
	for _, line := range f.All("receipt") {
		v.AddReceipt(parseID(t, line))
	}
	return v.Summary()
}

func parseID(t *testing.T, s string) (id bundle.ID) {
	t.Helper()
	if _, err := fmt.Sscanf(s, "%d/%d/%d", &id.Origin, &id.Day, &id.Seq); err != nil {
		t.Fatal(s, err)
	}
	return id
}

func describeSegment(s *Segment) string {
	says := fmt.Sprintf("from %v to %v", s.First, s.Last)
	for i, st := range s.Streams {
		says += fmt.Sprintf(" stream %v/%d seen %s receipts %s", st.Origin, st.Day, runs(&s.Seen[i].Have), runs(&s.Seen[i].Receipts))
	}
	return says
}

func runs(s *Set) string {
	said := make([]string, 0, len(s.runs))
	for _, r := range s.runs {
		said = append(said, fmt.Sprintf("%d-%d", r.from, r.to))
	}
	return fmt.Sprint(said)
}

func describeVariants(v *Variants) string {
	says := fmt.Sprintf("type %d", v.Type)
	if v.Type == VariantHashes || v.Type == VariantAnswer {
		says += fmt.Sprintf(" from %v to %v", v.Range.First, v.Range.Last)
	}
	for _, s := range v.Sums {
		says += fmt.Sprintf(" from %v to %v sum %08x", s.First, s.Last, s.Sum)
	}
	for _, name := range v.Names {
		says += fmt.Sprintf(" bundle %v %x", name.ID, name.Prefix)
	}
	return says
}

func makeFiles(t *testing.T) []vectors.File {
	var files []vectors.File
	add := func(kind, name, expect, comment string, data []byte, more ...vectors.Field) {
		f := vectors.File{Name: kind + "-" + name, Data: data, Fields: append([]vectors.Field{
			{Key: "comment", Value: comment}, {Key: "kind", Value: kind}, {Key: "expect", Value: expect},
			{Key: "today", Value: fmt.Sprint(int(vectorDay))}}, more...)}
		if kind == "summary" {
			f.Data = binary.BigEndian.AppendUint32(nil, summary(t, f))
		}
		files = append(files, f)
	}
	addSegments(func(name, expect, comment string, data []byte) { add("segment", name, expect, comment, data) })

	a, b := bundle.ID{Origin: 3, Day: vectorDay, Seq: 5}, bundle.ID{Origin: 4, Day: vectorDay - 2, Seq: 0}
	r, name := Range{a, b}, Name{a, [3]byte{1, 2, 3}}
	sums := (&Variants{Sums: []RangeSum{{r, 0x01020304}}}).Append(nil)
	add("variants", "ok-sums", "ok", "one range", sums)
	add("variants", "ok-hashes", "ok", "two bundles of a number", (&Variants{Type: VariantHashes, Range: r, Names: []Name{name, {a, [3]byte{9}}}}).Append(nil))
	add("variants", "ok-answer", "ok", "there is none", (&Variants{Type: VariantAnswer, Range: r}).Append(nil))
	add("variants", "ok-wishes", "ok", "one bundle", (&Variants{Type: VariantWishes, Names: []Name{name}}).Append(nil))
	add("variants", "type-4", "malformed", "a type that there is not", append([]byte{4}, sums[1:]...))
	add("variants", "sum-cut", "malformed", "the last byte of the sum is missing", sums[:len(sums)-1])
	add("variants", "sums-none", "malformed", "no sum", []byte{0})
	add("variants", "wishes-none", "malformed", "no wish", []byte{3})
	epoch := bytes.Clone(sums)
	epoch[3] |= 1
	add("variants", "epoch", "malformed", "an id with epoch 1", epoch)

	hash := func(text string) string { h := sha256.Sum256([]byte(text)); return hex.EncodeToString(h[:8]) }
	add("summary", "ok-none", "ok", "nothing", nil)
	one := vectors.Field{Key: "bundle", Value: "3/20416/5 " + hash("a bundle")}
	add("summary", "ok-bundle", "ok", "one bundle", nil, one)
	add("summary", "ok-variants", "ok", "two bundles of one number", nil, one, vectors.Field{Key: "bundle", Value: "3/20416/5 " + hash("another")})
	add("summary", "ok-receipt", "ok", "a bundle, and the receipt of another that has ended", nil, one, vectors.Field{Key: "receipt", Value: "65534/65535/65535"})
	return files
}

func addSegments(add func(name, expect, comment string, data []byte)) {
	v := NewVectors()
	for _, id := range []bundle.ID{{Origin: 3, Day: vectorDay - 1, Seq: 0}, {Origin: 3, Day: vectorDay - 1, Seq: 1}, {Origin: 3, Day: vectorDay - 1, Seq: 7},
		{Origin: 3, Day: vectorDay, Seq: 300}, {Origin: 700, Day: vectorDay, Seq: 65535}} {
		v.AddHave(id)
	}
	v.AddReceipt(bundle.ID{Origin: 3, Day: vectorDay - 1, Seq: 1})
	whole := v.Segments(1000)[0]
	add("ok", "ok", "two origins, one of them on two days", whole)
	add("ok-empty", "ok", "nothing is known of anybody", NewVectors().Segments(1000)[0])
	add("ok-part", "ok", "all of an origin up to number 9 of a day", []byte{0, 0, 0, 3, 32, 0, 0, 9, 0, 31, 1, 4, 2, 0, 0, 0, 1, 0, 9, 1, 3, 0})
	add("ok-part-bounds", "ok", "from number 5 of one day to number 9 of the next, of which nothing is there", []byte{0, 0, 0, 3, 31, 0, 5, 0, 0, 9})
	add("ok-16-days-ago", "ok", "the day is expanded to the past", []byte{0, 1, 0, 9, 2, 16, 1, 0, 0, 0})
	add("ok-15-days-ahead", "ok", "the day is expanded to the future", []byte{0, 1, 0, 9, 2, 15, 1, 0, 0, 0})
	add("header", "malformed", "ends within the last origin", []byte{0, 1, 0})
	add("cut", "malformed", "the last byte is missing", whole[:len(whole)-1])
	add("reversed", "malformed", "from 9 to 1", []byte{0, 9, 0, 1})
	add("last-65535", "malformed", "to origin 65535", []byte{0, 1, 0xff, 0xff})
	add("behind", "malformed", "a stream of an origin behind the last", []byte{0, 1, 0, 9, 9, 0, 1, 0, 0, 0})
	add("day-32", "malformed", "day 32", []byte{0, 1, 0, 9, 2, 32, 1, 0, 0, 0})
	add("stream-twice", "malformed", "one stream twice", []byte{0, 1, 0, 9, 2, 0, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0})
	add("uvarint-long", "malformed", "a number in two bytes that needs one", []byte{0, 1, 0, 9, 0x82, 0, 0, 1, 0, 0, 0})
	add("run-long", "malformed", "a run that passes 65,535", []byte{0, 1, 0, 9, 2, 0, 1, 1, 0xff, 0xff, 3, 0})
	add("part-reversed", "malformed", "a part that ends before it begins", []byte{0, 0, 0, 3, 0, 0, 9, 0, 0, 5})
	add("part-day-33", "malformed", "a part that begins on day 33", []byte{0, 0, 0, 3, 33, 0, 9, 32})
	add("part-origin-0", "malformed", "a part of origin 0", []byte{0, 0, 0, 0, 32, 32})
}
