package bridge

import (
	"context"
	"errors"
	"io"
	"net"
	"testing"
	"time"
)

func TestTCPPort(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	got := make(chan string, 1)
	go func() {
		c, err := l.Accept()
		if err != nil {
			return
		}
		defer c.Close()
		b := make([]byte, 5)
		if _, err := io.ReadFull(c, b); err != nil {
			t.Error(err)
		}
		got <- string(b)
	}()
	p, err := TCP(l.Addr().String())(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if p.Name() != l.Addr().String() {
		t.Errorf("name %q, want %q", p.Name(), l.Addr())
	}
	if _, err := p.Write([]byte("hello")); err != nil {
		t.Fatal(err)
	}
	if s := <-got; s != "hello" {
		t.Errorf("peer got %q", s)
	}
	if _, err := p.Read(make([]byte, 1)); !errors.Is(err, io.EOF) {
		t.Errorf("read after the peer closed: %v, want %v", err, io.EOF)
	}
	for range 2 {
		if err := p.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	}
}

func TestTCPGivesUpWithItsContext(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), time.Nanosecond)
	defer cancel()
	if _, err := TCP("127.0.0.1:1")(ctx); err == nil {
		t.Error("opened a port after the end of its context")
	}
}
