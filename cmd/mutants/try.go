package main

import (
	"context"
	"errors"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"
)

// verdict is what became of a mutant.
type verdict string

const (
	caught   verdict = "caught"         // the test failed, as it should
	survived verdict = "SURVIVED"       // the test passed in spite of the defect
	stale    verdict = "OUT OF DATE"    // the text to replace is not there
	broken   verdict = "DOES NOT BUILD" // the compiler caught it, which proves nothing of the tests
	red      verdict = "RED WITHOUT IT" // the test fails without the defect
	odd      verdict = "TOOL FAILED"    // go could not be run
)

// limit bounds one run of a test; a mutant that makes it hang is caught.
const limit = 150 * time.Second

// result is one line of the table.
type result struct {
	Name    string   `json:"name"`
	Breaks  string   `json:"breaks"`
	Verdict verdict  `json:"verdict"`
	By      []string `json:"by,omitempty"` // the tests that failed
	Seconds float64  `json:"seconds"`
	Detail  string   `json:"detail,omitempty"` // what the tool printed, unless caught
}

// tryAll tries the mutants, a few at a time, and returns the results in their
// order.
func tryAll(ctx context.Context, root string, mutants []mutant) ([]result, error) {
	files, err := treeFiles(ctx, root)
	if err != nil {
		return nil, err
	}
	results := make([]result, len(mutants))
	errs := make([]error, workers)
	next := make(chan int)
	clean := &cleanRuns{done: map[string]*cleanRun{}}
	var group sync.WaitGroup
	for i := range workers {
		group.Go(func() {
			errs[i] = work(root, files, next, func(w *workplace, k int) {
				results[k] = try(ctx, w, clean, mutants[k])
			})
		})
	}
	for i := range mutants {
		next <- i
	}
	close(next)
	group.Wait()
	return results, errors.Join(append(errs, ctx.Err())...)
}

// work lays out a copy of the tree and tries in it what arrives.
func work(root string, files []string, next <-chan int, each func(*workplace, int)) error {
	w, err := newWorkplace(root, files)
	if err != nil {
		for range next { // the others may still come to an end
		}
		return err
	}
	for k := range next {
		each(w, k)
	}
	return w.close()
}

// cleanRuns remembers which test commands pass without any defect, so that
// each is asked once.
type cleanRuns struct {
	mu   sync.Mutex
	done map[string]*cleanRun
}

type cleanRun struct {
	once sync.Once
	out  string
	err  error
}

func (c *cleanRuns) ask(ctx context.Context, w *workplace, test []string) (string, error) {
	c.mu.Lock()
	key := strings.Join(test, " ")
	run := c.done[key]
	if run == nil {
		run = &cleanRun{}
		c.done[key] = run
	}
	c.mu.Unlock()
	run.once.Do(func() { run.out, run.err = goTest(ctx, w.dir, test) })
	return run.out, run.err
}

// try applies one mutant, asks its test, and undoes it.
func try(ctx context.Context, w *workplace, clean *cleanRuns, m mutant) result {
	start := time.Now()
	r := result{Name: m.name, Breaks: m.breaks}
	r.Verdict, r.Detail, r.By = judge(ctx, w, clean, m)
	r.Seconds = time.Since(start).Round(time.Millisecond).Seconds()
	return r
}

func judge(ctx context.Context, w *workplace, clean *cleanRuns, m mutant) (verdict, string, []string) {
	if out, err := clean.ask(ctx, w, m.test); err != nil {
		return red, tail(out), nil
	}
	undo, err := w.apply(m)
	if err != nil {
		return stale, err.Error(), nil
	}
	out, err := goTest(ctx, w.dir, m.test)
	var exit *exec.ExitError
	switch undone := undo(); {
	case undone != nil:
		return odd, undone.Error(), nil
	case ctx.Err() != nil:
		return odd, ctx.Err().Error(), nil
	case err == nil:
		return survived, tail(out), nil
	case !errors.As(err, &exit):
		return odd, err.Error(), nil
	case notBuilt.MatchString(out):
		return broken, tail(out), nil
	default:
		return caught, "", failures(out)
	}
}

// goTest runs go test once; a test that hangs fails. Most of the time goes into compiling
// the package that is tested, which takes half of it without inlining; and one workplace
// takes from the build cache what another has compiled, as long as no path tells where it
// lies.
func goTest(ctx context.Context, dir string, args []string) (string, error) {
	all := append([]string{"test", "-count=1", "-timeout=" + limit.String(), "-trimpath", "-gcflags=-l", "-ldflags=-w"}, args...)
	cmd := exec.CommandContext(ctx, "go", all...)
	cmd.Dir = dir
	out, err := cmd.CombinedOutput()
	return string(out), err
}

// notBuilt is how go test says that the compiler or vet refused, which is not
// to the credit of any test.
var notBuilt = regexp.MustCompile(`(?m)^FAIL\t\S+ \[(build|setup) failed\]$`)

var failLine = regexp.MustCompile(`(?m)^\s*--- FAIL: (\S+)`)

// failures names the tests that failed, outermost only; a crash or a time-out
// of the whole binary names none.
func failures(out string) []string {
	var names []string
	for _, m := range failLine.FindAllStringSubmatch(out, -1) {
		name, _, _ := strings.Cut(m[1], "/")
		if !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names
}

// tail returns the last lines of an output, enough to see what went wrong.
func tail(out string) string {
	lines := strings.Split(strings.TrimSpace(out), "\n")
	return strings.Join(lines[max(0, len(lines)-12):], "\n")
}
