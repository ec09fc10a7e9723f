package api

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/blackstart-mesh/blackstart/api/wire"
	"github.com/blackstart-mesh/blackstart/mesh"
	"github.com/blackstart-mesh/blackstart/mesh/live"
	"github.com/blackstart-mesh/blackstart/radio"
)

func TestQuietRequests(t *testing.T) {
	st := live.Status{Status: mesh.Status{Links: []mesh.LinkStatus{
		{Link: 0, Profile: radio.Profile{Name: "kiss:///dev/a?rate=9600&port=1"}}, {Link: 1, Profile: radio.Profile{Name: "ip://", Secure: true}},
	}}}
	for _, c := range []struct {
		asked wire.QuietRequest
		want  mesh.Quiet
	}{
		{wire.QuietRequest{Act: "on"}, mesh.Quiet{On: true, By: "local API"}},
		{wire.QuietRequest{Act: "on", For: "30m", Link: "0"}, mesh.Quiet{Link: "kiss:///dev/a?rate=9600&port=1", On: true, For: 30 * time.Minute, By: "local API"}},
		{wire.QuietRequest{Act: "off", Link: "0"}, mesh.Quiet{Link: "kiss:///dev/a?rate=9600&port=1", By: "local API"}},
	} {
		if got, err := quiet(c.asked, st); got != c.want || err != nil {
			t.Errorf("%+v: %+v, %v", c.asked, got, err)
		}
	}
	for want, asked := range map[string]wire.QuietRequest{
		`the act "" is unknown`:       {},
		`for "soon" is not possible`:  {Act: "on", For: "soon"},
		`for "9000h" is not possible`: {Act: "on", For: "9000h"},
		`off has no time`:             {Act: "off", For: "1h"},
		`there is no link "7"`:        {Act: "on", Link: "7"},
		`link 1 is no radio`:          {Act: "on", Link: "1"},
	} {
		if _, err := quiet(asked, st); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%+v: %v, want %s", asked, err, want)
		}
	}
	st.Quiet = []mesh.QuietStatus{{Since: 1000}, {Link: "kiss:///dev/a?port=1", Until: 2000}}
	if _, err := quiet(wire.QuietRequest{Act: "off", Link: "0"}, st); err == nil || !strings.Contains(err.Error(), "all radios are silent") {
		t.Error(err)
	}
	if got := silences(st); len(got) != 2 || got[0].Link != nil || got[0].Until != nil || *got[1].Link != 0 || got[1].Until.Unix() != 2 {
		t.Errorf("%+v", got)
	}
}

func FuzzDecodeQuiet(f *testing.F) {
	f.Add([]byte(`{"act":"on","for":"30m","link":"0"}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		q, err := DecodeQuiet(body)
		if err != nil {
			return
		}
		again, err := json.Marshal(q)
		if got, err2 := DecodeQuiet(again); err != nil || err2 != nil || got != q {
			t.Fatalf("%q became %+v, and that %+v", body, q, got)
		}
	})
}
