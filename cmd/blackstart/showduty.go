package main

import (
	"fmt"
	"strings"

	"github.com/blackstart-mesh/blackstart/api/wire"
)

// duty is what stands before and behind the text of a message of somebody's duty:
// what kind it is of, an order with its state and answers, or whom a text was for at first.
func duty(m wire.Message, fold int) (head, foot string) {
	var notes strings.Builder
	note := func(format string, args ...any) {
		notes.WriteString(indent + harmless(fmt.Sprintf(format, args...)) + "\n")
	}
	said := func(text string) {
		if text != "" {
			notes.WriteString(quoted(text, fold))
		}
	}
	if m.SentFor != nil {
		note("(sent on; it was for %s)", party(m.SentFor.To))
	}
	if m.SentOn != "" {
		note("(sent on as %s to who has the duty now)", m.SentOn)
	}
	if m.Order == nil {
		if m.Kind != "" {
			head = indent + harmless(strings.ToUpper(m.Kind)) + ":\n"
		}
		return head, notes.String()
	}
	o := m.Order
	if o.Cancelled != nil {
		by := party(o.Cancelled.By)
		if o.Cancelled.Person != nil {
			by = personName(o.Cancelled.Person) + " at " + by
		}
		note("cancelled by %s at %s%s", by, o.Cancelled.At.Local().Format("15:04:05"), colonBefore(o.Cancelled.Reason))
		said(o.Cancelled.Reason)
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
		note("read back by %s at %s (%s)%s", who, a.At.Local().Format("15:04:05"), end, colonBefore(a.Text))
		said(a.Text)
	}
	return indent + harmless(orderHead(m)) + ":\n", notes.String()
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
		return fmt.Sprintf("ORDER CANCELLED, DO NOT ACT (%s)", who)
	case m.Outgoing && o.State == "late":
		return fmt.Sprintf("ORDER, OVER SINCE %s (%s)", until, who)
	case m.Outgoing:
		return fmt.Sprintf("ORDER, valid until %s (%s)", until, who)
	case o.State == "valid" && len(o.Answers) > 0:
		return fmt.Sprintf("ORDER, valid until %s (%s)", until, who)
	case o.State == "valid":
		return fmt.Sprintf("ORDER, read back by %s (%s)", o.ActUntil.Local().Format("15:04:05"), who)
	case o.State == "late":
		return fmt.Sprintf("DO NOT ACT, CONFIRM: order too late, valid until %s (%s)", until, who)
	}
	return fmt.Sprintf("DO NOT ACT, CONFIRM: age of the order not known (%s)", who)
}

// colonBefore is the colon before a text, if there is one.
func colonBefore(text string) string {
	if text == "" {
		return ""
	}
	return ":"
}
