package direwolf

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
)

func TestLog(t *testing.T) {
	name := filepath.Join(t.TempDir(), "a.log")
	l, err := newLog(name)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range []string{"Dire Wolf version 1.6\nReady to acc", "ept KISS TCP client application 0 on port 8001 ...\n", "Ready to accept KISS TCP again\n\n"} {
		if n, err := l.Write([]byte(s)); n != len(s) || err != nil {
			t.Fatalf("wrote %d, %v", n, err)
		}
	}
	if got := <-l.said; got != "Ready to accept KISS TCP client application 0 on port 8001 ..." {
		t.Errorf("said %q", got)
	}
	if got := l.last(); got != "Ready to accept KISS TCP again" {
		t.Errorf("last line %q", got)
	}
	for range 30 { // no line end, and more than a log holds
		if _, err := l.Write(bytes.Repeat([]byte("x"), maxLog/20)); err != nil {
			t.Fatal(err)
		}
	}
	if err := l.close(); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(name); err != nil || info.Size() != maxLog {
		t.Errorf("log of %d bytes, %v; want %d", info.Size(), err, maxLog)
	}
	if l.line.Len() > maxLine {
		t.Errorf("a line of %d bytes is kept", l.line.Len())
	}
}
