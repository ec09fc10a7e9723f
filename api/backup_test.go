package api

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/blackstart-mesh/blackstart/api/wire"
	"github.com/blackstart-mesh/blackstart/mesh/live"
)

func TestBackupIsStreamed(t *testing.T) {
	text := strings.Repeat("sealed ", 100_000)
	s := testServer(t, newFake())
	s.cfg.Backup = func(_ context.Context, w io.Writer) error {
		// A second one waits for its turn.
		f := into[wire.Failure](t, ask(t, s, "POST", "/v1/backup", ""), 503)
		if !strings.Contains(f.Error.What, "made already") {
			t.Errorf("a second backup: %+v", f)
		}
		_, err := io.WriteString(w, text)
		return err
	}
	w := ask(t, s, "POST", "/v1/backup", "")
	if w.Code != 200 || w.Body.String() != text || w.Header().Get("Content-Type") != "application/octet-stream" {
		t.Errorf("status %d, %d bytes, %v", w.Code, w.Body.Len(), w.Header())
	}
	if w := ask(t, s, "POST", "/v1/backup", "", header("Authorization", "Bearer x")); w.Code != 401 {
		t.Errorf("without the token: %d", w.Code)
	}
	if w := ask(t, s, "GET", "/v1/backup", ""); w.Code != 405 && w.Code != 404 {
		t.Errorf("by GET: %d", w.Code)
	}
}

func TestBackupThatFails(t *testing.T) {
	s := testServer(t, newFake())
	s.cfg.Backup = nil
	into[wire.Failure](t, ask(t, s, "POST", "/v1/backup", ""), 501)
	s.cfg.Backup = func(context.Context, io.Writer) error { return live.ErrNotRunning }
	into[wire.Failure](t, ask(t, s, "POST", "/v1/backup", ""), 503)
	// Once it has begun, the connection breaks, so that nobody takes it for whole.
	s.cfg.Backup = func(_ context.Context, w io.Writer) error {
		_, err := w.Write(bytes.Repeat([]byte("x"), 1<<20))
		return errors.Join(err, errors.New("the disk"))
	}
	h := httptest.NewServer(s)
	defer h.Close()
	r, err := http.NewRequest(http.MethodPost, h.URL+"/v1/backup", nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+testToken)
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if n, err := io.Copy(io.Discard, resp.Body); err == nil {
		t.Errorf("%d bytes ended as if they were all", n)
	}
}
