package mesh

import (
	"slices"

	"github.com/blackstart-mesh/blackstart/message/clock"
	"github.com/blackstart-mesh/blackstart/message/ident"
	"github.com/blackstart-mesh/blackstart/radio/frame"
	"github.com/blackstart-mesh/blackstart/routing"
)

const (
	keyClaims     = 4 // of neighbours on one link, asked in turn
	keyAskTries   = 6 // for one claim
	keyAskBlindly = 3 // of those, for a block of which nothing has come yet
)

// keyClaim is what a neighbour says that it has: all blocks up to a serial. A
// revoked node can say so in anybody's name, and of blocks that do not exist.
type keyClaim struct {
	serial uint32
	from   ident.Number
	tries  int
}

// noteClaim notes a claim. Where there are too many, one of them gives way by
// lot: no liar can be sure to push an honest one out.
func (n *Node) noteClaim(l *link, c keyClaim) {
	k := &l.keys
	if i := slices.IndexFunc(k.claims, func(d keyClaim) bool { return d.serial == c.serial }); i >= 0 {
		k.claims[i] = c
		return
	}
	if len(k.claims) < keyClaims {
		k.claims = append(k.claims, c)
		return
	}
	k.claims[n.jitter.IntN(keyClaims)] = c
}

// askKeys makes the requests for blocks that this node lacks, to the neighbour
// whose turn it is.
func (n *Node) askKeys(l *link) {
	k := &l.keys
	k.askDue, k.asks = clock.Never, nil
	for len(k.claims) > 0 {
		c := k.claims[0]
		k.claims = k.claims[1:]
		lacking, tries := n.worthAsking(c)
		if len(lacking) == 0 || c.tries >= tries {
			continue
		}
		c.tries++
		k.claims = append(k.claims, c)
		k.askDue = n.now.Mono.Add(routing.Backoff(n.retry(l), c.tries) + n.spreadOver(l.timing.Retry))
		for _, serial := range lacking {
			k.asks = append(k.asks, n.askFor(c.from, serial))
		}
		return
	}
}

// worthAsking returns the serials to ask for on account of a claim, and how often.
// A claim may be a lie, so one request in each of three turns, which together are
// no longer than three of the hellos that it came in, is all that it gets until
// there is a part of the newest block.
func (n *Node) worthAsking(c keyClaim) (serials []uint32, tries int) {
	lacking := n.lacking(c.serial)
	if len(lacking) > 0 && lacking[0] > n.ring.Newest() && len(n.assembler.Missing(lacking[0])) == 0 {
		return lacking[:1], keyAskBlindly
	}
	return lacking[:min(len(lacking), keyAsksAtOnce)], keyAskTries
}

func (n *Node) askFor(to ident.Number, serial uint32) frame.KeyAsk {
	ask := frame.KeyAsk{To: to, Serial: serial}
	for _, index := range n.assembler.Missing(serial) {
		ask.Parts = append(ask.Parts, int(index))
	}
	if len(ask.Parts) == 0 { // nothing is here: the first parts, however many there are
		ask.Parts = []int{0, 1, 2, 3}
	}
	return ask
}
