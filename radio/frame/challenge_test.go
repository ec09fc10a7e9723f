package frame

import (
	"bytes"
	"errors"
	"reflect"
	"testing"

	"github.com/blackstart-mesh/blackstart/message/ident"
	"github.com/blackstart-mesh/blackstart/radio"
)

func TestChallengeAndEcho(t *testing.T) {
	for _, c := range []Challenge{{Nonce: [4]byte{1, 2, 3, 4}}, {To: []ident.Number{7}}, {Nonce: [4]byte{9}, To: []ident.Number{1, 2, 300}}} {
		body := c.Append(nil)
		got, e, err := DecodeChallenge(body)
		if err != nil || e != nil || !reflect.DeepEqual(*got, c) || len(body) != ChallengeSize(len(c.To)) {
			t.Errorf("%+v, %+v, %v; want %+v", got, e, err, c)
		}
	}
	echo := Echo{To: 9, MAC: [8]byte{1, 2, 3}}
	body := echo.Append(nil)
	if c, e, err := DecodeChallenge(body); err != nil || c != nil || *e != echo || len(body) != EchoSize {
		t.Errorf("%+v, %+v, %v", c, e, err)
	}
	if ChallengeSize(MaxChallenged) > radio.MinMTU-FirstOverhead {
		t.Error("the longest challenge does not fit every link")
	}
	many := Challenge{}
	for i := range ident.Number(MaxChallenged + 1) {
		many.To = append(many.To, i+1)
	}
	for name, c := range map[string]struct {
		body []byte
		want error
	}{
		"nothing":         {nil, ErrTruncated},
		"short nonce":     {[]byte{0, 1, 2, 3}, ErrTruncated},
		"half a number":   {[]byte{0, 1, 2, 3, 4, 5}, ErrMalformed},
		"form 2":          {[]byte{2, 1, 2, 3, 4}, ErrMalformed},
		"node 0":          {Challenge{To: []ident.Number{0}}.Append(nil), ErrMalformed},
		"twice":           {Challenge{To: []ident.Number{3, 3}}.Append(nil), ErrMalformed},
		"seventeen":       {many.Append(nil), ErrOversized},
		"echo cut":        {body[:10], ErrTruncated},
		"echo longer":     {append(bytes.Clone(body), 0), ErrOversized},
		"echo to node 0":  {Echo{}.Append(nil), ErrMalformed},
		"echo to no node": {Echo{To: ident.MaxNumber + 1}.Append(nil), ErrMalformed},
	} {
		if _, _, err := DecodeChallenge(c.body); !errors.Is(err, c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// FuzzDecodeChallenge: what decodes encodes to the same bytes.
func FuzzDecodeChallenge(f *testing.F) {
	f.Add(Challenge{To: []ident.Number{1, 2}}.Append(nil))
	f.Add(Echo{To: 1}.Append(nil))
	f.Fuzz(func(t *testing.T, body []byte) {
		c, e, err := DecodeChallenge(body)
		switch {
		case err != nil:
		case c != nil && !bytes.Equal(c.Append(nil), body), e != nil && !bytes.Equal(e.Append(nil), body), (c == nil) == (e == nil):
			t.Fatalf("%x decoded as %+v, %+v", body, c, e)
		}
	})
}
