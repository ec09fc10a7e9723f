package bench

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"sync"
	"time"

	"github.com/blackstart-mesh/blackstart/message/ident"
)

// lanProcess is the process of one node, as the bench sees it.
type lanProcess struct {
	number ident.Number
	dir    string
	cmd    *exec.Cmd
	in     io.WriteCloser
	orders *json.Encoder
	words  chan lanWord // answers; closed when the process said its last word
	errs   *tail

	mu       sync.Mutex
	accepted []lanID // over all processes that this node had
}

// start runs the process and returns where it listens.
func (p *lanProcess) start(ctx context.Context, command []string, spec lanSpec) (addresses []string, err error) {
	p.cmd = exec.Command(command[0], command[1:]...)
	p.errs = new(tail)
	p.cmd.Stderr = p.errs
	if p.in, err = p.cmd.StdinPipe(); err != nil {
		return nil, err
	}
	out, err := p.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := p.cmd.Start(); err != nil {
		return nil, fmt.Errorf("start node %v: %w", p.number, err)
	}
	p.orders, p.words = json.NewEncoder(p.in), make(chan lanWord, 4)
	go p.listen(json.NewDecoder(out), p.words)
	if err := p.orders.Encode(spec); err != nil {
		return nil, p.failed(err)
	}
	w, err := p.hear(ctx)
	return w.Listening, err
}

// listen collects what was accepted and passes answers on.
func (p *lanProcess) listen(out *json.Decoder, words chan<- lanWord) {
	defer close(words)
	for {
		var w lanWord
		if out.Decode(&w) != nil {
			return // killed, perhaps in the middle of a word
		}
		p.mu.Lock()
		p.accepted = append(p.accepted, w.Accepted...)
		p.mu.Unlock()
		if w.Listening != nil || w.Loaded != nil || w.Stands != nil || w.Delays != nil {
			words <- w
		}
	}
}

// hear waits for an answer.
func (p *lanProcess) hear(ctx context.Context) (lanWord, error) {
	select {
	case w, ok := <-p.words:
		if !ok {
			return w, p.failed(errors.New("it ended"))
		}
		return w, nil
	case <-ctx.Done():
		return lanWord{}, p.failed(ctx.Err())
	}
}

func (p *lanProcess) ask(ctx context.Context, o lanOrder) (lanWord, error) {
	if err := p.orders.Encode(o); err != nil {
		return lanWord{}, p.failed(err)
	}
	return p.hear(ctx)
}

func (p *lanProcess) stands(ctx context.Context) (lanStands, error) {
	ctx, cancel := context.WithTimeout(ctx, answerLimit)
	defer cancel()
	w, err := p.ask(ctx, lanOrder{Tell: true})
	if err == nil && w.Stands == nil {
		err = p.failed(errors.New("an answer to another question"))
	}
	if err != nil {
		return lanStands{}, err
	}
	return *w.Stands, nil
}

// answerLimit is how long a node may take to say how it stands.
const answerLimit = 20 * time.Second

func (p *lanProcess) failed(err error) error {
	return fmt.Errorf("node %v: %w%s", p.number, err, p.errs)
}

// kill ends the process as a power cut would.
func (p *lanProcess) kill() error {
	if p.cmd == nil || p.cmd.Process == nil {
		return nil
	}
	if p.cmd.ProcessState != nil {
		return nil
	}
	_ = p.cmd.Process.Kill() // it may have ended by itself
	for range p.words {      // until the pipe is read to its end
	}
	_ = p.cmd.Wait() // says that it was killed; it closes the pipes too
	return nil
}

// tail keeps the end of what a process writes to its standard error.
type tail struct {
	mu   sync.Mutex
	text []byte
}

const tailBytes = 2048

func (t *tail) Write(b []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.text = append(t.text, b...)
	t.text = t.text[max(0, len(t.text)-tailBytes):]
	return len(b), nil
}

// String is what to put behind an error.
func (t *tail) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.text) == 0 {
		return ""
	}
	return "; it wrote:\n" + string(t.text)
}
