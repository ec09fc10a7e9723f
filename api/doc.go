// Package api is the local HTTP API and the web page of a node: the only door
// for local programs and people.
//
// It listens on loopback or on a unix socket only, and every request under
// /v1/ carries a token that stands in a file which only the user can read. The
// page is static and holds no data; it gets the token in the fragment of its
// address, which browsers send to nobody.
//
// What keeps other pages in the same browser out: no cookies, so that nothing
// is sent along unasked; the Host header is checked (a foreign name that
// resolves to 127.0.0.1 is refused); a foreign Origin is refused; there are no
// CORS headers; and the page's content security policy allows no script,
// style, connection or frame from elsewhere, and no HTML made of strings.
//
// docs/api.md describes the requests; package wire holds the objects.
package api
