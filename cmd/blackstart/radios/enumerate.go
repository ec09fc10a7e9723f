//go:build !darwin

package radios

import "go.bug.st/serial/enumerator"

// enumerate lists the serial ports, without waking what is behind them.
func enumerate() ([]detail, error) {
	list, err := enumerator.GetDetailedPortsList()
	var details []detail
	for _, p := range list {
		d := detail{device: p.Name, product: p.Product, serial: p.SerialNumber}
		if p.IsUSB {
			d.usb = p.VID + ":" + p.PID
		}
		details = append(details, d)
	}
	return details, err
}
