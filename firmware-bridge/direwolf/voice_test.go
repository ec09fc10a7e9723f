package direwolf

import (
	"slices"
	"testing"
)

func TestVoice(t *testing.T) {
	var v voice
	v.add([]byte{0x01, 0x00, 0xFF})
	v.add([]byte{0xFF, 0x34})
	v.add([]byte{0x12})
	if got := v.take(nil); !slices.Equal(got, []int16{1, -1, 0x1234}) {
		t.Errorf("took %v", got)
	}
	v.add(make([]byte, 2*blockSize+2))
	if a, b, c := len(v.take(nil)), len(v.take(nil)), len(v.take(nil)); a != blockSize || b != 1 || c != 0 {
		t.Errorf("blocks of %d, %d and %d samples, want %d, 1 and 0", a, b, c, blockSize)
	}
	v.add([]byte{1, 2, 3})
	v.drop()
	v.add([]byte{5, 0})
	if got := v.take(nil); !slices.Equal(got, []int16{5}) {
		t.Errorf("took %v after a drop, want 5", got)
	}
}

func TestVoiceIsBounded(t *testing.T) {
	var v voice
	v.add(make([]byte, 2*maxVoice+20))
	if len(v.samples) != maxVoice || v.lost != 10 {
		t.Errorf("holds %d samples and lost %d, want %d and 10", len(v.samples), v.lost, maxVoice)
	}
}
