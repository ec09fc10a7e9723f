package main

import (
	"encoding/hex"
	"errors"
	"fmt"
	"path/filepath"
	"strings"

	"golang.org/x/crypto/chacha20poly1305"

	"github.com/blackstart-mesh/blackstart/cmd/blackstart-authority/share"
	"github.com/blackstart-mesh/blackstart/cmd/internal/console"
)

// A key file of version 2 is opened by k of n shares, and by no passphrase:
//
//	version 2 | set 8 | k 1 | n 1 | nonce 24 | sealed
//
// XChaCha20-Poly1305 is safe here as it is in version 1: the key is drawn for each
// set of shares, the nonce each time the file is written. The head says which shares
// it takes, so that a wrong set is refused by name; it is authenticated, and so is a
// wrong key found out, whatever shares it was made of.
const (
	sharedVersion = 2
	sharedHead    = 1 + share.SetSize + 1 + 1
)

// sharedBox makes a box for the key of a set.
func sharedBox(list []*share.Share, key share.Key) (*box, error) {
	s := list[0]
	head := append([]byte{sharedVersion}, s.Set[:]...)
	aead, err := chacha20poly1305.NewX(key[:])
	return &box{head: append(head, byte(s.Threshold), byte(s.Count)), aead: aead}, err
}

// openKey opens the key file with what it takes: a passphrase, or shares.
func (c *change) openKey() (*box, []byte, error) {
	name := filepath.Join(c.dir, keyFile)
	sealed, err := readKeyFile(name)
	if err != nil {
		return nil, nil, err
	}
	if sealed[0] == sharedVersion {
		return c.openShared(name, sealed)
	}
	if len(c.flags.Share) > 0 {
		return nil, nil, console.Faultf(console.Usage, "leave --share out; to split the key: "+program+" shares split "+c.dir+" --shares 3-of-5 --to FOLDER",
			"the key of %q is under a passphrase, and was not split into shares", c.name)
	}
	console.WarnShared(c.w.err, program, c.flags.PassphraseFile)
	passphrase, err := console.ReadPassphrase(c.flags.PassphraseFile, "the authority of "+c.name)
	if err != nil {
		return nil, nil, err
	}
	b, blob, err := openBox(name, passphrase)
	clear(passphrase)
	if errors.Is(err, errPassphrase) {
		err = console.Wrap(console.Passphrase, c.wayOut("try again; if it is lost for good: ", "was not split into shares, "), err)
	}
	return b, blob, err
}

// wayOut says what helps when the key file cannot be opened any more.
func (c *change) wayOut(before, shares string) string {
	if _, promised := c.promise(); promised {
		return before + "the key " + shares + "but the next root key was promised: " + program + " rotate-root " + c.dir + " NEXT.key --passphrase-lost; every node then needs the new network file"
	}
	return before + "the key " + shares + "and no next root key was promised; a copy of the folder keeps the passphrase or the shares that it had (" + program + " recover --help); else make a new network (" +
		program + " create) and enrol every node again"
}

// openShared gathers shares until there are enough, and opens the key file.
func (c *change) openShared(name string, sealed []byte) (*box, []byte, error) {
	if c.flags.PassphraseFile != "" {
		return nil, nil, console.Faultf(console.Usage, "give the shares with --share FILE; to go back to a passphrase: "+program+" passphrase "+c.dir,
			"the key of %q is split into shares, and no passphrase opens it", c.name)
	}
	if len(sealed) < sharedHead+chacha20poly1305.NonceSizeX {
		return nil, nil, corrupt("%s is not a key file of an authority", name)
	}
	g := &gathering{change: c, set: share.ID(sealed[1:]), needed: int(sealed[9])}
	if err := g.gather(); err != nil {
		return nil, nil, err
	}
	key, err := share.Combine(g.have)
	if err != nil {
		return nil, nil, err
	}
	b, err := sharedBox(g.have, key)
	if err != nil {
		return nil, nil, err
	}
	n := sharedHead + chacha20poly1305.NonceSizeX
	blob, err := b.aead.Open(nil, sealed[sharedHead:n], sealed[n:], sealed[:n])
	if err != nil {
		return nil, nil, console.Faultf(console.Passphrase, "compare the check code of each share with "+program+" shares show "+c.dir,
			"these shares do not open %s: one of them was changed, or the file was", name)
	}
	return b, blob, nil
}

// maxShareText bounds the text of a share in bytes.
const maxShareText = 64 << 10

// gathering is shares that come in one by one.
type gathering struct {
	*change
	set    share.ID
	needed int
	have   []*share.Share
	locked int // how many passphrases were asked for
}

