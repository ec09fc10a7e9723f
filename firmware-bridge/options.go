package bridge

import "time"

// Options are what a driver's Open may be told besides the URL. The zero value
// is right for real devices.
type Options struct {
	Opener     Opener        // nil: the URL's own
	Backoff    Backoff       // waits between attempts to open the device
	WriteLimit time.Duration // how long a device may take no bytes; 0: WriteLimit
}
