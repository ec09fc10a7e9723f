package sim

import (
	"testing"

	"github.com/blackstart-mesh/blackstart/mesh"
)

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

// TestTextsThatNoNodeTakesAreNotWrittenOut: a message of two gigabytes takes no
// memory for the words in it.
func TestTextsThatNoNodeTakesAreNotWrittenOut(t *testing.T) {
	if n := len(textOf(1, Message{Bytes: 1<<31 - 1})); n != mesh.MaxText+1 {
		t.Errorf("%d bytes, want %d", n, mesh.MaxText+1)
	}
}
