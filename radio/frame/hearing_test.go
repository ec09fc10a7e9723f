package frame

import (
	"bytes"
	"errors"
	"reflect"
	"testing"

	"github.com/blackstart-mesh/blackstart/message/ident"
	"github.com/blackstart-mesh/blackstart/radio"
)

func TestHearing(t *testing.T) {
	for _, h := range []Hearing{
		{Frames: 0x7fff},
		{All: true, Of: []Reception{{Node: 7, Loss: LossUnknown}}},
		{Frames: 300, Of: []Reception{{Node: 1, Loss: LossAll, SNR: 63, RSSI: 63}, {Node: ident.MaxNumber, Loss: 3, SNR: SNRCode(-7), RSSI: RSSICode(-97)}}},
	} {
		body := h.Append(nil)
		if got, err := DecodeHearing(body); err != nil || !reflect.DeepEqual(got, h) || len(body) != HearingSize(len(h.Of)) {
			t.Errorf("%+v, %v; want %+v", got, err, h)
		}
	}
	many := Hearing{Of: make([]Reception, MaxReceptions+1)}
	for name, c := range map[string]struct {
		body []byte
		want error
	}{
		"nothing":     {nil, ErrTruncated},
		"half a head": {[]byte{1}, ErrTruncated},
		"half of one": {[]byte{0, 1, 0, 7}, ErrMalformed},
		"node 0":      {Hearing{Of: []Reception{{}}}.Append(nil), ErrMalformed},
		"node 65535":  {Hearing{Of: []Reception{{Node: ident.MaxNumber + 1}}}.Append(nil), ErrMalformed},
		"twice":       {Hearing{Of: []Reception{{Node: 3}, {Node: 3}}}.Append(nil), ErrMalformed},
		"too many":    {many.Append(nil), ErrOversized},
	} {
		if _, err := DecodeHearing(c.body); !errors.Is(err, c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if HearingSize(1) > radio.MinMTU-FirstOverhead-1-HelloSize-2 {
		t.Error("beside a beacon, not even one neighbour fits every link")
	}
}

func TestLevels(t *testing.T) {
	for _, c := range []struct{ db, snr, dbm, rssi int }{
		{0, 0, -97, -98}, {-32, -32, -150, -150}, {-99, -32, -999, -150}, {30, 30, -26, -26}, {99, 30, 40, -26}, {-7, -7, -84, -84},
	} {
		r := Reception{SNR: SNRCode(c.db), RSSI: RSSICode(c.dbm)}
		snr, toldSNR := r.SNRdB()
		rssi, toldRSSI := r.RSSIdBm()
		if snr != c.snr || rssi != c.rssi || !toldSNR || !toldRSSI {
			t.Errorf("%d dB, %d dBm became %d, %d", c.db, c.dbm, snr, rssi)
		}
	}
	if _, told := (Reception{}).SNRdB(); told {
		t.Error("nothing is a ratio")
	}
	if _, told := (Reception{}).RSSIdBm(); told {
		t.Error("nothing is a level")
	}
}

// FuzzDecodeHearing: what decodes encodes to the same bytes.
func FuzzDecodeHearing(f *testing.F) {
	f.Add(Hearing{Frames: 300, Of: []Reception{{Node: 1, Loss: 3, SNR: 30, RSSI: 20}, {Node: 9, Loss: LossUnknown}}}.Append(nil))
	f.Fuzz(func(t *testing.T, body []byte) {
		if h, err := DecodeHearing(body); err == nil && !bytes.Equal(h.Append(nil), body) {
			t.Fatalf("%x became %+v", body, h)
		}
	})
}
