package main

import (
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"golang.org/x/crypto/argon2"
	"golang.org/x/crypto/chacha20poly1305"

	"github.com/blackstart-mesh/blackstart/cmd/internal/console"
	"github.com/blackstart-mesh/blackstart/cmd/internal/durable"
)

// The key file holds the authority's secrets under a passphrase:
//
//	version 1 | argon2id passes 4, memory in KiB 4, lanes 1 | salt 16 | nonce 24 | sealed
//
// in base64 between two marks. XChaCha20-Poly1305 is safe here: salt and nonce
// are drawn anew each time the file is written, and the whole head is
// authenticated, so weaker parameters cannot be slipped in. Argon2id with the
// second recommended parameters of RFC 9106 (3 passes, 64 MiB, 4 lanes) makes
// each guess cost what a small computer can still afford.
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

// writeKey seals secret under a passphrase into a file that only the owner reads.
func writeKey(name string, passphrase, secret []byte, entropy io.Reader) error {
	head := make([]byte, keyHead)
	head[0] = keyVersion
	binary.BigEndian.PutUint32(head[1:], keyPasses)
	binary.BigEndian.PutUint32(head[5:], keyMemory)
	head[9] = keyLanes
	if _, err := io.ReadFull(entropy, head[10:]); err != nil {
		return fmt.Errorf("draw a salt: %w", err)
	}
	aead, nonce, err := keyCipher(head, passphrase)
	if err != nil {
		return err
	}
	text := base64.StdEncoding.EncodeToString(aead.Seal(head, nonce, secret, head))
	return durable.WriteFile(name, []byte(keyBegin+text+"\n"+keyEnd), 0o600)
}

// readKey opens a key file.
func readKey(name string, passphrase []byte) ([]byte, error) {
	data, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	text, begins := strings.CutPrefix(string(data), keyBegin)
	text, ends := strings.CutSuffix(text, "\n"+keyEnd)
	sealed, err := base64.StdEncoding.Strict().DecodeString(text)
	if !begins || !ends || err != nil || len(sealed) < keyHead {
		return nil, corrupt("%s is not a key file of an authority", name)
	}
	if sealed[0] != keyVersion {
		return nil, console.Faultf(console.Store, "update "+program, "%s has unknown version %d", name, sealed[0])
	}
	aead, nonce, err := keyCipher(sealed[:keyHead], passphrase)
	if err != nil {
		return nil, err
	}
	secret, err := aead.Open(nil, nonce, sealed[keyHead:], sealed[:keyHead])
	if err != nil {
		return nil, console.Wrap(console.Passphrase, "", fmt.Errorf("%s: %w", name, errPassphrase))
	}
	return secret, nil
}

type sealer interface {
	Seal(dst, nonce, plaintext, additional []byte) []byte
	Open(dst, nonce, ciphertext, additional []byte) ([]byte, error)
}

func keyCipher(head, passphrase []byte) (sealer, []byte, error) {
	passes, memory, lanes := binary.BigEndian.Uint32(head[1:]), binary.BigEndian.Uint32(head[5:]), head[9]
	if passes == 0 || passes > maxPasses || memory == 0 || memory > maxMemory || lanes == 0 {
		return nil, nil, corrupt("the key file demands %d passes over %d KiB", passes, memory)
	}
	salt, nonce := head[10:10+saltSize], head[10+saltSize:keyHead]
	key := argon2.IDKey(passphrase, salt, passes, memory, lanes, chacha20poly1305.KeySize)
	aead, err := chacha20poly1305.NewX(key)
	clear(key)
	return aead, nonce, err
}

// corrupt is a fault of the folder itself.
func corrupt(format string, args ...any) error {
	return console.Faultf(console.Store, "take the folder from a backup; nothing was changed", format, args...)
}
