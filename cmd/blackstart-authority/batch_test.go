package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/blackstart-mesh/blackstart/cmd/internal/console"
	"github.com/blackstart-mesh/blackstart/cmd/internal/qrcode"
	"github.com/blackstart-mesh/blackstart/message/enrol"
)

// crew makes a roster of laptops, and a stick with the requests of all of them.
func (b *bench) crew(n int) {
	b.t.Helper()
	if err := os.MkdirAll(b.path("stick"), 0o700); err != nil {
		b.t.Fatal(err)
	}
	text := "name,role,rights\n"
	for i := range n {
		name := fmt.Sprintf("crew-%d", i+1)
		text += name + ",crew,flash\n"
		b.request(name)
		if err := os.Rename(b.path(name), b.path(filepath.Join("stick", name+".request"))); err != nil {
			b.t.Fatal(err)
		}
	}
	b.write("roster.csv", text)
}

// sitting runs the batch with a person who answers, until the answers are used up.
func (b *bench) sitting(code int, answers []string, more ...string) (asked int) {
	b.t.Helper()
	b.answer = func(prompt string) (string, error) {
		if asked == len(answers) {
			return "", io.ErrUnexpectedEOF // the terminal is closed, or Ctrl-C
		}
		asked++
		return answers[asked-1], nil
	}
	b.want(code, append([]string{"enrol", b.path("north"), "--batch", b.path("roster.csv"), b.path("stick"), "--passphrase-file", b.path("pass")}, more...)...)
	return asked
}

func yes(n int) []string { return slices.Repeat([]string{"y"}, n) }

// 200 laptops in one sitting that is broken off three times: nothing is compared twice
// or enrolled twice, and there is one network file.
func TestBatchOfTwoHundred(t *testing.T) {
	b := newBench(t)
	b.crew(200)
	b.sitting(console.Failure, yes(57))
	if !strings.Contains(b.err.String(), "57 of 200, 143 to go, next: crew-58\n") {
		t.Errorf("progress is not told:\n%s", b.err.String()[max(0, b.err.Len()-400):])
	}
	if n := b.sitting(console.Failure, yes(60)); n != 60 || strings.Contains(b.err.String(), "next: crew-57\n") {
		t.Errorf("asked %d times; crew-57 again", n)
	}
	b.want(console.OK, "list", b.path("north"))
	if strings.Count(b.out.String(), "\n") != 1 {
		t.Errorf("enrolled before the sitting ended:\n%s", b.out.String())
	}
	if n := b.sitting(console.OK, yes(83), "--json"); n != 83 {
		t.Errorf("asked %d times, want 83", n)
	}
	if o := b.outcome(); o.Serial != 1 || len(o.Enrolled) != 200 || o.Batch.Enrolled != 200 || o.Batch.ToGo != 0 {
		t.Errorf("serial %d, %d enrolled, %+v", o.Serial, len(o.Enrolled), o.Batch)
	}
	if n := b.sitting(console.OK, nil); n != 0 || !strings.Contains(b.out.String(), "200 of 200 enrolled, 0 to go") {
		t.Errorf("once more: asked %d times, %s", n, b.out.String())
	}
	for _, name := range []string{"crew-1", "crew-58", "crew-200"} {
		n := b.mustJoin(name, nil)
		if cert, _ := n.Roster.Certificate(n.Self); cert.Name != name || n.Secrets.NeedKeys() != nil || fmt.Sprintf("crew-%v", n.Self) != name {
			t.Errorf("%s is %+v", name, cert)
		}
	}
	if _, err := os.Stat(b.path("north/confirmed")); err == nil {
		t.Error("the list of confirmed requests is left")
	}
}

// Whatever change of the folder is the last before a power cut, the batch goes on, and
// no node has two numbers.
func TestBatchCrashes(t *testing.T) {
	for left := 0; ; left++ {
		b := newBench(t)
		b.crew(3)
		b.disk = &crashing{realDisk{}, left}
		asked := 0
		b.answer = func(string) (string, error) { asked++; return "y", nil }
		args := []string{"enrol", b.path("north"), "--batch", b.path("roster.csv"), b.path("stick"), "--passphrase-file", b.path("pass")}
		crashed := run(args, b.world()) != console.OK
		b.disk = realDisk{}
		b.want(console.OK, args...)
		b.want(console.OK, "list", b.path("north"))
		for i := range 3 {
			if got := strings.Count(b.out.String(), fmt.Sprintf("\n%d     crew-%d ", i+1, i+1)); got != 1 {
				t.Fatalf("cut after %d changes: crew-%d is there %d times:\n%s", left, i+1, got, b.out.String())
			}
		}
		if asked > 4 {
			t.Errorf("cut after %d changes: asked %d times", left, asked)
		}
		if !crashed {
			if left < 5 {
				t.Fatalf("no crash in %d changes", left)
			}
			return
		}
	}
}

