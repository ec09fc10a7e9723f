package device

import (
	"crypto/rand"
	"errors"
	"fmt"
	"os"

	"golang.org/x/crypto/chacha20poly1305"

	"github.com/blackstart-mesh/blackstart/cmd/internal/durable"
	"github.com/blackstart-mesh/blackstart/store/keyslot"
)

// Labels of the keys that are derived from the master key. The label is also
// authenticated, so that one file cannot be put in the other's place.
const (
	labelIdentity = "blackstart device identity v1"
	labelNetwork  = "blackstart device network v1"
	labelPackage  = "blackstart device package key v1"
	labelStore    = "blackstart device store v1"
	labelVault    = "blackstart device vault v1"
)

// ErrDamaged reports a sealed file that is not what was written.
var ErrDamaged = errors.New("the file is damaged")

const maxSealed = 64 << 20

// The functions below take the master key by its address, since they wait for the
// disk: a crash dump shows the first bytes of an array that a function on the stack
// was given.

// writeSealed writes: nonce 24 | XChaCha20-Poly1305 of data. It is safe here
// since the key serves this file only and each writing draws a fresh nonce of
// 192 bits, which do not repeat by chance.
func writeSealed(name string, master *[32]byte, label string, data []byte) error {
	key := keyslot.Derive(*master, label)
	aead, err := chacha20poly1305.NewX(key[:])
	if err != nil {
		return err
	}
	out := make([]byte, aead.NonceSize(), aead.NonceSize()+len(data)+aead.Overhead())
	rand.Read(out) // never fails: it crashes the process instead
	return durable.WriteFile(name, aead.Seal(out, out, data, []byte(label)), 0o600)
}

// replaceSealed is writeSealed for a file whose former content is to be gone: the
// network file, whose package opens to keys of its day. A second name keeps the
// old content at hand until it is overwritten. Where the file system knows no second
// names (FAT), the old content stays in free blocks, sealed under the master key.
func replaceSealed(name string, master *[32]byte, label string, data []byte) error {
	if err := eraseOld(name); err != nil {
		return err // left by a power cut, and in the way
	}
	_ = os.Link(name, name+oldSuffix) // there is none where this fails
	return errors.Join(writeSealed(name, master, label, data), eraseOld(name))
}

func readSealed(name string, master *[32]byte, label string) ([]byte, error) {
	info, err := os.Stat(name)
	if err != nil {
		return nil, err
	}
	key := keyslot.Derive(*master, label)
	aead, err := chacha20poly1305.NewX(key[:])
	if err != nil {
		return nil, err
	}
	if info.Size() < int64(aead.NonceSize()) || info.Size() > maxSealed {
		return nil, fmt.Errorf("%s: %w: it has %d bytes", name, ErrDamaged, info.Size())
	}
	sealed, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	n := aead.NonceSize()
	if len(sealed) < n {
		return nil, fmt.Errorf("%s: %w", name, ErrDamaged)
	}
	data, err := aead.Open(nil, sealed[:n], sealed[n:], []byte(label))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, ErrDamaged)
	}
	return data, nil
}
