package direwolf

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strings"
)

// What Dire Wolf says when clients may connect, and when its port is taken.
const (
	readyLine = "Ready to accept KISS"
	bindLine  = "Bind failed"
)

var errPortTaken = errors.New("its port is taken")

// process is one running Dire Wolf.
type process struct {
	cmd  *exec.Cmd
	log  *logFile
	done chan struct{} // closed when it has ended
}

// launch starts a modem and waits until clients may connect.
func launch(ctx context.Context, program string, options []string, p place) (*process, error) {
	log, err := newLog(p.file("log"))
	if err != nil {
		return nil, err
	}
	cmd := exec.Command(program, append(options, "-t", "0", "-q", "hd", "-a", "0", "-c", p.file("conf"))...)
	cmd.Dir = p.dir
	cmd.Env = append(os.Environ(), "ALSA_CONFIG_PATH="+p.file("asound"))
	cmd.Stdout, cmd.Stderr = log, log
	cmd.SysProcAttr = endWithParent()
	r := &process{cmd: cmd, log: log, done: make(chan struct{})}
	started := make(chan error, 1)
	go func() {
		// The system ends the process with the thread that started it, so that
		// thread has to stay.
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		defer close(r.done)
		err := cmd.Start()
		started <- err
		if err == nil {
			_ = cmd.Wait() // how it ended is in the log
		}
	}()
	if err := <-started; err != nil {
		return nil, errors.Join(err, log.close())
	}
	if err := r.ready(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("dire wolf %s (log %s): %w", p.name, p.file("log"), err), r.kill())
	}
	return r, nil
}

func (r *process) ready(ctx context.Context) error {
	select {
	case line := <-r.log.said:
		if strings.HasPrefix(line, bindLine) {
			return errPortTaken
		}
		return nil
	case <-r.done:
		last := r.log.last() // all of its output is there by now
		if strings.HasPrefix(last, bindLine) {
			return errPortTaken
		}
		return fmt.Errorf("ended at once: %s", last)
	case <-ctx.Done():
		return ctx.Err()
	}
}

// kill ends the process as a power cut would, and waits for its end.
func (r *process) kill() error {
	err := r.cmd.Process.Kill()
	if errors.Is(err, os.ErrProcessDone) {
		err = nil
	}
	<-r.done
	return errors.Join(err, r.log.close())
}
