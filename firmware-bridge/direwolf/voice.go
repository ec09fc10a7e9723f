package direwolf

import "sync"

// maxVoice bounds the samples of a station that wait to be played: two minutes,
// many times the longest transmission.
const maxVoice = 120 * sampleRate

// voice is the sound that a station still has to send. The FIFO's reader adds
// bytes, the channel takes blocks.
type voice struct {
	mu      sync.Mutex
	samples []int16
	low     byte // first half of a sample whose second has not come
	half    bool
	lost    int // samples that found it full
}

// add takes bytes as the modem wrote them.
func (v *voice) add(b []byte) {
	v.mu.Lock()
	defer v.mu.Unlock()
	for _, x := range b {
		if !v.half {
			v.low, v.half = x, true
			continue
		}
		v.half = false
		if len(v.samples) >= maxVoice {
			v.lost++
			continue
		}
		v.samples = append(v.samples, int16(uint16(v.low)|uint16(x)<<8))
	}
}

// take moves up to a block to buf and returns it.
func (v *voice) take(buf []int16) []int16 {
	v.mu.Lock()
	defer v.mu.Unlock()
	n := min(blockSize, len(v.samples))
	buf = append(buf[:0], v.samples[:n]...)
	if v.samples = v.samples[n:]; len(v.samples) == 0 {
		v.samples = nil // let the long array go
	}
	return buf
}

// drop forgets what was not played: the modem is gone, and its carrier too.
func (v *voice) drop() {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.samples, v.half = nil, false
}
