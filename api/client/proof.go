package client

import (
	"bufio"
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"time"

	"github.com/blackstart-mesh/blackstart/api/wire"
)

// Any account of a machine may listen on a loopback port that a node has left,
// and a program that sends its token there has given it away. So a node proves
// that it knows the token before it is sent: on each new connection, over a
// number that the program draws.
//
// HMAC-SHA256 is safe here: its key is the token's 256 random bits, and the
// label keeps a proof from being anything else. The port is part of what is
// proven, so that whoever sits on one port cannot hand the question on to the
// node on another; through a node's own port nobody can come between.

const proofLabel = "blackstart api hello v1\x00"

// maxHello bounds the answer to a hello in bytes, headers included.
const maxHello = 8 << 10

// NonceSize is the length of a hello's nonce in hexadecimal digits.
const NonceSize = 32

// Proof returns what the node whose API has this token, on this port ("unix"
// for a socket), answers to a nonce.
func Proof(token, port, nonce string) string {
	m := hmac.New(sha256.New, []byte(token))
	m.Write([]byte(proofLabel + port + "\x00" + nonce))
	return hex.EncodeToString(m.Sum(nil))
}

var errStranger = errors.New("it does not know this node's token")

// prove asks what is at the other end of a connection to prove that it is the
// node, and leaves the connection ready for requests.
func (c *Client) prove(ctx context.Context, conn net.Conn, host, port string) error {
	limit := time.Now().Add(dialTimeout)
	if d, ok := ctx.Deadline(); ok && d.Before(limit) {
		limit = d
	}
	if err := conn.SetDeadline(limit); err != nil {
		return err
	}
	stop := context.AfterFunc(ctx, func() { _ = conn.SetDeadline(time.Unix(1, 0)) })
	defer stop()
	var random [NonceSize / 2]byte
	rand.Read(random[:]) // never fails: it crashes the process instead
	nonce := hex.EncodeToString(random[:])
	if _, err := fmt.Fprintf(conn, "GET /v1/hello?nonce=%s HTTP/1.1\r\nHost: %s\r\n\r\n", nonce, host); err != nil {
		return err
	}
	answer := bufio.NewReader(io.LimitReader(conn, maxHello))
	resp, err := http.ReadResponse(answer, nil)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		return err
	}
	var hello wire.Hello
	if resp.StatusCode != http.StatusOK || answer.Buffered() > 0 || json.Unmarshal(body, &hello) != nil {
		return fmt.Errorf("it answers HTTP %d: %w", resp.StatusCode, errStranger)
	}
	if !hmac.Equal([]byte(hello.Proof), []byte(Proof(c.token, port, nonce))) {
		return errStranger
	}
	return conn.SetDeadline(time.Time{})
}

// dialProven returns the dialer of a client: no connection that has not proven
// to be the node's is ever used.
func (c *Client) dialProven(network, address, host, port string) func(context.Context, string, string) (net.Conn, error) {
	dialer := &net.Dialer{Timeout: dialTimeout}
	return func(ctx context.Context, _, _ string) (net.Conn, error) {
		conn, err := dialer.DialContext(ctx, network, address)
		if err != nil {
			return nil, err
		}
		if err := c.prove(ctx, conn, host, port); err != nil {
			_ = conn.Close()
			if timeout, ok := errors.AsType[net.Error](err); ok && timeout.Timeout() {
				return nil, &Error{What: fmt.Sprintf("what listens at %s does not answer", address),
					Hint: "nothing was sent to it; try again, or stop and start the node", cause: err}
			}
			return nil, &Error{What: fmt.Sprintf("what answers at %s is not this node: %v", address, err),
				Hint: "nothing was sent to it; is the node running? start it with: blackstart node", cause: err}
		}
		return conn, nil
	}
}
