package api

import (
	"fmt"
	"net/http"
	"time"

	"github.com/blackstart-mesh/blackstart/api/wire"
	"github.com/blackstart-mesh/blackstart/mesh"
	"github.com/blackstart-mesh/blackstart/message/bundle"
	"github.com/blackstart-mesh/blackstart/message/ident"
)

// Acts of POST /v1/suspensions.
const (
	actSuspend = "suspend"
	actLift    = "lift"
)

// DecodeSuspend reads the body of POST /v1/suspensions, as strictly as
// DecodeSubmission.
func DecodeSuspend(body []byte) (wire.Suspend, error) {
	var s wire.Suspend
	err := decodeStrings(body, map[string]*string{"act": &s.Act, "node": &s.Node, "reason": &s.Reason})
	return s, err
}

func (s *Server) postSuspension(w http.ResponseWriter, r *http.Request) {
	asked, err := readAs(r, DecodeSuspend)
	if err != nil {
		refuseErr(w, err)
		return
	}
	submit, err := s.names().suspend(asked)
	if err != nil {
		refuseErr(w, err)
		return
	}
	s.submit(w, r, submit)
}

// suspend turns a request into what the node takes.
func (n names) suspend(s wire.Suspend) (mesh.Submit, error) {
	act := bundle.Suspension{Lift: s.Act == actLift, Reason: s.Reason}
	if s.Act != actSuspend && s.Act != actLift {
		return mesh.Submit{}, badRequest(fmt.Sprintf("the act %q is unknown", s.Act), "use suspend or lift")
	}
	found := n.nodes(s.Node)
	switch {
	case len(found) == 0:
		return mesh.Submit{}, badRequest(fmt.Sprintf("no node is called %q", s.Node), n.known())
	case len(found) > 1:
		return mesh.Submit{}, badRequest(fmt.Sprintf("%q may mean more than one", s.Node), "write its number")
	case found[0].Node == n.self:
		return mesh.Submit{}, badRequest("this is the node itself", "somebody else has to suspend it")
	}
	if err := checkReason(s.Reason); err != nil {
		return mesh.Submit{}, err
	}
	act.Node = found[0].Node
	return mesh.Submit{
		To: bundle.Destination{Group: ident.NetworkGroup}, Precedence: bundle.Immediate, Act: act,
		Lifetime: bundle.MaxLifetime, By: "local API",
	}, nil
}

func (n names) suspended(list []mesh.SuspensionStatus) []wire.Suspension {
	out := make([]wire.Suspension, 0, len(list))
	for _, s := range list {
		out = append(out, wire.Suspension{
			Node: n.party(s.Node), By: n.parties(s.By), Since: s.Since.Time(), Reason: s.Reason, Waiting: s.Waiting,
		})
	}
	return out
}

func (n names) keys(k mesh.KeyStatus) wire.Keys {
	return wire.Keys{
		Block: k.Block, Generation: k.Generation, Epochs: k.Epochs, Skipped: k.Skipped,
		Window: k.Window.Start().Time().Format(time.DateOnly), Revoked: n.parties(k.Revoked),
	}
}
