package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/blackstart-mesh/blackstart/cmd/internal/console"
	"github.com/blackstart-mesh/blackstart/sim/report"
)

// hashOf is the command hash-of SCENARIO FLAG...: it runs a scenario and prints the
// hash of all that happened.
func hashOf() {
	out, err := exec.Command(program, append([]string{"sim", "run", "--quiet", "--json"}, os.Args[1:]...)...).Output()
	var d report.Document
	if err == nil {
		err = json.Unmarshal(out, &d)
	}
	if err != nil || len(d.Runs) != 1 {
		fmt.Fprintln(os.Stderr, err, len(d.Runs))
		os.Exit(1)
	}
	fmt.Println(d.Runs[0].Hash)
}

// Exit codes of the simulator are those of all commands.
func TestSimExitCodes(t *testing.T) {
	file := func(name, expect string) string {
		name = t.TempDir() + "/" + name
		text := "name: two\nstory: Two stations.\nlasts: 5 min\narea: 1 km x 1 km\nnodes:\n  - {name: pair, count: 2, radios: lora}\n" +
			"radios:\n  - {name: lora, kind: lora, power: 22 dBm}\npeople:\n  - {who: pair, to: everyone, every: 1 min, until: t+2min}\n" + expect
		if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		return name
	}
	good := file("good.yaml", "")
	type try struct {
		code int
		word string
		args []string
	}
	tries := []try{
		{console.OK, "", []string{"sim", "run", good, "--quiet"}},
		{console.OK, "", []string{"sim", "run", good, "--quiet", "--json", "--seed", "1-3", "--jobs", "2"}},
		{console.Failure, "1 expectation of the scenario failed", []string{"sim", "run", file("hopeless.yaml", "expect:\n  - {median: 100 %}\n"), "--quiet"}},
		{console.Usage, "did you mean", []string{"sim", "run", "cel"}},
		{console.Usage, "unknown key", []string{"sim", "run", file("bad.yaml", "expct: 1\n")}},
		{console.Usage, "there is no protocol", []string{"sim", "compare", good, "--protocols", "blackstart,spry"}},
		{console.Usage, "runs backwards", []string{"sim", "run", good, "--seed", "2-1"}},
		{console.Usage, "--jobs", []string{"sim", "run", good, "--jobs", "-1"}},
		{console.Usage, "", []string{"sim", "run"}},
		{console.Usage, "", []string{"sim", "validate", "/no/such/folder"}},
		{console.Usage, "there is no built-in", []string{"sim", "show", "nothing"}},
		{console.Usage, "cannot be both the scenario and the trace", []string{"sim", "run", good, "--trace", good}},
	}
	if _, err := os.Stat("/dev/full"); err == nil { // each is found out, the trace as well
		for _, to := range []string{"--csv", "--html", "--trace"} {
			tries = append(tries, try{console.DiskFull, "no space left", []string{"sim", "run", good, "--quiet", to, "/dev/full"}})
		}
	}
	for _, c := range tries {
		var out, errs bytes.Buffer
		w := newWorld()
		w.out, w.err = &out, &errs
		if got := run(c.args, w); got != c.code || !strings.Contains(errs.String(), c.word) {
			t.Errorf("%s: exit code %d, want %d with %q\n%s", strings.Join(c.args, " "), got, c.code, c.word, errs.String())
		}
		if c.code == console.OK && errs.Len() > 0 {
			t.Errorf("%s says %q", strings.Join(c.args, " "), errs.String())
		}
	}
}
