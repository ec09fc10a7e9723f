package radios

import (
	"context"
	"time"

	bridge "github.com/blackstart-mesh/blackstart/firmware-bridge"
	"github.com/blackstart-mesh/blackstart/radio"
)

// Seen is one thing that a radio told.
type Seen struct {
	Time    time.Time     `json:"time"`
	Event   string        `json:"event"` // "up", "down", "heard"
	About   string        `json:"about,omitempty"`
	Bytes   int           `json:"bytes,omitempty"`
	Airtime float64       `json:"airtime_s,omitempty"`
	Signal  *radio.Signal `json:"signal,omitempty"`
	Err     string        `json:"error,omitempty"`
}

// Monitor opens a radio and tells what it hears until ctx ends. It sends nothing.
// What it hears is sealed: length and signal are all there is to see.
func Monitor(ctx context.Context, f bridge.Family, url string, told func(Seen)) error {
	l, err := f.Open(url, bridge.Options{})
	if err != nil {
		return err
	}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		for {
			e, err := l.Receive()
			if err != nil {
				return
			}
			s := Seen{Time: time.Now()}
			switch e := e.(type) {
			case radio.Up:
				s.Event, s.About = "up", l.About()
			case radio.Down:
				s.Event, s.Err = "down", e.Err.Error()
			case radio.Heard:
				s.Event, s.Bytes, s.Signal, s.Airtime = "heard", len(e.Data), e.Signal, l.Profile().Airtime(len(e.Data)).Seconds()
			default:
				continue
			}
			told(s)
		}
	}()
	<-ctx.Done()
	err = l.Close()
	<-ended
	return err
}
