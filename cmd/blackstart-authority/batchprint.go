package main

import (
	"fmt"
	"strings"

	"github.com/blackstart-mesh/blackstart/cmd/internal/console"
	"github.com/blackstart-mesh/blackstart/message/enrol"
	"github.com/blackstart-mesh/blackstart/message/ident"
)

// save makes what was accepted durable, and the network file of it.
func (b *batch) save() error {
	var certs []*ident.Certificate
	var requests []*enrol.Request
	for _, x := range b.accept {
		certs, requests = append(certs, x.cert), append(requests, x.from.request)
	}
	b.sealTo(certs, requests)
	return b.change.save()
}

// print tells what was done, how far the batch is, and what comes next.
func (b *batch) print() error {
	for _, x := range b.accept {
		b.outcome.Enrolled = append(b.outcome.Enrolled, x.show)
	}
	b.state.Enrolled += len(b.accept)
	b.state.ToGo = b.state.Total - b.state.Enrolled
	b.outcome.Batch = &b.state
	if len(b.accept) == 0 {
		b.outcome.Serial = b.serial
	}
	if b.flags.JSON {
		if err := console.JSON(b.w.out, b.outcome); err != nil {
			return err
		}
		return b.verdict()
	}
	if len(b.accept) > 0 {
		if err := b.outcome.print(b.w, false); err != nil {
			return err
		}
	}
	for _, line := range b.state.lines(b.flags.DryRun) {
		fmt.Fprintln(b.w.out, console.Plain(line))
	}
	return b.verdict()
}

func (s batchState) lines(planned bool) []string {
	verb := "enrolled"
	if planned {
		verb = "would be enrolled"
	}
	lines := []string{fmt.Sprintf("%d of %d %s, %d to go", s.Enrolled, s.Total, verb, s.ToGo)}
	for _, l := range []struct {
		what string
		list []string
	}{
		{"no request yet", s.Waiting},
		{"not compared yet", s.Skipped},
		{"CODE DIFFERS, have the request sent again another way", s.Refused},
		{"on no line of the roster", s.Strangers},
		{"not readable", s.Broken},
	} {
		if len(l.list) > 0 {
			lines = append(lines, fmt.Sprintf("%s (%d): %s", l.what, len(l.list), few(l.list)))
		}
	}
	if s.ToGo > 0 && !planned {
		lines = append(lines, "run the same command again to go on: what was confirmed stays confirmed")
	}
	return lines
}

// few joins names for reading, and counts where there are many.
func few(list []string) string {
	const most = 12
	if len(list) > most {
		return strings.Join(list[:most], ", ") + fmt.Sprintf(" and %d more", len(list)-most)
	}
	return strings.Join(list, ", ")
}

// verdict fails where somebody's code differed: that has to be looked into.
func (b *batch) verdict() error {
	if n := len(b.state.Refused); n > 0 {
		return console.Faultf(console.Untrusted, "have the request sent again another way, and run the same command again", "the check code of %s differs", few(b.state.Refused))
	}
	return nil
}
