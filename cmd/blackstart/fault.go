package main

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"syscall"

	"github.com/blackstart-mesh/blackstart/cmd/blackstart/config"
	"github.com/blackstart-mesh/blackstart/cmd/blackstart/daemon"
	"github.com/blackstart-mesh/blackstart/cmd/blackstart/device"
	"github.com/blackstart-mesh/blackstart/cmd/blackstart/keycommand"
	"github.com/blackstart-mesh/blackstart/cmd/internal/console"
	"github.com/blackstart-mesh/blackstart/mesh"
	"github.com/blackstart-mesh/blackstart/message/enrol"
	"github.com/blackstart-mesh/blackstart/store"
	"github.com/blackstart-mesh/blackstart/store/backup"
	"github.com/blackstart-mesh/blackstart/store/disk"
	"github.com/blackstart-mesh/blackstart/store/keyslot"
	"github.com/blackstart-mesh/blackstart/store/vault"
)

// faults gives each class of error its exit code, and says what to do next
// where the error itself does not.
var faults = []struct {
	class error
	code  int
	hint  string
}{
	{store.ErrFull, console.DiskFull, "free some space and start again; nothing that was accepted is lost"},
	{syscall.ENOSPC, console.DiskFull, "free some space and start again; nothing that was accepted is lost"},
	{keyslot.ErrPassphrase, console.Passphrase, "try again; a damaged key slot looks the same, and then only a backup helps: blackstart restore"},
	{keyslot.ErrKeyFile, console.Passphrase, "give the key file that the node was made with"},
	{keyslot.ErrKeyCommand, console.Passphrase, "has the TPM been cleared, or the credential made anew? the node opens with the old key only"},
	{keyslot.ErrKind, console.Passphrase, "see --passphrase-file, --key-file and --key-command, and blackstart key show"},
	{keycommand.ErrSyntax, console.Usage, "write it as at a terminal, with quotes around words with spaces; no shell reads it"},
	{keycommand.ErrFailed, console.Passphrase, "run it by hand as the node's user; in a service, does the unit load the credential?"},
	{keycommand.ErrTimeOut, console.Passphrase, "it must not ask anybody anything; run it by hand as the node's user"},
	{keycommand.ErrOutput, console.Passphrase, "it has to put out the key and nothing else: 32 to 4096 random bytes, the same each time"},
	{vault.ErrKey, console.Store, "vault and key slot are not of one node; put back the folder as a whole"},
	{vault.ErrDamaged, console.Store, "look at the disk; then remove the file vault, and join with a new network file of the authority"},
	{vault.ErrVersion, console.Store, "update blackstart on this machine"},
	{backup.ErrFormat, console.Untrusted, "is it the right file? backups are made by: blackstart backup FILE"},
	{backup.ErrDamaged, console.Untrusted, "nothing was restored; copy the backup again, or take an older one"},
	{backup.ErrVersion, console.Untrusted, "update blackstart on this machine"},
	{disk.ErrKey, console.Store, "identity and store are not of one node; put back the folder as a whole"},
	{disk.ErrLocked, console.Store, "a node runs on this folder already: use it (blackstart status), stop it, or name another folder with --dir"},
	{disk.ErrCorrupt, console.Store, "restore a backup with blackstart restore, or make a new node with blackstart init"},
	{disk.ErrAbsent, console.Store, "restore a backup with blackstart restore, or make a new node with blackstart init"},
	{disk.ErrVersion, console.Store, "update blackstart on this machine"},
	{disk.ErrBroken, console.Store, "look at the disk, then start the node again"},
	{keyslot.ErrCorrupt, console.Store, "restore a backup with blackstart restore, or make a new node with blackstart init"},
	{keyslot.ErrVersion, console.Store, "update blackstart on this machine"},
	{device.ErrDamaged, console.Store, "restore a backup with blackstart restore, or make a new node with blackstart init"},
	{daemon.ErrStore, console.Store, "look at the disk, then run blackstart check"},
	{device.ErrZeroized, console.NotEnrolled, "its keys are gone for good; make a new node with: blackstart init --name NAME"},
	{device.ErrAbsent, console.NotEnrolled, "make a node with: blackstart init --name NAME"},
	{device.ErrNotJoined, console.NotEnrolled, "have the request enrolled, then: blackstart join FILE"},
	{device.ErrNoKeys, console.NotEnrolled, "make a fresh request: blackstart request --renew; have the authority take it with blackstart-authority enrol --renew; then: blackstart join FILE"},
	{enrol.ErrNoKeys, console.NotEnrolled, ""},
	{device.ErrExists, console.Usage, "name another folder with --dir; what an interrupted init or zeroize left may be removed"},
	{enrol.ErrName, console.Usage, ""},
	{syscall.EADDRINUSE, console.AddressUsed, "stop what uses it, or set another address in node.yaml"},
	{daemon.ErrAddress, console.Usage, "set listen: 127.0.0.1:8470 in node.yaml"},
	{daemon.ErrLink, console.Usage, "correct the link in node.yaml; the file itself describes the URLs"},
	{mesh.ErrExhibit, console.Untrusted, "is it the right file? export it again with: blackstart evidence ID -o FILE"},
	{mesh.ErrBroken, console.Untrusted, "do not rely on it: it was changed, or put together from parts"},
	{mesh.ErrUnproven, console.Untrusted, "nobody signed it; its group's key says that a member wrote it, and not which one"},
	{enrol.ErrNotMember, console.NotEnrolled, ""},
	{enrol.ErrRevoked, console.NotEnrolled, ""},
	{enrol.ErrPIN, console.Passphrase, ""},
	{enrol.ErrOtherRoot, console.Untrusted, ""},
	{enrol.ErrSuccession, console.Untrusted, ""},
	{enrol.ErrOtherNetwork, console.Untrusted, ""},
	{enrol.ErrPrivilege, console.Untrusted, ""},
	{enrol.ErrTwice, console.Untrusted, ""},
	{enrol.ErrMalformed, console.Untrusted, ""},
	{enrol.ErrOlder, console.Untrusted, ""},
	{enrol.ErrConflict, console.Untrusted, ""},
	{enrol.ErrSignature, console.Untrusted, ""},
	{enrol.ErrPackage, console.Untrusted, ""},
	{enrol.ErrArmour, console.Untrusted, ""},
	{enrol.ErrKind, console.Untrusted, ""},
	{enrol.ErrTruncated, console.Untrusted, ""},
	{enrol.ErrOversized, console.Untrusted, ""},
	{enrol.ErrVersion, console.Untrusted, ""},
	{enrol.ErrNotCanonical, console.Untrusted, ""},
	{syscall.EROFS, console.Failure, "make the disk writable: the node and its checks have to lock the folder"},
	{fs.ErrPermission, console.Failure, "run it as the user whom the folder belongs to"},
}

