package disk

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/blackstart-mesh/blackstart/store"
)

// recordsEnv makes a child process write so many records and wait to be killed.
const recordsEnv = "BLACKSTART_TEST_RECORDS"

// record returns a batch of one message of 300 bytes that nothing compresses.
func record(rng *rand.ChaCha8, n int) *store.Batch {
	v := make([]byte, 300)
	_, _ = rng.Read(v)
	b := &store.Batch{}
	b.Put(fmt.Appendf(nil, "m/%012d", n), v)
	return b
}

func records(s *Store, n int) error {
	rng := rand.NewChaCha8([32]byte{})
	for i := 0; i < n; {
		joined := make([]*store.Batch, min(100, n-i))
		for j := range joined {
			joined[j] = record(rng, i)
			i++
		}
		if err := s.Commit(joined...); err != nil {
			return err
		}
	}
	return nil
}

func childRecords(dir string) int {
	n, _ := strconv.Atoi(os.Getenv(recordsEnv))
	s, err := Open(dir, testKey, Options{})
	if err == nil {
		err = records(s, n)
	}
	if err != nil {
		fmt.Println("error", err)
		return 1
	}
	fmt.Println("ack", n)
	select {}
}

// memory returns a line of /proc/self/status in MB, 0 where there is none.
func memory(name string) float64 {
	data, _ := os.ReadFile("/proc/self/status")
	_, rest, _ := strings.Cut(string(data), name+":")
	fields := strings.Fields(rest)
	if len(fields) == 0 {
		return 0
	}
	kb, _ := strconv.ParseFloat(fields[0], 64)
	return kb / 1024
}

// submission is a batch and where its durability is reported.
type submission struct {
	batch *store.Batch
	done  chan error
}

// join commits what comes in, as much at a time as is waiting.
func join(s *Store, in <-chan submission) {
	for first := range in {
		waiting, cost := []submission{first}, first.batch.Cost()
		for more := true; more && cost < store.MaxCommitBytes/2; {
			select {
			case next, ok := <-in:
				if more = ok; ok {
					waiting, cost = append(waiting, next), cost+next.batch.Cost()
				}
			default:
				more = false
			}
		}
		batches := make([]*store.Batch, len(waiting))
		for i, w := range waiting {
			batches[i] = w.batch
		}
		err := s.Commit(batches...)
		for _, w := range waiting {
			w.done <- err
		}
	}
}

// BenchmarkCommit measures durable records per second from submitters that
// wait for each before the next.
func BenchmarkCommit(b *testing.B) {
	for _, submitters := range []int{1, 16} {
		b.Run(fmt.Sprint(submitters), func(b *testing.B) {
			s := mustCreate(b, b.TempDir())
			in := make(chan submission, submitters)
			var committer, clients sync.WaitGroup
			committer.Go(func() { join(s, in) })
			b.ResetTimer()
			for c := range submitters {
				clients.Go(func() {
					rng, done := rand.NewChaCha8([32]byte{byte(c)}), make(chan error, 1)
					for i := c; i < b.N; i += submitters {
						in <- submission{record(rng, i), done}
						if err := <-done; err != nil {
							b.Error(err)
							return
						}
					}
				})
			}
			clients.Wait()
			b.StopTimer()
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "records/s")
			b.ReportMetric(memory("VmRSS"), "rss_MB")
			b.ReportMetric(memory("RssAnon"), "anon_MB")
			close(in)
			committer.Wait()
			mustClose(b, s)
		})
	}
}

// BenchmarkOpen measures how long a store with 100,000 records takes to open.
func BenchmarkOpen(b *testing.B) {
	const count = 100000
	clean := filepath.Join(b.TempDir(), "clean")
	s := mustCreate(b, clean)
	if err := records(s, count); err != nil {
		b.Fatal(err)
	}
	mustClose(b, s)
	killed := filepath.Join(b.TempDir(), "killed")
	mustClose(b, mustCreate(b, killed))
	c, lines := startChild(b, killed, fmt.Sprint(recordsEnv, "=", count))
	killAfter(b, c, lines, 1)
	for _, from := range []string{clean, killed} {
		b.Run(filepath.Base(from), func(b *testing.B) {
			for b.Loop() {
				b.StopTimer()
				dir := filepath.Join(b.TempDir(), "store")
				if err := os.CopyFS(dir, os.DirFS(from)); err != nil {
					b.Fatal(err)
				}
				b.StartTimer()
				s := mustOpen(b, dir)
				b.StopTimer()
				if _, ok := s.Get(fmt.Appendf(nil, "m/%012d", count-1)); !ok {
					b.Error("the last record is missing")
				}
				b.ReportMetric(memory("VmRSS"), "rss_MB")
				b.ReportMetric(memory("RssAnon"), "anon_MB")
				mustClose(b, s)
				if err := os.RemoveAll(dir); err != nil {
					b.Fatal(err)
				}
				b.StartTimer()
			}
		})
	}
}

// BenchmarkRead measures what a node reads in a step: one key, and a page of
// the record.
func BenchmarkRead(b *testing.B) {
	s := mustCreate(b, b.TempDir())
	if err := records(s, 20000); err != nil {
		b.Fatal(err)
	}
	rng := rand.New(rand.NewPCG(1, 1))
	b.Run("get", func(b *testing.B) {
		for b.Loop() {
			if _, ok := s.Get(fmt.Appendf(nil, "m/%012d", rng.IntN(20000))); !ok {
				b.Fatal("missing")
			}
		}
	})
	b.Run("absent", func(b *testing.B) {
		for b.Loop() {
			s.Get(fmt.Appendf(nil, "x/%012d", rng.IntN(20000)))
		}
	})
	b.Run("scan100", func(b *testing.B) {
		for b.Loop() {
			n := 0
			s.Scan([]byte("m/"), fmt.Appendf(nil, "m/%012d", rng.IntN(19000)), func(_, _ []byte) bool { n++; return n < 100 })
		}
	})
	mustClose(b, s)
}
