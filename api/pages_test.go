package api

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/blackstart-mesh/blackstart/api/wire"
	"github.com/blackstart-mesh/blackstart/internal/await"
	"github.com/blackstart-mesh/blackstart/mesh"
	"github.com/blackstart-mesh/blackstart/message/bundle"
)

func numbers(p wire.Messages) []uint64 {
	out := []uint64{}
	for _, m := range p.Messages {
		out = append(out, m.Number)
	}
	return out
}

// TestPagingReadsAll walks the record both ways with every box and compares
// with all of it.
func TestPagingReadsAll(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	f := newFake()
	want := map[string][]uint64{"all": {}, "in": {}, "out": {}}
	for i := range uint64(60) {
		out := r.IntN(3) == 0
		f.put(mesh.Message{From: 2, To: bundle.Destination{Group: 1}, Outgoing: out})
		box := "in"
		if out {
			box = "out"
		}
		want["all"], want[box] = append(want["all"], i+1), append(want[box], i+1)
	}
	s := testServer(t, f)
	for box, all := range want {
		for _, limit := range []int{1, 7, 60, 500} {
			var forward, backward []uint64
			for after, more := uint64(0), true; more; {
				p := into[wire.Messages](t, ask(t, s, "GET", fmt.Sprintf("/v1/messages?after=%d&limit=%d&box=%s", after, limit, box), ""), 200)
				forward = append(forward, numbers(p)...)
				after, more = p.Position, p.More
			}
			for before, more := uint64(0), true; more; {
				p := into[wire.Messages](t, ask(t, s, "GET", fmt.Sprintf("/v1/messages?before=%d&limit=%d&box=%s", before, limit, box), ""), 200)
				backward = append(numbers(p), backward...)
				before, more = p.Position, p.More
			}
			if !slices.Equal(forward, all) || !slices.Equal(backward, all) {
				t.Errorf("box %s, limit %d: forward %v, backward %v, want %v", box, limit, forward, backward, all)
			}
		}
	}
}

func TestMessageByNumberAndID(t *testing.T) {
	f := newFake()
	scene(f)
	s := testServer(t, f)
	m := into[wire.Message](t, ask(t, s, "GET", "/v1/messages/4", ""), 200)
	if m.Number != 4 || m.State != "held" || m.Held[0].Name != "Substation 14" || m.Proof != "" {
		t.Errorf("got %+v", m)
	}
	if same := into[wire.Message](t, ask(t, s, "GET", "/v1/messages/"+m.ID, ""), 200); same.Number != 4 {
		t.Errorf("by id: %+v", same)
	}
	for _, id := range []string{"0", "8", "-1", "04", "1/2", "1/2/3", "x", "1/20000/1/1"} {
		into[wire.Failure](t, ask(t, s, "GET", "/v1/messages/"+id, ""), 404)
	}
}

func TestBadQueries(t *testing.T) {
	s := testServer(t, newFake())
	for _, q := range []string{
		"limit=0", "limit=501", "limit=x", "after=-1", "after=1&after=2", "afetr=1", "after=1&before=2", "box=sent", "wait=61", "after=%zz", "after=01",
	} {
		into[wire.Failure](t, ask(t, s, "GET", "/v1/messages?"+q, ""), 400)
	}
	into[wire.Failure](t, ask(t, s, "GET", "/v1/status?x=1", ""), 400)
}

func TestWaitForMessage(t *testing.T) {
	f := newFake()
	s := testServer(t, f)
	got := make(chan wire.Messages, 1)
	go func() {
		w := ask(t, s, "GET", "/v1/messages?after=0&box=in&wait=30", "")
		got <- into[wire.Messages](t, w, 200)
	}()
	await.Until(t, 10*time.Second, "the request to wait", func() bool {
		f.mu.Lock()
		defer f.mu.Unlock()
		return len(f.subs) > 0
	})
	f.put(mesh.Message{From: 1, To: bundle.Destination{Group: 1}, Outgoing: true}) // not in this box
	f.put(mesh.Message{From: 2, To: bundle.Destination{Group: 1}})
	select {
	case p := <-got:
		if !slices.Equal(numbers(p), []uint64{2}) {
			t.Errorf("got %v", numbers(p))
		}
	case <-time.After(10 * time.Second):
		t.Fatal("no answer")
	}
}
