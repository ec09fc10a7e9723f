package bridge

// Options are what a driver's Open may be told besides the URL. The zero value
// is right for real devices.
type Options struct {
	Opener  Opener  // nil: the URL's own
	Backoff Backoff // waits between attempts to open the device
}
