package api

import (
	"fmt"
	"net/http"
	"strings"
	"time"
	"unicode"

	"github.com/blackstart-mesh/blackstart/api/wire"
	"github.com/blackstart-mesh/blackstart/mesh"
	"github.com/blackstart-mesh/blackstart/message/bundle"
	"github.com/blackstart-mesh/blackstart/message/ident"
)

// Acts of POST /v1/orders.
const (
	actOrder    = "order"
	actReadback = "readback"
	actConfirm  = "confirm"
	actCancel   = "cancel"
)

// DecodeOrderRequest reads the body of POST /v1/orders, as strictly as
// DecodeSubmission.
func DecodeOrderRequest(body []byte) (wire.OrderRequest, error) {
	var o wire.OrderRequest
	err := decodeStrings(body, map[string]*string{
		"act": &o.Act, "to": &o.To, "text": &o.Text, "precedence": &o.Precedence, "valid": &o.Valid, "id": &o.ID,
	})
	return o, err
}

func (s *Server) postOrder(w http.ResponseWriter, r *http.Request) {
	asked, err := readAs(r, DecodeOrderRequest)
	if err != nil {
		refuseErr(w, err)
		return
	}
	submit, err := s.order(asked)
	if err != nil {
		refuseErr(w, err)
		return
	}
	submit.By = "local API"
	s.submit(w, r, submit)
}

// order turns a request into what the node takes. A field that an act does not
// need is refused, not passed over.
func (s *Server) order(o wire.OrderRequest) (mesh.Submit, error) {
	extra := ""
	switch o.Act {
	case actOrder:
		extra = o.ID
	case actReadback, actCancel:
		extra = o.To + o.Precedence + o.Valid
	case actConfirm:
		extra = o.Precedence + o.Valid
	default:
		return mesh.Submit{}, badRequest(fmt.Sprintf("the act %q is unknown", o.Act), "use order, readback, confirm or cancel")
	}
	if extra != "" {
		return mesh.Submit{}, badRequest(fmt.Sprintf("the act %q does not take all of that", o.Act), "see docs/api.md")
	}
	if o.Act == actOrder {
		return s.names().order(o)
	}
	return s.answerTo(o)
}

// order makes a new order.
func (n names) order(o wire.OrderRequest) (mesh.Submit, error) {
	out := mesh.Submit{Precedence: bundle.Immediate}
	if err := checkText(o.Text); err != nil {
		return out, err
	}
	act := bundle.Order{Text: o.Text, Valid: bundle.OrderValid}
	var err error
	if out.To, out.Role, err = n.addressee(o.To); err != nil {
		return out, err
	}
	if o.Precedence != "" {
		if out.Precedence, err = bundle.ParsePrecedence(o.Precedence); err != nil {
			return out, badRequest(err.Error(), "use FLASH, IMMEDIATE, PRIORITY or ROUTINE")
		}
	}
	if o.Valid != "" {
		act.Valid, err = time.ParseDuration(o.Valid)
		if err != nil || act.Valid < time.Minute || act.Valid > bundle.MaxOrderValid || act.Valid%time.Minute != 0 {
			return out, badRequest(fmt.Sprintf("an order cannot be valid for %q", o.Valid), "use whole minutes, as in 15m or 2h, up to 24h")
		}
	}
	out.Act = act
	return out, nil
}

// answerTo makes a read-back, confirmation or cancellation. What is said with it is one
// line: it is shown within the program's own words.
func (s *Server) answerTo(o wire.OrderRequest) (mesh.Submit, error) {
	m, ok := s.find(o.ID)
	if !ok {
		return mesh.Submit{}, &problem{http.StatusNotFound, fmt.Sprintf("there is no message %q here", o.ID), whichMessage}
	}
	if m.Order == nil {
		return mesh.Submit{}, &problem{http.StatusUnprocessableEntity, fmt.Sprintf("message %s is not an order", o.ID), "see the orders with: blackstart inbox --all"}
	}
	ref := bundle.OrderRef{ID: m.ID}
	switch o.Act {
	case actReadback:
		return mesh.Submit{Act: bundle.Readback{OrderRef: ref, Text: o.Text}}, checkLine("read-back", o.Text, bundle.MaxReadback)
	case actCancel:
		return mesh.Submit{Act: bundle.Cancellation{OrderRef: ref, Reason: o.Text}}, checkReason(o.Text)
	}
	to, err := s.names().destination("node:" + o.To)
	if err == nil {
		err = checkLine("confirmation", o.Text, bundle.MaxReadback)
	}
	return mesh.Submit{To: to, Act: bundle.Readback{OrderRef: ref, Confirms: true, Text: o.Text}}, err
}

// checkLine refuses what is no line of so many bytes.
func checkLine(what, text string, most int) error {
	if len(text) > most {
		return badRequest(fmt.Sprintf("the %s has %d bytes, at most %d fit", what, len(text), most), "make it shorter")
	}
	if strings.ContainsFunc(text, unicode.IsControl) {
		return badRequest(fmt.Sprintf("the %s is more than one line: %q", what, text), "write one line, without tabs")
	}
	return nil
}

// checkReason refuses what cannot be the reason of a suspension or a cancellation.
func checkReason(text string) error {
	if err := checkLine("reason", text, bundle.MaxReason); err != nil {
		return err
	}
	if ident.CheckText(text, bundle.MaxReason) != nil {
		return badRequest(fmt.Sprintf("the reason holds what does not print, or has a space at an end: %q", text), "write it without")
	}
	return nil
}

// kinds names contents that are no plain text.
func kindOf(t bundle.ContentType) string {
	switch t {
	case bundle.ContentSuspension:
		return "suspension"
	case bundle.ContentOrder:
		return "order"
	case bundle.ContentGroupSecret:
		return "group key"
	case bundle.ContentShift:
		return "shift"
	case bundle.ContentReadback:
		return "readback"
	case bundle.ContentCancellation:
		return "cancellation"
	case bundle.ContentRadioPlan:
		return "radio plan"
	}
	return ""
}

// addDuty fills in what messages of persons and duties have beyond a text.
func (n names) addDuty(w *wire.Message, m mesh.Message) {
	w.Kind, w.Role, w.Copies = kindOf(m.Act), m.Role, m.Copies
	if m.SentOn != (bundle.ID{}) {
		w.SentOn = m.SentOn.String()
	}
	if m.SentFor != (bundle.ID{}) {
		w.SentFor = &wire.SentFor{ID: m.SentFor.String(), To: n.party(m.SentForNode)}
	}
	if m.Order != nil {
		w.Order = n.orderOf(m)
	}
}

func (n names) orderOf(m mesh.Message) *wire.Order {
	now := n.now()
	o := &wire.Order{Person: person(m.Order.Who), State: m.OrderAt(now).String(), ValidUntil: m.Order.Until.Time(),
		ClockErrorS: m.Order.Error.Seconds(), Answers: []wire.Answer{}}
	if m.Order.Error >= bundle.UnknownError {
		o.ClockErrorS = -1
	}
	if m.OrderAt(now) == mesh.OrderValid {
		until := m.ActUntil(now).Time()
		o.ActUntil = &until
	}
	for _, a := range m.Order.Answers {
		o.Answers = append(o.Answers, wire.Answer{Node: n.party(a.Node), Person: person(a.Who), Text: a.Text, At: a.At.Time(), Confirmed: a.Confirmed})
	}
	if c := m.Order.Cancelled; c != nil {
		o.Cancelled = &wire.Cancelled{By: n.party(c.By), Person: person(c.Who), At: c.At.Time(), Reason: c.Reason}
	}
	return o
}
