package console

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// OpenFile opens a file that a person named, and nothing else: a folder has no
// content, a pipe may never have any, a device may have no end.
func OpenFile(name string) (*os.File, error) {
	if err := CheckFile(name); err != nil { // opening a pipe would wait for who writes into it
		return nil, err
	}
	f, err := os.Open(name)
	if err != nil {
		return nil, named(name, err)
	}
	return f, nil
}

// CheckFile refuses what is no file, without opening it.
func CheckFile(name string) error {
	info, err := os.Stat(name)
	if err != nil {
		return named(name, err)
	}
	if kind := kindOf(info.Mode()); kind != "" && !(info.Mode()&fs.ModeNamedPipe != 0 && inherited(name)) {
		return Faultf(Usage, "name the file itself", "%s: is a %s, not a file", name, kind)
	}
	return nil
}

// ReadUpTo reads a file that a person named, and of a long one its first n bytes.
func ReadUpTo(name string, n int64) ([]byte, error) {
	f, err := OpenFile(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, n))
	if err != nil {
		return nil, named(name, err)
	}
	return data, nil
}

// ReadFile reads a file that a person named, and refuses what is longer than limit
// bytes.
func ReadFile(name string, limit int64) ([]byte, error) {
	data, err := ReadUpTo(name, limit+1)
	if err == nil && int64(len(data)) > limit {
		return nil, Faultf(Usage, "is it the right file?", "%s: has more than %d bytes", name, limit)
	}
	return data, err
}

func kindOf(m fs.FileMode) string {
	switch {
	case m.IsRegular():
		return ""
	case m.IsDir():
		return "folder"
	case m&fs.ModeNamedPipe != 0:
		return "pipe"
	case m&fs.ModeSocket != 0:
		return "socket"
	}
	return "device"
}

// inherited tells the pipes that a shell opened for this process, as for <(command):
// they have a writer.
func inherited(name string) bool {
	dir := filepath.Dir(filepath.Clean(name))
	return name == "/dev/stdin" || dir == "/dev/fd" || dir == "/proc/self/fd"
}

// named puts the name in front of an error of the system, in the same form for all.
func named(name string, err error) error {
	if p, ok := errors.AsType[*fs.PathError](err); ok {
		err = p.Err
	}
	return fmt.Errorf("%s: %w", name, err)
}
