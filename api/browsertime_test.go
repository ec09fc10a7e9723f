package api

import (
	"net/http/httptest"
	"testing"
	"time"

	"github.com/blackstart-mesh/blackstart/mesh"
	"github.com/blackstart-mesh/blackstart/message/bundle"
	"github.com/blackstart-mesh/blackstart/message/clock"
	"github.com/blackstart-mesh/blackstart/message/ident"
	"github.com/chromedp/chromedp"
)

// TestOrdersGoByTheNodesClock: the clock of the machine is a year off, and the node
// knows better, say by GPS. What the page says of orders is by the node's time, and
// follows it.
func TestOrdersGoByTheNodesClock(t *testing.T) {
	if testing.Short() {
		return // takes a real browser, several seconds
	}
	for name, off := range map[string]time.Duration{"machine behind": 365 * 24 * time.Hour, "machine ahead": -365 * 24 * time.Hour} {
		t.Run(name, func(t *testing.T) {
			f := newFake()
			s := testServer(t, f)
			now := clock.WallOf(time.Now().Add(off))
			goBy := func(at clock.Wall) {
				f.mu.Lock()
				defer f.mu.Unlock()
				f.status.Now = clock.Reading{Wall: at, Bound: time.Second}
			}
			goBy(now)
			order := func(wrong time.Duration, own bool) {
				m := mesh.Message{From: 4, To: bundle.Destination{Node: 1}, Precedence: bundle.Immediate, Created: now.Add(-time.Minute), Recorded: now,
					Expires: now.Add(time.Hour), State: mesh.Received, Proof: mesh.Proven, Act: bundle.ContentOrder, Text: "open breaker 3",
					Order: &mesh.Order{Until: now.Add(14 * time.Minute), Error: wrong}}
				if own {
					m.From, m.To, m.Outgoing, m.State, m.Delivered = 1, bundle.Destination{Node: 4}, true, mesh.Delivered, []ident.Number{4}
				}
				f.put(m)
			}
			order(time.Second, false)
			order(time.Second, true)
			order(bundle.UnknownError, true)
			server := httptest.NewServer(s)
			defer server.Close()
			defer server.CloseClientConnections()
			ctx := browser(t)
			run(t, ctx, chromedp.EmulateViewport(1024, 900), chromedp.Navigate(PageURL(server.Listener.Addr(), testToken)), has("#connection", "connected"),
				has(`[data-number="1"] .order.live`, "act until"), has("#attention", "open breaker 3"),
				has(`[data-number="2"] .order.live`, "valid until"), has(`[data-number="3"] .order.dead`, "its readers are told DO NOT ACT"))
			goBy(now.Add(time.Hour)) // a status follows what happens, and none of the orders changed
			f.put(mesh.Message{From: 4, To: bundle.Destination{Group: 1}, Precedence: bundle.Routine, Created: now, Recorded: now, Expires: now.Add(time.Hour), Text: "news"})
			run(t, ctx, has(`[data-number="1"] .order.dead`, "DO NOT ACT · CONFIRM"), chromedp.WaitNotVisible(css("#attention")),
				has(`[data-number="2"] .order.dead`, "time is over"))
		})
	}
}
