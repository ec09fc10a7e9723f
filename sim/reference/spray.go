package reference

// Spray is binary spray and wait: of a message there are so many copies. A node with n
// of them hands floor(n/2) to another that has none; with one it waits for the addressee.
type Spray struct {
	Carry
	Copies int // of each message; 0 means 6, as the ONE has it in its default settings
}

// Name is "spray".
func (Spray) Name() string { return "spray" }

// Source says where the rules are from.
func (Spray) Source() string {
	return "Spyropoulos, Psounis and Raghavendra, Spray and Wait (WDTN 2005), binary, with the rules of the ONE's SprayAndWaitRouter: 6 copies, delivery first, " +
		"a delivered message keeps its copies. A message to everyone is handed to each node that is met; those beyond the copies do not carry it on. " +
		"Left out: nothing is acknowledged; On radio channels neighbours say hello and acknowledge, which is ours; messages are not cut there."
}

// New makes a node.
func (s Spray) New(n Node) Actor {
	if s.Copies == 0 {
		s.Copies = 6
	}
	return newAirborne(n, func(n Node) *carrier {
		return newCarrier(n, s.Carry, rules{
			copies: s.Copies,
			relays: func(c *carried) bool { return c.copies > 1 },
			split:  func(copies int) (keeps, gives int) { return copies - copies/2, copies / 2 },
			stores: func(self int, m Message, given int) bool { return m.To != self && given > 0 },
		})
	})
}
