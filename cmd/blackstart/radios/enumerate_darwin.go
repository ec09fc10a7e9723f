package radios

import "go.bug.st/serial"

// enumerate lists the serial ports. What is on USB can be told on macOS only by a
// program built with cgo, and this one is not.
func enumerate() ([]detail, error) {
	list, err := serial.GetPortsList()
	var details []detail
	for _, name := range list {
		details = append(details, detail{device: name})
	}
	return details, err
}
