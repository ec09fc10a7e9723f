package disk

import (
	"fmt"
	"log/slog"
	"strings"

	"github.com/dgraph-io/badger/v4"
)

// badgerLogger hands Badger's lines to slog, information as debugging: what a
// person has to know, this package says itself.
type badgerLogger struct{ log *slog.Logger }

// badgerLog returns nil, upon which Badger is silent, for a nil log.
func badgerLog(log *slog.Logger) badger.Logger {
	if log == nil {
		return nil
	}
	return badgerLogger{log}
}

func line(format string, args []any) string {
	return "badger: " + strings.TrimSpace(fmt.Sprintf(format, args...))
}

func (l badgerLogger) Errorf(f string, a ...any)   { l.log.Error(line(f, a)) }
func (l badgerLogger) Warningf(f string, a ...any) { l.log.Warn(line(f, a)) }
func (l badgerLogger) Infof(f string, a ...any)    { l.log.Debug(line(f, a)) }
func (l badgerLogger) Debugf(string, ...any)       {}
