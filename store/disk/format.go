package disk

import (
	"bytes"
	"crypto/hkdf"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/blackstart-mesh/blackstart/store/erase"
)

// Version is the format that this program writes. It only climbs.
//
//	1: FORMAT as below; Badger v4 in db/, every key behind one byte 'k',
//	   encrypted with AES-256-CTR under HKDF(key, "blackstart store encryption").
const Version = 1

// formatFile says what lies in the folder, before Badger touches any of it:
//
//	blackstart store 1
//	check 32 hexadecimal digits
//
// The check tells a wrong key from a damaged key registry, which look the same
// to Badger. It gives nothing away: it is the output of HKDF over a key of 256
// random bits, apart from the encryption key by its label.
const formatFile = "FORMAT"

const formatMagic = "blackstart store "

const (
	labelEncryption = "blackstart store encryption"
	labelCheck      = "blackstart store check"
)

// derive returns the key that Badger gets and the check for the format file.
func derive(key [32]byte) (encryption [32]byte, check [16]byte) {
	e, err := hkdf.Key(sha256.New, key[:], nil, labelEncryption, len(encryption))
	c, err2 := hkdf.Key(sha256.New, key[:], nil, labelCheck, len(check))
	if err = errors.Join(err, err2); err != nil {
		panic("internal error: HKDF of 32 bytes: " + err.Error())
	}
	copy(encryption[:], e)
	copy(check[:], c)
	return encryption, check
}

// encodeFormat returns the format file's only form for a check.
func encodeFormat(check [16]byte) []byte {
	return fmt.Appendf(nil, "%s%d\ncheck %x\n", formatMagic, Version, check)
}

// DecodeFormat reads a format file: ErrVersion for one of a newer program,
// ErrCorrupt for anything that this one would not have written.
func DecodeFormat(data []byte) (check [16]byte, err error) {
	first, rest, _ := strings.Cut(string(data), "\n")
	digits, ok := strings.CutPrefix(first, formatMagic)
	v, convErr := strconv.ParseUint(digits, 10, 32)
	if !ok || convErr != nil || v == 0 || strconv.FormatUint(v, 10) != digits {
		return check, fmt.Errorf("%w: its %s file begins with %.40q", ErrCorrupt, formatFile, first)
	}
	if v > Version {
		return check, fmt.Errorf("%w: %d, this program knows %d; install the newer program", ErrVersion, v, Version)
	}
	line, _, _ := strings.Cut(rest, "\n")
	sum, err := hex.DecodeString(strings.TrimPrefix(line, "check "))
	if err == nil && len(sum) == len(check) {
		copy(check[:], sum)
		if bytes.Equal(encodeFormat(check), data) {
			return check, nil
		}
	}
	return [16]byte{}, fmt.Errorf("%w: its %s file holds %.60q", ErrCorrupt, formatFile, line)
}

// readFormat checks version and key of the store in a folder.
func readFormat(dir string, check [16]byte) error {
	data, err := os.ReadFile(filepath.Join(dir, formatFile))
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%w: %s has no %s file; check the path, or make a store with blackstart init", ErrAbsent, dir, formatFile)
	}
	if err != nil {
		return fmt.Errorf("cannot read the store: %w", err)
	}
	want, err := DecodeFormat(data)
	if err != nil {
		return fmt.Errorf("%s: %w", dir, err)
	}
	if subtle.ConstantTimeCompare(want[:], check[:]) != 1 {
		return fmt.Errorf("%w: %s; check that store and key slot belong together", ErrKey, dir)
	}
	return nil
}

// writeFormat is the last step of Create: where the file is, a store is.
func writeFormat(dir string, check [16]byte) error {
	tmp := filepath.Join(dir, formatFile+".tmp")
	f, err := os.OpenFile(tmp, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(encodeFormat(check))
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return err
	}
	if err := os.Rename(tmp, filepath.Join(dir, formatFile)); err != nil {
		return err
	}
	return erase.SyncDir(dir)
}
