package bench

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"github.com/blackstart-mesh/blackstart/api/client"
	"github.com/blackstart-mesh/blackstart/cmd/blackstart/device"
)

// StartOptions says how starting is measured.
type StartOptions struct {
	Stored int           // messages in the record
	Live   []int         // how many of them are not expired; one measurement for each
	Wait   time.Duration // between ready and the reading of memory
	Dir    string        // in which the nodes are made
	Exe    string        // the program
}

// readyLimit is how long a start may take.
const readyLimit = 2 * time.Minute

// Start measures the real daemon on a folder with many messages: how soon its
// API answers, and what it costs while nothing happens. The results of the
// first number of live messages have the plain names.
func Start(ctx context.Context, o StartOptions) (_ *Report, err error) {
	dir, remove, err := tempDir(o.Dir)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, remove()) }()
	r := newReport("start")
	r.Parameters["stored"] = o.Stored
	r.Parameters["live"] = o.Live
	r.Parameters["text_bytes"] = fillBytes
	r.Parameters["wait_s"] = o.Wait.Seconds()
	r.Parameters["links"] = "ip://"
	for i, live := range o.Live {
		prefix := "start"
		if i > 0 {
			prefix = fmt.Sprintf("start/live-%d", live)
		}
		n, err := newBenchNode(filepath.Join(dir, fmt.Sprint(i)))
		if err != nil {
			return nil, err
		}
		if err := fillNode(n, o.Stored, live); err != nil {
			return nil, fmt.Errorf("fill the store: %w", err)
		}
		if err := measureStart(ctx, o, n, r, prefix); err != nil {
			return nil, err
		}
	}
	size, how, err := binarySize(ctx, o.Exe, dir)
	if err != nil {
		return nil, err
	}
	r.Parameters["binary"] = how
	r.add("start/binary_mb", size, "MB")
	return r, nil
}

// measureStart starts the daemon of a folder, waits, and kills it.
func measureStart(ctx context.Context, o StartOptions, n *benchNode, r *Report, prefix string) (err error) {
	cmd := exec.Command(o.Exe, "--dir", n.dir, "node", "--key-file", n.key, "--with-parent")
	said := new(tail)
	cmd.Stderr = said
	in, err := cmd.StdinPipe() // it ends with this process
	if err != nil {
		return err
	}
	defer in.Close()
	begun := time.Now()
	if err := cmd.Start(); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, kill(cmd)) }()
	limit, cancel := context.WithTimeout(ctx, readyLimit)
	defer cancel()
	if err := ready(limit, n.dir); err != nil {
		return fmt.Errorf("%w%s", err, said)
	}
	r.add(prefix+"/ready_s", time.Since(begun).Seconds(), "s")
	before, _ := cpuTime(cmd.Process.Pid)
	pause(ctx, o.Wait)
	if err := ctx.Err(); err != nil {
		return err
	}
	if rss, ok := memoryMB(cmd.Process.Pid, "VmRSS"); ok {
		r.add(prefix+"/idle_rss_mb", rss, "MB")
	}
	if anonymous, ok := memoryMB(cmd.Process.Pid, "RssAnon"); ok {
		r.add(prefix+"/idle_anon_mb", anonymous, "MB") // without mapped files, which the system takes back
	}
	if after, ok := cpuTime(cmd.Process.Pid); ok && o.Wait > 0 {
		r.add(prefix+"/idle_cpu_percent", 100*(after-before).Seconds()/o.Wait.Seconds(), "%")
	}
	return nil
}

// ready waits until the API of a folder's daemon answers.
func ready(ctx context.Context, dir string) error {
	return poll(ctx, "the API to answer", func() (bool, error) {
		address, err := device.ReadAddress(dir)
		if err != nil {
			return false, nil
		}
		token, err := client.ReadToken(device.TokenFile(dir))
		if err != nil {
			return false, nil
		}
		c, err := client.New(address, token)
		if err != nil {
			return false, err
		}
		defer c.Close()
		_, err = c.Status(ctx)
		return err == nil, nil
	})
}

const mega = 1 << 20

// binarySize returns the size of the program in MB, without symbols: as it
// runs if it has none, else as a build for release would be, else as it runs.
func binarySize(ctx context.Context, exe, dir string) (mb float64, how string, err error) {
	how = "as it runs"
	if !stripped(exe) {
		how = "as it runs, with symbols"
		built := filepath.Join(dir, "stripped")
		build := exec.CommandContext(ctx, "go", "build", "-trimpath", "-ldflags", "-s -w", "-o", built, "github.com/blackstart-mesh/blackstart/cmd/blackstart")
		if build.Run() == nil {
			exe, how = built, "built here with -trimpath -ldflags '-s -w'"
		}
	}
	info, err := os.Stat(exe)
	if err != nil {
		return 0, how, err
	}
	return float64(info.Size()) / mega, how, nil
}
