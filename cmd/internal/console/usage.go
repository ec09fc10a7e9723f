package console

import (
	"errors"

	"github.com/alecthomas/kong"
)

// Misused makes a Fault of a command line that cannot be understood, and names
// the help of the command that was meant, as far as that is known.
func Misused(program string, err error) error {
	if p, ok := errors.AsType[*kong.ParseError](err); ok {
		if n := p.Context.Selected(); n != nil {
			program = n.FullPath()
		}
	}
	return Wrap(Usage, "see "+program+" --help", err)
}
