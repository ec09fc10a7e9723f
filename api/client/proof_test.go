package client_test

import (
	"bufio"
	"errors"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/blackstart-mesh/blackstart/api/client"
	"github.com/blackstart-mesh/blackstart/api/wire"
)

// TestTokenGoesToTheNodeOnly: whatever listens where a node was gets neither
// the token nor the message.
func TestTokenGoesToTheNodeOnly(t *testing.T) {
	answer := func(status, body string) string {
		return "HTTP/1.1 " + status + "\r\nContent-Length: " + strconv.Itoa(len(body)) + "\r\n\r\n" + body
	}
	wrong := strings.Repeat("0", 64)
	for name, reply := range map[string]string{
		"nothing":         "",
		"another program": answer("404 Not Found", "no"),
		"a refusal":       answer("400 Bad Request", `{"error":{"what":"x"}}`),
		"no proof":        answer("200 OK", `{}`),
		"a wrong proof":   answer("200 OK", `{"proof":"`+wrong+`"}`),
		"no JSON":         answer("200 OK", "\x1b[31m"),
		"no HTTP":         "SSH-2.0-OpenSSH\r\n",
		"endless headers": "HTTP/1.1 200 OK\r\nX: " + strings.Repeat("x", 1<<20),
		"endless body":    "HTTP/1.1 200 OK\r\n\r\n" + strings.Repeat(" ", 1<<20),
		"more than asked": answer("200 OK", `{"proof":"`+wrong+`"}`) + answer("200 OK", `{"number":1}`),
		"a redirection":   "HTTP/1.1 307 See\r\nLocation: /v1/x\r\nContent-Length: 0\r\n\r\n",
	} {
		t.Run(name, func(t *testing.T) {
			l, err := net.Listen("tcp", "127.0.0.1:0")
			if err != nil {
				t.Fatal(err)
			}
			seen := make(chan string, 8)
			go func() {
				for {
					conn, err := l.Accept()
					if err != nil {
						close(seen)
						return
					}
					_ = conn.SetDeadline(time.Now().Add(5 * time.Second))
					r := bufio.NewReader(conn)
					var head strings.Builder
					for line := "x"; strings.TrimSpace(line) != ""; {
						if line, err = r.ReadString('\n'); err != nil {
							break
						}
						head.WriteString(line)
					}
					_, _ = io.WriteString(conn, reply)
					if reply != "" {
						_ = conn.(*net.TCPConn).CloseWrite()
						rest, _ := io.ReadAll(r)
						head.Write(rest)
					}
					_ = conn.Close()
					seen <- head.String()
				}
			}()
			const token = "0123456789abcdef0123456789abcdef"
			c, err := client.New(l.Addr().String(), token)
			if err != nil {
				t.Fatal(err)
			}
			_, err = c.Send(t.Context(), wire.Submission{To: "a", Text: "for nobody else"})
			c.Close()
			l.Close()
			var e *client.Error
			if !errors.As(err, &e) || e.Status != 0 || e.Hint == "" {
				t.Errorf("error %v", err)
			}
			for s := range seen {
				if strings.Contains(s, token) || strings.Contains(s, "nobody else") {
					t.Errorf("it was told %q", s)
				}
			}
		})
	}
}

// TestProofBelongsToOnePort: whoever took a node's old port cannot have the
// node, which listens on another now, answer in his place.
func TestProofBelongsToOnePort(t *testing.T) {
	if client.Proof("t", "1", "n") == client.Proof("t", "2", "n") || client.Proof("t", "1", "n") == client.Proof("u", "1", "n") {
		t.Error("one proof serves two")
	}
	node := dial(t, func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(`{}`)) })
	if _, err := node.Status(t.Context()); err != nil {
		t.Error("the node itself is refused:", err)
	}
}
