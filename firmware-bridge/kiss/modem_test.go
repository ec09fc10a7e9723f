package kiss

import (
	"net"
	"sync"
	"testing"

	"github.com/blackstart-mesh/blackstart/firmware-bridge/kiss/wire"
)

// modem is a scripted TNC behind TCP for tests. It keeps the frames it was
// given, and hands data frames to the modems that it is joined with.
type modem struct {
	t       *testing.T
	address string

	mu     sync.Mutex
	change sync.Cond // conns or listen changed
	listen net.Listener
	conns  []net.Conn
	got    []wire.Frame
	peers  []*modem
}

func newModem(t *testing.T) *modem {
	t.Helper()
	m := &modem{t: t, address: "127.0.0.1:0"}
	m.change.L = &m.mu
	m.plug()
	t.Cleanup(m.cut)
	return m
}

// join makes two modems hear each other.
func join(a, b *modem) {
	a.peers = append(a.peers, b)
	b.peers = append(b.peers, a)
}

// plug listens, at the same address each time.
func (m *modem) plug() {
	l, err := net.Listen("tcp", m.address)
	if err != nil {
		m.t.Errorf("modem: %v", err)
		return
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.listen, m.address = l, l.Addr().String()
	go m.accept(l)
}

// cut ends the listening and all connections.
func (m *modem) cut() {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.listen == nil {
		return
	}
	_ = m.listen.Close()
	for _, c := range m.conns {
		_ = c.Close()
	}
	m.conns, m.listen = nil, nil
	m.change.Broadcast()
}

func (m *modem) accept(l net.Listener) {
	for {
		c, err := l.Accept()
		if err != nil {
			return
		}
		m.mu.Lock()
		if m.listen == l {
			m.conns = append(m.conns, c)
			m.change.Broadcast()
			go m.serve(c)
		} else { // cut meanwhile
			_ = c.Close()
		}
		m.mu.Unlock()
	}
}

func (m *modem) serve(c net.Conn) {
	var d wire.Decoder
	buf := make([]byte, 512)
	for {
		n, err := c.Read(buf)
		for _, b := range buf[:n] {
			f, ok := d.Push(b)
			if !ok {
				continue
			}
			f.Data = append([]byte{}, f.Data...)
			m.mu.Lock()
			m.got = append(m.got, f)
			m.mu.Unlock()
			if f.Command == wire.Data {
				for _, p := range m.peers {
					p.say(wire.AppendFrame(nil, f))
				}
			}
		}
		if err != nil {
			return
		}
	}
}

// say writes raw bytes to all clients. A link is up a moment before the modem
// has accepted it, so say waits for a client, unless the modem was cut.
func (m *modem) say(b []byte) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for m.listen != nil && len(m.conns) == 0 {
		m.change.Wait()
	}
	for _, c := range m.conns {
		_, _ = c.Write(b) // a client may be gone
	}
}

// frames returns what the modem was given so far.
func (m *modem) frames() []wire.Frame {
	m.mu.Lock()
	defer m.mu.Unlock()
	return append([]wire.Frame(nil), m.got...)
}
