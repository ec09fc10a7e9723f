package console

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"syscall"
	"testing"
)

// TestWhatTheSystemRefuses: a full disk has its code and a hint wherever it shows,
// and what a command knows better goes before.
func TestWhatTheSystemRefuses(t *testing.T) {
	full := fmt.Errorf("write x: %w", syscall.ENOSPC)
	for _, c := range []struct {
		err  error
		code int
		hint string
	}{
		{full, DiskFull, "free some space"},
		{fmt.Errorf("write x: %w", syscall.EROFS), Failure, "the disk is read-only"},
		{&fs.PathError{Op: "open", Path: "x", Err: fs.ErrPermission}, Failure, "run it as the user"},
		{Wrap(Store, "look at the disk", full), Store, "look at the disk"},
		{Wrap(Passphrase, "", &fs.PathError{Op: "open", Path: "x", Err: fs.ErrPermission}), Passphrase, "run it as the user"},
		{errors.New("x"), Failure, ""},
	} {
		var out strings.Builder
		if code := Report(&out, "p", c.err); code != c.code {
			t.Errorf("%v: code %d, want %d", c.err, code, c.code)
		}
		if _, hint, _ := strings.Cut(out.String(), "p: hint: "); !strings.HasPrefix(hint, c.hint) || c.hint == "" && hint != "" {
			t.Errorf("%v: hint %q, want %q", c.err, hint, c.hint)
		}
	}
}
