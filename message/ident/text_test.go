package ident

import (
	"strings"
	"testing"
	"unicode"
)

func TestCheckText(t *testing.T) {
	for text, ok := range map[string]bool{
		"":                        true,
		"crew-1":                  true,
		"Umspannwerk Süd 3":       true,
		"変電所":                     true,
		strings.Repeat("x", 32):   true,
		strings.Repeat("x", 33):   false,
		strings.Repeat("ä", 17):   false,
		" crew":                   false,
		"crew ":                   false,
		"crew\x00":                false,
		"crew\t1":                 false,
		"crew\n":                  false,
		"crew\x7f":                false,
		"crew\xff":                false,
		"crew\u00a01":             false, // no-break space
		"crew\u200b":              false, // zero width
		"\u202ecrew":              false, // reorders what follows
		"crew\u2028":              false,
		"crew\ufeff":              false,
		"crew\U000e0041":          false, // tag
		"crew\ue000":              false, // private use
		"crew\ufffd":              false, // stands for what could not be read
		"\u3164":                  false, // a letter without a shape
		"a\u0300 combining is ok": true,
	} {
		if err := CheckText(text, MaxName); (err == nil) != ok {
			t.Errorf("%q: %v", text, err)
		}
	}
}

// The list is our own so that it stays; against Unicode's tables of this Go it
// must refuse at least every control, format and separator character but space
// and the signs that Arabic puts around numbers, which do show.
func TestInvisibleCoversUnicode(t *testing.T) {
	for r := rune(0); r <= unicode.MaxRune; r++ {
		hidden := unicode.In(r, unicode.Cc, unicode.Cf, unicode.Co, unicode.Zs, unicode.Zl, unicode.Zp) ||
			unicode.In(r, unicode.Variation_Selector, unicode.Noncharacter_Code_Point)
		if hidden && r != ' ' && !unicode.Is(unicode.Prepended_Concatenation_Mark, r) && !invisible(r) {
			t.Errorf("U+%04X is taken", r)
		}
	}
}
