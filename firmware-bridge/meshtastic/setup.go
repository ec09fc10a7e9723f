package meshtastic

import (
	"errors"
	"fmt"

	"github.com/blackstart-mesh/blackstart/radio/airtime"
	"github.com/blackstart-mesh/blackstart/radio/ledger"
)

// channels is how many a radio has.
const channels = 8

// Values of the configuration that matter.
const (
	corePortsOnly  = 5 // Handling.Rebroadcast
	onlySignedOnes = 2 // Security.Signatures
)

// told is what a radio said of itself while it was asked for its configuration.
type told struct {
	node     Node
	device   Device
	lora     LoRa
	hasLoRa  bool
	handling Handling
	security Security
	roles    [channels]uint32
}

// take takes in a message and reports whether it is of the configuration.
func (t *told) take(m Message) bool {
	switch m := m.(type) {
	case Node:
		t.node = m
	case Device:
		t.device = m
	case LoRa:
		t.lora, t.hasLoRa = m, true
	case Handling:
		t.handling = m
	case Security:
		t.security = m
	case Channel:
		if m.Index < 0 || m.Index >= channels {
			return false
		}
		t.roles[m.Index] = m.Role
	default:
		return false
	}
	return true
}

var (
	errNoNumber = errors.New("the radio does not say its number: update its firmware")
	errNoLoRa   = errors.New("the radio does not say how it transmits: is it locked? unlock it with Meshtastic's app")
	errRegion   = errors.New("the radio's region is not set, so it does not transmit: set yours, as in meshtastic --set lora.region EU_868")
	errSwitched = errors.New("the radio's transmitter is switched off: meshtastic --set lora.tx_enabled true")
	errCorePort = errors.New("the radio keeps packets of its own kinds only: meshtastic --set device.rebroadcast_mode ALL")
)

// usable looks whether a radio can do what a URL wants, and says what it is.
func (t *told) usable(channel int, amateur bool) (a airtime.LoRa, about string, err error) {
	switch region := regionName(t.lora.Region); {
	case t.node.Number == 0:
		return a, "", errNoNumber
	case !t.hasLoRa:
		return a, "", errNoLoRa
	case t.lora.Region == regionUnset:
		return a, "", errRegion
	case forAmateurs(t.lora.Region) && !amateur:
		return a, "", fmt.Errorf("the radio's region %s is for radio amateurs, who may not encrypt in most countries: set another, or add amateur=%s to the link if it is assigned to you, or amateur=%s if your licence allows that", region,
			ledger.AmateurOwn, ledger.AmateurEncryption)
	case !t.lora.Transmits:
		return a, "", errSwitched
	case t.handling.Rebroadcast == corePortsOnly:
		return a, "", errCorePort
	case t.roles[channel] == 0:
		return a, "", fmt.Errorf("the radio has no channel %d: add it with meshtastic --ch-add NAME, or name another with channel=N", channel)
	}
	a, label, err := t.lora.modem()
	if err != nil {
		return a, "", err
	}
	about = "Meshtastic"
	if t.device.Firmware != "" {
		about += " " + t.device.Firmware
	}
	if t.node.Board != "" {
		about += ", " + t.node.Board
	}
	about = fmt.Sprintf("%s, !%08x, %s, %s", about, t.node.Number, regionName(t.lora.Region), label)
	if t.lora.NoLimit {
		about += ", keeps no duty cycle"
	}
	return a, about, nil
}

// mtu is the longest frame that the radio carries: where receivers may drop what is not
// signed, a frame has to leave room for the signature.
func (t *told) mtu(asked int) int {
	if t.security.Signatures == onlySignedOnes {
		return min(asked, maxSigned)
	}
	return asked
}
