// Package emulator is for radios that are not there: what a device does between
// its serial port and the air, as a state machine, and a site of such devices on
// one shared channel.
//
// Each family has its emulated device in a package beside its driver, built from
// what is published of the device and not from the driver, or both would be
// wrong together. A Device has no clock and no port: the conformance suite
// (bridgetest) runs it in time that passes as fast as the processor allows, and
// Air in real time, behind TCP, for the demo and for tests of whole programs.
//
//	host bytes <-> Device <-> medium.Medium <-> Device <-> host bytes
//
// What it leaves out: how well a frame is received (all of it or nothing, by the
// medium's rules), and what a device does besides carrying frames.
package emulator

import (
	"github.com/blackstart-mesh/blackstart/message/clock"
	"github.com/blackstart-mesh/blackstart/radio"
)

// Device is one emulated radio.
type Device interface {
	// Step takes in what happened and returns what the device does, in order.
	// It keeps nothing of an input's bytes, and nobody changes those of an
	// output. The slice is valid until the next call.
	Step(now clock.Instant, in Input) []Output
}

// Tuned is a Device that says on which channel it is. Two that say different things
// neither hear nor disturb each other; one that says nothing is on all.
type Tuned interface{ Channel() string }

// Input is one of PowerOn, FromHost, FromAir, AirDone, Alarm.
type Input interface{ input() }

// PowerOn: the device starts, or starts anew. Whatever it held is gone, but for
// what such a device keeps in its flash.
type PowerOn struct{}

// FromHost: bytes came over the serial port.
type FromHost struct{ Data []byte }

// FromAir: a transmission was received.
type FromAir struct {
	Data   []byte
	Signal radio.Signal
}

// AirDone: the oldest transmission given to the air is over, or was refused.
type AirDone struct{ OK bool }

// Alarm: the moment of the last SetAlarm has come.
type Alarm struct{}

func (PowerOn) input()  {}
func (FromHost) input() {}
func (FromAir) input()  {}
func (AirDone) input()  {}
func (Alarm) input()    {}

// Output is one of ToHost, ToAir, SetAlarm.
type Output interface{ output() }

// ToHost: bytes for the serial port.
type ToHost struct{ Data []byte }

// ToAir: one transmission. It waits for its turn on the channel.
type ToAir struct{ Data []byte }

// SetAlarm asks for an Alarm. It replaces the one before; clock.Never cancels it.
type SetAlarm struct{ At clock.Instant }

func (ToHost) output()   {}
func (ToAir) output()    {}
func (SetAlarm) output() {}
