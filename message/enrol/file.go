package enrol

import (
	"crypto/sha256"
	"io"

	"github.com/blackstart-mesh/blackstart/message/clock"
	"github.com/blackstart-mesh/blackstart/message/ident"
	"github.com/blackstart-mesh/blackstart/message/keyblock"
)

// Bounds of a network file.
const (
	MaxNodes   = 8192
	MaxPersons = 8192
	MaxBlocks  = 128      // key blocks in one file
	MaxFile    = 16 << 20 // bytes of the binary form

	// BlockDays is for how many days key blocks stay in the file: longer than
	// any bundle lives, so that who skipped blocks finds what opens the late ones.
	BlockDays = 15
)

// Redirect says that mail for a node that is gone goes to another.
type Redirect struct{ From, To ident.Number }

// Member is a node in the file: its certificate, and its secrets sealed to it.
type Member struct {
	Certificate *ident.Certificate
	Digest      [32]byte // SHA-256 of Package
	Package     []byte   // nil once it was dropped, see WithoutPackages

	// Recipients are the keys to which Seal seals what opens key blocks: none for a
	// node that has its keys, else the package key of its request. They are not part
	// of the file.
	Recipients []ident.BoxKey
}

// File is the network file: all that the authority tells all nodes. The package
// comment of docs/spec/enrolment.md has its layout.
type File struct {
	Serial    uint64 // the edition, from 1; it only climbs
	Name      string // of the network
	Root      ident.SignKey
	Roots     []ident.Succession   // from the first root to Root; the last may be its promise of the next
	Groups    []ident.Group        // ascending by id
	Revoked   []ident.Number       // all that ever were, ascending
	Redirects []Redirect           // ascending by From, which is revoked
	Persons   []*ident.Credential  // ascending by number
	Withdrawn []ident.PersonNumber // ascending; their credentials are void
	Blocks    []*keyblock.Block    // ascending by serial; the last is the newest
	Members   []Member             // ascending by number
	Signature [64]byte
}

// Seal makes a package of the secrets for each member as of a day, drops what it
// replaces, and signs the file. It draws 32 bytes of entropy for each member and for
// each of its recipients.
func (f *File) Seal(root *ident.Private, keys *Keyset, today clock.Day, entropy io.Reader) error {
	f.Root = root.SignKey()
	level, err := keys.Tree.Level(keys.Epoch.Serial + 1)
	if err != nil {
		return err
	}
	epoch := keys.Epoch
	epoch.EraseBefore(today)
	for i := range f.Members {
		m := &f.Members[i]
		secrets, err := keys.secretsOf(m.Certificate, level, epoch)
		if err != nil {
			return err
		}
		if m.Package, err = secrets.sealTo(m, entropy); err != nil {
			return err
		}
		m.Digest = sha256.Sum256(m.Package)
	}
	if err := f.check(); err != nil {
		return err
	}
	f.Signature = root.Sign(f.SignedBytes())
	return nil
}

// SignedBytes returns what the root's signature covers: a label and all but the
// packages, of which it holds the digests.
//
// Safe here: SHA-256 binds each package as if it stood there; so a node may
// forget the packages, its own above all, and still hold a file that is signed.
func (f *File) SignedBytes() []byte { return append([]byte(labelNetwork), f.body()...) }

// Digest identifies this edition of the file, with packages or without.
func (f *File) Digest() [32]byte { return sha256.Sum256(append(f.body(), f.Signature[:]...)) }

// Text returns the armoured form, which is what is kept in a file.
func (f *File) Text() []byte { return armour(kindNetwork, f.Encode()) }

// WithoutPackages returns the file without any package: what a node keeps once
// it has put its secrets where it can overwrite them. A package on the disk
// would undo every erasure of day keys, since the node's box key opens it.
func (f *File) WithoutPackages() *File {
	g := *f
	g.Members = make([]Member, len(f.Members))
	for i, m := range f.Members {
		g.Members[i] = Member{Certificate: m.Certificate, Digest: m.Digest}
	}
	return &g
}

// Newest returns the newest key block.
func (f *File) Newest() *keyblock.Block { return f.Blocks[len(f.Blocks)-1] }

// Certificates returns the members' certificates, ascending by number.
func (f *File) Certificates() []*ident.Certificate {
	certs := make([]*ident.Certificate, len(f.Members))
	for i, m := range f.Members {
		certs[i] = m.Certificate
	}
	return certs
}

// Enrol adds a member to a file that is being made, in ascending order, with the
// recipients of its keys: none if it has them already.
func (f *File) Enrol(cert *ident.Certificate, recipients ...ident.BoxKey) {
	f.Members = append(f.Members, Member{Certificate: cert, Recipients: recipients})
}
