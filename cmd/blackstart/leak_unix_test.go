//go:build unix

package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/blackstart-mesh/blackstart/internal/await"
	"github.com/blackstart-mesh/blackstart/internal/leak"
	"github.com/blackstart-mesh/blackstart/store/keyslot"
)

// TestNoSecretLeavesANode runs the real program through the life of a small
// network all of whose secrets are known, good days and bad, lets it crash in many
// places, and searches everything that it let out: what it printed and logged, its
// stack dumps, the answers of its API, and each file but those that are the secret.
func TestNoSecretLeavesANode(t *testing.T) {
	if testing.Short() {
		t.Skip("starts some forty processes")
	}
	s := &leakStory{t: t, dir: t.TempDir(), shows: map[string][]string{}}
	s.plantSecrets()
	s.goodDays()
	s.crashes()
	s.badDays()
	s.lastDay()
	s.search()
}

// leakStory collects what the program lets out.
type leakStory struct {
	t       *testing.T
	dir     string
	secrets leak.Detector
	texts   leak.Detector // of messages: for people, not for logs
	network *plantedNetwork
	out     []letOut
	shows   map[string][]string // what an output may show, by its name: "texts", or the name of a secret
}

type letOut struct {
	name string
	text *bytes.Buffer
}

const (
	textDirect = "wagtail-7Q2x,meets-plover-K9vd-weir"
	textFlash  = "osprey-3Zr8,heron-5Tn1:stays-Uq6"
	textBack   = "dunlin-8Wc4,lapwing-2Jf6.gate-Bp9"
)

var secretFiles = map[string]string{
	"pass":   "the passphrase of b", // and their contents
	"wrong":  "a wrong passphrase",
	"backup": "the passphrase of the backup",
}

func (s *leakStory) plantSecrets() {
	contents := map[string]string{"pass": "rT5-mellow-Xq9-Vb2u", "wrong": "uncanny-Zk3-Wp8-Yd6f", "backup": "oblique-Hs7-Ln4-Gc1e"}
	for name, what := range secretFiles {
		s.secrets.Plant(what, []byte(contents[name]))
		if err := os.WriteFile(s.at(name), []byte(contents[name]+"\n"), 0o600); err != nil {
			s.t.Fatal(err)
		}
	}
	for _, text := range []string{textDirect, textFlash, textBack} {
		s.texts.Plant("the text of a message", []byte(text))
	}
	s.network = newPlantedNetwork(s.t, &s.secrets)
}

func (s *leakStory) at(name string) string { return filepath.Join(s.dir, name) }

// command prepares the program, and keeps what it will print. name is that of the
// output.
func (s *leakStory) command(name string, args ...string) *exec.Cmd {
	cmd := exec.Command(program, args...)
	cmd.Dir = s.dir
	cmd.Env = append(os.Environ(), "GOTRACEBACK=all")
	out, errs := new(bytes.Buffer), new(bytes.Buffer)
	cmd.Stdout, cmd.Stderr = out, errs
	s.out = append(s.out, letOut{name + ", standard output", out}, letOut{name + ", standard error", errs})
	return cmd
}

// do runs a command line that succeeds, and refused one that fails.
func (s *leakStory) do(line string) string { return s.run(line, true) }

func (s *leakStory) refused(line string) { s.run(line, false) }

func (s *leakStory) run(line string, works bool) string {
	s.t.Helper()
	cmd := s.command(line, fields(line)...)
	err := cmd.Run()
	if failed := new(exec.ExitError); (err == nil) != works || err != nil && !errors.As(err, &failed) {
		s.t.Fatalf("blackstart %s: %v\n%s", line, err, cmd.Stderr)
	}
	return cmd.Stdout.(*bytes.Buffer).String()
}

// fields splits a line at blanks, but for those within ' '.
func fields(line string) (list []string) {
	for i, part := range strings.Split(line, "'") {
		if i%2 == 1 {
			list = append(list, part)
		} else {
			list = append(list, strings.Fields(part)...)
		}
	}
	return list
}

