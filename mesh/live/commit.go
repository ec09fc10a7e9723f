package live

import (
	"fmt"

	"github.com/blackstart-mesh/blackstart/mesh"
	"github.com/blackstart-mesh/blackstart/store"
)

// joined is what becomes durable together: first the key ring, if it is not
// nil, then the batches.
type joined struct {
	ring    []byte
	batches []*store.Batch
}

// commitAll is the committer: one disk write after another.
func (l *loop) commitAll() {
	for w := range l.work {
		l.written <- l.commit(w)
	}
}

func (l *loop) commit(w joined) error {
	if w.ring != nil {
		defer clear(w.ring) // in the vault, or to be made again: a dump of memory need not show it
		if l.cfg.Vault == nil {
			return errNoVault
		}
		if err := l.cfg.Vault.Save(w.ring); err != nil {
			return fmt.Errorf("save the keys: %w", err)
		}
	}
	return l.cfg.Store.Commit(w.batches...)
}

// dispatch begins a disk write of all commits in the stream, unless one is
// under way.
func (l *loop) dispatch() {
	if l.writing {
		return
	}
	if w := l.stream.join(l.cfg.JoinBytes); len(w.batches) > 0 {
		l.writing = true
		l.work <- w // has room: the committer is idle
	}
}

// onWritten goes on after a disk write: effects leave, the node is told of
// each commit.
func (l *loop) onWritten(err error) {
	l.writing = false
	if l.machine == nil {
		return // it failed meanwhile; the rebuild waited for this write to end
	}
	if err != nil {
		l.fail(fmt.Errorf("write the store: %w", err))
		return
	}
	l.trouble.recovered(l.log)
	for n := l.stream.writing; n > 0 && l.machine != nil; n-- {
		l.stream.durable()
		l.release()
		l.step(mesh.Committed{})
	}
}
