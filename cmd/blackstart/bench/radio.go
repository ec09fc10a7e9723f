package bench

import (
	"context"
	"fmt"
	"time"

	"github.com/blackstart-mesh/blackstart/radio"
	"github.com/blackstart-mesh/blackstart/radio/frame"
	"github.com/blackstart-mesh/blackstart/routing"
)

// RadioOptions say how much is measured.
type RadioOptions struct {
	Trials int // of each case
}

// fragmentData is how many bytes of a bundle each fragment carries.
const fragmentData = 200

// radioProfile is the channel: a radio of 1,200 bit/s whose frames just hold a
// fragment. Only times hang on its speed.
var radioProfile = radio.Profile{Name: "bench", MTU: fragmentData + 4 + frame.FirstOverhead, BitsPerSecond: 1200, Overhead: 300 * time.Millisecond, Listens: true}

// The cases: data shards, receivers, percent of frames lost on each path.
var (
	radioPieces    = []int{3, 8, 16, 40}
	radioReceivers = []int{1, 5, 20}
	radioLosses    = []int{10, 20, 40}
)

// Radio measures what it takes to bring a long bundle to several listeners of a
// radio that loses frames: by the sender and the listeners of a node, against a
// code that loses nothing and a sender that knows what everybody has. Every path
// loses frames by itself, those of requests and acceptances as well, and both
// senders lose the same ones of each trial.
func Radio(ctx context.Context, o RadioOptions) (*Report, error) {
	r := newReport("radio")
	r.Parameters["trials"] = o.Trials
	r.Parameters["fragment_bytes"] = fragmentData
	r.Parameters["bits_per_second"] = radioProfile.BitsPerSecond
	r.Parameters["names"] = "frames: shards until the last receiver has all; sent: until the sender knows; ideal: a perfect code and perfect knowledge; needs: requests"
	for _, pieces := range radioPieces {
		for _, receivers := range radioReceivers {
			for _, loss := range radioLosses {
				c := radioCase{pieces: pieces, receivers: receivers, loss: loss}
				if err := c.measure(ctx, r, o.Trials); err != nil {
					return nil, err
				}
			}
		}
	}
	return r, nil
}

type radioCase struct{ pieces, receivers, loss int }

// trial is what one transfer took.
type trial struct {
	frames, sent, ideal, needs, needBytes int
	took                                  time.Duration // until the last receiver had all
}

func (c radioCase) measure(ctx context.Context, r *Report, trials int) error {
	var sum trial
	for n := range trials {
		if err := ctx.Err(); err != nil {
			return err
		}
		a, err := newRadioAir(c, uint64(n)).run()
		if err != nil {
			return fmt.Errorf("%+v, trial %d: %w", c, n, err)
		}
		sum.frames += a.frames
		sum.sent += a.sent
		sum.ideal += a.ideal
		sum.needs += a.needs
		sum.needBytes += a.needBytes
		sum.took += a.took
	}
	name := fmt.Sprintf("/k%d/r%d/l%d", c.pieces, c.receivers, c.loss)
	r.add("frames"+name, mean(sum.frames, trials), "frames")
	r.add("ideal"+name, mean(sum.ideal, trials), "frames")
	r.add("sent"+name, mean(sum.sent, trials), "frames")
	r.add("needs"+name, mean(sum.needs, trials), "requests")
	r.add("needs"+name+"/bytes", mean(sum.needBytes, trials), "B")
	r.add("time"+name, sum.took.Seconds()/float64(trials), "s")
	return nil
}

// timing is that of a node on the channel.
func (c radioCase) timing() routing.Timing { return routing.TimingOf(radioProfile) }
