package enrol

import (
	"bytes"
	"errors"
	"strings"
	"testing"
)

func TestScanText(t *testing.T) {
	r, err := newWorld(t).request("Umspannwerk Süd", "substation")
	if err != nil {
		t.Fatal(err)
	}
	text := r.ScanText()
	if strings.Trim(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567") != "" {
		t.Errorf("other letters in %q", text)
	}
	for name, typed := range map[string]string{
		"as it is":         text,
		"with its Enter":   text + "\r\n",
		"caps lock":        strings.ToLower(text),
		"other layout":     swapped.Replace(text),
		"both, in pieces":  strings.ToLower(swapped.Replace(text[:40])) + "\n" + strings.ToLower(swapped.Replace(text[40:])) + "\n",
		"spaces in front ": "  " + text,
	} {
		if got, err := ParseRequest([]byte(typed)); err != nil || !bytes.Equal(got.Encode(), r.Encode()) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for name, c := range map[string]struct {
		typed string
		want  error
	}{
		"another layout":   {strings.Replace(text, "2", "É", 1), ErrScan},
		"a wrong letter":   {text[:30] + "1" + text[31:], ErrScan},
		"cut short":        {text[:64], ErrTruncated},
		"nothing of it":    {"BS", ErrScan},
		"something else":   {"hello", ErrArmour},
		"an armoured file": {string(r.Text())[3:], ErrArmour},
	} {
		if _, err := ParseRequest([]byte(c.typed)); !errors.Is(err, c.want) || Hint(err) == "" {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
	}
}
