package bench

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/blackstart-mesh/blackstart/mesh"
	"github.com/blackstart-mesh/blackstart/mesh/live"
	"github.com/blackstart-mesh/blackstart/message/clock"
	"github.com/blackstart-mesh/blackstart/store"
	"github.com/blackstart-mesh/blackstart/store/disk"
)

// recordSize is the size of a message in the store's benches, in bytes.
const recordSize = 300

// StoreOptions says how the store is measured.
type StoreOptions struct {
	Duration time.Duration // of each measurement
	Dir      string        // in which the stores are made; empty: the system's for temporary files
}

// Store measures durable messages per second: first the store by itself, where
// what many submitters want at once becomes one write, then a whole node
// without links, which also seals, signs and records each message.
func Store(ctx context.Context, o StoreOptions) (_ *Report, err error) {
	dir, remove, err := tempDir(o.Dir)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, remove()) }()
	r := newReport("store")
	r.Parameters["seconds"] = o.Duration.Seconds()
	r.Parameters["bytes"] = recordSize
	r.Parameters["store"] = "encrypted, synchronous"
	for _, submitters := range []int{1, 16} {
		rate, err := storeRate(ctx, fmt.Sprintf("%s/store-%d", dir, submitters), submitters, o.Duration)
		if err != nil {
			return nil, err
		}
		r.add(fmt.Sprintf("store/%d", submitters), rate, "messages/s")
	}
	for _, submitters := range []int{1, 16} {
		rate, err := submitRate(ctx, fmt.Sprintf("%s/node-%d", dir, submitters), submitters, o.Duration)
		if err != nil {
			return nil, err
		}
		r.add(fmt.Sprintf("submit/%d", submitters), rate, "messages/s")
	}
	return r, ctx.Err()
}

// closedLoop runs submitters that each wait for one message before the next,
// and returns messages per second.
func closedLoop(ctx context.Context, submitters int, d time.Duration, submit func(ctx context.Context, submitter int) error) (float64, error) {
	counts, errs := make([]int, submitters), make([]error, submitters)
	var all sync.WaitGroup
	start := time.Now()
	for i := range submitters {
		all.Go(func() {
			for errs[i] == nil && time.Since(start) < d && ctx.Err() == nil {
				if errs[i] = submit(ctx, i); errs[i] == nil {
					counts[i]++
				}
			}
		})
	}
	all.Wait()
	took, total := time.Since(start), 0
	for _, n := range counts {
		total += n
	}
	return float64(total) / took.Seconds(), errors.Join(append(errs, ctx.Err())...)
}

// storeRate measures the store by itself, on records that nothing compresses.
func storeRate(ctx context.Context, dir string, submitters int, d time.Duration) (rate float64, err error) {
	s, err := disk.Create(dir, benchKey, disk.Options{})
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	in := make(chan submission, submitters)
	joined := make(chan struct{})
	go func() { defer close(joined); joinCommits(s, in) }()
	defer func() { close(in); <-joined }()
	sources := make([]*rand.ChaCha8, submitters)
	answers := make([]chan error, submitters)
	for i := range submitters {
		sources[i], answers[i] = rand.NewChaCha8([32]byte{byte(i)}), make(chan error, 1)
	}
	return closedLoop(ctx, submitters, d, func(_ context.Context, i int) error {
		key, value := make([]byte, 9), make([]byte, recordSize)
		sources[i].Read(key)   // never fails
		sources[i].Read(value) // never fails
		b := new(store.Batch)
		b.Put(key, value)
		in <- submission{b, answers[i]}
		return <-answers[i]
	})
}

// submission is a batch and where its durability is reported.
type submission struct {
	batch *store.Batch
	done  chan error
}

// joinCommits commits what comes in, as much at a time as is waiting, which is
// what mesh/live does with the commits of a node.
func joinCommits(s store.Store, in <-chan submission) {
	for first := range in {
		waiting := []submission{first}
		batches := []*store.Batch{first.batch}
		for len(in) > 0 && len(waiting) < cap(in) {
			next := <-in
			waiting, batches = append(waiting, next), append(batches, next.batch)
		}
		err := s.Commit(batches...)
		for _, w := range waiting {
			w.done <- err
		}
	}
}

// submitRate measures a whole node: texts to the group, signed in arrears.
func submitRate(ctx context.Context, dir string, submitters int, d time.Duration) (rate float64, err error) {
	op, err := newOperator(1, 2)
	if err != nil {
		return 0, err
	}
	s, err := disk.Create(dir, benchKey, disk.Options{})
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	vault, err := op.Vault(0, clock.WallOf(time.Now()).Day())
	if err != nil {
		return 0, err
	}
	node, err := live.Start(live.Config{Build: buildNode(op, 0, vault), Store: s, Vault: vault})
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, node.Close()) }()
	text := filler("", recordSize)
	rate, err = closedLoop(ctx, submitters, d, func(ctx context.Context, _ int) error {
		_, err := node.Submit(ctx, toEveryone(text))
		return err
	})
	if errors.Is(err, mesh.ErrSequence) {
		err = nil // a day's sequence numbers are used up: the rate until then counts
	}
	return rate, err
}