// may lets the outputs of a command show something.
func (s *leakStory) may(line, what string) string {
	s.shows[line] = append(s.shows[line], what)
	return line
}

func (s *leakStory) start(name, line string, env ...string) *exec.Cmd {
	s.t.Helper()
	cmd := s.command(name, fields(line)...)
	cmd.Env = append(cmd.Env, env...)
	if err := cmd.Start(); err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() { _ = cmd.Process.Kill() })
	return cmd
}

func (s *leakStory) goodDays() {
	port, err := freePort()
	if err != nil {
		s.t.Fatal(err)
	}
	s.do(fmt.Sprintf("-d a init --name crew-1 --key-file a.key --listen 127.0.0.1:0 --link ip://127.0.0.1:%d?mdns=no&transport=tcp", port))
	s.do(fmt.Sprintf("-d b init --name hq --passphrase-file pass --listen 127.0.0.1:0 --json --link ip://127.0.0.1:0?mdns=no&transport=tcp&peer=127.0.0.1:%d", port))
	s.do("-d c init --name lost --key-command 'key-of c' --listen 127.0.0.1:0")
	key, err := os.ReadFile(s.at("a.key"))
	if err != nil {
		s.t.Fatal(err)
	}
	s.secrets.Plant("the key file of a", key)
	a := plantDevice(s.t, &s.secrets, s.at("a"), keyslot.KeyFile(s.at("a.key")))
	b := plantDevice(s.t, &s.secrets, s.at("b"), keyslot.Passphrase("rT5-mellow-Xq9-Vb2u"))
	shared, err := a.Shared(b.BoxKey())
	if err != nil {
		s.t.Fatal(err)
	}
	s.secrets.Plant("what a and b share", shared[:])
	s.network.enrol(s.at("a/request"), s.at("b/request"), s.at("c/request"))
	s.network.write(s.at("net"), 3)
	s.do("-d a join net --yes")
	s.do("-d b join net --yes --passphrase-file pass --json")
	s.do("-d c join net --yes")
	nodeA := s.start("node a", "-d a node --log-level debug", "GOTRACEBACK=crash")
	nodeB := s.start("node b", "-d b node --log-level debug --passphrase-file pass")
	s.do("-d a status --wait 30s")
	s.do("-d b status --wait 30s --json")
	for _, node := range []string{"a", "b"} {
		token, err := os.ReadFile(s.at(node + "/token"))
		if err != nil {
			s.t.Fatal(err)
		}
		s.secrets.Plant("the token of "+node, bytes.TrimSpace(token))
	}
	s.do(fmt.Sprintf("-d a send hq '%s' --wait delivered --timeout 60s", textDirect))
	s.do(fmt.Sprintf("-d a send all '%s' -p flash --wait held --timeout 60s", textFlash))
	s.do(s.may(fmt.Sprintf("-d b send crew-1 '%s' --wait delivered --timeout 60s --json", textBack), "texts"))
	s.questions()
	s.strangers()
	s.network.file.Blocks = slices.Clone(s.network.file.Blocks)
	s.network.write(s.at("net2"), 3, 3)
	s.do("-d a join net2")
	s.do("-d b join net2 --passphrase-file pass")
	s.refused("-d c join net2 --json")
	s.do("-d a suspend hq --reason 'left on a train' --yes")
	s.do("-d a suspend hq --lift --json")
	s.do("-d a backup one.backup --backup-passphrase-file backup")
	s.dump(nodeA, syscall.SIGABRT)
	s.dump(nodeB, syscall.SIGQUIT)
}

