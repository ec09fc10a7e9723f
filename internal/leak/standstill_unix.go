//go:build unix

package leak

import (
	"errors"
	"os"
	"runtime"
	"syscall"
	"testing"
	"time"

	"github.com/blackstart-mesh/blackstart/internal/await"
)

// Stacks lets work stand still where it reads a file, which a pipe takes the place
// of, and returns what a crash in that moment would dump: the stacks of all
// goroutines with their arguments. The file is gone then, and work has ended.
func Stacks(t testing.TB, file string, work func()) []byte {
	t.Helper()
	if err := os.Remove(file); err != nil && !errors.Is(err, os.ErrNotExist) {
		t.Fatal(err)
	}
	if err := syscall.Mkfifo(file, 0o600); err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		work()
	}()
	var pipe *os.File
	await.Until(t, time.Minute, "somebody to read "+file, func() (open bool) {
		var err error
		pipe, err = os.OpenFile(file, os.O_WRONLY|syscall.O_NONBLOCK, 0)
		return err == nil
	})
	stacks := make([]byte, 1<<20)
	stacks = stacks[:runtime.Stack(stacks, true)]
	if err := errors.Join(os.Remove(file), pipe.Close()); err != nil {
		t.Fatal(err)
	}
	<-done
	return stacks
}
