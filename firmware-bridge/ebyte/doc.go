// Package ebyte speaks with Ebyte's LoRa modules E22 and E32 in transparent mode: the
// framing is that of package pipe, and the module is set up through its registers.
//
// # On the wire, in configuration mode, at 9,600 bit/s
//
//	E22: C1 first count                --> C1 first count values    read
//	     C0 first count values         --> C1 first count values    write, and keep
//	     C0 C1 C2 C3 02 mode           --> C1 C2 C3 02 mode         change the mode
//	     anything wrong                --> FF FF FF
//	E32: C1 C1 C1                      --> C0 and five values       read
//	     C0 and five values            -->                          write, and keep
//
// The registers are listed in registers.go. What they are is read first, and only what
// differs is written, since it goes to a flash memory; then it is read and compared
// again.
//
// # Configuration mode
//
// A module has two pins, M0 and M1, that say what it is doing. A computer reaches them
// on no adapter alike, so the parameter config says how a module gets there:
//
//	kept      not at all: it is used as it is, and About says so
//	switch    by hand, before the link is opened: the link sets the module up, and asks
//	          for the switch to be put back. A module that does not answer then is taken
//	          to be in transparent mode
//	software  by a command, which newer E22 know once their register allows it; config=switch
//	          allows it, so one visit with a switch is enough
//
// A module that was set up keeps it without power, so kept is right for a node that has
// to come up by itself, and switch for the day on which it is built.
//
// # When a frame counts as sent
//
// Only the pin AUX would tell. It is reckoned, as in package pipe; what a packet costs
// is taken from the one figure that the vendor gives, 1.5 s for 100 bytes at 2,400
// bit/s, and in proportion at other rates.
//
// # URL
//
//	ebyte:///dev/ttyUSB0?model=e22-900&config=software&channel=18&rate=2400&power=3
//	ebyte:///dev/ttyUSB0?model=e32-868&channel=6
//
// The parameters are listed in params.go.
package ebyte
