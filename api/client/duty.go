package client

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"

	"github.com/blackstart-mesh/blackstart/api/wire"
)

// Order has the node order something, read an order back, confirm a read-back or
// cancel an order. When it returns without error, that is durable there.
func (c *Client) Order(ctx context.Context, o wire.OrderRequest) (wire.Message, error) {
	return post[wire.Message](ctx, c, "/v1/orders", o)
}

// Shifts returns who works where, and what a person signs to begin a shift.
func (c *Client) Shifts(ctx context.Context) (wire.Shifts, error) {
	return get[wire.Shifts](ctx, c, "/v1/shift", nil)
}

// Shift begins or ends a shift on the node. When it returns without error, that is
// durable there.
func (c *Client) Shift(ctx context.Context, s wire.ShiftRequest) (wire.Message, error) {
	return post[wire.Message](ctx, c, "/v1/shift", s)
}

// Group renews the key of a group, or gives members that of now. When it returns
// without error, that is durable at the node; the members get it one by one.
func (c *Client) Group(ctx context.Context, g wire.GroupRequest) (wire.Message, error) {
	return post[wire.Message](ctx, c, "/v1/groups", g)
}

// Quiet switches radio silence of the node on or off, and returns what holds then.
func (c *Client) Quiet(ctx context.Context, q wire.QuietRequest) (wire.QuietState, error) {
	return post[wire.QuietState](ctx, c, "/v1/quiet", q)
}

func post[T any](ctx context.Context, c *Client, path string, v any) (out T, err error) {
	body, err := json.Marshal(v)
	if err != nil {
		return out, err
	}
	return out, c.do(ctx, http.MethodPost, path, bytes.NewReader(body), &out)
}
