package main

import (
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"strings"

	"golang.org/x/crypto/argon2"
	"golang.org/x/crypto/chacha20poly1305"

	"github.com/blackstart-mesh/blackstart/cmd/internal/console"
)

// The key file holds the authority's secrets under a passphrase:
//
//	version 1 | argon2id passes 4, memory in KiB 4, lanes 1 | salt 16 | nonce 24 | sealed
//
// in base64 between two marks. XChaCha20-Poly1305 is safe here: the salt is drawn
// for each passphrase, the nonce of 192 bits each time the file is written, so
// neither repeats by chance; and the whole head is authenticated, so weaker
// parameters cannot be slipped in. Argon2id with the second recommended
// parameters of RFC 9106 (3 passes, 64 MiB, 4 lanes) makes each guess cost what a
// small computer can still afford.
const (
	keyVersion = 1
	keyPasses  = 3
	keyMemory  = 64 << 10 // KiB
	keyLanes   = 4
	saltSize   = 16
	keyHead    = 1 + 4 + 4 + 1 + saltSize + chacha20poly1305.NonceSizeX
	keyBegin   = "-----BEGIN BLACKSTART AUTHORITY KEY-----\n"
	keyEnd     = "-----END BLACKSTART AUTHORITY KEY-----\n"

	// Bounds on what a key file may demand of this machine.
	maxPasses = 64
	maxMemory = 4 << 20 // KiB
)

var errPassphrase = errors.New("wrong passphrase")

// box is an opened key file: what seals it again.
type box struct {
	head []byte // without the nonce
	aead sealer
}

// cost is what argon2id is made to cost: passes over so many KiB.
type cost struct{ passes, memory uint32 }

// newBox makes a box for a new passphrase.
func newBox(w world, passphrase []byte) (*box, error) {
	head := make([]byte, keyHead-chacha20poly1305.NonceSizeX)
	head[0] = keyVersion
	binary.BigEndian.PutUint32(head[1:], w.cost.passes)
	binary.BigEndian.PutUint32(head[5:], w.cost.memory)
	head[9] = keyLanes
	if _, err := io.ReadFull(w.entropy, head[10:]); err != nil {
		return nil, fmt.Errorf("draw a salt: %w", err)
	}
	aead, err := keyCipher(head, passphrase)
	return &box{head: head, aead: aead}, err
}

// seal returns the text of a key file that holds secret.
func (b *box) seal(secret []byte, entropy io.Reader) ([]byte, error) {
	size := len(b.head) + chacha20poly1305.NonceSizeX
	head := make([]byte, size, size+len(secret)+chacha20poly1305.Overhead)
	n := copy(head, b.head)
	if _, err := io.ReadFull(entropy, head[n:]); err != nil {
		return nil, fmt.Errorf("draw a nonce: %w", err)
	}
	text := base64.StdEncoding.EncodeToString(b.aead.Seal(head, head[n:], secret, head))
	return []byte(keyBegin + text + "\n" + keyEnd), nil
}

// maxKeyFile bounds a key file in bytes: keys of all groups there can be, and room.
const maxKeyFile = 64 << 10

// readKeyFile returns what a key file holds, of whatever version.
func readKeyFile(name string) ([]byte, error) {
	data, err := console.ReadFile(name, maxKeyFile)
	if err != nil {
		return nil, err
	}
	text, begins := strings.CutPrefix(string(data), keyBegin)
	text, ends := strings.CutSuffix(text, "\n"+keyEnd)
	sealed, err := base64.StdEncoding.Strict().DecodeString(text)
	if !begins || !ends || err != nil || len(sealed) == 0 {
		return nil, corrupt("%s is not a key file of an authority", name)
	}
	return sealed, nil
}

// openBox opens a key file that is under a passphrase.
func openBox(name string, passphrase []byte) (*box, []byte, error) {
	sealed, err := readKeyFile(name)
	if err != nil {
		return nil, nil, err
	}
	if sealed[0] == keyVersion && len(sealed) < keyHead {
		return nil, nil, corrupt("%s is not a key file of an authority", name)
	}
	if sealed[0] != keyVersion {
		return nil, nil, console.Faultf(console.Store, "update "+program, "%s has unknown version %d", name, sealed[0])
	}
	n := keyHead - chacha20poly1305.NonceSizeX
	b := &box{head: sealed[:n]}
	if b.aead, err = keyCipher(b.head, passphrase); err != nil {
		return nil, nil, err
	}
	secret, err := b.aead.Open(nil, sealed[n:keyHead], sealed[keyHead:], sealed[:keyHead])
	if err != nil {
		return nil, nil, console.Wrap(console.Passphrase, "try again; if it is lost for good, see "+program+" recover --help", fmt.Errorf("%s: %w", name, errPassphrase))
	}
	return b, secret, nil
}

type sealer interface {
	Seal(dst, nonce, plaintext, additional []byte) []byte
	Open(dst, nonce, ciphertext, additional []byte) ([]byte, error)
}

func keyCipher(head, passphrase []byte) (sealer, error) {
	passes, memory, lanes := binary.BigEndian.Uint32(head[1:]), binary.BigEndian.Uint32(head[5:]), head[9]
	if passes == 0 || passes > maxPasses || memory == 0 || memory > maxMemory || lanes == 0 {
		return nil, corrupt("the key file demands %d passes over %d KiB", passes, memory)
	}
	salt := head[10 : 10+saltSize]
	key := argon2.IDKey(passphrase, salt, passes, memory, lanes, chacha20poly1305.KeySize)
	aead, err := chacha20poly1305.NewX(key)
	clear(key)
	return aead, err
}

// corrupt is a fault of the folder itself.
func corrupt(format string, args ...any) error {
	return console.Faultf(console.Store, "take the folder from a backup; nothing was changed", format, args...)
}
