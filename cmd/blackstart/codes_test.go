package main

import (
	"bytes"
	"context"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/blackstart-mesh/blackstart/cmd/blackstart/config"
	"github.com/blackstart-mesh/blackstart/cmd/blackstart/daemon"
	"github.com/blackstart-mesh/blackstart/cmd/blackstart/device"
	"github.com/blackstart-mesh/blackstart/cmd/internal/console"
	"github.com/blackstart-mesh/blackstart/internal/await"
	"github.com/blackstart-mesh/blackstart/store/keyslot"
)

// desk is a node's folder, used in this process.
type desk struct {
	t   *testing.T
	dir string
	out bytes.Buffer
}

func (b *desk) path(name string) string { return filepath.Join(b.dir, name) }

// want runs a command and demands its exit code, and a word of its error.
func (b *desk) want(code int, word string, args ...string) {
	b.t.Helper()
	var errs bytes.Buffer
	b.out.Reset()
	w := newWorld()
	w.in, w.out, w.err = strings.NewReader(""), &b.out, &errs
	if got := run(append([]string{"--dir", b.path("node")}, args...), w); got != code || !strings.Contains(errs.String(), word) {
		b.t.Errorf("%s: exit code %d, want %d with %q\n%s", strings.Join(args, " "), got, code, word, errs.String())
	}
}

// newDesk makes a node that has joined a network of its own.
func newDesk(t *testing.T) *desk {
	b := &desk{t: t, dir: t.TempDir()}
	b.want(console.OK, "", "init", "--name", "crew-1", "--key-file", b.path("key"), "--listen", "127.0.0.1:0")
	b.offer("net", "1", "1")
	b.want(console.OK, "", "join", b.path("net"), "--yes")
	return b
}

// offer writes a network file.
func (b *desk) offer(name, authority, serial string) {
	b.t.Helper()
	text, err := networkFile(authority, serial, []string{device.RequestFile(b.path("node"))})
	if err == nil {
		err = os.WriteFile(b.path(name), text, 0o600)
	}
	if err != nil {
		b.t.Fatal(err)
	}
}

// damage turns a byte in the middle of a file.
func (b *desk) damage(name string) {
	b.t.Helper()
	data, err := os.ReadFile(b.path(name))
	if err != nil {
		b.t.Fatal(err)
	}
	data[len(data)/2] ^= 0x40
	if err := os.WriteFile(b.path(name), data, 0o600); err != nil {
		b.t.Fatal(err)
	}
}

func TestExitCodes(t *testing.T) {
	b := newDesk(t)
	b.want(console.Usage, "unexpected argument", "nonsense")
	b.want(console.Usage, "holds a node already", "init", "--name", "x", "--key-file", b.path("key"))
	b.want(console.NotRunning, "is not running", "status")
	b.want(console.NotRunning, "is not running", "send", "all", "x")
	b.want(console.Failure, "no such file", "join", b.path("absent"))
	b.offer("foreign", "9", "2")
	b.want(console.Untrusted, "another root", "join", b.path("foreign"))
	b.offer("two", "1", "2")
	b.want(console.OK, "", "join", b.path("two"))
	b.want(console.Untrusted, "older", "join", b.path("net"))
	b.want(console.OK, "", "check")

	if err := os.WriteFile(b.path("other"), bytes.Repeat([]byte("k"), 40), 0o600); err != nil {
		t.Fatal(err)
	}
	b.want(console.Passphrase, "wrong key file", "check", "--key-file", b.path("other"))
	b.want(console.Passphrase, "", "check", "--passphrase-file", b.path("other"))
	b.want(console.Passphrase, "", "check", "--key-file", b.path("absent"))

	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	taken := l.Addr().String()
	b.want(console.AddressUsed, "in use", "node", "--listen", taken)
	b.want(console.AddressUsed, "in use", "node", "--link", "ip://"+taken+"?transport=tcp&mdns=no")
	b.want(console.Usage, "only loopback", "node", "--listen", "8.8.8.8:1")
	b.want(console.Usage, "unknown scheme", "node", "--link", "pigeon://coop")
}

// What is damaged is named, with exit code 4, and nothing panics.
func TestExitCodesOfDamage(t *testing.T) {
	for _, name := range []string{"node/keyslot", "node/identity", "node/network", "node/store/FORMAT"} {
		b := newDesk(t)
		b.damage(name)
		code := console.Store
		if name == "node/keyslot" {
			code = console.Passphrase // nothing can tell a changed slot from a wrong key
		}
		b.want(code, "hint", "check")
		b.want(code, "hint", "node")
	}
	b := newDesk(t)
	if err := os.RemoveAll(b.path("node/store")); err != nil {
		t.Fatal(err)
	}
	b.want(console.Store, "no store here", "node")
}

// A running node has its store and its address; a second start says so.
func TestExitCodesWhileRunning(t *testing.T) {
	b := newDesk(t)
	d, err := device.Open(b.path("node"), keyslot.KeyFile(b.path("key")))
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	conf := config.Default()
	conf.Listen = "127.0.0.1:0"
	conf.Links = []string{"kiss:///dev/no-such-device"}
	done := make(chan error, 1)
	go func() {
		done <- daemon.Run(ctx, daemon.Options{Device: d, Config: conf, Log: slog.New(logTo(&bytes.Buffer{}, conf, conf.LogLevel))})
	}()
	b.want(console.OK, "", "status", "--wait", "30s")
	if !strings.Contains(b.out.String(), "kiss:///dev/no-such-device") || !strings.Contains(b.out.String(), "down: ") {
		t.Errorf("the status does not tell of the missing radio:\n%s", b.out.String())
	}
	b.want(console.Store, "in use", "check")
	b.want(console.Store, "in use", "node")
	b.want(console.Refused, "", "send", "nobody", "x")
	b.want(console.OK, "", "send", "all", "x")
	b.want(console.Unfinished, "after 10ms", "send", "all", "y", "--wait", "delivered", "--timeout", "10ms")

	b.offer("two", "1", "2")
	b.want(console.OK, "", "join", b.path("two"))
	if !strings.Contains(b.out.String(), "takes it within seconds") {
		t.Errorf("join says %q", b.out.String())
	}
	// It is in the audit record once the node took it.
	await.Until(t, 30*time.Second, "the node to take the new file", func() bool {
		b.want(console.OK, "", "audit", "--json")
		return strings.Contains(b.out.String(), `"action":"roster"`) && strings.Contains(b.out.String(), "serial 2")
	})
	// Its keys are in the vault then, and no longer in the file.
	await.Until(t, 30*time.Second, "the node to drop the package", func() bool {
		p, err := d.Package()
		return err == nil && p == nil
	})
	stop()
	if err := <-done; err != nil {
		t.Error(err)
	}
	b.want(console.OK, "", "join", b.path("two"))
	if !strings.Contains(b.out.String(), "nothing to do") {
		t.Errorf("join says %q", b.out.String())
	}
	b.want(console.NotRunning, "is not running", "inbox")
	b.want(console.OK, "", "check")
}
