// Package console is how the command lines of Blackstart talk to people.
//
// The rules: what was asked for goes to standard output, everything else to
// standard error with the program's name in front. Messages are lowercase,
// without a full stop, and name the value that was wrong. What to do about an
// error stands on a line of its own. Questions go to the terminal, never to a
// pipe. Exit codes are part of the interface.
package console

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"syscall"
)

// Exit codes of both programs.
const (
	OK          = 0
	Failure     = 1  // anything that has no code of its own
	Usage       = 2  // wrong command, flag, argument or configuration file
	Passphrase  = 3  // wrong or missing passphrase, key file or key command
	Store       = 4  // the store or the authority's folder is locked, corrupt, or fails its check
	AddressUsed = 5  // the address of the local interface is taken
	DiskFull    = 6  // no space left; nothing that was accepted is lost
	NotRunning  = 7  // the node is not running or does not answer
	Refused     = 8  // the node refused the message
	Unfinished  = 9  // what was waited for did not happen in time
	NotEnrolled = 10 // the node is not initialised, or not part of a network yet
	Untrusted   = 11 // a file from outside failed a check of trust; nothing was changed
)

// ExitCodes is the text for --help.
const ExitCodes = `Exit codes:
   0  done
   1  failed for a reason that has no code of its own
   2  wrong command, flag, argument or configuration file
   3  wrong or missing passphrase, key file or key command
   4  the store or folder is locked, corrupt, or fails its check
   5  the address of the local interface is taken
   6  the disk is full; nothing that was accepted is lost
   7  the node is not running or does not answer
   8  the node refused the message
   9  what was waited for did not happen in time
  10  this node is not initialised, or not part of a network yet
  11  a file failed a check of trust; nothing was changed`

// Fault is an error with an exit code, and with a hint on what to do next.
type Fault struct {
	Code int
	Err  error
	Hint string // may be empty
}

func (f *Fault) Error() string { return f.Err.Error() }

func (f *Fault) Unwrap() error { return f.Err }

// Wrap returns err as a Fault; nil stays nil.
func Wrap(code int, hint string, err error) error {
	if err == nil {
		return nil
	}
	return &Fault{Code: code, Err: err, Hint: hint}
}

// Faultf returns a new Fault.
func Faultf(code int, hint, format string, args ...any) error {
	return &Fault{Code: code, Err: fmt.Errorf(format, args...), Hint: hint}
}

// Report prints err as people read it, in one line whatever it quotes, and
// returns the exit code.
func Report(w io.Writer, program string, err error) int {
	if err == nil {
		return OK
	}
	code, hint := ofSystem(err)
	if f, ok := errors.AsType[*Fault](err); ok {
		code, hint = f.Code, cmp.Or(f.Hint, hint)
	}
	fmt.Fprintf(w, "%s: %s\n", program, Plain(err.Error()))
	if hint != "" {
		fmt.Fprintf(w, "%s: hint: %s\n", program, Plain(hint))
	}
	return code
}

// ofSystem says what to do about what a disk or its rights refuse, wherever it
// happens.
func ofSystem(err error) (code int, hint string) {
	switch {
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT):
		return DiskFull, "free some space and run it again"
	case errors.Is(err, syscall.EROFS):
		return Failure, "the disk is read-only: make it writable, or name another place"
	case errors.Is(err, fs.ErrPermission):
		return Failure, "run it as the user whom it belongs to, or make it writable or readable for this one"
	}
	return Failure, ""
}
