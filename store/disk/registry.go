package disk

import (
	"errors"
	"fmt"
	"math"

	"github.com/dgraph-io/badger/v4"
)

// Badger encrypts its files with data keys, which it keeps in a registry under
// the key that it is given. It makes a new one once the newest is older than a
// period by the wall clock, and takes 1970 for the age of the newest where
// there is none: on a machine whose clock stands near 1970 it would make none,
// and write everything in the clear without a word. Besides, a power cut while
// it appends one leaves a registry that it cannot read any more.
//
// So Create makes the one data key before Badger opens the store, Open demands
// it, and no other is ever made. That is enough: each log begins AES-CTR at a
// random 96-bit value of its own and each block of a table at a 128-bit one,
// so that two files under one key meet with a probability below 2^-40 in a
// million files.
const (
	dataKeyID = 1
	never     = math.MaxInt64 // period after which a data key is too old
	always    = math.MinInt64 // the period that makes Badger make one now
)

// makeDataKey makes the registry of a new database.
func makeDataKey(dir string, encryption *[32]byte) error {
	r, err := badger.OpenKeyRegistry(badger.KeyRegistryOptions{
		Dir: dir, EncryptionKey: encryption[:], EncryptionKeyRotationDuration: always,
	})
	if err != nil {
		return err
	}
	_, err = r.LatestDataKey()
	return errors.Join(err, r.Close())
}

// checkDataKey refuses a database that has no data key, or whose registry
// cannot be read, although the key is the right one.
func checkDataKey(dir string, encryption *[32]byte) error {
	r, err := badger.OpenKeyRegistry(badger.KeyRegistryOptions{
		Dir: dir, EncryptionKey: encryption[:], EncryptionKeyRotationDuration: never, ReadOnly: true,
	})
	if err == nil {
		_, err = r.DataKey(dataKeyID)
	}
	if err != nil {
		return fmt.Errorf("%w: %s: %v", ErrCorrupt, badger.KeyRegistryFileName, err)
	}
	return nil
}
