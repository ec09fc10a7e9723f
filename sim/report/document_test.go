package report

import (
	"bytes"
	"encoding/json"
	"os"
	"strings"
	"testing"
)

// The page of the simulator explains every field.
func TestEveryFieldIsExplained(t *testing.T) {
	page, err := os.ReadFile("../../docs/SIMULATOR.md")
	if err != nil {
		t.Fatal(err)
	}
	d := NewDocument(towns())
	one := NewDocument([]Run{small()})
	var b bytes.Buffer
	var read [2]any
	for i, doc := range []*Document{&d, &one} {
		b.Reset()
		if err := WriteJSON(&b, doc); err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(b.Bytes(), &read[i]); err != nil {
			t.Fatal(err)
		}
	}
	var look func(v any)
	look = func(v any) {
		switch v := v.(type) {
		case []any:
			for _, e := range v {
				look(e)
			}
		case map[string]any:
			for name, e := range v {
				if !strings.Contains(string(page), "`"+name+"`") {
					t.Errorf("docs/SIMULATOR.md does not explain %q", name)
				}
				look(e)
			}
		}
	}
	look(read[0])
	look(read[1])
}
