package main

import (
	"fmt"
	"strings"

	"github.com/blackstart-mesh/blackstart/api/wire"
)

// duty is what stands before and behind the text of a message of somebody's duty:
// an order with its state and answers, or whom a text was for at first.
func duty(m wire.Message) (head, foot string) {
	var notes []string
	note := func(format string, args ...any) {
		notes = append(notes, "      "+oneLine(fmt.Sprintf(format, args...))+"\n")
	}
	if m.SentFor != nil {
		note("(sent on; it was for %s)", party(m.SentFor.To))
	}
	if m.SentOn != "" {
		note("(sent on as %s to who has the duty now)", m.SentOn)
	}
	if m.Order == nil {
		return "", strings.Join(notes, "")
	}
	o := m.Order
	head = orderHead(m)
	if o.Cancelled != nil {
		by := party(o.Cancelled.By)
		if o.Cancelled.Person != nil {
			by = personName(o.Cancelled.Person) + " at " + by
		}
		note("cancelled by %s at %s%s", by, o.Cancelled.At.Local().Format("15:04:05"), behindColon(o.Cancelled.Reason))
	}
	for _, a := range o.Answers {
		who := party(a.Node)
		if a.Person != nil {
			who = personName(a.Person) + " at " + who
		}
		end := "not confirmed"
		if a.Confirmed {
			end = "confirmed"
		}
		note("read back by %s at %s (%s)%s", who, a.At.Local().Format("15:04:05"), end, behindColon(a.Text))
	}
	return head, strings.Join(notes, "")
}

// orderHead says in capitals what an order is worth now.
func orderHead(m wire.Message) string {
	o := m.Order
	who := "by the device alone"
	if o.Person != nil {
		who = "by " + personName(o.Person)
	}
	until := o.ValidUntil.Local().Format("15:04")
	switch {
	case o.State == "cancelled":
		return oneLine(fmt.Sprintf("ORDER CANCELLED, DO NOT ACT (%s): ", who))
	case m.Outgoing && o.State == "late":
		return oneLine(fmt.Sprintf("ORDER, OVER SINCE %s (%s): ", until, who))
	case m.Outgoing:
		return oneLine(fmt.Sprintf("ORDER, valid until %s (%s): ", until, who))
	case o.State == "valid" && len(o.Answers) > 0:
		return oneLine(fmt.Sprintf("ORDER, valid until %s (%s): ", until, who))
	case o.State == "valid":
		return oneLine(fmt.Sprintf("ORDER, read back by %s (%s): ", o.ActUntil.Local().Format("15:04:05"), who))
	case o.State == "late":
		return oneLine(fmt.Sprintf("DO NOT ACT, CONFIRM: order too late, valid until %s (%s): ", until, who))
	}
	return oneLine(fmt.Sprintf("DO NOT ACT, CONFIRM: age of the order not known (%s): ", who))
}

func behindColon(text string) string {
	if text == "" {
		return ""
	}
	return ": " + text
}

// oneLine is harmless for what has to stay on its line.
func oneLine(s string) string { return strings.ReplaceAll(harmless(s), "\n", " ") }
