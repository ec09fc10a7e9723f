package client_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/blackstart-mesh/blackstart/api/client"
	"github.com/blackstart-mesh/blackstart/api/wire"
)

func dial(t *testing.T, h http.HandlerFunc) *client.Client {
	t.Helper()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/v1/hello" {
			_, port, _ := net.SplitHostPort(r.Context().Value(http.LocalAddrContextKey).(net.Addr).String())
			_, _ = fmt.Fprintf(w, `{"proof":%q}`, client.Proof("secret", port, r.URL.Query().Get("nonce")))
			return
		}
		h(w, r)
	}))
	t.Cleanup(s.Close)
	c, err := client.New(strings.TrimPrefix(s.URL, "http://"), "secret")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return c
}

func TestRequests(t *testing.T) {
	var got []string
	c := dial(t, func(w http.ResponseWriter, r *http.Request) {
		got = append(got, r.Method+" "+r.URL.String())
		if r.Header.Get("Authorization") != "Bearer secret" {
			t.Error("no token")
		}
		_, _ = w.Write([]byte(`{"number":3}`))
	})
	ctx := t.Context()
	if m, err := c.Send(ctx, wire.Submission{To: "a", Text: "b"}); err != nil || m.Number != 3 {
		t.Error(m, err)
	}
	_, _ = c.Status(ctx)
	_, _ = c.Roster(ctx)
	_, _ = c.Messages(ctx, client.Query{After: 4, Limit: 5, Box: "in", Wait: 2 * time.Second})
	_, _ = c.Messages(ctx, client.Query{Newest: true})
	_, _ = c.Message(ctx, "1/2/3")
	_, _ = c.Audit(ctx, 7, 8)
	want := []string{
		"POST /v1/messages", "GET /v1/status", "GET /v1/roster", "GET /v1/messages?after=4&box=in&limit=5&wait=2",
		"GET /v1/messages?before=0", "GET /v1/messages/1/2/3", "GET /v1/audit?after=7&limit=8",
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("asked\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func TestErrorsSayWhatToDo(t *testing.T) {
	gone := httptest.NewServer(nil)
	address := strings.TrimPrefix(gone.URL, "http://")
	gone.Close()
	for _, a := range []string{address, "unix:///nonexistent/socket"} {
		c, err := client.New(a, "secret")
		if err != nil {
			t.Fatal(err)
		}
		var e *client.Error
		if _, err := c.Status(t.Context()); !errors.As(err, &e) || e.Status != 0 || !strings.Contains(e.Hint, "blackstart node") {
			t.Errorf("%s: %v", a, err)
		}
	}
	c := dial(t, func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(403)
		_, _ = w.Write([]byte(`{"error":{"what":"no right","hint":"ask"}}`))
	})
	var e *client.Error
	if _, err := c.Status(t.Context()); !errors.As(err, &e) || e.Status != 403 || e.What != "no right" || e.Hint != "ask" {
		t.Error(err)
	}
	c = dial(t, func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "hello", 500) })
	if _, err := c.Status(t.Context()); !errors.As(err, &e) || e.Hint == "" {
		t.Error(err)
	}
	if _, err := client.New("8470", ""); err == nil {
		t.Error("an address without host is taken")
	}
}

func TestEventsGoOnAfterLoss(t *testing.T) {
	var mu sync.Mutex
	var asked []string
	answers := []string{
		"event: message\nid: 5\ndata: {\"number\":5}\n\nevent: status\ndata: {\"state\":\"running\"}\n\nevent: message\nid: 6\ndata: {\"num", // cut
		"event: message\nid: 6\ndata: {\"number\":6}\n\nevent: new-kind\ndata: 1\n\nevent: missed\ndata: {}\n\nevent: update\ndata: {\"number\":2}\n\n",
	}
	c := dial(t, func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		asked = append(asked, r.URL.RawQuery)
		if len(asked) > len(answers) {
			w.WriteHeader(401)
			return
		}
		_, _ = w.Write([]byte(answers[len(asked)-1]))
	})
	var told []string
	err := c.Events(t.Context(), 4, func(e client.Event) error {
		switch {
		case e.Message != nil:
			told = append(told, "message "+string(rune('0'+e.Message.Number)))
		case e.Update != nil:
			told = append(told, "update")
		case e.Status != nil:
			told = append(told, "status")
		case e.Missed:
			told = append(told, "missed")
		case e.Lost != nil:
			told = append(told, "lost")
		}
		return nil
	})
	var answer *client.Error
	if !errors.As(err, &answer) || answer.Status != 401 {
		t.Error("ended with", err)
	}
	if got := strings.Join(told, ", "); got != "message 5, status, lost, message 6, missed, update, lost" {
		t.Error("told", got)
	}
	mu.Lock()
	defer mu.Unlock()
	if got := strings.Join(asked, " "); got != "after=4 after=5 after=6" {
		t.Error("asked", got)
	}
}

func TestEventsEnd(t *testing.T) {
	c := dial(t, func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write([]byte("event: message\ndata: {\"number\":1}\n\n"))
	})
	enough := errors.New("enough")
	if err := c.Events(t.Context(), 0, func(client.Event) error { return enough }); err != enough {
		t.Error(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	err := c.Events(ctx, 0, func(e client.Event) error { cancel(); return nil })
	if !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}
