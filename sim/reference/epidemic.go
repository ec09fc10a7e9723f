package reference

// Epidemic hands every message to every node it meets.
type Epidemic struct{ Carry }

// Name is "epidemic".
func (Epidemic) Name() string { return "epidemic" }

// Source says where the rules are from.
func (Epidemic) Source() string {
	return "Vahdat and Becker, Epidemic Routing for Partially-Connected Ad Hoc Networks (Duke, 2000), with the rules of the ONE's EpidemicRouter: drop the oldest, " +
		"one transfer at a time, what can be delivered first, the rest at random, no memory of what was dropped. " +
		"Left out: a hop limit; nothing is acknowledged; On radio channels neighbours say hello and acknowledge, which is ours; messages are not cut there."
}

// New makes a node.
func (e Epidemic) New(n Node) Actor {
	return newAirborne(n, func(n Node) *carrier {
		return newCarrier(n, e.Carry, rules{
			copies: 1,
			relays: func(*carried) bool { return true },
			split:  func(copies int) (keeps, gives int) { return 1, 1 },
			stores: func(self int, m Message, _ int) bool { return m.To != self },
		})
	})
}

// Direct hands a message only to its addressee.
type Direct struct{ Carry }

// Name is "direct".
func (Direct) Name() string { return "direct" }

// Source says where the rules are from.
func (Direct) Source() string {
	return "The ONE's DirectDeliveryRouter: who wrote a message keeps it until it meets the addressee; one to everyone it hands to each it meets. " +
		"Left out: nothing is acknowledged; On radio channels neighbours say hello and acknowledge, which is ours; messages are not cut there."
}

// New makes a node.
func (d Direct) New(n Node) Actor {
	return newAirborne(n, func(n Node) *carrier {
		return newCarrier(n, d.Carry, rules{
			copies: 1,
			relays: func(*carried) bool { return false },
			split:  func(copies int) (keeps, gives int) { return 1, 1 },
			stores: func(int, Message, int) bool { return false },
		})
	})
}
