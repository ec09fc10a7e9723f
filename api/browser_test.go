package api

import (
	"context"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/blackstart-mesh/blackstart/internal/await"
	"github.com/blackstart-mesh/blackstart/internal/peers"
	"github.com/blackstart-mesh/blackstart/mesh"
	"github.com/blackstart-mesh/blackstart/message/bundle"
	"github.com/blackstart-mesh/blackstart/message/ident"
	"github.com/chromedp/chromedp"
)

// browser opens a headless browser of the system for one test. It talks to
// nobody but the test's own server.
func browser(t *testing.T) context.Context {
	t.Helper()
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(peers.Require(t, "chromium")), chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-background-networking", true),
		chromedp.Flag("host-resolver-rules", "MAP * ~NOTFOUND , EXCLUDE 127.0.0.1"))
	ctx, cancel := chromedp.NewExecAllocator(t.Context(), options...)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewContext(ctx)
	t.Cleanup(cancel)
	return ctx
}

// shot keeps a picture of the page where BLACKSTART_SHOTS names a folder, for
// people who change it.
func shot(t *testing.T, ctx context.Context, name string) {
	t.Helper()
	dir := os.Getenv("BLACKSTART_SHOTS")
	if dir == "" {
		return
	}
	png, err := chromedp.Run(ctx, chromedp.CaptureScreenshot())
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, name+".png"), png, 0o644); err != nil {
		t.Fatal(err)
	}
}

// step does something in the page; css finds an element there.
type (
	step = chromedp.Action[chromedp.Void]
	css  = chromedp.CSS
)

func run(t *testing.T, ctx context.Context, actions ...step) {
	t.Helper()
	if err := chromedp.Do(ctx, actions...); err != nil {
		t.Fatal(err)
	}
}

// has waits until an element's text holds what is wanted.
func has(selector, want string) step {
	return chromedp.PollFunction[chromedp.Void](`(s, w) => document.querySelector(s)?.textContent.includes(w) === true`,
		chromedp.WithPollingArgs(selector, want), chromedp.WithPollingTimeout(15*time.Second))
}

func TestPageInBrowser(t *testing.T) {
	if testing.Short() {
		return // takes a real browser, several seconds
	}
	f := newFake()
	scene(f)
	server := httptest.NewServer(testServer(t, f))
	defer server.Close()
	defer server.CloseClientConnections() // the page's stream would hold Close back
	ctx := browser(t)

	run(t, ctx, chromedp.EmulateViewport(1024, 768), chromedp.Navigate(PageURL(server.Listener.Addr(), testToken)),
		has("#connection", "connected"), has("#list", "All hands clear"), has("#neighbours", "Substation 14"), has("#neighbours", "Hears you BADLY (57 % lost)"),
		has("#neighbours", "You hear it well (2 % lost, 17 dB to spare)"))
	address, err := chromedp.Run(ctx, chromedp.Location())
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(address, testToken) {
		t.Error("the token stays in the address bar:", address)
	}
	run(t, ctx, has("#attention", "STOP WORK"))
	shot(t, ctx, "desktop")
	run(t, ctx, chromedp.Click(css("#attention .ack")), chromedp.WaitNotVisible(css("#attention")))

	text := "Earth is ON at mast 112. <b>Not</b> a tag."
	run(t, ctx, chromedp.Click(css(`input[value="FLASH"]`)), chromedp.SetValue(css("#to"), "node:4"),
		chromedp.SendKeys(css("#text"), text), chromedp.Click(css("#send")), chromedp.WaitVisible(css("#confirm")))
	if n := f.Last(); n != 7 {
		t.Fatalf("the record has %d messages: a single tap sent a FLASH", n)
	}
	shot(t, ctx, "confirm")
	run(t, ctx, chromedp.Click(css("#confirmyes")), has(`[data-number="8"] .body`, text), has(`[data-number="8"]`, "Queued"))
	if got := f.asked[0]; got.Precedence != bundle.Flash || got.To.Node != 4 || got.Text != text {
		t.Errorf("submitted %+v", got)
	}

	f.change(8, func(m *mesh.Message) { m.State = mesh.OnAir })
	run(t, ctx, has(`[data-number="8"]`, "On air"))
	f.change(8, func(m *mesh.Message) { m.State, m.Held = mesh.Held, []ident.Number{3} })
	run(t, ctx, has(`[data-number="8"]`, "Held by Substation 14"))
	f.change(8, func(m *mesh.Message) { m.State, m.Delivered = mesh.Delivered, []ident.Number{4} })
	run(t, ctx, has(`[data-number="8"]`, "Delivered to Control Centre"))
	shot(t, ctx, "sent")

	shots(t, ctx)
	server.CloseClientConnections()
	server.Close()
	run(t, ctx, has("#lost", "Connection to the node lost"))
	shot(t, ctx, "lost")
}

