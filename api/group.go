package api

import (
	"bytes"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"unicode/utf8"

	"github.com/blackstart-mesh/blackstart/api/wire"
	"github.com/blackstart-mesh/blackstart/mesh"
	"github.com/blackstart-mesh/blackstart/message/bundle"
	"github.com/blackstart-mesh/blackstart/message/ident"
)

// Acts of POST /v1/groups.
const (
	actRenew = "renew"
	actAdmit = "admit"
)

// maxNamed bounds how many nodes one request names.
const maxNamed = 1000

// DecodeGroupRequest reads the body of POST /v1/groups, as strictly as
// DecodeSubmission: a name that is passed over would keep its key.
func DecodeGroupRequest(body []byte) (wire.GroupRequest, error) {
	var g wire.GroupRequest
	if !utf8.Valid(body) {
		return g, errors.New("the body is not valid UTF-8")
	}
	dec := json.NewDecoder(bytes.NewReader(body))
	// public: a token of JSON, the sender's own
	if t, err := dec.Token(); err != nil || t != json.Delim('{') {
		return g, errors.New("the body is not a JSON object")
	}
	given := make(map[string]bool)
	for dec.More() {
		key, err := stringToken(dec)
		if err != nil {
			return g, err
		}
		if given[key] {
			return g, fmt.Errorf("the field %q is given twice", key)
		}
		given[key] = true
		if err := groupField(dec, key, &g); err != nil {
			return g, fmt.Errorf("field %q: %w", key, err)
		}
	}
	if _, err := dec.Token(); err != nil {
		return g, errors.New("the JSON object does not end")
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return g, errors.New("something follows the JSON object")
	}
	return g, nil
}

func groupField(dec *json.Decoder, key string, g *wire.GroupRequest) (err error) {
	switch key {
	case "act":
		g.Act, err = stringToken(dec)
	case "group":
		g.Group, err = stringToken(dec)
	case "nodes":
		// public: a token of JSON, the sender's own
		if t, err := dec.Token(); err != nil || t != json.Delim('[') {
			return errors.New("a list of strings is wanted")
		}
		for dec.More() {
			name, err := stringToken(dec)
			if err != nil {
				return err
			}
			if len(g.Nodes) == maxNamed {
				return fmt.Errorf("more than %d nodes", maxNamed)
			}
			g.Nodes = append(g.Nodes, name)
		}
		_, err = dec.Token()
	default:
		err = errors.New("it is unknown")
	}
	return err
}

func (s *Server) postGroup(w http.ResponseWriter, r *http.Request) {
	asked, err := readAs(r, DecodeGroupRequest)
	if err != nil {
		refuseErr(w, err)
		return
	}
	submit, err := s.names().group(asked)
	if err != nil {
		refuseErr(w, err)
		return
	}
	s.submit(w, r, submit)
}

// group turns a request into what the node takes. The new secret is drawn here:
// the node has no luck of its own.
func (n names) group(g wire.GroupRequest) (mesh.Submit, error) {
	group, ok := n.roster.GroupByName(g.Group)
	if !ok {
		return mesh.Submit{}, badRequest(fmt.Sprintf("no group is called %q", g.Group), "see the names with: blackstart nodes")
	}
	var nodes []ident.Number
	for _, name := range g.Nodes {
		found := n.nodes(name)
		if len(found) != 1 {
			return mesh.Submit{}, badRequest(fmt.Sprintf("%q means no node, or more than one", name), "write its number; see: blackstart nodes")
		}
		nodes = append(nodes, found[0].Node)
	}
	act, who := bundle.GroupSecret{Group: group.ID}, &mesh.Members{}
	switch {
	case g.Act == actRenew:
		who.Without = nodes
		rand.Read(act.Secret[:]) // never fails: it crashes the process instead
	case g.Act == actAdmit && len(nodes) > 0:
		who.Only = nodes
	default:
		return mesh.Submit{}, badRequest(fmt.Sprintf("the act %q is unknown, or names no node", g.Act), "use renew or admit")
	}
	return mesh.Submit{Act: act, Members: who, By: "local API"}, nil
}
