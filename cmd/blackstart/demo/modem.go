package demo

import (
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"sync"
	"time"

	"github.com/blackstart-mesh/blackstart/firmware-bridge/kiss"
	"github.com/blackstart-mesh/blackstart/message/clock"
	"github.com/blackstart-mesh/blackstart/radio/medium"
)

// air is a radio channel with one modem for each station, as a node sees it.
type air interface {
	url(station int) string // of a link to a station's modem
	stats() airStats
	io.Closer
}

// airStats is what happened on the channel so far.
type airStats struct {
	Frames     uint64  `json:"frames"` // 0 where the modem does not tell
	Bytes      uint64  `json:"bytes"`
	AirtimeS   float64 `json:"airtime_s"`
	Collisions uint64  `json:"collisions"`
}

// modem is the built-in channel: radio/medium in real time, behind one TCP
// server for each station that speaks KISS.
//
//	node <-KISS-> station's goroutine <-> the one goroutine that owns the medium
type modem struct {
	config    medium.Config
	listeners []net.Listener
	heard     chan fromNode
	ask       chan chan airStats
	stop      chan struct{}
	stopOnce  sync.Once
	running   sync.WaitGroup

	mu      sync.Mutex // guards clients
	clients []map[*nodePort]bool
}

// fromNode is a frame that a node handed to its modem.
type fromNode struct {
	station int
	data    []byte
}

// nodePort is one KISS client.
type nodePort struct {
	conn net.Conn
	out  chan []byte
}

const (
	modemQueue  = 8  // frames that wait in a modem
	clientQueue = 64 // frames that a node may be late with; what is above is lost, as on the air
)

// newModem starts a channel on which all stations hear each other.
func newModem(stations, bitsPerSecond int, seed uint64) (*modem, error) {
	m := &modem{
		config: medium.VHF(bitsPerSecond),
		heard:  make(chan fromNode),
		ask:    make(chan chan airStats),
		stop:   make(chan struct{}),
	}
	m.config.Queue = modemQueue
	channel := medium.New(m.config)
	for i := range stations {
		m.clients = append(m.clients, map[*nodePort]bool{})
		channel.Join(rand.New(rand.NewPCG(seed, uint64(i))))
		for j := range i {
			channel.Connect(i, j, medium.Path{})
			channel.Connect(j, i, medium.Path{})
		}
	}
	for i := range stations {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return nil, errors.Join(fmt.Errorf("open the modem of station %d: %w", i, err), m.Close())
		}
		m.listeners = append(m.listeners, l)
		m.running.Add(1)
		go m.accept(i, l)
	}
	m.running.Add(1)
	go m.run(channel)
	return m, nil
}

// url tells the node's driver the parameters of the channel.
func (m *modem) url(station int) string {
	return fmt.Sprintf("kiss+tcp://%s?rate=%d&txdelay=%v&slot=%v&tail=0s", m.listeners[station].Addr(),
		m.config.BitsPerSecond, m.config.Overhead, m.config.Slot)
}

// run owns the medium: it lets happen what is due, and tells the nodes.
func (m *modem) run(channel *medium.Medium) {
	defer m.running.Done()
	start := time.Now()
	now := func() clock.Instant { return clock.Instant(time.Since(start)) }
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		for _, e := range channel.Advance(now()) {
			if d, ok := e.(medium.Delivered); ok {
				m.deliver(d.Station, d.Data)
			}
		}
		if next, ok := channel.Next(); ok {
			timer.Reset(max(0, next.Sub(now())))
		} else {
			timer.Stop()
		}
		select {
		case <-m.stop:
			return
		case <-timer.C:
		case f := <-m.heard:
			channel.Send(now(), f.station, f.data)
		case reply := <-m.ask:
			t := channel.Total()
			reply <- airStats{Frames: t.TxFrames, Bytes: t.TxBytes, AirtimeS: t.Airtime.Seconds(), Collisions: t.Collided}
		}
	}
}

// deliver hands a frame to the nodes at a station. It waits for none of them.
func (m *modem) deliver(station int, data []byte) {
	frame := kiss.AppendFrame(nil, kiss.Frame{Command: kiss.Data, Data: data})
	m.mu.Lock()
	defer m.mu.Unlock()
	for c := range m.clients[station] { // the order does not show: each has a connection of its own
		select {
		case c.out <- frame:
		default:
		}
	}
}

func (m *modem) accept(station int, l net.Listener) {
	defer m.running.Done()
	for {
		conn, err := l.Accept()
		if err != nil {
			return // closed
		}
		c := &nodePort{conn: conn, out: make(chan []byte, clientQueue)}
		if !m.admit(station, c) {
			conn.Close()
			return
		}
		m.running.Add(2)
		go m.write(c)
		go m.read(station, c)
	}
}

// admit notes a client, so that Close ends it; false once the modem is closed.
func (m *modem) admit(station int, c *nodePort) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	select {
	case <-m.stop:
		return false
	default:
		m.clients[station][c] = true
		return true
	}
}

// read takes a node's frames until its connection ends.
func (m *modem) read(station int, c *nodePort) {
	defer m.running.Done()
	defer func() {
		m.mu.Lock()
		delete(m.clients[station], c)
		close(c.out) // nobody sends to it any more
		m.mu.Unlock()
		c.conn.Close()
	}()
	var d kiss.Decoder
	buffer := make([]byte, 4<<10)
	for {
		n, err := c.conn.Read(buffer)
		for _, b := range buffer[:n] {
			f, ok := d.Push(b)
			if !ok || f.Command != kiss.Data || len(f.Data) == 0 {
				continue
			}
			select {
			case m.heard <- fromNode{station, append([]byte(nil), f.Data...)}:
			case <-m.stop:
				return
			}
		}
		if err != nil {
			return
		}
	}
}

func (m *modem) write(c *nodePort) {
	defer m.running.Done()
	for frame := range c.out {
		if _, err := c.conn.Write(frame); err != nil {
			c.conn.Close() // read notices and ends this
		}
	}
}

func (m *modem) stats() airStats {
	reply := make(chan airStats, 1)
	select {
	case m.ask <- reply:
		return <-reply
	case <-m.stop:
		return airStats{}
	}
}

// Close ends the channel and all connections to it.
func (m *modem) Close() error {
	m.stopOnce.Do(func() { close(m.stop) })
	var err error
	for _, l := range m.listeners {
		if e := l.Close(); !errors.Is(e, net.ErrClosed) {
			err = errors.Join(err, e)
		}
	}
	m.mu.Lock()
	for _, station := range m.clients {
		for c := range station { // the order does not show
			c.conn.Close()
		}
	}
	m.mu.Unlock()
	m.running.Wait()
	return err
}
