package keyring

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/blackstart-mesh/blackstart/internal/vectors"
	"github.com/blackstart-mesh/blackstart/message/ident"
	"github.com/blackstart-mesh/blackstart/message/keyblock"
	"github.com/blackstart-mesh/blackstart/message/seal"
)

const vectorDir = "testdata/vectors"

// classes are those that the vectors expect.
var classes = vectors.Classes{
	"truncated": ErrTruncated, "oversized": ErrOversized, "version": ErrVersion, "not-canonical": ErrNotCanonical,
}

func TestVectors(t *testing.T) {
	vectors.Set{Dir: vectorDir, Classes: classes, Make: makeVectors, Read: vectors.Says(readVector)}.Hold(t)
}

func readVector(t *testing.T, f vectors.File) (string, error) {
	t.Helper()
	s, err := Decode(f.Data)
	if err != nil {
		return "", err
	}
	f.Again(t, s.Encode())
	return describe(s), nil
}

func describe(s *State) string {
	said := fmt.Sprintf("bootstrap %x path %x window %d running %d reached %d at %d day-erased %d step-erased %d", s.Bootstrap[:], s.Path.Append(nil),
		s.Window, s.Running.Milliseconds(), s.Reached, s.ReachedAt.Milliseconds(), s.DayErased.Milliseconds(), s.StepErased.Milliseconds())
	for g := range ident.MaxGroup + 1 {
		if secret, ok := s.Groups[g]; ok {
			said += fmt.Sprintf(" group %d %x edition %d", g, secret[:], s.Editions[g])
			for _, f := range s.Former[g] {
				said += fmt.Sprintf(" before %d %x", f.Since.Milliseconds(), f.Secret[:])
			}
		}
	}
	for _, e := range s.Epochs {
		said += fmt.Sprintf(" epoch %d first %d base %d key %x digest %x", e.Serial, e.First, e.Base, e.Key[:], e.Digest)
	}
	for _, k := range s.Skipped {
		said += fmt.Sprintf(" skipped %x since %d day %d", keyblock.Path(k.Opener).Append(nil), k.Since.Milliseconds(), k.Day)
	}
	return said
}

// addRenewed adds the vectors of groups that an administrator renewed.
func addRenewed(add func(name, comment, expect string, data []byte), fresh *State, groups int) {
	s := fresh.Clone()
	s.Ran(time.Hour)
	s.Renew(1, 1, seal.Secret{21})
	s.Ran(time.Hour)
	s.Renew(1, 2, seal.Secret{22})
	raw := s.Encode()
	const former = 1 + 1 + 32 + 4 // of the first group, behind the number of groups
	add("ok-renewed", "group 1 was renewed twice", "ok", raw)
	more := bytes.Clone(raw)
	for range MaxFormer - 1 {
		more[groups+former]++
		more = slices.Insert(more, groups+former+1, raw[groups+former+1:groups+former+1+40]...)
		if more[groups+former] == MaxFormer {
			add("ok-former-eight", "eight former secrets of one group", "ok", bytes.Clone(more))
		}
	}
	add("former-nine", "nine former secrets of one group", "not-canonical", more)
	late := bytes.Clone(raw)
	late[groups+former+1+32] = 1
	add("former-later", "renewed after the node's whole running time", "not-canonical", late)
	add("former-truncated", "ends within a former secret", "truncated", raw[:groups+former+9])
}

func makeVectors(t *testing.T) []vectors.File {
	a := newAuthority(t)
	fresh := a.node(2, today)
	for range 3 {
		a.block(today + 2)
	}
	s := fresh.Clone()
	s.Ran(40 * time.Hour)
	a.want(t, s, a.blocks[4], Applied)
	s.Ran(350 * time.Hour)
	s.Erase(at(today+17), false)
	raw := s.Encode()

	// Offsets: version, bootstrap, path of height 3, times, groups, epochs, skipped.
	const window = 1 + 32 + 9 + 4*32
	const running = window + 2
	const groups = running + 8 + 2 + 3*8
	const perGroup = 38
	const epochs = groups + 1 + 2*perGroup
	const skipped = epochs + 1 + 2*72
	const perSkipped = 9 + 4*32 + 10
	with := func(at int, values ...byte) []byte { b := bytes.Clone(raw); copy(b[at:], values); return b }
	swap := func(at, size int) []byte {
		b := bytes.Clone(raw)
		copy(b[at:], raw[at+size:at+2*size])
		copy(b[at+size:], raw[at:at+size])
		return b
	}
	day := func(d int) []byte { return binary.BigEndian.AppendUint16(nil, uint16(int(today)+d)) }
	var files []vectors.File
	add := func(name, comment, expect string, data []byte) {
		f := vectors.File{Name: "state-" + name, Data: data, Fields: []vectors.Field{{Key: "comment", Value: comment}, {Key: "expect", Value: expect}}}
		files = append(files, f)
	}
	add("ok", "a node that was just enrolled", "ok", fresh.Encode())
	add("ok-skipped", "two blocks were skipped, and the first day is erased", "ok", raw)
	add("truncated-empty", "no bytes", "truncated", nil)
	add("truncated", "the last byte is missing", "truncated", raw[:len(raw)-1])
	add("truncated-path", "ends within the path", "truncated", raw[:window-5])
	add("oversized", "one byte more", "oversized", append(bytes.Clone(raw), 0))
	add("oversized-by-far", "longer than any state", "oversized", append(bytes.Clone(raw), make([]byte, MaxState)...))
	add("version-0", "version 0", "version", with(0, 0))
	add("version-2", "version 2", "version", with(0, 2))
	add("path-number", "path of node 9 in a tree of height 3", "not-canonical", with(1+32+4, 9))
	add("window-ahead", "an epoch begins before the window", "not-canonical", with(window, day(5)...))
	add("running-huge", "2^63 ms of running time", "not-canonical", with(running, 0x80))
	add("running-short", "things happened after the node's whole running time", "not-canonical", with(running, 0, 0, 0, 0, 0, 0, 0, 1))
	add("groups-descend", "groups 127, 1", "not-canonical", swap(groups+1, perGroup))
	add("group-0", "group 0", "not-canonical", with(groups+1, 0))
	add("group-128", "group 128", "not-canonical", with(groups+1+perGroup, 128))
	add("epochs-none", "no epoch", "not-canonical", append(append(bytes.Clone(raw[:epochs]), 0), raw[skipped:]...))
	add("epochs-ascend", "the oldest epoch first", "not-canonical", swap(epochs+1, 72))
	add("epoch-0", "epoch of serial 0", "not-canonical", with(epochs+1+72, 0, 0, 0, 0))
	add("epoch-ahead", "the epoch of a block that the path still opens", "not-canonical", with(epochs+1+3, 5))
	add("epoch-base", "base day before the first day", "not-canonical", with(epochs+1+4, day(9)...))
	add("skipped-descend", "skipped 3, 2", "not-canonical", swap(skipped+1, perSkipped))
	add("skipped-ahead", "the path still opens what is kept as skipped", "not-canonical", with(skipped+1+perSkipped+8, 5))
	add("skipped-later", "skipped after the node's whole running time", "not-canonical", with(skipped+1+perSkipped-10, 1))
	add("skipped-number", "kept for node 0", "not-canonical", with(skipped+1+4, 0))
	addRenewed(add, fresh, groups)
	return files
}