func TestPageAsksForToken(t *testing.T) {
	if testing.Short() {
		return // takes a real browser, several seconds
	}
	f := newFake()
	scene(f)
	server := httptest.NewServer(testServer(t, f))
	defer server.Close()
	defer server.CloseClientConnections() // the page's stream would hold Close back
	ctx := browser(t)
	run(t, ctx, chromedp.Navigate(server.URL), chromedp.WaitVisible(css("#keytext")),
		chromedp.SendKeys(css("#keytext"), PageURL(server.Listener.Addr(), testToken)), chromedp.Click(css("#keyform button")),
		has("#connection", "connected"), has("#list", "All hands clear"))
}

// TestPageTellsNobodyElseTheToken: another account takes the port of a node
// that went down, while its page is open.
func TestPageTellsNobodyElseTheToken(t *testing.T) {
	if testing.Short() {
		return // takes a real browser, several seconds
	}
	f := newFake()
	scene(f)
	server := httptest.NewServer(testServer(t, f))
	address := server.Listener.Addr()
	ctx := browser(t)
	run(t, ctx, chromedp.Navigate(PageURL(address, testToken)), has("#connection", "connected"))
	server.CloseClientConnections()
	server.Close()
	l, err := net.Listen("tcp", address.String())
	if err != nil {
		t.Fatal(err)
	}
	asked := make(chan *http.Request, 100)
	stranger := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked <- r
		_, _ = w.Write([]byte(`{"proof":"00","messages":[]}`))
	})}
	go stranger.Serve(l)
	defer stranger.Close()
	run(t, ctx, has("#connection", "no token"))
	for len(asked) > 0 {
		// A browser may fetch the icon whenever it likes.
		if r := <-asked; r.Header.Get("Authorization") != "" || r.URL.Path != "/v1/hello" && r.URL.Path != "/icon.svg" {
			t.Errorf("a stranger was asked %s with %q", r.URL, r.Header.Get("Authorization"))
		}
	}
}

