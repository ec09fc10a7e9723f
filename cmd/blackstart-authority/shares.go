package main

import (
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/blackstart-mesh/blackstart/cmd/blackstart-authority/share"
	"github.com/blackstart-mesh/blackstart/cmd/internal/console"
)

// sharesEntry is a splitting of the key, as the log keeps it: who has what, and
// nothing of what it is.
type sharesEntry struct {
	Set     string        `json:"set,omitempty"` // hex; none: the key is under a passphrase again
	Needed  int           `json:"needed,omitempty"`
	Keepers []keeperEntry `json:"keepers,omitempty"`
}

type keeperEntry struct {
	Number int    `json:"number"`
	Keeper string `json:"keeper,omitempty"`
	Code   string `json:"code"` // the share's check code
	Locked bool   `json:"locked,omitempty"`
}

func (k keeperEntry) who() string {
	if k.Keeper == "" {
		return fmt.Sprintf("the keeper of share %d", k.Number)
	}
	return fmt.Sprintf("%s (share %d)", k.Keeper, k.Number)
}

// splitFlags say how to split a key.
type splitFlags struct {
	Shares               string   `help:"Split the key, so that it takes several people to open it, like 3-of-5." placeholder:"K-of-N"`
	To                   string   `help:"Folder to write the shares to; give each to its keeper, and leave none there." placeholder:"FOLDER"`
	Keeper               []string `help:"Name of the keeper of each share, in order; may be repeated."`
	KeeperPassphrases    bool     `help:"Each keeper sets a passphrase for his share, at the terminal."`
	KeeperPassphraseFile []string `help:"Read the keepers' passphrases from the first line of these files, in order."`
}

// plan checks what can be checked before anything is drawn.
func (f splitFlags) plan() (k, n int, err error) {
	first, second, found := strings.Cut(f.Shares, "-of-")
	k, errK := strconv.Atoi(first)
	n, errN := strconv.Atoi(second)
	if !found || errK != nil || errN != nil {
		return 0, 0, console.Faultf(console.Usage, "write it like 3-of-5", "--shares: %q", f.Shares)
	}
	if err := share.Check(k, n); err != nil {
		return 0, 0, console.Wrap(console.Usage, "3-of-5 does for most: two may be away or lost, and two thieves have nothing", flagged("--shares", err))
	}
	switch {
	case f.To == "":
		return 0, 0, console.Faultf(console.Usage, "name an empty folder with --to", "where to write the shares?")
	case len(f.Keeper) > 0 && len(f.Keeper) != n:
		return 0, 0, console.Faultf(console.Usage, "name all or none", "--keeper: %s for %s", counted(len(f.Keeper), "name"), counted(n, "share"))
	case len(f.KeeperPassphraseFile) > 0 && len(f.KeeperPassphraseFile) != n:
		return 0, 0, console.Faultf(console.Usage, "give one for each share", "--keeper-passphrase-file: %s for %s", counted(len(f.KeeperPassphraseFile), "file"), counted(n, "share"))
	}
	return k, n, free(f.To)
}

// split draws a new key, writes its shares, and returns what seals the key file and
// what the log keeps. The shares are durable before anything is sealed under them.
func (f splitFlags) split(w world, network string) (*box, *sharesEntry, error) {
	k, n, err := f.plan()
	if err != nil {
		return nil, nil, err
	}
	list, key, err := share.Split(k, n, w.entropy)
	if err != nil {
		return nil, nil, err
	}
	b, err := sharedBox(list, key)
	clear(key[:])
	if err != nil {
		return nil, nil, err
	}
	e := &sharesEntry{Set: hex.EncodeToString(list[0].Set[:]), Needed: k}
	if err := os.MkdirAll(f.To, 0o700); err != nil {
		return nil, nil, err
	}
	for i, s := range list {
		keeper := keeperEntry{Number: s.Number}
		if len(f.Keeper) > 0 {
			keeper.Keeper = f.Keeper[i]
		}
		if s, err = f.lock(w, s, keeper); err != nil {
			return nil, nil, err
		}
		keeper.Code, keeper.Locked = s.CheckCode(), s.Locked()
		e.Keepers = append(e.Keepers, keeper)
		if err := w.disk.Write(filepath.Join(f.To, shareName(s.Number)), s.Text(network, keeper.Keeper), 0o600); err != nil {
			return nil, nil, err
		}
	}
	return b, e, nil
}