// fault gives an error its exit code and hint, unless it has them.
func fault(err error) error {
	if err == nil {
		return nil
	}
	if _, done := errors.AsType[*console.Fault](err); done {
		return err
	}
	if e, ok := errors.AsType[*config.Error](err); ok {
		return console.Wrap(console.Usage, e.Hint, err)
	}
	for _, f := range faults {
		if !is(err, f.class) {
			continue
		}
		hint := f.hint
		if hint == "" {
			hint = enrol.Hint(err)
		}
		return console.Wrap(f.code, hint, err)
	}
	return err
}

// systemTexts are what systems and libraries make of an error before it comes
// here: Windows has numbers of its own, and libp2p keeps the text alone.
var systemTexts = []struct {
	class error
	text  string
}{
	{syscall.EADDRINUSE, "address already in use"},
	{syscall.EADDRINUSE, "Only one usage of each socket address"},
	{syscall.ENOSPC, "no space left on device"},
	{syscall.ENOSPC, "not enough space on the disk"},
}

// is is errors.Is, and knows an error of the system by its text.
func is(err, class error) bool {
	if errors.Is(err, class) {
		return true
	}
	for _, t := range systemTexts {
		if t.class == class && strings.Contains(err.Error(), t.text) {
			return true
		}
	}
	return false
}

// about puts what an error is about in front of it.
func about(what string, err error) error {
	if err == nil {
		return nil
	}
	if strings.HasPrefix(err.Error(), what+": ") {
		return err // it would be named a second time
	}
	return fmt.Errorf("%s: %w", what, err)
}
