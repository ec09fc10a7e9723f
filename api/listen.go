package api

import (
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"strings"
	"time"
)

// DefaultAddress is where the API listens if nothing else is configured.
const DefaultAddress = "127.0.0.1:8470"

// Listen opens the API's listener: "127.0.0.1:8470", "localhost:0", "[::1]:0"
// or "unix:///path/to/socket". An address that others than this machine can
// reach is refused.
func Listen(address string) (net.Listener, error) {
	if path, ok := strings.CutPrefix(address, "unix://"); ok {
		return listenUnix(path)
	}
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return nil, fmt.Errorf("api address %q: want HOST:PORT or unix:///PATH", address)
	}
	if !loopback(host) {
		return nil, fmt.Errorf("api address %q: only loopback (127.0.0.1, ::1, localhost) or unix:///PATH is allowed", address)
	}
	l, err := net.Listen("tcp", address)
	if err != nil {
		return nil, fmt.Errorf("api address %q: %w", address, err)
	}
	return l, nil
}

func loopback(host string) bool {
	if host == "localhost" {
		return true
	}
	ip := net.ParseIP(host)
	return ip != nil && ip.IsLoopback()
}

// listenUnix replaces a socket that nobody listens on any more.
func listenUnix(path string) (net.Listener, error) {
	l, err := net.Listen("unix", path)
	if err != nil && stale(path) {
		if rerr := os.Remove(path); rerr == nil {
			l, err = net.Listen("unix", path)
		}
	}
	if err != nil {
		return nil, fmt.Errorf("api socket: %w", err)
	}
	// Between the two calls another user may connect; without the token he
	// gets nothing.
	if err := os.Chmod(path, 0o600); err != nil {
		return nil, errors.Join(fmt.Errorf("api socket: %w", err), l.Close())
	}
	return l, nil
}

func stale(path string) bool {
	info, err := os.Lstat(path)
	if err != nil || info.Mode()&os.ModeSocket == 0 {
		return false
	}
	c, err := net.DialTimeout("unix", path, time.Second)
	if err != nil {
		return true
	}
	_ = c.Close() // somebody answers
	return false
}

// PageURL is the address that opens the page: the token stands in the
// fragment, which browsers keep to themselves. It is a secret. For a unix
// socket, which browsers cannot open, it is empty.
func PageURL(l net.Addr, token string) string {
	if l.Network() != "tcp" {
		return ""
	}
	u := url.URL{Scheme: "http", Host: l.String(), Path: "/", Fragment: "token=" + token}
	return u.String()
}
