package bench

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/blackstart-mesh/blackstart/mesh"
	"github.com/blackstart-mesh/blackstart/message/bundle"
	"github.com/blackstart-mesh/blackstart/radio/frame"
	"github.com/blackstart-mesh/blackstart/sim"
)

// airCase is one way to send a text.
type airCase struct {
	name    string
	to      bundle.Destination
	signing mesh.Signing
	sign    int
}

// sealTag and contentType are what a bundle holds besides header, text and
// signature.
const (
	sealTag     = 8
	contentType = 1
)

// Air measures bytes on the air for one message over one hop: the real node
// over a counted link, means over texts of one length each. Bytes are what is
// handed to the modem as one payload.
func Air(messages string) (*Report, error) {
	texts, err := readTexts(messages)
	if err != nil {
		return nil, err
	}
	r := newReport("air")
	r.Parameters["messages"] = "fixed list"
	if messages != "" {
		r.Parameters["messages"] = messages
	}
	r.Parameters["texts"] = len(texts)
	r.Parameters["text"] = "plain: no compressor yet, so NAME and NAME/plain are one figure"
	alone := make(tally)
	for _, c := range []airCase{
		{"group", bundle.Destination{Group: sim.Everyone}, mesh.SignRequired, 0},
		{"group-signed", bundle.Destination{Group: sim.Everyone}, mesh.SignAll, 64},
		{"direct", bundle.Destination{Node: 2}, mesh.SignAll, 0},
	} {
		if err := c.measure(r, texts, alone); err != nil {
			return nil, err
		}
	}
	return r, addFrames(r, alone)
}

// airNodes is how many nodes the operator has whose key block is sent, and airOut
// the one that it locks out.
const (
	airNodes = 1000
	airOut   = 500
)

// addFrames adds the sizes of frames that say one thing: what was heard beside
// the messages, and a key block that locks one of them out.
func addFrames(r *Report, alone tally) error {
	p, err := newPair(mesh.SignRequired, airNodes, revokeMTU)
	if err != nil {
		return err
	}
	frames, err := p.lockOut(airOut)
	if err != nil {
		return err
	}
	for _, f := range frames {
		alone.add(f)
	}
	for _, name := range []struct{ result, what string }{
		{"receipt", "receipt"}, {"receipts", "receipts"}, {"head", "head"}, {"accept", "accept"}, {"hello", "hello"},
		{"keyhello", "key hello"}, {"keypart", "key part"},
	} {
		t := alone[name.what]
		if t == nil {
			return fmt.Errorf("no frame with nothing but a %s was sent", name.what)
		}
		r.add(name.result, mean(t.bytes, t.count), "B")
		r.add(name.result+"/max", float64(t.most), "B")
	}
	return nil
}

// tally collects frames that say one thing, by what it is.
type tally map[string]*struct{ count, bytes, most int }

func (t tally) add(f counted) {
	if len(f.items) != 1 {
		return
	}
	what := f.items[0].what
	if t[what] == nil {
		t[what] = new(struct{ count, bytes, most int })
	}
	t[what].count++
	t[what].bytes += f.bytes
	t[what].most = max(t[what].most, f.bytes)
}

// sum collects one length of text.
type sum struct {
	count, total, frames int
	items                map[string]int // bytes of what is said
	alone, message, text int            // of those texts with which nothing went along
}

func (c airCase) measure(r *Report, texts []string, alone tally) error {
	p, err := newPair(c.signing, 2, wholeMTU)
	if err != nil {
		return err
	}
	sums := make(map[int]*sum)
	var lengths []int
	for _, text := range texts {
		frames, err := p.send(c.to, text)
		if err != nil {
			return err
		}
		length := utf8.RuneCountInString(text)
		s := sums[length]
		if s == nil {
			s = &sum{items: make(map[string]int)}
			sums[length] = s
			lengths = append(lengths, length)
		}
		s.count++
		if len(frames[0].items) == 1 {
			s.alone++
			s.text += len(text)
			s.message += frames[0].bytes
		}
		s.frames += len(frames)
		for _, f := range frames {
			s.total += f.bytes
			alone.add(f)
			for _, it := range f.items {
				s.items[it.what] += it.bytes
			}
		}
	}
	for _, length := range lengths {
		c.report(r, fmt.Sprintf("%s/%d", c.name, length), sums[length])
	}
	return nil
}

// report adds the mean of a message's frame, and what it is made of.
func (c airCase) report(r *Report, name string, s *sum) {
	r.add(name, mean(s.message, s.alone), "B")
	r.add(name+"/plain", mean(s.message, s.alone), "B") // without the compressor that is to come
	r.add(name+"/header", mean(s.message-s.text, s.alone)-frame.TagSize-sealTag-contentType-float64(c.sign), "B")
	r.add(name+"/tags", frame.TagSize+sealTag, "B")
	r.add(name+"/signature", float64(c.sign), "B")
	r.add(name+"/text", mean(s.text, s.alone)+contentType, "B")
	r.add(name+"/exchange", mean(s.total, s.count), "B") // with acceptance, receipts, beacons and vectors until all is quiet
	r.add(name+"/exchange-frames", mean(s.frames, s.count), "frames")
	for _, what := range slices.Sorted(maps.Keys(s.items)) {
		r.add(name+"/exchange/"+strings.ReplaceAll(what, " ", ""), mean(s.items[what], s.count), "B")
	}
}

func mean(total, count int) float64 {
	if count == 0 {
		return 0
	}
	return float64(total) / float64(count)
}
