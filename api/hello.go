package api

import (
	"encoding/hex"
	"net"
	"net/http"
	"strconv"

	"github.com/blackstart-mesh/blackstart/api/client"
	"github.com/blackstart-mesh/blackstart/api/wire"
)

// getHello proves to a program that this is the node whose token it holds,
// before it sends the token (package client, Proof). It tells others nothing.
func (s *Server) getHello(w http.ResponseWriter, r *http.Request) {
	if _, err := query(r, "nonce"); err != nil {
		refuseErr(w, err)
		return
	}
	nonce := r.URL.Query().Get("nonce")
	if raw, err := hex.DecodeString(nonce); err != nil || 2*len(raw) != client.NonceSize {
		refuse(w, http.StatusBadRequest, "the nonce is not "+strconv.Itoa(client.NonceSize)+" hexadecimal digits", "see docs/api.md")
		return
	}
	answer(w, http.StatusOK, wire.Hello{Proof: client.Proof(s.cfg.Token, ownPort(r), nonce)})
}

// ownPort is the port that a request came to, whatever its headers say.
func ownPort(r *http.Request) string {
	a, ok := r.Context().Value(http.LocalAddrContextKey).(net.Addr)
	if !ok {
		return ""
	}
	if a.Network() == "unix" {
		return "unix"
	}
	_, port, err := net.SplitHostPort(a.String())
	if err != nil {
		return ""
	}
	return port
}
