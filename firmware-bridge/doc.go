// Package bridge holds what the drivers of all radio families share: the
// reading of link URLs, the opening of TCP and serial ports, the loop that
// reopens a port for as long as its link lives, and the queue of events
// between a driver and the node.
//
// Each family has its own package below this one: a pure codec, fed one byte
// at a time, and a radio.Link around it. For all of them unplugging, garbage,
// silence and a reboot of the device are normal events. A link goes down, its
// outstanding frame is reported as not sent, and it comes up again by itself.
package bridge
