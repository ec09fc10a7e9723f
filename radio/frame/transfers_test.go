package frame

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"strings"
	"testing"

	"github.com/blackstart-mesh/blackstart/internal/vectors"
)

// transferDir holds whole transfers: the data of a vector is the last fragment, and
// the lines before are what came before it.
const transferDir = "testdata/transfers"

func TestTransferVectors(t *testing.T) {
	vectors.Set{Dir: transferDir, Classes: vectors.Classes{"conflict": ErrConflict}, Make: makeTransferVectors, Read: vectors.Says(readTransfer)}.Hold(t)
}

func readTransfer(t *testing.T, f vectors.File) (string, error) {
	t.Helper()
	r, key := NewReassembler(1), Transfer{}
	add := func(body []byte) ([]byte, error) {
		p, err := DecodeFragment(body)
		if err != nil {
			return nil, ErrConflict
		}
		if key == (Transfer{}) {
			key = p.TransferKey()
		}
		whole, done, err := r.Add(1, 5, p)
		if err == nil && !done && p.TransferKey() != key {
			err = ErrConflict
		}
		return whole, err
	}
	for _, line := range f.All("fragment") {
		body, err := hex.DecodeString(line)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := add(body); err != nil {
			return "", err
		}
	}
	whole, err := add(f.Data)
	if err == nil && whole == nil {
		err = fmt.Errorf("%w: not complete", ErrConflict)
	}
	return fmt.Sprintf("bundle %x", whole), err
}

func makeTransferVectors(*testing.T) []vectors.File {
	var files []vectors.File
	add := func(name, expect, comment string, fragments ...Fragment) {
		f := vectors.File{Name: name, Fields: []vectors.Field{{Key: "comment", Value: comment}, {Key: "expect", Value: expect}}}
		for i, p := range fragments {
			if body := p.Append(nil); i == len(fragments)-1 {
				f.Data = body
			} else {
				f.Fields = append(f.Fields, vectors.Field{Key: "fragment", Value: hex.EncodeToString(body)})
			}
		}
		files = append(files, f)
	}
	text := []byte("a bundle in pieces, of which some are lost")
	all := func(whole []byte, room, n int) (list []Fragment) {
		for s := NewSender(whole, room); len(list) < n; {
			s.Begin()
			list = append(list, s.Next(whole))
		}
		return list
	}
	pick := func(list []Fragment, indices ...int) (some []Fragment) {
		for _, i := range indices {
			some = append(some, list[i])
		}
		return some
	}
	parts := all(text, 14, 20) // five pieces
	add("ok-data", "ok", "five pieces in order", parts[:5]...)
	add("ok-one-repaired", "ok", "the second piece was lost, the first repair shard came", pick(parts, 0, 2, 3, 4, 5)...)
	add("ok-repair-alone", "ok", "nothing but repair shards", pick(parts, 19, 7, 11, 5, 16)...)
	add("ok-fits-exactly", "ok", "no zeros behind the end", all([]byte(strings.Repeat("x", 19)), 14, 3)[1:]...)
	add("ok-ends-like-an-end", "ok", "the bundle ends with the byte that marks its end, and zeros", all(append(bytes.Repeat([]byte("x"), 16), endMark, 0), 14, 3)[1:]...)
	long := all([]byte(strings.Repeat("in blocks ", 20)), 7, 110)
	lost := map[int]bool{0: true, 1: true, 5: true, 66: true}
	var kept []Fragment
	for i, p := range long[:105] {
		if !lost[i] {
			kept = append(kept, p)
		}
	}
	add("ok-blocks", "ok", "101 pieces in two blocks, four of which were lost", kept...)
	spoiled := pick(parts, 0, 2, 3, 4, 5)
	spoiled[2].Data = bytes.Repeat([]byte("y"), len(spoiled[2].Data))
	add("wrong-shard", "conflict", "somebody sent another third shard", spoiled...)
	add("wrong-index", "conflict", "the repair shard has the index of the one behind it", append(pick(parts, 0, 2, 3, 4), Fragment{parts[5].Transfer, 5, 6, parts[5].Data})...)
	add("two-of-one-index", "conflict", "two shards of one index with other data", parts[0], Fragment{parts[0].Transfer, 5, 0, parts[1].Data})
	add("other-length", "conflict", "a shard of another length is of another transfer", parts[0], Fragment{parts[1].Transfer, 5, 1, parts[1].Data[1:]})
	unnamed := all(text, 14, 5)
	for i := range unnamed {
		unnamed[i].Transfer ^= 1
	}
	add("wrong-name", "conflict", "all five pieces, under another name", unnamed...)
	early := []byte("0123456789")
	add("end-early", "conflict", "the end is in the first of two pieces", Fragment{TransferOf(early[:8]), 2, 0, []byte("01234567\x80\x00")}, Fragment{TransferOf(early[:8]), 2, 1, make([]byte, 10)})
	add("no-end", "conflict", "no end", Fragment{TransferOf(early), 1, 0, early})
	add("empty", "conflict", "nothing before the end", Fragment{TransferOf(nil), 1, 0, []byte{endMark}})
	return files
}
