package live

import (
	"fmt"

	"github.com/blackstart-mesh/blackstart/mesh"
)

// commitAll is the committer: one disk write after another.
func (l *loop) commitAll() {
	for batches := range l.work {
		l.written <- l.cfg.Store.Commit(batches...)
	}
}

// dispatch begins a disk write of all commits in the stream, unless one is
// under way.
func (l *loop) dispatch() {
	if l.writing {
		return
	}
	if batches := l.stream.join(l.cfg.JoinBytes); len(batches) > 0 {
		l.writing = true
		l.work <- batches // has room: the committer is idle
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
