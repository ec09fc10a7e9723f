package plan

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/blackstart-mesh/blackstart/internal/vectors"
	"github.com/blackstart-mesh/blackstart/message/ident"
)

const vectorDir = "testdata/vectors"

func TestVectors(t *testing.T) {
	classes := vectors.Classes{"truncated": ErrTruncated, "oversized": ErrOversized, "version": ErrVersion,
		"not-canonical": ErrNotCanonical, "signature": ErrSignature, "operator": ErrOperator, "older": ErrOlder}
	vectors.Set{Dir: vectorDir, Classes: classes, Make: makeVectors, Read: vectors.Says(readVector)}.Hold(t)
}

// readVector does what a node does with a plan.
func readVector(t *testing.T, f vectors.File) (string, error) {
	t.Helper()
	p, err := Decode(f.Data)
	if err != nil {
		return "", err
	}
	f.Again(t, p.Encode())
	seed, err := hex.DecodeString(f.Get(t, "root-seed"))
	if err != nil {
		t.Fatal(err)
	}
	root, err := ident.ParsePrivate(seed)
	if err != nil {
		t.Fatal(err)
	}
	operator, err := hex.DecodeString(f.Get(t, "operator"))
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Verify(ident.Ed25519{}, root.SignKey(), ident.OperatorID(operator)); err != nil {
		return "", err
	}
	var held Plan
	if _, err := fmt.Sscan(f.Get(t, "held"), &held.Edition); err != nil {
		t.Fatal(err)
	}
	if err := p.Succeeds(&held); err != nil {
		return "", err
	}
	said := fmt.Sprintf("edition %d from %d patience %d until %d", p.Edition, p.From/1000, p.Patience/time.Minute, p.Until/1000)
	for _, c := range p.Channels {
		said += fmt.Sprintf("; %q %v %d Hz, %d Hz, sf %d cr %d rate %d, %d dBm, region %q duty %d, %q %q", c.Name, c.Modulation, c.Centre,
			c.Bandwidth, c.Spreading, c.Coding, c.Rate, c.Power, c.Region, c.Duty, c.Assignment, c.Remarks)
	}
	return said, nil
}

// maker makes each case from a good one by one change, and signs it again unless
// the signature is the fault.
type maker struct {
	w     *world
	files []vectors.File
}

func (m *maker) add(name, comment, expect string, data []byte, operator ident.OperatorID, held int) {
	m.files = append(m.files, vectors.File{Name: name, Data: data, Fields: []vectors.Field{{Key: "comment", Value: comment}, {Key: "expect", Value: expect},
		{Key: "root-seed", Value: hex.EncodeToString(m.w.root.Seed())}, {Key: "operator", Value: operator.String()}, {Key: "held", Value: fmt.Sprint(held)}}})
}

// changed adds a case of the good plan with its body changed, signed again.
func (m *maker) changed(name, comment, expect string, change func(body []byte) []byte) {
	body := change(m.w.plan().body())
	signature := m.w.root.Sign(append([]byte(labelPlan), body...))
	m.add(name, comment, expect, append(body, signature[:]...), m.w.operator, 2)
}

func set(at int, values ...byte) func([]byte) []byte {
	return func(body []byte) []byte { copy(body[at:], values); return body }
}

// with adds a case of a plan that Check takes.
func (m *maker) with(name, comment string, change func(*Plan)) {
	p := m.w.plan()
	change(p)
	m.w.sign(p)
	m.add(name, comment, "ok", p.Encode(), m.w.operator, 2)
}

func makeVectors(t *testing.T) []vectors.File {
	m := &maker{w: newWorld(t)}
	m.good()
	m.bytes()
	m.head()
	m.channels()
	m.signatures()
	return m.files
}

func (m *maker) good() {
	m.with("ok", "four channels, one of each modulation and two of LoRa", func(*Plan) {})
	m.with("ok-at-once", "it counts at once, and the former channels have no end", func(p *Plan) { p.From, p.Until = 0, 0 })
	m.with("ok-one", "one channel, without words", func(p *Plan) { p.Channels = p.Channels[3:] })
	m.with("ok-most", "sixteen channels, all texts of the greatest length", func(p *Plan) {
		c := p.Channels[2]
		c.Assignment, c.Remarks = strings.Repeat("a", MaxAssignment), strings.Repeat("r", MaxRemarks)
		p.Channels = nil
		for i := range MaxChannels {
			c.Name = fmt.Sprintf("channel-name-%03d", i)
			p.Channels = append(p.Channels, c)
		}
	})
	m.with("ok-edges", "the greatest numbers", func(p *Plan) {
		p.Edition, p.Patience, p.From, p.Until = MaxEdition, MaxPatience, (maxSeconds-1)*1000, maxSeconds*1000
		p.Channels = []Channel{{Name: "a", Modulation: FSK, Centre: MaxCentre, Bandwidth: MaxBandwidth, Rate: MaxRate, Power: MaxPower, Duty: WholeDuty, Region: "none"}}
	})
}