// questions asks a running node everything that can be asked.
func (s *leakStory) questions() {
	for _, line := range []string{"status", "status --json", "clock", "clock --json", "audit", "audit --json", "suspend --json", "key show --json"} {
		s.do("-d b " + line)
	}
	s.do(s.may("-d b inbox --all", "texts"))
	s.do(s.may("-d b inbox --all --json", "texts"))
	s.do("-d b evidence 2 -o flash.evidence")
	s.do(s.may("evidence --check flash.evidence --network net --json", "texts"))
	s.do(s.may("-d a page", "the token of a"))
}

// strangers asks the API without its token, and with others.
func (s *leakStory) strangers() {
	address, err := os.ReadFile(s.at("a/address"))
	if err != nil {
		s.t.Fatal(err)
	}
	base := "http://" + strings.TrimSpace(string(address))
	for _, path := range []string{"/", "/v1/hello", "/v1/hello?nonce=00112233445566778899aabbccddeeff", "/v1/status", "/v1/messages", "/v1/roster", "/v1/audit", "/v1/evidence/1", "/v1/nothing", "/debug/pprof/goroutine?debug=2"} {
		for _, token := range []string{"", "Bearer " + strings.Repeat("0", 64)} {
			r, err := http.NewRequest(http.MethodGet, base+path, strings.NewReader("{"))
			if err != nil {
				s.t.Fatal(err)
			}
			r.Header.Set("Authorization", token)
			answer, err := http.DefaultClient.Do(r)
			if err != nil {
				s.t.Fatal(err)
			}
			body, err := io.ReadAll(answer.Body)
			if err := errors.Join(err, answer.Body.Close()); err != nil {
				s.t.Fatal(err)
			}
			s.out = append(s.out, letOut{"GET " + path, bytes.NewBuffer(fmt.Append(body, answer.Header))})
		}
	}
}

// dump ends a process by a signal that makes it dump its stacks.
func (s *leakStory) dump(cmd *exec.Cmd, signal syscall.Signal) {
	s.t.Helper()
	if err := cmd.Process.Signal(signal); err != nil {
		s.t.Fatal(err)
	}
	if err := cmd.Wait(); err == nil {
		s.t.Fatalf("%v did not end %q", signal, cmd.Args)
	}
	if text := cmd.Stderr.(*bytes.Buffer).String(); !strings.Contains(text, "goroutine 1") {
		s.t.Fatalf("%q dumped no stacks:\n%s", cmd.Args, text)
	}
}

// crashes lets the program stand still in the midst of opening each of its files,
// with the keys at hand that it needs for it, and dump its stacks.
func (s *leakStory) crashes() {
	s.standstill("vault", "node --key-file a.key")
	s.standstill("store/FORMAT", "node --key-file a.key")
	s.standstill("store/FORMAT", "check --key-file a.key")
}

func (s *leakStory) standstill(name, line string) {
	s.t.Helper()
	dir := s.copyOf("a")
	file := filepath.Join(dir, name)
	if err := errors.Join(os.Remove(file), syscall.Mkfifo(file, 0o600)); err != nil {
		s.t.Fatal(err)
	}
	cmd := s.start("crash at "+name+", "+line, "-d "+dir+" "+line, "GOTRACEBACK=crash")
	var pipe *os.File
	await.Until(s.t, time.Minute, "the program to read "+name, func() bool {
		var err error
		pipe, err = os.OpenFile(file, os.O_WRONLY|syscall.O_NONBLOCK, 0)
		return err == nil
	})
	s.dump(cmd, syscall.SIGQUIT)
	if err := pipe.Close(); err != nil {
		s.t.Fatal(err)
	}
	if err := os.Remove(file); err != nil {
		s.t.Fatal(err)
	}
}

// copyOf copies a node's folder.
func (s *leakStory) copyOf(name string) string {
	dir, err := os.MkdirTemp(s.dir, name+"-")
	if err == nil {
		err = os.Remove(dir)
	}
	if err == nil {
		err = os.CopyFS(dir, os.DirFS(s.at(name)))
	}
	if err != nil {
		s.t.Fatal(err)
	}
	if err := os.Remove(filepath.Join(dir, "address")); err != nil && !errors.Is(err, fs.ErrNotExist) {
		s.t.Fatal(err)
	}
	return dir
}

