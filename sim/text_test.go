package sim

import "testing"

func TestTextsAreAsLongAsAskedForAndDiffer(t *testing.T) {
	seen := make(map[string]int)
	for n := range 3000 {
		for _, bytes := range []int{3, 40, 8 << 10}[:1+n%3] {
			text := textOf(n, Message{Bytes: bytes})
			if len(text) != bytes && (bytes > 3 || len(text) > 4) {
				t.Fatalf("message %d: %d bytes, want %d", n, len(text), bytes)
			}
			if other, ok := seen[text]; ok && other != n {
				t.Fatalf("messages %d and %d are both %q", n, other, text)
			}
			seen[text] = n
		}
	}
}
