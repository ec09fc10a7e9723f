// Package radios looks at the radios of this machine before a node uses them:
// which serial ports there are, who answers at a port, how well two radios hear
// each other, and what is on the air.
package radios

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Port is a serial port of this machine.
type Port struct {
	Device  string `json:"device"`
	USB     string `json:"usb,omitempty"` // VID:PID, "" for what is not on USB
	Product string `json:"product,omitempty"`
	Serial  string `json:"serial,omitempty"`
	Guess   string `json:"guess"` // for people
	URL     string `json:"url"`   // to begin with
}

// detail is what the system tells of a port.
type detail struct {
	device, usb, product, serial string // usb: VID:PID
}

// Ports lists the serial ports, USB ones first.
func Ports() ([]Port, error) {
	details, err := enumerate()
	if err != nil {
		return nil, fmt.Errorf("list serial ports: %w", err)
	}
	return describe(details), nil
}

func describe(details []detail) []Port {
	ports := []Port{}
	for _, d := range details {
		p := Port{Device: d.device, USB: strings.ToUpper(d.usb), Product: d.product, Serial: d.serial}
		g := guessOf(p.USB, d.product)
		p.Guess, p.URL = g.what, g.scheme+"://"+path(d.device)+g.query()
		ports = append(ports, p)
	}
	slices.SortFunc(ports, func(a, b Port) int {
		return cmp.Or(order(a)-order(b), strings.Compare(a.Device, b.Device))
	})
	return ports
}

// order is 0 for what is on USB, where radios mostly are.
func order(p Port) int {
	if p.USB == "" {
		return 1
	}
	return 0
}

// path is a device as it stands in a URL.
func path(device string) string {
	if strings.HasPrefix(device, "/") {
		return device
	}
	return "/" + device
}

// guess is what a radio may be, and the scheme to begin with.
type guess struct{ what, scheme string }

// query holds what a URL of the scheme must have.
func (g guess) query() string {
	switch g.scheme {
	case "rnode":
		return "?freq=869.525M"
	case "at+rn2483":
		return "?freq=868.1M"
	}
	return ""
}

// guessOf tells from USB ids, which name the chip between USB and radio and so
// seldom the radio itself.
func guessOf(id, product string) guess {
	p := strings.ToLower(product)
	switch {
	case strings.Contains(p, "rnode"):
		return guess{"an RNode", "rnode"}
	case strings.Contains(p, "mobilinkd"):
		return guess{"a Mobilinkd TNC (KISS)", "kiss"}
	}
	vendor, _, _ := strings.Cut(id, ":")
	switch {
	case id == "":
		return guess{"a serial port that is not on USB, as far as the system tells", "kiss"}
	case id == "10C4:EA60":
		return guess{"a CP2102 bridge: many LoRa boards (RNode, Meshtastic, MeshCore), Ebyte and REYAX adapters", "rnode"}
	case id == "1A86:55D4", id == "1A86:7523":
		return guess{"a CH340 or CH9102 bridge: LoRa boards (RNode, Meshtastic, MeshCore), module adapters", "rnode"}
	case vendor == "303A":
		return guess{"an ESP32-S3 or -C3 with its own USB: LoRa boards (RNode, Meshtastic, MeshCore)", "rnode"}
	case vendor == "239A":
		return guess{"an nRF52 board (RAK4631 and others): RNode, Meshtastic, MeshCore", "rnode"}
	case id == "04D8:00DF", id == "04D8:000A":
		return guess{"a Microchip bridge: RN2483 and RN2903 modules", "at+rn2483"}
	case vendor == "0403":
		return guess{"an FTDI bridge: packet modems (KISS), data radios, cables", "kiss"}
	case id == "0483:5740":
		return guess{"an STM32 with its own USB: Mobilinkd and other TNCs (KISS), RAK3172 boards", "kiss"}
	case vendor == "067B":
		return guess{"a Prolific bridge: packet modems (KISS), data radios, cables", "kiss"}
	}
	return guess{"a serial port on USB", "kiss"}
}
