package main

import (
	"fmt"
	"net"
	"os"
	"sync"
)

// air is the command air PORT: packet modems behind TCP, one for each connection,
// that hear each other.
func air() {
	l, err := net.Listen("tcp", "127.0.0.1:"+os.Args[1])
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	var mu sync.Mutex
	all := map[net.Conn]bool{}
	for {
		c, err := l.Accept()
		if err != nil {
			return
		}
		mu.Lock()
		all[c] = true
		mu.Unlock()
		go func() {
			buf := make([]byte, 4096)
			for {
				n, err := c.Read(buf)
				mu.Lock()
				if err != nil {
					delete(all, c)
				}
				for other := range all {
					if other != c {
						_, _ = other.Write(buf[:n]) // who is gone hears nothing
					}
				}
				mu.Unlock()
				if err != nil {
					return
				}
			}
		}()
	}
}
