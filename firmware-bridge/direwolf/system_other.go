//go:build !linux

package direwolf

import (
	"errors"
	"fmt"
	"os"
	"runtime"
	"syscall"
)

func supported() error {
	return fmt.Errorf("modems joined by sound need Linux (ALSA and FIFOs), this is %s: %w", runtime.GOOS, errors.ErrUnsupported)
}

func openFIFO(string) (*os.File, error) { return nil, errors.ErrUnsupported }

func endWithParent() *syscall.SysProcAttr { return nil }
