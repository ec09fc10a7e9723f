package bridge

import (
	"context"
	"errors"
	"net"
	"time"
)

// A modem behind TCP that loses power says nothing. These find it out within
// half a minute, both while we are silent and while we wait for acknowledgement.
const (
	dialLimit     = 5 * time.Second
	keepIdle      = 15 * time.Second
	keepInterval  = 5 * time.Second
	keepCount     = 3
	unackedLimit  = 30 * time.Second
	tcpReadBuffer = 16 << 10 // frames heard while the node is busy; the rest waits in the modem
)

// TCP returns the opener of a device behind a TCP address, HOST:PORT.
func TCP(address string) Opener {
	return func(ctx context.Context) (Port, error) {
		d := net.Dialer{
			Timeout:         dialLimit,
			Control:         limitUnacked,
			KeepAliveConfig: net.KeepAliveConfig{Enable: true, Idle: keepIdle, Interval: keepInterval, Count: keepCount},
		}
		conn, err := d.DialContext(ctx, "tcp", address)
		if err != nil {
			return nil, err
		}
		if tcp, ok := conn.(*net.TCPConn); ok {
			_ = tcp.SetReadBuffer(tcpReadBuffer) // a smaller buffer is a wish, not a need
		}
		return &tcpPort{conn, address}, nil
	}
}

type tcpPort struct {
	net.Conn
	address string
}

func (p *tcpPort) Name() string { return p.address }

// Close may be called more than once.
func (p *tcpPort) Close() error {
	if err := p.Conn.Close(); !errors.Is(err, net.ErrClosed) {
		return err
	}
	return nil
}

// Write gives up after WriteLimit, so that a peer that reads nothing ends the
// session instead of stopping the link.
func (p *tcpPort) Write(b []byte) (int, error) {
	if err := p.SetWriteDeadline(time.Now().Add(WriteLimit)); err != nil {
		return 0, err
	}
	return p.Conn.Write(b)
}
