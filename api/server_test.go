package api

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/blackstart-mesh/blackstart/api/wire"
	"github.com/blackstart-mesh/blackstart/mesh"
	"github.com/blackstart-mesh/blackstart/mesh/live"
	"github.com/blackstart-mesh/blackstart/message/bundle"
)

var _ Node = (*live.Node)(nil)

// ask sends one request to a server without a network.
func ask(t testing.TB, s http.Handler, method, target, body string, change ...func(*http.Request)) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequest(method, "http://127.0.0.1:8470"+target, strings.NewReader(body))
	r.Header.Set("Authorization", "Bearer "+testToken)
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	for _, c := range change {
		c(r)
	}
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	return w
}

func header(name, value string) func(*http.Request) {
	return func(r *http.Request) { r.Header.Set(name, value) }
}

func into[T any](t testing.TB, w *httptest.ResponseRecorder, status int) (v T) {
	t.Helper()
	if w.Code != status {
		t.Fatalf("status %d, want %d: %s", w.Code, status, w.Body)
	}
	dec := json.NewDecoder(w.Body)
	dec.DisallowUnknownFields()
	if err := dec.Decode(&v); err != nil {
		t.Fatal(err)
	}
	return v
}

func TestForeignersAreKeptOut(t *testing.T) {
	f := newFake()
	scene(f)
	s := testServer(t, f)
	host := func(h string) func(*http.Request) { return func(r *http.Request) { r.Host = h } }
	for _, c := range []struct {
		name   string
		path   string
		change func(*http.Request)
		want   int
	}{
		{"own", "/v1/status", host("127.0.0.1:8470"), 200},
		{"localhost", "/v1/status", host("localhost:8470"), 200},
		{"ip 6", "/v1/status", host("[::1]:8470"), 200},
		{"ip 6 without port", "/v1/status", host("[::1]"), 200},
		{"own origin", "/v1/status", header("Origin", "http://127.0.0.1:8470"), 200},
		{"same origin", "/v1/status", header("Sec-Fetch-Site", "same-origin"), 200},
		{"page without token", "/", header("Authorization", ""), 200},
		{"rebound name", "/v1/status", host("evil.example:8470"), 421},
		{"rebound name, page", "/", host("evil.example"), 421},
		{"name that begins well", "/v1/status", host("localhost.evil.example"), 421},
		{"foreign origin", "/v1/status", header("Origin", "http://evil.example"), 403},
		{"no origin of its own", "/v1/status", header("Origin", "null"), 403},
		{"other port", "/v1/status", header("Origin", "http://127.0.0.1:9999"), 403},
		{"cross site", "/v1/status", header("Sec-Fetch-Site", "cross-site"), 403},
		{"same site", "/v1/status", header("Sec-Fetch-Site", "same-site"), 403},
		{"no token", "/v1/status", header("Authorization", ""), 401},
		{"wrong token", "/v1/status", header("Authorization", "Bearer "+strings.Repeat("0", 64)), 401},
		{"half a token", "/v1/status", header("Authorization", "Bearer "+testToken[:32]), 401},
		{"token in the query", "/v1/status?token=" + testToken, header("Authorization", ""), 401},
		{"basic", "/v1/status", header("Authorization", "Basic "+testToken), 401},
		{"unknown path without token", "/v1/nothing", header("Authorization", ""), 401},
	} {
		w := ask(t, s, "GET", c.path, "", c.change)
		if w.Code != c.want {
			t.Errorf("%s: status %d, want %d", c.name, w.Code, c.want)
		}
		if w.Header().Get("Content-Security-Policy") == "" || w.Header().Get("Access-Control-Allow-Origin") != "" {
			t.Errorf("%s: headers %v", c.name, w.Header())
		}
		if w.Code >= 400 {
			if f := into[wire.Failure](t, w, c.want); f.Error.What == "" || f.Error.Hint == "" {
				t.Errorf("%s: says only %+v", c.name, f)
			}
		}
	}
	navigate := ask(t, s, "GET", "/", "", header("Sec-Fetch-Site", "cross-site"), header("Sec-Fetch-Mode", "navigate"))
	if navigate.Code != 200 {
		t.Error("a link from elsewhere to the page does not work:", navigate.Code)
	}
}

func TestPageFiles(t *testing.T) {
	s := testServer(t, newFake())
	for path, kind := range map[string]string{
		"/": "text/html; charset=utf-8", "/app.js": "text/javascript; charset=utf-8",
		"/base.css": "text/css; charset=utf-8", "/icon.svg": "image/svg+xml",
	} {
		w := ask(t, s, "GET", path, "")
		if w.Code != 200 || w.Header().Get("Content-Type") != kind {
			t.Errorf("%s: status %d, type %q", path, w.Code, w.Header().Get("Content-Type"))
		}
	}
	if w := ask(t, s, "GET", "/v1/nothing", ""); w.Code != 404 {
		t.Error("unknown path:", w.Code)
	}
	if w := ask(t, s, "DELETE", "/v1/messages", ""); w.Code != 405 {
		t.Error("unknown method:", w.Code)
	}
}

