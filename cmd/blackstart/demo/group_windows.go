package demo

import "syscall"

// ownGroup keeps Ctrl-C at the console from the nodes: the demo stops them, in
// order.
func ownGroup() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{CreationFlags: syscall.CREATE_NEW_PROCESS_GROUP}
}
