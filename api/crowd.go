package api

import (
	"context"
	"net"
	"slices"
	"sync"
)

// maxStrangers is how many connections may be open that have not shown the
// token. Any account of the machine can open more than the process has file
// descriptors; the store, which needs some, would fail.
const maxStrangers = 64

// crowd is a listener that makes room: when one stranger too many comes, the
// one that has been there longest goes. So a flood keeps nobody out who shows
// the token at once.
type crowd struct {
	net.Listener
	mu        sync.Mutex
	strangers []*guest // in order of arrival
}

// guest is one connection of a crowd.
type guest struct {
	net.Conn
	crowd *crowd
}

// Accept waits for the next connection.
func (c *crowd) Accept() (net.Conn, error) {
	conn, err := c.Listener.Accept()
	if err != nil {
		return nil, err
	}
	g := &guest{Conn: conn, crowd: c}
	c.mu.Lock()
	c.strangers = append(c.strangers, g)
	var oldest *guest
	if len(c.strangers) > maxStrangers {
		oldest = c.strangers[0]
		c.strangers = slices.Delete(c.strangers, 0, 1)
	}
	c.mu.Unlock()
	if oldest != nil {
		_ = oldest.Conn.Close()
	}
	return g, nil
}

// admit takes a guest out of the strangers.
func (g *guest) admit() {
	g.crowd.mu.Lock()
	defer g.crowd.mu.Unlock()
	if i := slices.Index(g.crowd.strangers, g); i >= 0 {
		g.crowd.strangers = slices.Delete(g.crowd.strangers, i, i+1)
	}
}

// Close ends the connection.
func (g *guest) Close() error {
	g.admit()
	return g.Conn.Close()
}

type guestKey struct{}

// withGuest lets a request's handler find its connection.
func withGuest(ctx context.Context, conn net.Conn) context.Context {
	return context.WithValue(ctx, guestKey{}, conn)
}

// admitted notes that a request's connection showed the token.
func admitted(ctx context.Context) {
	if g, ok := ctx.Value(guestKey{}).(*guest); ok {
		g.admit()
	}
}