func (m *maker) bytes() {
	good := m.w.plan().Encode()
	bad := func(name, comment, expect string, data []byte) { m.add(name, comment, expect, data, m.w.operator, 2) }
	bad("truncated-empty", "no bytes", "truncated", nil)
	bad("truncated-head", "shorter than any plan", "truncated", good[:headSize+signatureSize-1])
	m.changed("truncated-channel", "ends within the last channel", "truncated", func(b []byte) []byte { return b[:len(b)-3] })
	m.changed("truncated-count", "one channel more is promised", "truncated", set(headSize-1, 6))
	m.changed("oversized-count", "one channel fewer is promised", "oversized", set(headSize-1, 3))
	bad("oversized", "one byte behind the signature", "oversized", append(bytes.Clone(good), 0))
	bad("oversized-whole", "longer than any plan", "oversized", append(bytes.Clone(good), make([]byte, MaxSize)...))
	m.changed("version-0", "version 0", "version", set(0, 0))
	m.changed("version-2", "version 2", "version", set(0, 2))
}

func (m *maker) head() {
	bad := func(name, comment string, at int, values ...byte) {
		m.changed(name, comment, "not-canonical", set(at, values...))
	}
	bad("edition-0", "edition 0", 9, 0, 0, 0, 0)
	bad("edition-last", "edition 2^31", 9, 0x80, 0, 0, 0)
	bad("patience-1", "patience of a minute", 17, 0, 1)
	bad("patience-long", "patience of more than a day", 17, 5, 161)
	bad("until-before", "the former channels end before the plan begins", 19, 0, 0, 0, 1)
	m.changed("channels-0", "no channel", "not-canonical", func(b []byte) []byte { b[headSize-1] = 0; return b[:headSize] })
	bad("channels-17", "seventeen channels", headSize-1, 17)
}

func (m *maker) channels() {
	const at = headSize // of the first channel, which is LoRa and named "field"
	bad := func(name, comment string, offset int, values ...byte) {
		m.changed(name, comment, "not-canonical", set(at+offset, values...))
	}
	bad("modulation-3", "a modulation that is not known", 0, 0x13)
	bad("region-6", "a region that is not known", 0, 0x60)
	bad("centre-low", "a frequency below 1 MHz", 1, 0, 1, 0, 0)
	bad("bandwidth-0", "no bandwidth", 5, 0, 0, 0)
	bad("spreading-4", "spreading factor 4", 8, 0x45)
	bad("spreading-13", "spreading factor 13", 8, 0xd5)
	bad("coding-4", "coding rate 4/4", 8, 0x84)
	bad("coding-9", "coding rate 4/9", 8, 0x89)
	bad("power-61", "power of 61 dBm", 9, 61)
	bad("power-low", "power of -21 dBm", 9, 0xeb)
	bad("duty-more", "more than all of the time", 10, 1, 0x86, 0xa1)
	bad("name-space", "a space in a name", 14, 'f', ' ')
	bad("assignment-invisible", "an assignment that begins with a character that does not print", 20, 1)
	m.changed("name-twice", "two channels of one name", "not-canonical", func(b []byte) []byte {
		return bytes.Replace(b, []byte("\x05spare"), []byte("\x05field"), 1)
	})
	m.changed("name-empty", "a channel without a name", "not-canonical", func(b []byte) []byte {
		return bytes.Replace(b, []byte("\x05spare"), []byte("\x00"), 1)
	})
	m.changed("name-long", "a name of 17 letters", "not-canonical", func(b []byte) []byte {
		return bytes.Replace(b, []byte("\x05spare"), []byte("\x11sparesparesparesp"), 1)
	})
	m.changed("assignment-long", "an assignment of 33 bytes", "not-canonical", func(b []byte) []byte {
		return bytes.Replace(b, []byte("\x05crews"), append([]byte{33}, bytes.Repeat([]byte("c"), 33)...), 1)
	})
	m.changed("remarks-utf8", "remarks that are not UTF-8", "not-canonical", func(b []byte) []byte {
		return bytes.Replace(b, []byte("ö"), []byte{0xc3, 0x20}, 1)
	})
	m.changed("rate-0", "a bit rate of 0", "not-canonical", func(b []byte) []byte {
		return bytes.Replace(b, []byte{0, 0x25, 0x80}, []byte{0, 0, 0}, 1)
	})
}

func (m *maker) signatures() {
	p := m.w.plan()
	good := p.Encode()
	bad := func(name, comment, expect string, data []byte) { m.add(name, comment, expect, data, m.w.operator, 2) }
	flipped := bytes.Clone(good)
	flipped[len(flipped)-40] ^= 0x20
	bad("signature-flipped", "one bit of the signature", "signature", flipped)
	raised := bytes.Clone(good)
	raised[headSize+9]++
	bad("signature-power", "another power than was signed", "signature", raised)
	unlabelled := m.w.root.Sign(p.body())
	bad("signature-no-label", "signed without the label", "signature", append(p.body(), unlabelled[:]...))
	other := m.w.operator
	other[7] ^= 1
	m.add("operator", "read in the network of another operator", "operator", good, other, 2)
	m.add("older", "read by who has a later edition", "older", good, m.w.operator, 4)
	m.add("older-same", "read by who has this edition", "older", good, m.w.operator, 3)
}
