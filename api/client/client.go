// Package client talks to a node's local API. Its errors are meant to be shown:
// what went wrong, and what to do about it.
package client

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/blackstart-mesh/blackstart/api/wire"
)

// Error is a request that failed.
type Error struct {
	Status int    // of HTTP; 0: the node was not reached
	What   string // what went wrong
	Hint   string // what to do about it; may be empty
	cause  error
}

func (e *Error) Error() string { return e.What }

// Unwrap returns the error below, if there is one.
func (e *Error) Unwrap() error { return e.cause }

// Bounds.
const (
	maxAnswer    = 16 << 20
	dialTimeout  = 5 * time.Second
	replyTimeout = 90 * time.Second // longer than the API makes anyone wait
)

// Client is safe for use by several goroutines.
type Client struct {
	base  string
	token string
	http  *http.Client
}

// New makes a client for the API at an address as the node's configuration
// names it: "127.0.0.1:8470" or "unix:///path". It does not connect yet.
func New(address, token string) (*Client, error) {
	transport := &http.Transport{
		Proxy:                 nil, // what is on loopback is nobody else's business
		MaxIdleConnsPerHost:   4,
		IdleConnTimeout:       time.Minute,
		ResponseHeaderTimeout: replyTimeout,
	}
	c := &Client{base: "http://" + address, token: token, http: &http.Client{Transport: transport,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}} // a node sends nobody elsewhere
	if path, ok := strings.CutPrefix(address, "unix://"); ok {
		c.base = "http://localhost"
		transport.DialContext = c.dialProven("unix", path, "localhost", "unix")
	} else if _, port, err := net.SplitHostPort(address); err == nil {
		transport.DialContext = c.dialProven("tcp", address, address, port)
	} else {
		return nil, fmt.Errorf("api address %q: want HOST:PORT or unix:///PATH", address)
	}
	return c, nil
}

// Close ends idle connections.
func (c *Client) Close() { c.http.CloseIdleConnections() }

// Status returns a snapshot of the node.
func (c *Client) Status(ctx context.Context) (wire.Status, error) {
	return get[wire.Status](ctx, c, "/v1/status", nil)
}

// Roster returns whom one can write to.
func (c *Client) Roster(ctx context.Context) (wire.Roster, error) {
	return get[wire.Roster](ctx, c, "/v1/roster", nil)
}

// Send hands a message to the node. When it returns without error, the message
// is durable there.
func (c *Client) Send(ctx context.Context, s wire.Submission) (wire.Message, error) {
	body, err := json.Marshal(s)
	if err != nil {
		return wire.Message{}, err
	}
	var m wire.Message
	return m, c.do(ctx, http.MethodPost, "/v1/messages", bytes.NewReader(body), &m)
}

// ConfirmTime tells the node what time it is, on the word of whoever asks. The
// answer is what the node makes of it.
func (c *Client) ConfirmTime(ctx context.Context, t wire.Confirmation) (wire.ClockState, error) {
	body, err := json.Marshal(t)
	if err != nil {
		return wire.ClockState{}, err
	}
	var s wire.ClockState
	return s, c.do(ctx, http.MethodPost, "/v1/clock", bytes.NewReader(body), &s)
}

// Suspend has the node say that another node is suspended, or that this is
// lifted. When it returns without error, that is durable there.
func (c *Client) Suspend(ctx context.Context, s wire.Suspend) (wire.Message, error) {
	body, err := json.Marshal(s)
	if err != nil {
		return wire.Message{}, err
	}
	var m wire.Message
	return m, c.do(ctx, http.MethodPost, "/v1/suspensions", bytes.NewReader(body), &m)
}

// Plan returns the radio plan that the node has.
func (c *Client) Plan(ctx context.Context) (wire.PlanState, error) {
	return get[wire.PlanState](ctx, c, "/v1/plan", nil)
}

// BringPlan gives the node a radio plan. When it returns without error, that is
// durable there.
func (c *Client) BringPlan(ctx context.Context, p wire.PlanFile) (wire.Message, error) {
	return post[wire.Message](ctx, c, "/v1/plan", p)
}

