package api

import (
	"encoding/json"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/blackstart-mesh/blackstart/api/client"
	"github.com/blackstart-mesh/blackstart/api/wire"
)

func TestHelloProvesTheTokenForItsOwnPort(t *testing.T) {
	server := httptest.NewServer(testServer(t, newFake()))
	defer server.Close()
	_, port, err := net.SplitHostPort(server.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	nonce := strings.Repeat("5a", client.NonceSize/2)
	req, err := http.NewRequest(http.MethodGet, server.URL+"/v1/hello?nonce="+nonce, nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Host = "127.0.0.1:1" // what somebody between would send: it must not count
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	var hello wire.Hello
	if err := json.NewDecoder(resp.Body).Decode(&hello); err != nil {
		t.Fatal(err)
	}
	if hello.Proof != client.Proof(testToken, port, nonce) {
		t.Errorf("proof %q", hello.Proof)
	}
	for _, bad := range []string{"", "00", nonce + "00", strings.Repeat("zz", client.NonceSize/2)} {
		resp, err := http.Get(server.URL + "/v1/hello?nonce=" + bad)
		if err != nil {
			t.Fatal(err)
		}
		if resp.Body.Close(); resp.StatusCode != http.StatusBadRequest {
			t.Errorf("nonce %q: HTTP %d", bad, resp.StatusCode)
		}
	}
}
