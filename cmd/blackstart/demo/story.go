package demo

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/blackstart-mesh/blackstart/api/wire"
)

// queueLength is how many ROUTINE messages the FLASH has to overtake.
const queueLength = 6

// story tells how a message gets through.
func (w *world) story(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, w.Limit)
	defer cancel()
	for _, part := range []func(context.Context) error{w.meet, w.talk, w.blackout, w.overtake, w.powerCut, w.heal} {
		if err := part(ctx); err != nil {
			return err
		}
	}
	return nil
}

// meet waits until everybody hears whom it should.
func (w *world) meet(ctx context.Context) error {
	w.tell("four nodes run: crew-1, crew-2 and substation on a radio channel of %d bit/s, substation and control on a LAN", w.onAir())
	for _, pair := range [][2]int{{crew1, substation}, {crew2, substation}, {substation, crew1}, {substation, crew2}, {substation, control}, {control, substation}} {
		if err := w.hears(ctx, pair[0], pair[1], true); err != nil {
			return err
		}
	}
	w.tell("they hear each other")
	return nil
}

// hears waits until a node has another as its neighbour, or no longer has.
func (w *world) hears(ctx context.Context, who, whom int, want bool) error {
	what := fmt.Sprintf("%s to hear %s", nodeNames[who], nodeNames[whom])
	if !want {
		what = fmt.Sprintf("%s to notice that %s is gone", nodeNames[who], nodeNames[whom])
	}
	return poll(ctx, what, func() (bool, error) {
		s, err := w.nodes[who].api.Status(ctx)
		has := slices.ContainsFunc(s.Neighbours, func(n wire.Neighbour) bool { return n.Node.Name == nodeNames[whom] })
		return has == want, err
	})
}

// talk sends messages both ways, over radio and LAN, one by one.
func (w *world) talk(ctx context.Context) error {
	for _, m := range []struct {
		from           int
		to, precedence string
		text           string
		how            string
	}{
		{crew1, nodeNames[control], "PRIORITY", "Feeder 7 is dead, breaker open, no one hurt.", "over the radio to the substation, and on over the LAN"},
		{control, nodeNames[crew1], "PRIORITY", "Understood. Leave it open, crew-2 comes from the north.", "the same way back"},
		{crew2, groupName, "ROUTINE", "Crew 2 is on its way, thirty minutes.", "to everybody"},
	} {
		w.tell("%s writes to %s, %s: %s", nodeNames[m.from], m.to, m.how, m.text)
		s, err := w.send(ctx, m.from, m.to, m.precedence, m.text)
		if err == nil {
			err = w.delivered(ctx, s)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// blackout cuts the LAN; control goes on writing.
func (w *world) blackout(ctx context.Context) error {
	w.lan.setCut(true)
	if err := w.hears(ctx, control, substation, false); err != nil {
		return err
	}
	w.tell("blackout of the LAN: control hears nobody any more")
	if _, err := w.send(ctx, control, nodeNames[crew2], "ROUTINE", "Switching plan for the north ring follows at noon."); err != nil {
		return err
	}
	w.tell("control writes to crew-2 nevertheless; its node keeps the message")
	return nil
}

// overtake fills crew-1's queue and has a FLASH overtake it.
func (w *world) overtake(ctx context.Context) error {
	var queue []*sent
	for i := range queueLength {
		text := fmt.Sprintf("Meter list %d of %d. %s", i+1, queueLength, strings.Repeat("L1 230 V, L2 231 V, L3 229 V, all quiet here. ", 3))
		s, err := w.send(ctx, crew1, nodeNames[crew2], "ROUTINE", text)
		if err != nil {
			return err
		}
		queue = append(queue, s)
	}
	flash, err := w.send(ctx, crew1, groupName, "FLASH", "Line 4 is down across the road, keep away.")
	if err != nil {
		return err
	}
	w.tell("crew-1 queues %d long ROUTINE messages to crew-2 and, last, one FLASH to everybody", queueLength)
	started, err := w.started(ctx, queue)
	if err != nil {
		return err
	}
	var before int
	err = poll(ctx, "the FLASH at crew-2", func() (bool, error) {
		list, err := w.nodes[crew2].record(ctx)
		at := slices.IndexFunc(list, func(m wire.Message) bool { return m.ID == flash.id })
		if err != nil || at < 0 {
			return false, err
		}
		before = 0
		for _, m := range list[:at] {
			if slices.ContainsFunc(queue, func(s *sent) bool { return s.id == m.ID }) {
				before++
			}
		}
		return true, nil
	})
	if err != nil {
		return err
	}
	// What had left cannot be overtaken, and a FLASH that collides on the air is
	// passed by a few until it is repeated.
	if queueLength-before < 2 {
		return fmt.Errorf("the FLASH came after %d of %d ROUTINE messages, of which %d had left before it was written", before, queueLength, started)
	}
	w.tell("the FLASH is at crew-2; %d of %d ROUTINE messages were there before it, %d had left when it was written", before, queueLength, started)
	return nil
}

// started counts the messages that had left crew-1 when its FLASH was taken,
// seen right after that; nothing overtakes what is in the modem already.
func (w *world) started(ctx context.Context, queue []*sent) (n int, err error) {
	for _, s := range queue {
		m, err := w.nodes[crew1].api.Message(ctx, s.id)
		if err != nil {
			return 0, err
		}
		if m.State != "queued" {
			n++
		}
	}
	if n == len(queue) {
		return 0, fmt.Errorf("all %d ROUTINE messages had left before the FLASH was written: this machine is too slow, or the channel too fast, for the story", n)
	}
	return n, nil
}

// powerCut ends the substation in the middle of its work.
func (w *world) powerCut(ctx context.Context) error {
	urgent, err := w.send(ctx, crew1, nodeNames[control], "IMMEDIATE", "Need the spare transformer at gate 2.")
	if err != nil {
		return err
	}
	if err := w.nodes[substation].kill(); err != nil {
		return err
	}
	w.flown++
	w.tell("crew-1 writes to control; power cut at the substation (kill -9)")
	if _, err := w.send(ctx, crew2, nodeNames[control], "ROUTINE", "Crew 2 arrived at the north gate."); err != nil {
		return err
	}
	w.tell("crew-2 writes to control; nobody can carry it now")
	if err := w.nodes[substation].start(ctx); err != nil {
		return err
	}
	w.tell("the substation runs again, with all that it had accepted")
	// Who hears it first and has a way on keeps it: the substation, or crew-2.
	var keepers []string
	err = poll(ctx, "somebody to take custody", func() (bool, error) {
		m, err := w.nodes[crew1].api.Message(ctx, urgent.id)
		if keepers = nil; err == nil && m.State == "held" {
			for _, p := range m.Held {
				keepers = append(keepers, p.Name)
			}
		}
		return len(keepers) > 0, err
	})
	if err != nil {
		return err
	}
	w.tell("crew-1 is told the truth: its message to control is held by %s", strings.Join(keepers, " and "))
	return nil
}

// heal mends the LAN.
func (w *world) heal(ctx context.Context) error {
	w.lan.setCut(false)
	if err := w.hears(ctx, control, substation, true); err != nil {
		return err
	}
	w.tell("the LAN is back: control and substation hear each other")
	return nil
}
