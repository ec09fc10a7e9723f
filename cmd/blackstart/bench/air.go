package bench

import (
	"fmt"
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
	r.Parameters["text"] = "plain (no compressor yet)"
	for _, c := range []airCase{
		{"group", bundle.Destination{Group: sim.Everyone}, mesh.SignRequired, 0},
		{"group-signed", bundle.Destination{Group: sim.Everyone}, mesh.SignAll, 64},
		{"direct", bundle.Destination{Node: 2}, mesh.SignAll, 0},
	} {
		if err := c.measure(r, texts); err != nil {
			return nil, err
		}
	}
	return r, nil
}

// sum collects one length of text.
type sum struct {
	count, message, text, total, receipt, receipts, frames int
}

func (c airCase) measure(r *Report, texts []string) error {
	p, err := newPair(c.signing)
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
			s = new(sum)
			sums[length] = s
			lengths = append(lengths, length)
		}
		s.count++
		s.text += len(text)
		s.message += frames[0].bytes
		s.frames += len(frames)
		for i, f := range frames {
			s.total += f.bytes
			if i > 0 && f.from == 1 && s.receipts < s.count {
				s.receipts++
				s.receipt += f.bytes
			}
		}
	}
	for _, length := range lengths {
		c.report(r, fmt.Sprintf("%s/%d", c.name, length), sums[length])
	}
	if c.to.Node != 0 {
		s := sums[lengths[0]]
		r.add("receipt", mean(s.receipt, s.receipts), "B")
	}
	return nil
}

// report adds the mean of a message's frame, and what it is made of.
func (c airCase) report(r *Report, name string, s *sum) {
	r.add(name, mean(s.message, s.count), "B")
	r.add(name+"/header", mean(s.message-s.text, s.count)-frame.TagSize-sealTag-contentType-float64(c.sign), "B")
	r.add(name+"/tags", frame.TagSize+sealTag, "B")
	r.add(name+"/signature", float64(c.sign), "B")
	r.add(name+"/text", mean(s.text, s.count)+contentType, "B")
	r.add(name+"/exchange", mean(s.total, s.count), "B") // with acceptance, receipts, beacons and vectors until all is quiet
	r.add(name+"/exchange-frames", mean(s.frames, s.count), "frames")
}

func mean(total, count int) float64 {
	if count == 0 {
		return 0
	}
	return float64(total) / float64(count)
}
