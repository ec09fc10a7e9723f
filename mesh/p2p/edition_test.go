package p2p

import (
	"bytes"
	"errors"
	"testing"
)

func sampleEdition() Edition { return Edition{Serial: 7, Digest: [32]byte{1, 2}, Lacks: true} }

func TestDecodeEditionRefuses(t *testing.T) {
	t.Parallel()
	good := sampleEdition().Encode()
	spoil := func(i int, v byte) []byte { b := bytes.Clone(good); b[i] = v; return b }
	for name, data := range map[string][]byte{
		"empty": nil, "short": good[:editionSize-1], "longer": append(bytes.Clone(good), 0),
		"serial 0": spoil(7, 0), "unknown flag": spoil(editionSize-1, 4),
	} {
		if _, err := DecodeEdition(data); !errors.Is(err, errRecord) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestWants(t *testing.T) {
	t.Parallel()
	mine := Edition{Serial: 5, Digest: [32]byte{5}}
	lacking := mine
	lacking.Lacks = true
	keeps := mine
	keeps.Keeps = true
	for _, c := range []struct {
		name         string
		mine, theirs Edition
		want         bool
	}{
		{"the same", mine, mine, false},
		{"older", mine, Edition{Serial: 4}, false},
		{"newer", mine, Edition{Serial: 6}, true},
		{"another of the same serial", mine, Edition{Serial: 5}, true},
		{"the package that is lacking", lacking, keeps, true},
		{"a package that is not lacking", mine, keeps, false},
		{"one who lacks it, too", lacking, lacking, false},
		{"an older one with a package", lacking, Edition{Serial: 4, Keeps: true}, false},
	} {
		if got := c.mine.wants(c.theirs); got != c.want {
			t.Errorf("%s: %v", c.name, got)
		}
	}
}

func TestDecodeReply(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		reply  reply
		offset uint32
		bad    bool
	}{
		{reply{replyFile, 100}, 0, false},
		{reply{replyFile, 100}, 100, false},
		{reply{replyFile, MaxNetworkFile}, 0, false},
		{reply{replyBusy, 0}, 50, false},
		{reply{replyChanged, 0}, 0, false},
		{reply{replyFile, 0}, 0, true},
		{reply{replyFile, 99}, 100, true},
		{reply{replyFile, MaxNetworkFile + 1}, 0, true},
		{reply{replyFile, 1<<32 - 1}, 0, true},
		{reply{replyBusy, 1}, 0, true},
		{reply{replyChanged + 1, 0}, 0, true},
	} {
		got, err := decodeReply([replySize]byte(c.reply.encode()), c.offset)
		if errors.Is(err, errFile) != c.bad || got != c.reply {
			t.Errorf("%+v at %d: %+v, %v", c.reply, c.offset, got, err)
		}
	}
}

func FuzzDecodeEdition(f *testing.F) {
	f.Add(sampleEdition().Encode())
	f.Add(make([]byte, editionSize))
	f.Fuzz(func(t *testing.T, data []byte) {
		e, err := DecodeEdition(data)
		if err == nil && !bytes.Equal(e.Encode(), data) {
			t.Errorf("%x comes back as %x", data, e.Encode())
		}
	})
}

func FuzzDecodeAskAndReply(f *testing.F) {
	f.Add(append(ask{[32]byte{1}, 9}.encode(), reply{replyFile, 100}.encode()...))
	f.Fuzz(func(t *testing.T, data []byte) {
		if len(data) != askSize+replySize {
			return
		}
		a := decodeAsk([askSize]byte(data))
		if !bytes.Equal(a.encode(), data[:askSize]) {
			t.Errorf("ask %x comes back as %x", data[:askSize], a.encode())
		}
		r, err := decodeReply([replySize]byte(data[askSize:]), a.Offset)
		if err == nil && !bytes.Equal(r.encode(), data[askSize:]) {
			t.Errorf("reply %x comes back as %x", data[askSize:], r.encode())
		}
		if err == nil && r.Status == replyFile && (r.Total < a.Offset || r.Total > MaxNetworkFile) {
			t.Errorf("%d bytes at %d", r.Total, a.Offset)
		}
	})
}
