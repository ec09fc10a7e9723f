package p2p

import (
	"log/slog"

	"github.com/libp2p/go-libp2p/gologshim"
)

// LibraryLog sends what libp2p itself logs to h. Without it libp2p writes its
// errors to the standard error output, among them harmless ones of a Close.
// libp2p keeps one log per process: call it once, before the first Open.
func LibraryLog(h slog.Handler) { gologshim.SetDefaultHandler(h) }
