package demo

import (
	"errors"
	"io"
	"net"
	"sync"
)

// cable is the LAN between substation and control centre: a TCP connection
// that can be cut and mended.
type cable struct {
	listener net.Listener
	to       string
	running  sync.WaitGroup

	mu    sync.Mutex // guards what follows
	cut   bool
	conns map[net.Conn]bool
}

// newCable carries what connects to it to an address.
func newCable(to string) (*cable, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	c := &cable{listener: l, to: to, conns: map[net.Conn]bool{}}
	c.running.Add(1)
	go c.accept()
	return c, nil
}

func (c *cable) address() string { return c.listener.Addr().String() }

// setCut cuts the cable, which breaks all connections, or mends it.
func (c *cable) setCut(cut bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.cut = cut
	if cut {
		for conn := range c.conns { // the order does not show
			conn.Close()
		}
	}
}

func (c *cable) accept() {
	defer c.running.Done()
	for {
		near, err := c.listener.Accept()
		if err != nil {
			return // closed
		}
		c.running.Add(1)
		go c.carry(near)
	}
}

// keep notes a connection, so that cutting breaks it; false while cut.
func (c *cable) keep(conn net.Conn) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.cut {
		c.conns[conn] = true
	}
	return !c.cut
}

func (c *cable) drop(conn net.Conn) {
	conn.Close()
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.conns, conn)
}

func (c *cable) carry(near net.Conn) {
	defer c.running.Done()
	defer c.drop(near)
	if !c.keep(near) {
		return
	}
	far, err := net.Dial("tcp", c.to)
	if err != nil {
		return
	}
	defer c.drop(far)
	if !c.keep(far) {
		return
	}
	back := make(chan struct{})
	go func() {
		defer close(back)
		copyUntilBroken(near, far)
	}()
	copyUntilBroken(far, near)
	<-back
}

// copyUntilBroken copies one way; the end of either way breaks both.
func copyUntilBroken(to, from net.Conn) {
	_, _ = io.Copy(to, from) // a broken cable is no error
	to.Close()
	from.Close()
}

// Close ends everything.
func (c *cable) Close() error {
	err := c.listener.Close()
	if errors.Is(err, net.ErrClosed) {
		err = nil
	}
	c.setCut(true)
	c.running.Wait()
	return err
}
