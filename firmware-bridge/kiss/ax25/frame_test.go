package ax25

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"github.com/blackstart-mesh/blackstart/firmware-bridge/bridgetest"
	"github.com/blackstart-mesh/blackstart/internal/bound"
)

const ours = "8498 96a6 a8a4 e0" // BLKSTR, command

func TestAppend(t *testing.T) {
	for _, c := range []struct {
		from Call
		want string
	}{
		{Call{"N0CALL", 0}, ours + "9c6086829898 61 03f0 010203"},
		{Call{"N0CALL", 1}, ours + "9c6086829898 63 03f0 010203"},
		{Call{"DL1", 15}, ours + "889862404040 7f 03f0 010203"},
	} {
		got := Append([]byte("x"), c.from, []byte{1, 2, 3})[1:]
		if !bytes.Equal(got, bridgetest.Unhex(t, c.want)) || len(got) != Overhead+3 {
			t.Errorf("from %v: %x, want %s", c.from, got, c.want)
		}
		from, data, err := Decode(got)
		if from != c.from || !bytes.Equal(data, []byte{1, 2, 3}) || err != nil {
			t.Errorf("read as %v, %x, %v", from, data, err)
		}
	}
}

func TestDecode(t *testing.T) {
	for name, c := range map[string]struct {
		frame string
		from  string
		want  error
	}{
		"recorded at Dire Wolf, to TEST":    {"a88aa6a84040e0 9c6086829898e1 03f0 414243", "", ErrForeign},
		"the same, to us":                   {ours + "9c6086829898e1 03f0 414243", "N0CALL", nil},
		"with the poll bit":                 {ours + "9c608682989863 13f0", "N0CALL-1", nil},
		"our group with a number":           {"849896a6a8a4e2 9c608682989863 03f0", "", ErrForeign},
		"by a digipeater":                   {ours + "9c608682989862 ae92888a6240e3 03f0", "", ErrForeign},
		"connected mode: SABM, without PID": {ours + "9c608682989863 3f", "", ErrForeign},
		"UI of another protocol":            {ours + "9c608682989863 03cc", "", ErrForeign},
		"UI without PID":                    {ours + "9c608682989863 03", "", ErrForeign},
		"one address":                       {"849896a6a8a4e1 9c608682989863 03f0", "", ErrMalformed},
		"end bit in a call sign":            {ours + "9d608682989863 03f0", "", ErrMalformed},
		"space in a call sign":              {ours + "9c604082989863 03f0", "", ErrMalformed},
		"small letter":                      {ours + "c2608682989863 03f0", "", ErrMalformed},
		"no call sign":                      {ours + "40404040404063 03f0", "", ErrMalformed},
		"short":                             {ours + "9c608682989863", "", ErrMalformed},
		"empty":                             {"", "", ErrMalformed},
	} {
		from, _, err := Decode(bridgetest.Unhex(t, c.frame))
		if !errors.Is(err, c.want) || err == nil && from.String() != c.from {
			t.Errorf("%s: %v, %v, want %q, %v", name, from, err, c.from, c.want)
		}
	}
}

func TestParseCall(t *testing.T) {
	for text, want := range map[string]Call{"N0CALL": {"N0CALL", 0}, "DL1ABC-15": {"DL1ABC", 15}, "A-7": {"A", 7}} {
		if got, err := ParseCall([]byte(text)); got != want || err != nil {
			t.Errorf("%s: %v, %v", text, got, err)
		}
	}
	for text, want := range map[string]string{
		"": "has 0 characters", "-1": "has 0 characters", "TOOLONG": "has 7 characters", "n0call": "want letters A..Z",
		"N0CALL-16": "want 0..15", "N0CALL-": "want 0..15", "N0CALL-01": "want 0..15", "N0-1-2": "want 0..15", "N0 CALL": "want letters",
	} {
		if c, err := ParseCall([]byte(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, %v, want %q", text, c, err, want)
		}
	}
}

func FuzzDecode(f *testing.F) {
	f.Add(Append(nil, Call{"N0CALL", 1}, []byte("data")))
	f.Add(bridgetest.Unhex(f, "a88aa6a84040e09c6086829898e103f0414243"))
	f.Fuzz(func(t *testing.T, in []byte) {
		from, data, err := Decode(in)
		if err != nil {
			return
		}
		if again, err := ParseCall([]byte(from.String())); again != from || err != nil {
			t.Fatalf("%v is read as %v, %v", from, again, err)
		}
		second, same, err := Decode(Append(nil, from, data))
		if second != from || !bytes.Equal(same, data) || err != nil {
			t.Fatalf("%v %x became %v %x, %v", from, data, second, same, err)
		}
	})
}

func FuzzParseCall(f *testing.F) {
	f.Add([]byte("N0CALL-1"))
	f.Fuzz(func(t *testing.T, in []byte) {
		c, err := ParseCall(in)
		if again, twice := ParseCall([]byte(c.String())); err == nil && (again != c || twice != nil) {
			t.Fatalf("%q is %v, then %v, %v", in, c, again, twice)
		}
	})
}

func TestBounded(t *testing.T) {
	frame := Append(nil, Call{"N0CALL", 1}, make([]byte, 250))
	b := bound.Bound{Times: 8, Plus: 4 << 10}
	b.Decoding(t, func(in []byte) { _, _, _ = Decode(in) }, frame)
	b.Decoding(t, func(in []byte) { _, _ = ParseCall(in) }, []byte("N0CALL-1"))
}