// badDays meets wrong secrets, damaged files, and a disk that takes nothing.
func (s *leakStory) badDays() {
	s.refused("-d b check --passphrase-file wrong")
	s.refused("-d b check --key-file a.key")
	s.refused("-d a check --key-file pass")
	s.refused("-d a join net --key-file a.key") // older than what it has
	s.refused("restore one.backup d --backup-passphrase-file wrong --key-file d.key")
	s.refused("restore net d --backup-passphrase-file backup --key-file d.key")
	s.refused("evidence --check net --network net")
	for _, name := range []string{"keyslot", "identity", "network", "vault", "store/FORMAT", "node.yaml"} {
		dir := s.copyOf("a")
		data, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			s.t.Fatal(err)
		}
		for i := range data {
			data[i] ^= 0x55
		}
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o600); err != nil {
			s.t.Fatal(err)
		}
		s.refused("-d " + dir + " node --key-file a.key --log-level debug")
	}
	// No file may grow: a disk that is full.
	for _, line := range []string{"node --key-file a.key --log-level debug", "join net2 --key-file a.key", "backup full.backup --key-file a.key --backup-passphrase-file backup"} {
		dir := s.copyOf("a")
		cmd := s.command("full disk, "+line, fields("-d "+dir+" "+line)...)
		cmd.Path, cmd.Args = "/bin/sh", append([]string{"sh", "-c", `ulimit -f 0; exec "$0" "$@"`}, cmd.Args...)
		if err := cmd.Run(); err == nil && !strings.HasPrefix(line, "join") {
			s.t.Errorf("a full disk is no error of %s", line)
		}
	}
}

func (s *leakStory) lastDay() {
	s.do("restore one.backup d --backup-passphrase-file backup --key-file a.key --json")
	s.do("-d d check --key-file a.key --json")
	s.do("-d d key change --key-file a.key --new-passphrase-file pass --json")
	s.do("-d c zeroize --yes --json")
}

// search looks for everything planted in everything collected.
func (s *leakStory) search() {
	for _, o := range s.out {
		line, _, _ := strings.Cut(o.name, ", standard ")
		s.report(s.secrets.Search(o.name, o.text.Bytes()), s.shows[line])
		if !slices.Contains(s.shows[line], "texts") {
			s.report(s.texts.Search(o.name, o.text.Bytes()), nil)
		}
	}
	names := 0
	err := filepath.WalkDir(s.dir, func(name string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		if base := filepath.Base(name); base == "token" || base == "a.key" || secretFiles[base] != "" && filepath.Dir(name) == s.dir {
			return nil
		}
		data, err := os.ReadFile(name)
		rel, _ := filepath.Rel(s.dir, name)
		s.report(s.secrets.Search(rel, data), nil)
		if rel != "flash.evidence" {
			s.report(s.texts.Search(rel, data), nil)
		}
		names++
		return err
	})
	if err != nil || names < 20 || len(s.out) < 80 {
		s.t.Errorf("only %d outputs and %d files were searched: %v", len(s.out), names, err)
	}
	// The control: the page shows the token, the inbox the texts, or nothing above is proven.
	for line, what := range s.shows {
		found := 0
		for _, o := range s.out {
			if strings.HasPrefix(o.name, line+", ") {
				found += len(s.secrets.Search(o.name, o.text.Bytes())) + len(s.texts.Search(o.name, o.text.Bytes()))
			}
		}
		if found == 0 {
			s.t.Errorf("%s does not show %s, which it is for", line, what)
		}
	}
}

func (s *leakStory) report(found []leak.Finding, allowed []string) {
	for _, f := range found {
		if !slices.Contains(allowed, f.Name) {
			s.t.Errorf("%v", f)
		}
	}
}
