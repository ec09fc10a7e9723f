package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"runtime"
	"slices"
	"strings"
	"sync"
)

// installPeers asks the system's package manager for the programs that tests
// talk to. Where it may not, the tests themselves say what they miss.
func installPeers(ctx context.Context, s *shell) error {
	if runtime.GOOS == "windows" {
		fmt.Fprintln(s.out, "no package manager is asked on Windows")
		return nil
	}
	return s.stream(ctx, ".ci/peers")
}

// lint is gofmt (a rule of tidy), go vet and tidy.
func lint(ctx context.Context, s *shell) error {
	return errors.Join(
		s.stream(ctx, "go", "run", "./cmd/tidy"),
		s.stream(ctx, "go", "vet", "./..."),
	)
}

// unit runs every test that is not long.
func unit(ctx context.Context, s *shell) error {
	if err := s.stream(ctx, "go", "test", "-short", "-timeout=10m", "./..."); err != nil {
		return err
	}
	// The second opener of serial ports is built on demand only.
	return s.stream(ctx, "go", "test", "-tags=tarm", "-run=Tarm|Opener", "./firmware-bridge", "./firmware-bridge/kiss")
}

// long runs the packages that leave something out under -short in full: many
// seeds, real processes, real modems. Two packages at a time: those with
// processes and modems mostly wait, and the simulator, which begins first since it
// takes longest, fills their pauses. With a third, two packages whose modems keep real
// time could meet on a busy machine.
func long(ctx context.Context, s *shell) error {
	return longTimes(ctx, s, 1)
}

func longAgain(ctx context.Context, s *shell) error {
	return longTimes(ctx, s, 5)
}

// order puts the simulator first.
func order(path string) int {
	if strings.HasSuffix(path, "/sim") {
		return 0
	}
	return 1
}

func longTimes(ctx context.Context, s *shell, times int) error {
	all, err := listPackages(ctx, s)
	if err != nil {
		return err
	}
	args := []string{"test", "-p=2", "-timeout=4h", fmt.Sprintf("-count=%d", times)}
	var found []string
	for _, p := range all {
		if p.leavesOut() {
			found = append(found, p.path)
		}
	}
	if len(found) == 0 {
		fmt.Fprintln(s.out, "no package has long tests")
		return nil
	}
	slices.SortStableFunc(found, func(a, b string) int { return cmp.Compare(order(a), order(b)) })
	return s.stream(ctx, "go", append(args, found...)...)
}

// race needs a C compiler, which the rest does without.
func race(ctx context.Context, s *shell) error {
	return s.with("CGO_ENABLED=1").stream(ctx, "go", "test", "-race", "-short", "-timeout=60m", "./...")
}

func mutants(ctx context.Context, s *shell) error {
	return s.stream(ctx, "go", "run", "./cmd/mutants")
}

// platforms are those that the node is shipped for.
var platforms = []string{"linux/amd64", "linux/arm64", "linux/arm", "windows/amd64", "darwin/arm64"}

// cross builds the commands for each platform, without cgo.
func cross(ctx context.Context, s *shell) error {
	var errs []error
	for _, p := range platforms {
		system, arch, _ := strings.Cut(p, "/")
		env := []string{"CGO_ENABLED=0", "GOOS=" + system, "GOARCH=" + arch, "GOARM=7"}
		err := s.with(env...).stream(ctx, "go", "build", "-o", os.DevNull, "./cmd/blackstart", "./cmd/blackstart-authority")
		if err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", p, err))
			continue
		}
		fmt.Fprintf(s.out, "ok  \tbuild for %s\n", p)
	}
	return errors.Join(errs...)
}

// atOnce calls each with the numbers below n, a few at a time, and returns
// the errors in order.
func atOnce(few, n int, each func(int) error) error {
	errs := make([]error, n)
	slots := make(chan struct{}, few)
	var group sync.WaitGroup
	for i := range n {
		slots <- struct{}{}
		group.Go(func() {
			errs[i] = each(i)
			<-slots
		})
	}
	group.Wait()
	return errors.Join(errs...)
}
