//go:build !windows

package demo

import "syscall"

// ownGroup keeps Ctrl-C at the terminal from the nodes: the demo stops them, in
// order.
func ownGroup() *syscall.SysProcAttr { return &syscall.SysProcAttr{Setpgid: true} }
