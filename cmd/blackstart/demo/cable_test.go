package demo

import (
	"errors"
	"io"
	"net"
	"testing"
)

// echo answers each connection with what it says.
func echo(t *testing.T) net.Listener {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := l.Close(); err != nil {
			t.Error(err)
		}
	})
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer c.Close()
				_, _ = io.Copy(c, c)
			}()
		}
	}()
	return l
}

// says sends a word and demands it back.
func says(c net.Conn) error {
	if _, err := c.Write([]byte("word")); err != nil {
		return err
	}
	got := make([]byte, 4)
	if _, err := io.ReadFull(c, got); err != nil {
		return err
	}
	if string(got) != "word" {
		return errors.New("another word came back")
	}
	return nil
}

func TestCable(t *testing.T) {
	c, err := newCable(echo(t).Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	connect := func() net.Conn {
		conn, err := net.Dial("tcp", c.address())
		if err != nil {
			t.Fatal(err)
		}
		return conn
	}
	before := connect()
	defer before.Close()
	if err := says(before); err != nil {
		t.Error(err)
	}
	c.setCut(true)
	if says(before) == nil {
		t.Error("a cut cable carries")
	}
	during := connect()
	defer during.Close()
	if says(during) == nil {
		t.Error("a cut cable carries a new connection")
	}
	c.setCut(false)
	after := connect()
	defer after.Close()
	if err := says(after); err != nil {
		t.Error(err)
	}
	if err := c.Close(); err != nil {
		t.Error(err)
	}
	if says(after) == nil {
		t.Error("a closed cable carries")
	}
}
