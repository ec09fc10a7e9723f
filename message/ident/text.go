package ident

import (
	"fmt"
	"unicode/utf8"
)

// Longest name and role in bytes of UTF-8.
const (
	MaxName = 32
	MaxRole = 32
)

// CheckText reports why a text cannot be a name or role: longer than limit
// bytes, not UTF-8, with a space at either end, or with a character that a
// screen does not show or that reorders its neighbours. The latter would let
// two names look alike. The list is written out here and in the specification
// rather than taken from Unicode's tables, which change between versions: a
// certificate must mean the same to every node.
func CheckText(text string, limit int) error {
	if len(text) > limit {
		return fmt.Errorf("%w: %d bytes, at most %d", ErrNotCanonical, len(text), limit)
	}
	if !utf8.ValidString(text) {
		return fmt.Errorf("%w: %q is not UTF-8", ErrNotCanonical, text)
	}
	for _, r := range text {
		if invisible(r) {
			return fmt.Errorf("%w: %q holds U+%04X, which does not print", ErrNotCanonical, text, r)
		}
	}
	if text != "" && (text[0] == ' ' || text[len(text)-1] == ' ') {
		return fmt.Errorf("%w: %q begins or ends with a space", ErrNotCanonical, text)
	}
	return nil
}

// invisible lists control and format characters, spaces other than U+0020,
// joiners, direction marks, fillers, variation selectors, private use, tags and
// non-characters.
func invisible(r rune) bool {
	switch {
	case r < 0x20, 0x7F <= r && r <= 0xA0, r == 0xAD, r == 0x034F, r == 0x061C:
	case 0x115F <= r && r <= 0x1160, r == 0x1680, 0x17B4 <= r && r <= 0x17B5, 0x180B <= r && r <= 0x180F:
	case 0x2000 <= r && r <= 0x200F, 0x2028 <= r && r <= 0x202F, 0x205F <= r && r <= 0x206F:
	case r == 0x3000, r == 0x3164, 0xE000 <= r && r <= 0xF8FF, 0xFE00 <= r && r <= 0xFE0F:
	case r == 0xFEFF, r == 0xFFA0, 0xFFF0 <= r && r <= 0xFFFF, 0xFDD0 <= r && r <= 0xFDEF:
	case 0x13430 <= r && r <= 0x1345F, 0x1BCA0 <= r && r <= 0x1BCAF, 0x1D173 <= r && r <= 0x1D17A:
	case r >= 0xE0000, r&0xFFFE == 0xFFFE:
	default:
		return false
	}
	return true
}