// Query says which messages to read.
type Query struct {
	After  uint64        // those with higher numbers, ascending
	Newest bool          // instead: the newest
	Before uint64        // with Newest: the newest below this number, if not 0
	Limit  int           // at most so many; 0 is the server's default, 500 the most
	Box    string        // "in", "out" or "all"; "" is all
	Wait   time.Duration // wait up to so long, in whole seconds, if there is none
}

// Messages returns a page of the record.
func (c *Client) Messages(ctx context.Context, q Query) (wire.Messages, error) {
	v := url.Values{}
	if q.Newest {
		v.Set("before", strconv.FormatUint(q.Before, 10))
	} else {
		v.Set("after", strconv.FormatUint(q.After, 10))
	}
	if q.Limit > 0 {
		v.Set("limit", strconv.Itoa(q.Limit))
	}
	if q.Box != "" {
		v.Set("box", q.Box)
	}
	if q.Wait > 0 {
		v.Set("wait", strconv.Itoa(int(q.Wait/time.Second)))
	}
	return get[wire.Messages](ctx, c, "/v1/messages", v)
}

// Message returns one message by its number or its id.
func (c *Client) Message(ctx context.Context, id string) (wire.Message, error) {
	return get[wire.Message](ctx, c, (&url.URL{Path: "/v1/messages/" + id}).EscapedPath(), nil)
}

// Evidence returns what proves a message to a third person, by its number or its
// id, as the text of a file.
func (c *Client) Evidence(ctx context.Context, id string) (json.RawMessage, error) {
	return get[json.RawMessage](ctx, c, (&url.URL{Path: "/v1/evidence/" + id}).EscapedPath(), nil)
}

// Audit returns a page of the audit log.
func (c *Client) Audit(ctx context.Context, after uint64, limit int) (wire.Audit, error) {
	v := url.Values{"after": {strconv.FormatUint(after, 10)}}
	if limit > 0 {
		v.Set("limit", strconv.Itoa(limit))
	}
	return get[wire.Audit](ctx, c, "/v1/audit", v)
}

func get[T any](ctx context.Context, c *Client, path string, v url.Values) (out T, err error) {
	if len(v) > 0 {
		path += "?" + v.Encode()
	}
	return out, c.do(ctx, http.MethodGet, path, nil, &out)
}

func (c *Client) do(ctx context.Context, method, path string, body io.Reader, out any) error {
	resp, err := c.open(ctx, method, path, body)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if err := json.NewDecoder(io.LimitReader(resp.Body, maxAnswer)).Decode(out); err != nil {
		return &Error{What: "the node's answer could not be read", Hint: "is it a Blackstart node of the same version?", cause: err}
	}
	return nil
}

// open sends a request and returns the answer if it is a success.
func (c *Client) open(ctx context.Context, method, path string, body io.Reader) (*http.Response, error) {
	req, err := http.NewRequestWithContext(ctx, method, c.base+path, body)
	if err != nil {
		return nil, err
	}
	req.Header.Set("Authorization", "Bearer "+c.token)
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	resp, err := c.http.Do(req)
	if err != nil {
		return nil, unreachable(ctx, err)
	}
	if resp.StatusCode < 300 {
		return resp, nil
	}
	defer resp.Body.Close()
	e := &Error{Status: resp.StatusCode}
	var f wire.Failure
	if err := json.NewDecoder(io.LimitReader(resp.Body, maxAnswer)).Decode(&f); err != nil || f.Error.What == "" {
		e.What = fmt.Sprintf("the answer was HTTP %s", resp.Status)
		e.Hint = "does something else listen on this address?"
		return nil, e
	}
	e.What, e.Hint = f.Error.What, f.Error.Hint
	return nil, e
}

// unreachable says what a failed connection most likely means. Once a request
// was sent, nobody knows whether it was carried out.
func unreachable(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	var stranger *Error
	if errors.As(err, &stranger) {
		return stranger
	}
	var op *net.OpError
	if errors.As(err, &op) && op.Op == "dial" {
		return &Error{What: "no node answers: " + op.Err.Error(), Hint: "is the node running? start it with: blackstart node", cause: err}
	}
	return &Error{What: "the connection to the node broke: " + err.Error(),
		Hint: "a message being sent may have been accepted: look at `blackstart inbox` before sending it again", cause: err}
}
