package api

import (
	"encoding/json"
	"errors"
	"net/http"
	"strings"

	"github.com/blackstart-mesh/blackstart/api/wire"
	"github.com/blackstart-mesh/blackstart/mesh"
	"github.com/blackstart-mesh/blackstart/mesh/live"
	"github.com/blackstart-mesh/blackstart/message/plan"
)

// problem is a request that cannot be answered: what is wrong with it, and
// what to do.
type problem struct {
	status     int
	what, hint string
}

func (p *problem) Error() string { return p.what }

func badRequest(what, hint string) *problem { return &problem{http.StatusBadRequest, what, hint} }

func refuse(w http.ResponseWriter, status int, what, hint string) {
	answer(w, status, wire.Failure{Error: wire.Problem{What: what, Hint: hint}})
}

func refuseErr(w http.ResponseWriter, err error) {
	p := problemOf(err)
	if p.status == http.StatusServiceUnavailable {
		w.Header().Set("Retry-After", "2")
	}
	refuse(w, p.status, p.what, p.hint)
}

// problemOf gives an error of the node its status and hint.
func problemOf(err error) *problem {
	var p *problem
	if errors.As(err, &p) {
		return p
	}
	for _, k := range known() {
		if errors.Is(err, k.err) {
			return &problem{k.status, err.Error(), k.hint}
		}
	}
	return &problem{http.StatusUnprocessableEntity, err.Error(), ""}
}

type knownError struct {
	err    error
	status int
	hint   string
}

func known() []knownError {
	return []knownError{
		{live.ErrDiskFull, http.StatusInsufficientStorage, "make room on the disk of the node; it goes on by itself"},
		{live.ErrNotStored, http.StatusServiceUnavailable, "the message was not sent; try again, and look at the node's log"},
		{live.ErrNotRunning, http.StatusServiceUnavailable, "the message was not sent; try again in a few seconds"},
		{live.ErrOverloaded, http.StatusServiceUnavailable, "the message was not sent; try again in a few seconds"},
		{live.ErrClosed, http.StatusServiceUnavailable, "the node is stopping; start it with: blackstart node"},
		{mesh.ErrNoDestination, http.StatusUnprocessableEntity, "see the names with: blackstart nodes, or in the page"},
		{mesh.ErrSelf, http.StatusUnprocessableEntity, "choose another node or a group"},
		{mesh.ErrText, http.StatusUnprocessableEntity, "write a text, or split it into several messages"},
		{mesh.ErrExcluded, http.StatusForbidden, "ask whoever keeps the authority; blackstart status says more"},
		{mesh.ErrLift, http.StatusConflict, "see who is suspended, and by whom, with: blackstart suspend"},
		{mesh.ErrAct, http.StatusBadRequest, "say it in fewer words and in one line"},
		{mesh.ErrRight, http.StatusForbidden, "ask the authority to grant the right: flash, order, suspend or admin; messages below FLASH take none"},
		{mesh.ErrShift, http.StatusForbidden, "begin a shift: blackstart shift begin FILE"},
		{mesh.ErrCredential, http.StatusForbidden, "ask the authority; a newer network file, or another clock, may be what is missing"},
		{mesh.ErrRole, http.StatusUnprocessableEntity, "write to one of them by name, or to a group"},
		{mesh.ErrNoOrder, http.StatusUnprocessableEntity, "see the orders with: blackstart inbox --all"},
		{mesh.ErrStale, http.StatusConflict, "do not act on it; ask who gave it for a new one"},
		{mesh.ErrNoReadback, http.StatusUnprocessableEntity, "see who did with: blackstart inbox --all"},
		{plan.ErrOperator, http.StatusForbidden, "this is the plan of another network: ask your own authority for one"},
		{plan.ErrSignature, http.StatusForbidden, "ask the authority for the plan again; after a change of its root key it signs it anew, and the node has to know the new network file"},
		{plan.ErrOlder, http.StatusConflict, "nothing is to be done: see the one held with: blackstart radio plan"},
		{mesh.ErrLifetime, http.StatusUnprocessableEntity, "use a lifetime from 1m to 336h, or leave it out"},
		{mesh.ErrFull, http.StatusInsufficientStorage, "the message was not sent; wait, or send with a shorter lifetime"},
		{mesh.ErrSequence, http.StatusServiceUnavailable, "the message was not sent; wait until midnight UTC or use another node"},
		{mesh.ErrKey, http.StatusUnprocessableEntity, "ask the authority for a newer network file"},
		{live.ErrTime, http.StatusUnprocessableEntity, "look at the date and the time again"},
		{live.ErrUnknown, http.StatusGatewayTimeout, "look at the sent messages before sending it again"},
	}
}

// answer writes one JSON object.
func answer(w http.ResponseWriter, status int, v any) {
	body, err := json.Marshal(v)
	if err != nil {
		panic(err) // the types of package wire always encode
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = w.Write(append(body, '\n')) // whoever asked may have gone
}

// withNotFound answers what the mux does not know in JSON as well.
func withNotFound(mux *http.ServeMux) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if _, pattern := mux.Handler(r); pattern != "" {
			mux.ServeHTTP(w, r)
			return
		}
		for _, method := range []string{http.MethodGet, http.MethodPost} {
			other := r.Clone(r.Context())
			other.Method = method
			if _, pattern := mux.Handler(other); pattern != "" {
				w.Header().Set("Allow", method)
				refuse(w, http.StatusMethodNotAllowed, "the method "+strings.ToUpper(r.Method)+" is not allowed here", "see docs/api.md")
				return
			}
		}
		refuse(w, http.StatusNotFound, "there is nothing at "+r.URL.Path, "see docs/api.md")
	})
}