func (g *gathering) gather() error {
	for _, name := range g.flags.Share {
		text, err := console.ReadFile(name, maxShareText)
		if err != nil {
			return err
		}
		if err := g.take(name, text); err != nil {
			return err
		}
	}
	if len(g.have) > 0 && len(g.have) < g.needed {
		return console.Faultf(console.Passphrase, "ask "+g.others()+", and give it with --share FILE",
			"%d of %d shares given; %s needed", len(g.have), g.needed, counted(g.needed-len(g.have), "more share"))
	}
	for len(g.have) < g.needed {
		prompt := fmt.Sprintf("share %d of %d (a file, or its letters): ", len(g.have)+1, g.needed)
		line, err := console.Line(prompt, "give "+counted(g.needed, "share")+" with --share FILE")
		if err != nil {
			return err
		}
		if line == "" {
			return console.Faultf(console.Passphrase, "ask "+g.others(), "%d of %d shares given; %s needed", len(g.have), g.needed, counted(g.needed-len(g.have), "more share"))
		}
		from, text := line, []byte(nil)
		if text, err = console.ReadFile(line, maxShareText); err != nil {
			from, text = "what was typed", []byte(line)
		}
		if err := g.take(from, text); err != nil {
			console.Report(g.w.err, program, err) // and ask again
		}
	}
	return nil
}

// take adds one share, if it is of this set and not there yet.
func (g *gathering) take(from string, text []byte) error {
	s, err := g.read(from, text)
	if err != nil {
		return err
	}
	for _, other := range g.have {
		if other.Number == s.Number {
			return console.Faultf(console.Passphrase, "ask "+g.others(), "%s: share %d is there already", from, s.Number)
		}
	}
	if s, err = g.unlockShare(s); err != nil {
		return err
	}
	g.have = append(g.have, s)
	return nil
}

// read reads one share and holds it against the key file and the log.
func (g *gathering) read(from string, text []byte) (*share.Share, error) {
	s, err := share.Parse(text)
	if err != nil {
		return nil, console.Wrap(console.Passphrase, "type it again, or take the file; its check code is in "+program+" shares show "+g.dir, fmt.Errorf("%s: %w", from, err))
	}
	if s.Set != g.set {
		return nil, console.Faultf(console.Passphrase, "who has a share of the present set: "+program+" shares show "+g.dir,
			"%s: share %d belongs to another set, %v; the key file takes set %v", from, s.Number, s.Set, g.set)
	}
	if k := g.keeper(s.Number); k != nil && k.Code != s.CheckCode() { // public: the log shows it
		return nil, console.Faultf(console.Passphrase, "take the share from where it is kept; the list: "+program+" shares show "+g.dir,
			"%s: share %d is not the one that was made: its check code is %s, and was %s", from, s.Number, s.CheckCode(), k.Code)
	}
	return s, nil
}

// unlockShare asks for the keeper's passphrase.
func (g *gathering) unlockShare(s *share.Share) (*share.Share, error) {
	if !s.Locked() {
		return s, nil
	}
	file := ""
	if g.locked < len(g.flags.SharePassphraseFile) {
		file = g.flags.SharePassphraseFile[g.locked]
	}
	g.locked++
	what := fmt.Sprintf("share %d", s.Number)
	if k := g.keeper(s.Number); k != nil && k.Keeper != "" {
		what += " of " + k.Keeper
	}
	console.WarnShared(g.w.err, program, file)
	passphrase, err := console.ReadPassphrase(file, what)
	if err != nil {
		return nil, err
	}
	defer clear(passphrase)
	open, err := s.Unlock(passphrase)
	return open, console.Wrap(console.Passphrase, "its keeper set it; if it is lost, take another keeper's share", err)
}

// keeper returns what the log says of a share of this set, or nil.
func (g *gathering) keeper(number int) *keeperEntry {
	if g.shares == nil || g.shares.Set != hex.EncodeToString(g.set[:]) {
		return nil // of a copy of the folder that is older than its log
	}
	for i := range g.shares.Keepers {
		if k := &g.shares.Keepers[i]; k.Number == number {
			return k
		}
	}
	return nil
}

// others names the keepers of the shares that are not there.
func (g *gathering) others() string {
	have := map[int]bool{}
	for _, s := range g.have {
		have[s.Number] = true
	}
	var names []string
	if g.shares != nil {
		for _, k := range g.shares.Keepers {
			if !have[k.Number] && g.keeper(k.Number) != nil {
				names = append(names, k.who())
			}
		}
	}
	if len(names) == 0 {
		return "another keeper for his share"
	}
	if n := len(names); n > 1 {
		return strings.Join(names[:n-1], ", ") + " or " + names[n-1]
	}
	return names[0]
}