func TestStatusRosterAudit(t *testing.T) {
	f := newFake()
	scene(f)
	s := testServer(t, f)
	st := into[wire.Status](t, ask(t, s, "GET", "/v1/status", ""), 200)
	if st.Self != (wire.Party{Number: 1, Name: "Crew North"}) || st.State != "running" || st.Position != 7 || st.UptimeS != 3600 {
		t.Errorf("status %+v", st)
	}
	if l := st.Links[0]; !l.Up || l.Queued != (wire.ByPrecedence{Priority: 1, Routine: 2}) || l.OverheadMS != 300 {
		t.Errorf("link %+v", l)
	}
	if n := st.Neighbours[1]; n.Node.Name != "Substation 14" || n.HeardAgoS != 12 || *n.RSSI != -84 {
		t.Errorf("neighbour %+v", n)
	}
	r := into[wire.Roster](t, ask(t, s, "GET", "/v1/roster", ""), 200)
	if len(r.Nodes) != 4 || !r.Nodes[0].Flash || r.Nodes[1].Flash || !slices.Equal(r.Groups, []wire.Group{{ID: 1, Name: "All stations", Members: 4}, {ID: 2, Name: "Switching", Members: 3}}) {
		t.Errorf("roster %+v", r)
	}
	a := into[wire.Audit](t, ask(t, s, "GET", "/v1/audit?after=1&limit=1", ""), 200)
	if len(a.Events) != 1 || a.Events[0].Action != "send" || a.Position != 2 || !a.More {
		t.Errorf("audit %+v", a)
	}
}

func TestSubmit(t *testing.T) {
	f := newFake()
	s := testServer(t, f)
	w := ask(t, s, "POST", "/v1/messages", `{"to":"Control Centre","precedence":"FLASH","text":"Line is dead.\nEarthed.","lifetime":"90m"}`)
	m := into[wire.Message](t, w, 201)
	want := mesh.Submit{To: bundle.Destination{Node: 4}, Precedence: bundle.Flash, Text: "Line is dead.\nEarthed.", Lifetime: 90 * time.Minute, By: "local API"}
	if f.asked[0] != want {
		t.Errorf("submitted %+v", f.asked[0])
	}
	if m.Number != 1 || !m.Outgoing || m.State != "queued" || m.To.Name != "Control Centre" || m.Expected != 1 || w.Header().Get("Location") != "/v1/messages/1" {
		t.Errorf("answered %+v", m)
	}
	into[wire.Message](t, ask(t, s, "POST", "/v1/messages", `{"to":"All stations","text":"Hello"}`), 201)
	if got := f.asked[1]; got.To.Group != 1 || got.Precedence != bundle.Routine || got.Lifetime != 0 {
		t.Errorf("submitted %+v", got)
	}
	for _, c := range []struct {
		err  error
		want int
	}{
		{mesh.ErrRight, 403}, {mesh.ErrFull, 507}, {live.ErrDiskFull, 507}, {live.ErrOverloaded, 503}, {live.ErrClosed, 503},
		{live.ErrUnknown, 504}, {mesh.ErrText, 422}, {errors.New("else"), 422},
	} {
		f.refuse = fmt.Errorf("wrapped: %w", c.err)
		into[wire.Failure](t, ask(t, s, "POST", "/v1/messages", `{"to":"4","text":"Hello"}`), c.want)
	}
}

func TestBadSubmissions(t *testing.T) {
	f := newFake()
	s := testServer(t, f)
	for name, body := range map[string]string{
		"to nobody":     `{"to":"Crew West","text":"x"}`,
		"to itself":     `{"to":"node:1","text":"x"}`,
		"no text":       `{"to":"4","text":" \n"}`,
		"control":       `{"to":"4","text":"a\u0007"}`,
		"precedence":    `{"to":"4","text":"x","precedence":"URGENT"}`,
		"lifetime":      `{"to":"4","text":"x","lifetime":"4"}`,
		"long lifetime": `{"to":"4","text":"x","lifetime":"10000h"}`,
		"misspelt":      `{"to":"4","text":"x","Precedence":"FLASH"}`,
		"number 65540":  `{"to":"65540","text":"x"}`,
		"empty":         ` `,
	} {
		if got := into[wire.Failure](t, ask(t, s, "POST", "/v1/messages", body), 400); got.Error.Hint == "" {
			t.Errorf("%s: no hint", name)
		}
	}
	into[wire.Failure](t, ask(t, s, "POST", "/v1/messages", `{}`, header("Content-Type", "text/plain")), 415)
	into[wire.Failure](t, ask(t, s, "POST", "/v1/messages", `{"to":"4","text":"`+strings.Repeat("x", maxBody)+`"}`), 413)
	if len(f.asked) != 0 {
		t.Errorf("submitted all the same: %+v", f.asked)
	}
}

func TestServeStops(t *testing.T) {
	f := newFake()
	s := testServer(t, f)
	l, err := Listen("unix://" + filepath.Join(t.TempDir(), "s"))
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	served := make(chan error, 1)
	go func() { served <- s.Serve(ctx, l) }()
	c := &http.Client{Transport: &http.Transport{DialContext: func(context.Context, string, string) (net.Conn, error) {
		return net.Dial("unix", l.Addr().String())
	}}}
	r, _ := http.NewRequest("GET", "http://blackstart/v1/events", nil)
	r.Header.Set("Authorization", "Bearer "+testToken)
	resp, err := c.Do(r)
	if err != nil || resp.StatusCode != 200 {
		t.Fatal(resp, err)
	}
	defer resp.Body.Close()
	cancel()
	if _, err := io.ReadAll(resp.Body); err != nil {
		t.Error("the stream was cut, not ended:", err)
	}
	if err := <-served; err != nil {
		t.Error(err)
	}
}
