package radios

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"time"

	bridge "github.com/blackstart-mesh/blackstart/firmware-bridge"
	"github.com/blackstart-mesh/blackstart/radio"
)

// Radio is one of two radios to be tried.
type Radio struct {
	Family bridge.Family
	URL    string
}

// Row is what became of frames of one size in one direction.
type Row struct {
	From      int     `json:"from"` // 1 or 2
	Bytes     int     `json:"bytes"`
	Sent      int     `json:"sent"`
	Heard     int     `json:"heard"`
	Wrong     int     `json:"wrong"`   // heard, but not as sent
	LossPct   float64 `json:"loss"`    // percent of those sent
	BytesPerS float64 `json:"bytes_s"` // heard, over the time of the whole row
	RSSI      float64 `json:"rssi_dbm,omitempty"`
	SNR       float64 `json:"snr_db,omitempty"`
	Signal    bool    `json:"signal"` // RSSI and SNR were told; they are means
}

// settle is how long a frame may come after its sender took it for sent.
const settle = 3 * time.Second

// Trial says how two radios are tried.
type Trial struct {
	Frames  int          // of each size, each way
	Licence string       // airtime-licence of node.yaml
	Told    func(Row)    // called with each row
	Note    func(string) // called with what a person should know before; may be nil
}

// Pair opens two radios and sends frames each way, of a short, a middle and the
// longest size both may send. What goes on the air keeps the law of the band, as the
// node's own frames do: nothing is sent where a link would be refused.
func Pair(ctx context.Context, radios [2]Radio, t Trial) error {
	var links [2]*opened
	var budgets [2]*budget
	for i, r := range radios {
		o, err := open(ctx, r.Family, r.URL)
		if err != nil {
			return fmt.Errorf("radio %d, %s: %w", i+1, r.URL, err)
		}
		defer o.Close()
		links[i] = o
		if budgets[i], err = allow(o.Profile(), t.Licence); err != nil {
			return fmt.Errorf("radio %d, %s: %w", i+1, r.URL, err)
		}
	}
	list := sizes(min(budgets[0].longest, budgets[1].longest))
	for i, b := range budgets {
		took, err := b.takes(list, t.Frames)
		if err != nil {
			return fmt.Errorf("radio %d, %s: %w", i+1, radios[i].URL, err)
		}
		if t.Note != nil && took > slow {
			t.Note(fmt.Sprintf("radio %d sends for about %v: %v", i+1, took.Round(time.Second), b.rule))
		}
	}
	for _, n := range list {
		for from := range links {
			row, err := oneWay(ctx, links[from], links[1-from], budgets[from], n, t.Frames)
			if err != nil {
				return fmt.Errorf("radio %d sends %d bytes: %w", from+1, n, err)
			}
			row.From = from + 1
			t.Told(row)
		}
	}
	return nil
}

// sizes are a receipt's, a short message's, and the longest.
func sizes(longest int) []int {
	list := []int{}
	for _, n := range []int{24, 90} {
		if n < longest {
			list = append(list, n)
		}
	}
	return append(list, longest)
}

// oneWay sends frames and counts what is heard.
func oneWay(ctx context.Context, from, to *opened, b *budget, n, frames int) (Row, error) {
	row := Row{Bytes: n, Sent: frames}
	start := time.Now()
	var rssi, snr float64
	signals := 0
	came := make([]bool, frames)
	take := func(h radio.Heard, number int) bool {
		at := numberOf(h.Data, n, number)
		switch {
		case at < 0:
			row.Wrong++
			return false
		case came[at]: // a digipeater repeats it
			return false
		}
		came[at] = true
		row.Heard++
		if h.Signal != nil {
			rssi, snr, signals = rssi+float64(h.Signal.RSSI), snr+h.Signal.SNR, signals+1
		}
		return at == number
	}
	for i := range frames {
		if err := b.wait(ctx, from.Profile().Airtime(n)); err != nil {
			return row, err
		}
		if err := from.Send(radio.Frame{Data: testFrame(uint32(i), n)}); err != nil {
			return row, err
		}
		if err := exchange(ctx, from, to, func(h radio.Heard) bool { return take(h, i) }); err != nil {
			return row, err
		}
	}
	row.LossPct = 100 * float64(frames-row.Heard) / float64(frames)
	row.BytesPerS = float64(row.Heard*n) / time.Since(start).Seconds()
	if signals > 0 {
		row.Signal, row.RSSI, row.SNR = true, rssi/float64(signals), snr/float64(signals)
	}
	return row, nil
}

// testFrame is a numbered frame that looks like a sealed one.
func testFrame(number uint32, n int) []byte {
	r := rand.New(rand.NewPCG(uint64(number), uint64(n)))
	b := binary.BigEndian.AppendUint32(nil, number)
	for len(b) < n {
		b = append(b, byte(r.Uint32()))
	}
	return b
}

// numberOf tells which frame this is, up to the one that was sent last; -1 if it is
// none of them, or not whole.
func numberOf(data []byte, n, last int) int {
	if len(data) != n {
		return -1
	}
	at := binary.BigEndian.Uint32(data)
	if int64(at) > int64(last) || !bytes.Equal(data, testFrame(at, n)) {
		return -1
	}
	return int(at)
}

// exchange waits until the frame has left and was heard, or for a while after it
// has left.
func exchange(ctx context.Context, from, to *opened, heard func(radio.Heard) bool) error {
	sent, came := false, false
	limit := time.NewTimer(time.Minute)
	defer limit.Stop()
	for !sent || !came {
		select {
		case e, ok := <-from.events:
			switch e := e.(type) {
			case radio.Sent:
				if e.Err != nil {
					return e.Err
				}
				sent = true
				limit.Reset(settle)
			case radio.Down:
				return e.Err
			}
			if !ok {
				return radio.ErrClosed
			}
		case e, ok := <-to.events:
			switch e := e.(type) {
			case radio.Heard:
				came = heard(e) || came
			case radio.Down:
				return fmt.Errorf("the other radio: %w", e.Err)
			}
			if !ok {
				return radio.ErrClosed
			}
		case <-limit.C:
			if !sent {
				return fmt.Errorf("the frame has not left after a minute")
			}
			return nil
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return nil
}
