package emulator

import (
	"errors"
	"fmt"
	"net"
	"sync"
	"time"

	"github.com/blackstart-mesh/blackstart/message/clock"
	"github.com/blackstart-mesh/blackstart/radio/medium"
)

// Air is a Site in real time. Each device is behind a TCP port of this machine;
// what it says goes to all that have connected to it.
//
//	host <-TCP-> one goroutine for each connection <-> the one that owns the site
type Air struct {
	site      *Site
	addresses []string
	tasks     chan func(now clock.Instant)
	stop      chan struct{}
	stopOnce  sync.Once
	running   sync.WaitGroup

	mu        sync.Mutex // guards what follows
	hosts     []map[*host]bool
	listeners []net.Listener // nil: unplugged
}

// host is one connection.
type host struct {
	conn net.Conn
	out  chan []byte
}

const (
	hostQueue  = 64 // pieces that a host may be late with; what is above is lost, as in a real port
	hostBuffer = 4 << 10
)

// Start puts devices on a channel, switches them on, and listens for hosts.
func Start(cfg medium.Config, seed uint64, devices ...Device) (*Air, error) {
	a := &Air{
		site:  NewSite(cfg, seed),
		tasks: make(chan func(clock.Instant)),
		stop:  make(chan struct{}),
	}
	for i, d := range devices {
		a.hosts = append(a.hosts, map[*host]bool{})
		a.site.PowerOn(0, a.site.Add(0, d))
		a.addresses = append(a.addresses, "127.0.0.1:0")
		a.listeners = append(a.listeners, nil)
		if err := a.Plug(i); err != nil {
			return nil, errors.Join(fmt.Errorf("device %d: %w", i, err), a.Close())
		}
	}
	a.running.Add(1)
	go a.run()
	return a, nil
}

// Address is where a device is connected to, HOST:PORT.
func (a *Air) Address(device int) string { return a.addresses[device] }

// Plug lets hosts connect to a device, at the same address each time.
func (a *Air) Plug(device int) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.listeners[device] != nil {
		return nil
	}
	l, err := net.Listen("tcp", a.addresses[device])
	if err != nil {
		return err
	}
	a.listeners[device], a.addresses[device] = l, l.Addr().String()
	a.running.Add(1)
	go a.accept(device, l)
	return nil
}

// Unplug ends all connections to a device and lets nobody connect.
func (a *Air) Unplug(device int) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if l := a.listeners[device]; l != nil {
		l.Close()
	}
	a.listeners[device] = nil
	for h := range a.hosts[device] { // the order does not show
		h.conn.Close()
	}
}

// Do runs f on the site, whose owner waits for it. After Close it does nothing
// and returns false.
func (a *Air) Do(f func(now clock.Instant, s *Site)) bool {
	done := make(chan struct{})
	task := func(now clock.Instant) { defer close(done); f(now, a.site) }
	select {
	case a.tasks <- task:
		<-done
		return true
	case <-a.stop:
		return false
	}
}

// run owns the site: it lets happen what is due, and tells the hosts.
func (a *Air) run() {
	defer a.running.Done()
	start := time.Now()
	now := func() clock.Instant { return clock.Instant(time.Since(start)) }
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		for _, s := range a.site.Advance(now()) {
			a.deliver(s)
		}
		if next, ok := a.site.Next(); ok {
			timer.Reset(max(0, next.Sub(now())))
		} else {
			timer.Stop()
		}
		select {
		case <-a.stop:
			return
		case <-timer.C:
		case task := <-a.tasks:
			task(now())
		}
	}
}

// deliver hands bytes to the hosts of a device. It waits for none of them.
func (a *Air) deliver(s Said) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for h := range a.hosts[s.Station] { // the order does not show: each has a connection of its own
		select {
		case h.out <- s.Data:
		default:
		}
	}
}

func (a *Air) accept(device int, l net.Listener) {
	defer a.running.Done()
	for {
		conn, err := l.Accept()
		if err != nil {
			return // closed
		}
		h := &host{conn: conn, out: make(chan []byte, hostQueue)}
		if !a.admit(device, l, h) {
			conn.Close()
			continue
		}
		a.running.Add(2)
		go a.write(h)
		go a.read(device, h)
	}
}

// admit notes a host, so that Unplug and Close end it; false once the device is
// unplugged.
func (a *Air) admit(device int, l net.Listener, h *host) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.listeners[device] != l {
		return false
	}
	a.hosts[device][h] = true
	return true
}

// read takes a host's bytes until its connection ends.
func (a *Air) read(device int, h *host) {
	defer a.running.Done()
	defer func() {
		a.mu.Lock()
		delete(a.hosts[device], h)
		close(h.out) // nobody sends to it any more
		a.mu.Unlock()
		h.conn.Close()
	}()
	buffer := make([]byte, hostBuffer)
	for {
		n, err := h.conn.Read(buffer)
		if n > 0 && !a.Do(func(now clock.Instant, s *Site) { s.FromHost(now, device, buffer[:n]) }) {
			return
		}
		if err != nil {
			return
		}
	}
}

func (a *Air) write(h *host) {
	defer a.running.Done()
	for data := range h.out {
		if _, err := h.conn.Write(data); err != nil {
			h.conn.Close() // read notices and ends this
		}
	}
}

// Close ends the channel and all connections to it.
func (a *Air) Close() error {
	a.stopOnce.Do(func() { close(a.stop) })
	for i := range a.listeners {
		a.Unplug(i)
	}
	a.running.Wait()
	return nil
}
