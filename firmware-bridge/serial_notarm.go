//go:build !tarm

package bridge

import (
	"context"
	"errors"
)

// tarmBuilt says that this program can open ports by github.com/tarm/serial.
const tarmBuilt = false

// Tarm cannot open a port in this build; ParseURL refuses to ask for it.
func Tarm(string, int) Opener {
	return func(context.Context) (Port, error) { return nil, errNoTarm }
}

var errNoTarm = errors.New("this program was built without github.com/tarm/serial")