// TestAlarmsInBrowser: who looks at a page sees that nobody listens to this node,
// or that its number is used elsewhere; what others say is text, not markup.
func TestAlarmsInBrowser(t *testing.T) {
	if testing.Short() {
		return // takes a real browser, several seconds
	}
	f := newFake()
	scene(f)
	f.status.Suspended = []mesh.SuspensionStatus{{Node: 2, By: []ident.Number{4}, Reason: "another"}}
	server := httptest.NewServer(testServer(t, f))
	defer server.Close()
	defer server.CloseClientConnections() // the page's stream would hold Close back
	ctx := browser(t)
	run(t, ctx, chromedp.EmulateViewport(1024, 768), chromedp.Navigate(PageURL(server.Listener.Addr(), testToken)),
		has("#connection", "connected"), has("#list", "All hands clear"), chromedp.WaitNotVisible(css("#alarms")))
	set := func(waiting bool, alarms ...mesh.Alarm) {
		f.mu.Lock()
		defer f.mu.Unlock()
		f.status.Suspended = []mesh.SuspensionStatus{{Node: 1, By: []ident.Number{4}, Reason: "stolen <b>van</b>", Waiting: waiting}}
		f.status.Alarms = alarms
	}
	set(true, mesh.Alarm{What: mesh.AlarmNumber, Node: 1, Detail: "on link 0"})
	run(t, ctx, has("#alarms", mesh.AlarmNumber+": on link 0"))
	if text, err := chromedp.Run(ctx, chromedp.TextContent(css("#alarms"))); err != nil || strings.Contains(text, "SUSPENDED") {
		t.Errorf("a suspension that waits for a second person is shown as one in force: %q, %v", text, err)
	}
	set(false)
	run(t, ctx, has("#alarms", "SUSPENDED, by Control Centre: stolen <b>van</b>"))
	shot(t, ctx, "suspended")
	f.mu.Lock()
	f.status.Suspended = nil
	f.status.Quiet = []mesh.QuietStatus{{Since: f.status.Now.Wall}}
	f.mu.Unlock()
	run(t, ctx, has("#alarms", "RADIO SILENCE: no radio of this node transmits, FLASH neither, until it is switched off"))
	f.mu.Lock()
	f.status.Quiet = nil
	f.mu.Unlock()
	run(t, ctx, chromedp.WaitNotVisible(css("#alarms")))
}

// shots looks at the page in other sizes and colours.
func shots(t *testing.T, ctx context.Context) {
	t.Helper()
	if os.Getenv("BLACKSTART_SHOTS") == "" {
		return
	}
	run(t, ctx, chromedp.EmulateViewport(390, 844), chromedp.Click(css(`[data-show="messages"]`)))
	shot(t, ctx, "phone")
	run(t, ctx, chromedp.Click(css(`[data-show="write"]`)))
	shot(t, ctx, "phone-write")
	run(t, ctx, chromedp.Click(css(`[data-show="network"]`)))
	shot(t, ctx, "phone-network")
	run(t, ctx, chromedp.EmulateViewport(1024, 768), dark())
	shot(t, ctx, "dark")
}

