package p2p

import (
	"time"

	"github.com/blackstart-mesh/blackstart/message/enrol"
)

// Bounds of what this package keeps, sends and waits for.
const (
	// MaxNeighbours is the number of nodes admitted at one time; who comes
	// later is refused and may be reached through others.
	MaxNeighbours = 64
	// DirectLimit is the number of neighbours up to which a frame for all may
	// be sent to each of them by ourselves.
	DirectLimit = 16
	// AdmissionLimit is how long a connection may last without being admitted.
	AdmissionLimit = 10 * time.Second
	// DefaultHeartbeat is the time after which an idle session sends a sign of
	// life. A peer that sends nothing for three times as long is dropped.
	DefaultHeartbeat = 5 * time.Second
	// DefaultRedial is the time between two attempts to reach a missing node.
	DefaultRedial = time.Second
	// MaxNetworkFile is the length of a network file that is handed on, in bytes.
	MaxNetworkFile = enrol.MaxFile
)

// Bounds of handing network files on.
const (
	pieceSize    = 16 << 10         // bytes written at a time
	pieceLimit   = 10 * time.Second // one piece: who is slower is given up
	fileRate     = 1 << 20          // bytes a second to one neighbour
	givenAtOnce  = 2                // files under way to neighbours
	giveRest     = time.Second      // between two files to one neighbour
	fetchSoon    = 2 * time.Second  // until the next attempt, doubled with each that was cut off
	fetchRefused = time.Minute      // after a file that was refused, doubled with each
	fetchLongest = time.Hour
	fetchLimit   = 2 * time.Minute // one attempt, doubled with each that was cut off
	fetchLook    = time.Minute     // between two looks when nothing happens
	partKept     = time.Hour       // what came of a file whose sender stopped
)

const (
	handshakeLimit = 5 * time.Second  // one exchange of Hellos
	writeLimit     = 10 * time.Second // a peer that takes no byte for so long has stalled
	addressedWait  = time.Second      // how long a frame for one peer waits for room
	broadcastWait  = 250 * time.Millisecond
	// Frames waiting for one peer. Few, since what waits here can no longer be
	// overtaken by something urgent: 128 kB are a second at 1 Mbit/s.
	sessionQueue   = 4
	eventQueue     = 64 // events waiting for the driver
	heartbeatsDead = 3  // missed signs of life that end a session

	maxAddresses = 16              // known addresses of one peer, of each origin
	maxDials     = 8               // dials under way at one time
	dialQuick    = 2 * time.Second // most attempts: a fresh one beats a stale one after a cut
	dialPatient  = 8 * time.Second // every fourth attempt: links with long round trips
	resolveLimit = 3 * time.Second // one look-up of a configured name
	resolveKept  = 30 * time.Second

	probeRest     = 30 * time.Second // until an address that led somewhere is asked anew whose it is
	announceEvery = 15 * time.Second // mDNS starts anew while a node is missing

	// A peer may send so much at a time; more is left unread (session) or
	// dropped (gossip). Bursts are one second's worth.
	peerFrames = 20000    // frames a second
	peerBytes  = 64 << 20 // bytes a second
)