func TestBatchAnswers(t *testing.T) {
	b := newBench(t)
	b.crew(5)
	if err := os.Remove(b.path("stick/crew-5.request")); err != nil {
		t.Fatal(err)
	}
	b.request("stranger")
	b.write("stick/stranger.request", b.read("stranger"))
	b.write("stick/broken.request", "half a reque")
	b.write("stick/notes.txt", "call Anna")
	b.sitting(console.Untrusted, []string{"y", "n", "s", "q"})
	for _, want := range []string{"1 of 5 enrolled, 4 to go", "no request yet (1): crew-5", "not compared yet (2): crew-3, crew-4", "CODE DIFFERS, have the request sent again another way (1): crew-2",
		`on no line of the roster (1): stranger.request ("stranger")`, "not readable (1): ", "run the same command again to go on"} {
		if !strings.Contains(b.out.String(), want) {
			t.Errorf("lacks %q:\n%s", want, b.out.String())
		}
	}
	b.sitting(console.OK, yes(3))
	if !strings.Contains(b.out.String(), "4 of 5 enrolled, 1 to go") {
		t.Error(b.out.String())
	}
	b.request("crew-5") // it comes as a picture, and over a scanner
	r, err := enrol.ParseRequest([]byte(b.read("crew-5")))
	if err != nil {
		t.Fatal(err)
	}
	picture, err := qrcode.PNG(r.ScanText())
	if err != nil {
		t.Fatal(err)
	}
	b.write("stick/photo.png", string(picture))
	b.scans = strings.ToLower(r.ScanText()) + "\n\n"
	b.sitting(console.OK, yes(1), "--scan")
	if !strings.Contains(b.out.String(), "5 of 5 enrolled, 0 to go") {
		t.Error(b.out.String())
	}
}

func TestBatchRefusals(t *testing.T) {
	b := newBench(t)
	b.crew(3)
	refused := func(words, roster string) {
		t.Helper()
		b.write("roster.csv", roster)
		b.sitting(console.Usage, nil)
		if !strings.Contains(b.err.String(), words) {
			t.Errorf("%q lacks %q", b.err.String(), words)
		}
	}
	b.write("stick/again.request", b.read("stick/crew-1.request"))
	b.write("stick/other", b.read("stick/crew-2.request"))
	refused(`the request of "crew-1" is given twice`, "name,request\ncrew-1,crew-1.request\ncrew-9,again.request\n")
	// Two devices of one name.
	r, err := enrol.NewRequest("crew-3", "", device("another"), packageKey("another"))
	if err != nil {
		t.Fatal(err)
	}
	b.write("stick/crew-3-too.request", string(r.Text()))
	refused(`the requests crew-3-too.request and crew-3.request all say "crew-3"; write the right file into a column "request"`, "name\ncrew-3\n")
	b.write("roster.csv", "name,request\ncrew-3,crew-3.request\n")
	b.sitting(console.OK, yes(1))
	// A name that a device has, and another one asks for.
	refused(`the name "crew-3" is taken by node 1`, "name,request\ncrew-3,crew-3-too.request\n")
	// A device that is enrolled, under another name now.
	refused("this request was enrolled already: it is crew-3, node 1", "name,request\ncrew-7,crew-3.request\n")
	b.do("revoke", "north", "crew-3")
	refused("this device was locked out as node 1", "name,request\ncrew-3,crew-3.request\n")
	b.want(console.Usage, "enrol", b.path("north"), "--batch", b.path("roster.csv"), "--guest")
	b.want(console.Usage, "enrol", b.path("north"), "--sheet", b.path("x.txt"), b.path("stick/crew-1.request"))
	b.want(console.Usage, "enrol", b.path("north"))
}

// Who can write to the folder cannot have a request pass for one that was compared.
func TestConfirmedIsSigned(t *testing.T) {
	b := newBench(t)
	b.crew(2)
	b.sitting(console.Failure, yes(1))
	good := b.read("north/confirmed")
	b.write("north/confirmed", strings.Replace(good, good[90:94], "AAAA", 1)+"nonsense\n")
	if n := b.sitting(console.OK, yes(2)); n != 2 {
		t.Errorf("asked %d times, want both", n)
	}
}

func TestSheet(t *testing.T) {
	b := newBench(t)
	b.crew(3)
	b.write("roster.csv", "name,role\ncrew-1,crew\ncrew-2,<b>crew\ncrew-9,\n")
	b.sitting(console.OK, nil, "--dry-run", "--sheet", b.path("codes.txt"))
	if !strings.Contains(b.out.String(), "2 of 3 would be enrolled, 1 to go") {
		t.Errorf("the dry run says %s", b.out.String())
	}
	r, err := enrol.ParseRequest([]byte(b.read("stick/crew-1.request")))
	if err != nil {
		t.Fatal(err)
	}
	text := b.read("codes.txt")
	for _, want := range []string{"[ ]  1     crew-1  crew", r.CheckCode(), "crew-9           no request yet", "CHECK CODE OF THE NETWORK"} {
		if !strings.Contains(text, want) {
			t.Errorf("the sheet lacks %q:\n%s", want, text)
		}
	}
	b.sitting(console.Failure, yes(1), "--sheet", b.path("codes.html"))
	b.sitting(console.OK, yes(1), "--sheet", b.path("codes.html"))
	page := b.read("codes.html")
	for _, want := range []string{"&#9745;", "&#9744;", r.CheckCode(), "&lt;b&gt;crew", "size: A4", "blackstart join FILE"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	b.sitting(console.Usage, nil, "--sheet", b.path("codes.pdf"))
}
