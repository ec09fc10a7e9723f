package api

import (
	"net/http"
	"os"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/blackstart-mesh/blackstart/api/wire"
)

// What programs are told stands in docs/api.md: every field of an answer, and every
// status.
func TestAnswersAreDocumented(t *testing.T) {
	text, err := os.ReadFile("../docs/api.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range fields(reflect.TypeFor[struct {
		Status   wire.Status
		Messages wire.Messages
		Roster   wire.Roster
		Audit    wire.Audit
		Shifts   wire.Shifts
		Clock    wire.ClockState
	}]()) {
		if !regexp.MustCompile("[`\"]" + name + "[`\"]").Match(text) {
			t.Errorf("docs/api.md does not tell of the field %q", name)
		}
	}
	_, table, _ := strings.Cut(string(text), "| status | meaning |")
	table, _, _ = strings.Cut(table, "\n## ")
	statuses := []int{http.StatusMethodNotAllowed, http.StatusNotImplemented}
	for _, k := range known() {
		statuses = append(statuses, k.status)
	}
	for _, s := range statuses {
		if !regexp.MustCompile(`(?m)^\|[ 0-9,]*\b` + strconv.Itoa(s) + `\b[ 0-9,]*\|`).MatchString(table) {
			t.Errorf("docs/api.md does not tell of the status %d", s)
		}
	}
}

// fields returns the names in JSON of all that a type holds.
func fields(t reflect.Type) (names []string) {
	switch {
	case t.Kind() == reflect.Slice || t.Kind() == reflect.Pointer:
		return fields(t.Elem())
	case t.Kind() != reflect.Struct || !strings.HasSuffix(t.PkgPath(), "api/wire") && t.Name() != "":
		return nil
	}
	for i := range t.NumField() {
		f := t.Field(i)
		if name, _, _ := strings.Cut(f.Tag.Get("json"), ","); name != "" && !slices.Contains(names, name) {
			names = append(names, name)
		}
		names = append(names, fields(f.Type)...)
	}
	return names
}

// A misspelt parameter is refused everywhere, not passed over.
func TestUnknownParametersAreRefused(t *testing.T) {
	f := newFake()
	scene(f)
	s := testServer(t, f)
	for _, path := range []string{"status", "messages", "messages/1", "evidence/1", "shift", "events", "roster", "audit", "hello"} {
		nonce := ""
		if path == "hello" {
			nonce = "&nonce=00112233445566778899aabbccddeeff"
		}
		if got := ask(t, s, "GET", "/v1/"+path+"?wiat=5"+nonce, "").Code; got != http.StatusBadRequest {
			t.Errorf("GET /v1/%s?wiat=5: %d", path, got)
		}
	}
}
