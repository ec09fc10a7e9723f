package demo

import (
	"context"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"github.com/blackstart-mesh/blackstart/internal/await"
	"github.com/blackstart-mesh/blackstart/internal/peers"
)

var pageAddress = regexp.MustCompile(`http://127\.0\.0\.1:\d+/#token=[0-9a-f]+`)

// TestAFlashFromThePage does what a newcomer does: starts the demo, opens the
// first page that it prints, sends a FLASH over the radio, and sees it
// delivered.
func TestAFlashFromThePage(t *testing.T) {
	if testing.Short() {
		t.Skip("takes a real browser")
	}
	chromium := peers.Require(t, "chromium")
	ctx, interrupt := context.WithCancel(t.Context())
	var out lockedBuffer
	done := make(chan error, 1)
	go func() {
		done <- Run(ctx, Options{Radio: KISS, Rate: 1200, Exe: os.Getenv(programVariable), Out: &out, Err: &out})
	}()
	t.Cleanup(func() {
		interrupt()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	await.Until(t, time.Minute, "the addresses of the pages", func() bool { return strings.Contains(out.String(), "Ctrl-C ends") })

	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(chromium), chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-background-networking", true),
		chromedp.Flag("host-resolver-rules", "MAP * ~NOTFOUND , EXCLUDE 127.0.0.1"))
	browser, cancel := chromedp.NewExecAllocator(t.Context(), options...)
	defer cancel()
	browser, cancel = chromedp.NewContext(browser)
	defer cancel()
	browser, cancel = context.WithTimeout(browser, 90*time.Second)
	defer cancel()
	for i, action := range []chromedp.Action[chromedp.Void]{
		chromedp.EmulateViewport(1024, 768),
		chromedp.Navigate(pageAddress.FindString(out.String())),
		shows("#connection", "connected"),
		shows("#neighbours", "crew-2"),
		chromedp.Click(chromedp.CSS(`input[value="FLASH"]`)),
		chromedp.SetValue(chromedp.CSS("#to"), "node:2"),
		chromedp.SendKeys(chromedp.CSS("#text"), "Line 4 is live again, everybody off the mast"),
		chromedp.Click(chromedp.CSS("#send")),
		chromedp.WaitVisible(chromedp.CSS("#confirm")),
		chromedp.Click(chromedp.CSS("#confirmyes")),
		shows("#list", "everybody off the mast"),
		shows("#list", "Delivered to crew-2"),
	} {
		if err := chromedp.Do(browser, action); err != nil {
			t.Fatalf("step %d: %v", i, err)
		}
	}
}

// shows waits until an element's text holds what is wanted.
func shows(selector, want string) chromedp.Action[chromedp.Void] {
	return chromedp.PollFunction[chromedp.Void](`(s, w) => document.querySelector(s)?.textContent.includes(w) === true`,
		chromedp.WithPollingArgs(selector, want), chromedp.WithPollingTimeout(30*time.Second))
}
