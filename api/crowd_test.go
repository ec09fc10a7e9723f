package api

import (
	"context"
	"net"
	"testing"
	"time"

	"github.com/blackstart-mesh/blackstart/api/client"
	"github.com/blackstart-mesh/blackstart/mesh"
)

// TestStrangersMakeRoom: hundreds of silent connections cost no more than their
// bound, keep nobody out who has the token, and do not end his stream.
func TestStrangersMakeRoom(t *testing.T) {
	l, err := Listen("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	served := make(chan error, 1)
	f := newFake()
	scene(f)
	go func() { served <- testServer(t, f).Serve(ctx, l) }()
	defer func() { stop(); <-served }()
	owner, err := client.New(l.Addr().String(), testToken)
	if err != nil {
		t.Fatal(err)
	}
	defer owner.Close()
	told, lost := make(chan client.Event, 1000), make(chan error, 10)
	go owner.Events(ctx, 0, func(e client.Event) error {
		if e.Lost != nil && ctx.Err() == nil {
			lost <- e.Lost
		}
		told <- e
		return nil
	})
	<-told

	var strangers []net.Conn
	for range 3 * maxStrangers {
		c, err := net.DialTimeout("tcp", l.Addr().String(), 5*time.Second)
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		strangers = append(strangers, c)
	}
	for i, c := range strangers[:2*maxStrangers] {
		_ = c.SetReadDeadline(time.Now().Add(4 * time.Second)) // the header's limit must not be what ends it
		if _, err := c.Read(make([]byte, 1)); err == nil || isTimeout(err) {
			t.Fatalf("stranger %d of %d is still there: %v", i, len(strangers), err)
		}
	}
	late, err := client.New(l.Addr().String(), testToken)
	if err != nil {
		t.Fatal(err)
	}
	defer late.Close()
	if _, err := late.Status(t.Context()); err != nil {
		t.Error("who has the token is kept out:", err)
	}
	f.change(1, func(m *mesh.Message) { m.State = mesh.Held })
	for updated := false; !updated; {
		updated = (<-told).Update != nil
	}
	select {
	case err := <-lost:
		t.Error("the stream of who showed the token ended:", err)
	default:
	}
}

func isTimeout(err error) bool {
	e, ok := err.(net.Error)
	return ok && e.Timeout()
}
