package bench

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/blackstart-mesh/blackstart/cmd/blackstart/config"
	"github.com/blackstart-mesh/blackstart/cmd/blackstart/daemon"
	"github.com/blackstart-mesh/blackstart/cmd/blackstart/device"
	"github.com/blackstart-mesh/blackstart/store/keyslot"
)

// TestMain lets the test binary be the processes of the benches: a node of the
// LAN, or the daemon as its command line is.
func TestMain(m *testing.M) {
	var err error
	switch {
	case slices.Equal(os.Args[1:], []string{"lan-node"}):
		err = LanNode(os.Stdin, os.Stdout)
	case len(os.Args) == 7 && os.Args[1] == "--dir":
		err = beDaemon(os.Args[2], os.Args[5])
	default:
		os.Exit(m.Run())
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func beDaemon(dir, key string) error {
	c, err := config.Read(device.ConfigFile(dir))
	if err != nil {
		return err
	}
	d, err := device.Open(dir, keyslot.KeyFile(key))
	if err != nil {
		return err
	}
	ctx, stop := context.WithCancel(context.Background())
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin)
		stop()
	}()
	return daemon.Run(ctx, daemon.Options{Device: d, Config: c, Log: slog.New(slog.DiscardHandler)})
}

// values returns the results by name, and checks the shape of a report.
func values(t *testing.T, r *Report) map[string]float64 {
	t.Helper()
	var out strings.Builder
	if err := r.WriteJSON(&out); err != nil {
		t.Fatal(err)
	}
	var shape struct {
		Bench, Version      string
		Machine, Parameters map[string]any
		Results             []Result
	}
	d := json.NewDecoder(strings.NewReader(out.String()))
	d.DisallowUnknownFields()
	if err := d.Decode(&shape); err != nil || shape.Bench != r.Bench || len(shape.Machine) == 0 || len(shape.Results) != len(r.Results) {
		t.Fatalf("%v\n%s", err, out.String())
	}
	all := make(map[string]float64)
	for _, res := range r.Results {
		if _, twice := all[res.Name]; twice || res.Unit == "" {
			t.Errorf("%s stands there twice, or has no unit", res.Name)
		}
		all[res.Name] = res.Value
	}
	return all
}

func positive(t *testing.T, got map[string]float64, names ...string) {
	t.Helper()
	for _, name := range names {
		if got[name] <= 0 {
			t.Errorf("%s is %v", name, got[name])
		}
	}
}

func TestStore(t *testing.T) {
	r, err := Store(t.Context(), StoreOptions{Duration: 100 * time.Millisecond, Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	positive(t, values(t, r), "store/1", "store/16", "submit/1", "submit/16")
}

func TestLAN(t *testing.T) {
	if testing.Short() {
		return // it starts processes
	}
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	r, err := LAN(t.Context(), LANOptions{Nodes: 3, Rate: 100, Duration: 500 * time.Millisecond, Settle: 20 * time.Second,
		Dir: t.TempDir(), Command: []string{exe, "lan-node"}})
	if err != nil {
		t.Fatal(err)
	}
	got := values(t, r)
	positive(t, got, "lan/accepted_per_s", "lan/p50_ms", "lan/p99_ms", "lan/settled_s", "lan/after_p99_ms")
	if lost, ok := got["lan/lost"]; !ok || lost != 0 {
		t.Errorf("%v messages are lost", lost)
	}
	if got["lan/p99_ms"] < got["lan/p50_ms"] || got["lan/messages_per_s"] > got["lan/accepted_per_s"] {
		t.Errorf("%v", got)
	}
	if n := r.Parameters["latencies"].(int); n != 2*r.Parameters["accepted at the rate"].(int) || n == 0 {
		t.Errorf("%d latencies: %v", n, r.Parameters)
	}
}

func TestStart(t *testing.T) {
	if testing.Short() {
		return // it starts a process
	}
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	n, err := newBenchNode(filepath.Join(t.TempDir(), "bench"))
	if err != nil {
		t.Fatal(err)
	}
	if err := fillNode(n, 300, 100); err != nil {
		t.Fatal(err)
	}
	r := newReport("start")
	if err := measureStart(t.Context(), StartOptions{Exe: exe, Wait: 100 * time.Millisecond}, n, r, "start"); err != nil {
		t.Fatal(err)
	}
	positive(t, values(t, r), "start/ready_s")
}

func TestPercentile(t *testing.T) {
	var list []int32
	for i := range int32(100) {
		list = append(list, 1000*(100-i))
	}
	for p, want := range map[float64]float64{0.5: 50, 0.99: 99, 1: 100, 0.001: 1} {
		if got := percentile(list, p); got != want {
			t.Errorf("%v: %v, want %v", p, got, want)
		}
	}
	if percentile(nil, 0.5) != 0 {
		t.Error("of nothing")
	}
}

func TestFiller(t *testing.T) {
	for _, size := range []int{1, 5, 200, 500} {
		if got := filler("head ", size); len(got) != size || !strings.HasPrefix("head ", got[:min(size, 5)]) {
			t.Errorf("%q", got)
		}
	}
}
