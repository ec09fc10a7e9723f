package api

import (
	"net"
	"net/http"
	"strings"
)

// policy allows the page its own files and requests and nothing else.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; " +
	"base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'"

// guarded keeps foreign pages out and sets the headers of every answer.
func (s *Server) guarded(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", policy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("X-Frame-Options", "DENY")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Cache-Control", "no-store")
		if !ownHost(r) {
			refuse(w, http.StatusMisdirectedRequest, "the request is for another host",
				"open the page by the address that `blackstart node` prints")
			return
		}
		if !ownOrigin(r) {
			refuse(w, http.StatusForbidden, "the request comes from another page", "use the node's own page or a program on this machine")
			return
		}
		r.Body = http.MaxBytesReader(w, r.Body, maxBody)
		next.ServeHTTP(w, r)
	})
}

// ownHost holds against DNS rebinding: a page of evil.example, whose name is
// made to resolve to 127.0.0.1, sends its own name as Host. Nobody can name a
// unix socket in a browser, so there any name will do.
func ownHost(r *http.Request) bool {
	if a, ok := r.Context().Value(http.LocalAddrContextKey).(net.Addr); ok && a.Network() == "unix" {
		return true
	}
	host := r.Host
	if h, _, err := net.SplitHostPort(host); err == nil {
		host = h
	}
	return loopback(strings.Trim(host, "[]"))
}

// ownOrigin refuses requests that another page made a browser send. Programs
// send neither header.
func ownOrigin(r *http.Request) bool {
	if o := r.Header.Get("Origin"); o != "" && o != "http://"+r.Host {
		return false
	}
	switch r.Header.Get("Sec-Fetch-Site") {
	case "", "same-origin", "none":
		return true
	}
	// A link in another page may lead to the page, which holds no data.
	return r.Method == http.MethodGet && r.Header.Get("Sec-Fetch-Mode") == "navigate" && !strings.HasPrefix(r.URL.Path, "/v1/")
}

// authorised lets only holders of the token pass.
func (s *Server) authorised(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
		if !strings.EqualFold(scheme, "Bearer") || !sameToken(token, s.cfg.Token) {
			w.Header().Set("WWW-Authenticate", `Bearer realm="blackstart"`)
			refuse(w, http.StatusUnauthorized, "the token is missing or wrong",
				"programs read it from the node's token file; open the page by the address that `blackstart node` prints")
			return
		}
		admitted(r.Context())
		next.ServeHTTP(w, r)
	})
}