// TestOrdersInBrowser: what an order is worth is plain to see, and answering it is
// one tap.
func TestOrdersInBrowser(t *testing.T) {
	if testing.Short() {
		return // takes a real browser, several seconds
	}
	f := newFake()
	s := testServer(t, f)
	f.status.Persons = 2
	fresh := ordered(f, time.Minute)
	ordered(f, time.Hour)
	dead := ordered(f, 2*time.Minute)
	f.change(dead.Number, func(m *mesh.Message) {
		m.Order.Cancelled = &mesh.Cancelled{By: 4, Who: mesh.Who{Number: 7, Name: "Anna", Role: "dispatcher"}, At: m.Created, Reason: "wrong breaker"}
	})
	own := f.put(mesh.Message{From: 1, To: bundle.Destination{Node: 2}, Role: "dispatcher", Precedence: bundle.Immediate, Created: fresh.Created, Recorded: fresh.Recorded,
		Expires: fresh.Expires, Outgoing: true, State: mesh.Delivered, Delivered: []ident.Number{2}, Act: bundle.ContentOrder, Text: "earth line 4-N",
		Order: &mesh.Order{Who: mesh.Who{Number: 8, Name: "Ben Roth", Role: "shift leader"}, Until: fresh.Order.Until, Error: time.Second,
			Answers: []mesh.Answer{{Node: 2, Who: mesh.Who{Number: 9, Name: "Cem"}, At: fresh.Recorded, Text: "earthing 4-N at mast 110"}}}})
	f.put(mesh.Message{From: 4, To: bundle.Destination{Node: 1}, Precedence: bundle.Immediate, Created: fresh.Created, Recorded: fresh.Recorded,
		Expires: fresh.Expires, State: mesh.Received, Proof: mesh.Proven, Act: bundle.ContentSuspension, Text: "suspends node 2: stolen"})
	server := httptest.NewServer(s)
	defer server.Close()
	defer server.CloseClientConnections()
	ctx := browser(t)
	run(t, ctx, chromedp.EmulateViewport(1024, 900), chromedp.Navigate(PageURL(server.Listener.Addr(), testToken)), has("#connection", "connected"),
		chromedp.WaitVisible(css("#noshift")), has("#attention", "open breaker 3"), has(`[data-number="5"] .kind`, "SUSPENSION"),
		has(`[data-number="1"] .order.live`, "ORDER"), has(`[data-number="1"] .order`, "Anna (dispatcher), at Control Centre"),
		has(`[data-number="2"] .order.dead`, "DO NOT ACT · CONFIRM"), has(`[data-number="3"] .order.dead`, "CANCELLED"),
		has(`[data-number="3"]`, "wrong breaker"), has(`[data-number="4"]`, "Read back by Cem, at Crew South"))
	shot(t, ctx, "orders")
	run(t, ctx, chromedp.Click(css("#attention .do button")), chromedp.WaitVisible(css(`[data-number="1"] textarea`)))
	shot(t, ctx, "orders-in")
	run(t, ctx, chromedp.EmulateViewport(390, 844), chromedp.Click(css("#attention .do button")))
	shot(t, ctx, "orders-phone")
	run(t, ctx, chromedp.EmulateViewport(1024, 900), chromedp.SendKeys(css(`[data-number="1"] textarea`), "opening\n3"), chromedp.Click(css(`[data-number="1"] .answers button`)),
		chromedp.Click(css(`[data-number="4"] .answers button.primary`)), chromedp.WaitEnabled(css("#send")))
	await.Until(t, 15*time.Second, "the answers to reach the node", func() bool {
		f.mu.Lock()
		defer f.mu.Unlock()
		return len(f.asked) >= 2
	})
	f.mu.Lock()
	asked := f.asked
	f.mu.Unlock()
	if r := asked[0].Act.(bundle.Readback); r.ID != fresh.ID || r.Text != "opening 3" || r.Confirms {
		t.Errorf("read back %+v", r)
	}
	if r := asked[1].Act.(bundle.Readback); r.ID != own.ID || !r.Confirms || asked[1].To.Node != 2 {
		t.Errorf("confirmed %+v", r)
	}
	f.change(fresh.Number, func(m *mesh.Message) { m.Order.Answers = []mesh.Answer{{Node: 1, Text: "opening 3", At: m.Created}} })
	run(t, ctx, has(`[data-number="1"]`, "You read it back"), chromedp.WaitNotVisible(css("#attention")))
	f.mu.Lock()
	f.status.Shifts = []mesh.ShiftStatus{{Device: 1, Who: mesh.Who{Number: 8, Name: "Ben Roth", Role: "shift leader"}, Rights: ident.MayOrder, Until: fresh.Expires}}
	f.mu.Unlock()
	run(t, ctx, has("#shift", "Ben Roth (shift leader)"), chromedp.WaitNotVisible(css("#noshift")),
		chromedp.Click(css("#isorder")), has("#send", "Send order"), chromedp.SetValue(css("#to"), "role:dispatch"), chromedp.SendKeys(css("#text"), "report at 17:00"))
	shot(t, ctx, "orders-write")
	run(t, ctx, chromedp.Click(css("#send")), has("#composed", "Accepted"))
	f.mu.Lock()
	last := f.asked[len(f.asked)-1]
	f.mu.Unlock()
	if o := last.Act.(bundle.Order); o.Text != "report at 17:00" || o.Valid != 15*time.Minute || last.Role != "dispatch" || last.Precedence != bundle.Immediate {
		t.Errorf("ordered %+v as %+v", o, last)
	}
}
