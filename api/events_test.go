package api

import (
	"context"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/blackstart-mesh/blackstart/api/client"
	"github.com/blackstart-mesh/blackstart/mesh"
	"github.com/blackstart-mesh/blackstart/mesh/live"
	"github.com/blackstart-mesh/blackstart/message/bundle"
)

// TestEventStream follows the server with the client of this API.
func TestEventStream(t *testing.T) {
	f := newFake()
	scene(f)
	server := httptest.NewServer(testServer(t, f))
	defer server.Close()
	c, err := client.New(strings.TrimPrefix(server.URL, "http://"), testToken)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	var seen []uint64
	sawStatus := false
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	err = c.Events(ctx, 5, func(e client.Event) error {
		switch {
		case e.Message != nil:
			seen = append(seen, e.Message.Number)
			if e.Message.Number == 8 {
				f.change(8, func(m *mesh.Message) { m.State = mesh.OnAir })
			}
		case e.Update != nil && e.Update.State == "on air":
			cancel()
		case e.Status != nil && !sawStatus:
			sawStatus = true // the record above 5 was told before
			f.mu.Lock()
			f.publish(live.Event{Kind: live.NewMessage, Message: f.record[6]}) // known: not told again
			f.publish(live.Event{Kind: live.Missed})
			f.mu.Unlock()
			f.put(mesh.Message{From: 1, To: bundle.Destination{Node: 2}, Outgoing: true})
		case e.Lost != nil:
			return e.Lost
		}
		return nil
	})
	if ctx.Err() == nil || len(seen) != 3 || seen[0] != 6 || seen[1] != 7 || seen[2] != 8 || !sawStatus {
		t.Errorf("saw %v, %v", seen, err)
	}
}

func TestStreamsAreBounded(t *testing.T) {
	s := testServer(t, newFake())
	for range maxStreams {
		s.streams <- struct{}{}
	}
	if w := ask(t, s, "GET", "/v1/events", ""); w.Code != 503 || w.Header().Get("Retry-After") == "" {
		t.Error(w.Code)
	}
}