func shareName(number int) string { return fmt.Sprintf("share-%d.txt", number) }

// lock puts a share under its keeper's passphrase, if that is wanted.
func (f splitFlags) lock(w world, s *share.Share, keeper keeperEntry) (*share.Share, error) {
	file := ""
	if i := s.Number - 1; i < len(f.KeeperPassphraseFile) {
		file = f.KeeperPassphraseFile[i]
	} else if !f.KeeperPassphrases {
		return s, nil
	}
	console.WarnShared(w.err, program, file)
	passphrase, err := console.NewPassphrase(file, strings.TrimPrefix(keeper.who(), "the keeper of "))
	if err != nil {
		return nil, err
	}
	defer clear(passphrase)
	return s.Lock(passphrase, share.Cost{Passes: w.cost.passes, Memory: w.cost.memory}, w.entropy)
}

// remarks tell people what was made.
func (e *sharesEntry) remarks(to string) []string {
	lines := []string{fmt.Sprintf("set %s: any %d of %s open the key; they are in %s: give each to its keeper, and leave none there", setName(e.Set), e.Needed, counted(len(e.Keepers), "share"), to)}
	for _, k := range e.Keepers {
		lines = append(lines, fmt.Sprintf("%s: %s, check code %s", shareName(k.Number), k.who(), k.Code))
	}
	return lines
}

// setName writes the name of a set as the shares do.
func setName(set string) string {
	b, err := hex.DecodeString(set)
	if err != nil || len(b) != share.SetSize {
		return set
	}
	return share.ID(b).String()
}

type sharesCommand struct {
	Show  sharesShowCommand  `cmd:"" help:"Show who has a share of the key."`
	Split sharesSplitCommand `cmd:"" help:"Split the key anew: the shares before are void."`
	Check sharesCheckCommand `cmd:"" help:"Check a share against the log, without opening anything."`
}

type sharesShowCommand struct {
	Dir  string `arg:"" help:"The authority's folder."`
	JSON bool   `name:"json" help:"Print the result as JSON."`
}

func (sharesShowCommand) Help() string {
	return `Shows the set of shares, who keeps which, and its check code. None of it helps to open anything.

Examples:
  blackstart-authority shares show /safe/north
  blackstart-authority shares show /safe/north --json`
}

func (c *sharesShowCommand) Run(w world) error {
	a, err := open(w, c.Dir)
	if err != nil {
		return err
	}
	if a.shares == nil {
		if c.JSON {
			return console.JSON(w.out, map[string]any{"network": a.name, "shares": nil})
		}
		_, err := fmt.Fprintf(w.out, "the key of %q is under a passphrase, and was not split into shares\n", a.name)
		return err
	}
	if c.JSON {
		return console.JSON(w.out, map[string]any{"network": a.name, "shares": a.shares})
	}
	fmt.Fprintf(w.out, "set %s, made on %s: any %d of %s open the key of %q\n\n", setName(a.shares.Set), a.sharesMade.Format(time.DateOnly),
		a.shares.Needed, counted(len(a.shares.Keepers), "share"), a.name)
	rows := [][]string{{"SHARE", "KEEPER", "CHECK CODE", "PASSPHRASE"}}
	for _, k := range a.shares.Keepers {
		locked := "none"
		if k.Locked {
			locked = "the keeper's own"
		}
		rows = append(rows, []string{strconv.Itoa(k.Number), k.Keeper, k.Code, locked})
	}
	return console.Table(w.out, rows)
}

type sharesSplitCommand struct {
	Dir string `arg:"" help:"The authority's folder."`
	splitFlags
	changeFlags
}

func (sharesSplitCommand) Help() string {
	return `Puts the key file under a fresh key, and splits that. What opened it before, a passphrase or shares, is void for this folder. Copies of the folder keep what they had: make new ones and destroy the old, and the shares with them.

Do it when a keeper leaves, when a share is lost, and at once when several may be in wrong hands: then also rotate, and change the root key.

Examples:
  blackstart-authority shares split /safe/north --shares 3-of-5 --to /media/usb/shares
  blackstart-authority shares split /safe/north --shares 2-of-3 --keeper "A. Meier" --keeper "B. Roth" --keeper "C. Lang" --to shares --share 1.txt --share 4.txt --share 5.txt`
}

