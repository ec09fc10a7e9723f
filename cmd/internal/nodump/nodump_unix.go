//go:build unix && !linux

package nodump

import "golang.org/x/sys/unix"

func forbid() { _ = unix.Setrlimit(unix.RLIMIT_CORE, &unix.Rlimit{}) }
