package mesh

import (
	"math/rand/v2"

	"github.com/blackstart-mesh/blackstart/message/ident"
	"github.com/blackstart-mesh/blackstart/message/keyblock"
	"github.com/blackstart-mesh/blackstart/message/keyring"
	"github.com/blackstart-mesh/blackstart/store"
)

// MaxLinks is the number of links that one node drives.
const MaxLinks = 16

// Trust is what the operator's authority told this node in a network file. All
// of it was verified by whoever read the file.
type Trust struct {
	Roster    *ident.Roster
	Revoked   []ident.Number                // all that ever were
	Redirects map[ident.Number]ident.Number // whose mail goes to whom
	Persons   []*ident.Credential           // ascending by number
	Withdrawn []ident.PersonNumber          // ascending
	Blocks    []*keyblock.Block             // of the last weeks, ascending by serial
}

// Config is what a Node is made of. All fields but the last three are
// required.
type Config struct {
	Self     ident.Number
	Private  *ident.Private
	Trust    Trust
	Ring     *keyring.State // what the vault holds; it is copied
	Verifier ident.Verifier // checks signatures; a simulation may memoise it
	View     store.View     // what is committed
	Jitter   *rand.Rand     // seeded by the driver; spreads transmissions, guards nothing
	Signing  Signing
	Evidence Evidence
	Licence  string // the operator's own words that allow links more airtime than the law allows everybody; "": nothing does
}

// Signing says which group messages carry the sender's own signature. FLASH and
// what administers always do.
type Signing uint8

const (
	SignRequired Signing = iota // only where the rules demand it; heads sign the others in arrears
	SignAll                     // every group message: +64 bytes each
)
