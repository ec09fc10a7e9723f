package api

import (
	"net"
	"path/filepath"
	"strings"
	"testing"
)

func TestListen(t *testing.T) {
	for _, address := range []string{"0.0.0.0:0", ":8470", "192.0.2.1:80", "example.org:80", "[::]:0", "8470", "", "unix://"} {
		if l, err := Listen(address); err == nil {
			_ = l.Close()
			t.Errorf("%q is listened on", address)
		}
	}
	l, err := Listen("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	if u := PageURL(l.Addr(), "abc"); !strings.HasPrefix(u, "http://127.0.0.1:") || !strings.HasSuffix(u, "/#token=abc") {
		t.Error(u)
	}
	if _, err := Listen(l.Addr().String()); err == nil {
		t.Error("one address serves two nodes")
	}
}

func TestListenReplacesStaleSocket(t *testing.T) {
	path := filepath.Join(t.TempDir(), "s")
	left, err := net.Listen("unix", path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Listen("unix://" + path); err == nil {
		t.Fatal("a socket in use is replaced")
	}
	left.(*net.UnixListener).SetUnlinkOnClose(false) // as after a crash
	_ = left.Close()
	l, err := Listen("unix://" + path)
	if err != nil {
		t.Fatal(err)
	}
	if PageURL(l.Addr(), "abc") != "" {
		t.Error("a socket has a page address")
	}
	_ = l.Close()
}