func (c *sharesSplitCommand) Run(w world) error {
	ch, err := begin(w, c.Dir, "shares split", c.changeFlags)
	if err != nil {
		return err
	}
	k, n, err := c.plan()
	if err != nil {
		return err
	}
	if ch.shares != nil {
		ch.outcome.remark("set %s is void for this folder; copies made before still open with it: destroy them", setName(ch.shares.Set))
	} else {
		ch.outcome.remark("the passphrase is void for this folder; copies made before still open with it: destroy them")
	}
	if c.DryRun {
		ch.outcome.remark("%s in %s, any %d of which open the key", counted(n, "share"), c.To, k)
		return ch.outcome.print(w, c.JSON)
	}
	if err := ch.unlock(); err != nil {
		return err
	}
	if ch.box, ch.entry.Shares, err = c.split(w, ch.name); err != nil {
		return err
	}
	ch.outcome.Remarks = append(ch.outcome.Remarks, ch.entry.Shares.remarks(c.To)...)
	return ch.finish()
}

type sharesCheckCommand struct {
	Dir    string   `arg:"" help:"The authority's folder."`
	Shares []string `arg:"" name:"share" help:"Files of shares."`
	JSON   bool     `name:"json" help:"Print the result as JSON."`
}

func (sharesCheckCommand) Help() string {
	return `Reads each share and tells whether it is the one that was made, by its set and its check code. Do it once a year: a share that cannot be read is lost.

Examples:
  blackstart-authority shares check /safe/north /media/usb/share-2.txt`
}

func (c *sharesCheckCommand) Run(w world) error {
	a, err := open(w, c.Dir)
	if err != nil {
		return err
	}
	if a.shares == nil {
		return console.Faultf(console.Usage, "split it: "+program+" shares split "+c.Dir+" --shares 3-of-5 --to FOLDER", "the key of %q was not split into shares", a.name)
	}
	set, err := hex.DecodeString(a.shares.Set)
	if err != nil || len(set) != share.SetSize {
		return corrupt("the log names a set %q", a.shares.Set)
	}
	g := &gathering{change: &change{authority: a, w: w}, set: share.ID(set), needed: a.shares.Needed}
	type checked struct {
		File   string `json:"file"`
		Number int    `json:"number,omitempty"`
		Keeper string `json:"keeper,omitempty"`
		Error  string `json:"error,omitempty"`
	}
	good, bad := []checked{}, []checked{}
	for _, name := range c.Shares { // past what is wrong: one look at the safe tells all
		s, err := g.readFile(name)
		if err != nil {
			bad = append(bad, checked{File: name, Error: err.Error()})
			console.Report(w.err, program, err)
			continue
		}
		one := checked{File: name, Number: s.Number}
		if k := g.keeper(s.Number); k != nil {
			one.Keeper = k.Keeper
		}
		good = append(good, one)
		if !c.JSON {
			fmt.Fprintf(w.out, "%s: good, it is share %d\n", console.Plain(name), s.Number)
		}
	}
	if c.JSON {
		if err := console.JSON(w.out, map[string]any{"network": a.name, "set": a.shares.Set, "good": good, "bad": bad}); err != nil {
			return err
		}
	}
	if len(bad) > 0 {
		return console.Faultf(console.Passphrase, fmt.Sprintf("%d good ones open the key; split it anew while there are as many: %s shares split %s", g.needed, program, c.Dir),
			"%d of %s cannot be used", len(bad), counted(len(c.Shares), "share"))
	}
	return nil
}

// readFile is read of a file.
func (g *gathering) readFile(name string) (*share.Share, error) {
	text, err := console.ReadFile(name, maxShareText)
	if err != nil {
		return nil, err
	}
	return g.read(name, text)
}

// voidShares notes that the key file is under a passphrase from now on.
func (c *change) voidShares() {
	if c.shares != nil {
		c.entry.Shares = &sharesEntry{}
		c.outcome.remark("set %s is void for this folder; copies made before still open with it: destroy them", setName(c.shares.Set))
	}
}
