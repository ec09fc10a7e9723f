package motion

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/blackstart-mesh/blackstart/sim/terrain"
)

// Stand does not move.
type Stand struct{ Point terrain.Point }

func (s Stand) Check() error {
	if !inside(s.Point) {
		return fmt.Errorf("the place %v mm is farther than %d m from the origin", s.Point, terrain.MaxCoordinate/1000)
	}
	return nil
}

func (s Stand) draw(_ *rand.Rand, until time.Duration, _ int) Track {
	return Track{{0, until, s.Point, s.Point}}
}

// Walk is random waypoint, the model of most of the literature on networks of walkers
// (Johnson, Maltz 1996): a place is drawn, reached straight at a speed that is drawn,
// and after a pause that is drawn comes the next.
type Walk struct {
	Area  Area
	Speed Speeds
	Pause Times
	// Start is where it begins; nil is a place that is drawn.
	Start *terrain.Point
	// Warmup is how long it has gone on before the run. At first places are spread
	// evenly, later more are in the middle.
	Warmup time.Duration
}

func (w Walk) Check() error {
	if w.Start != nil {
		if err := (Stand{*w.Start}).Check(); err != nil {
			return err
		}
	}
	return cmp.Or(w.Area.check(), w.Speed.check(), w.Pause.check("pauses"), Times{0, w.Warmup}.check("a warm-up"))
}

func (w Walk) draw(luck *rand.Rand, until time.Duration, legs int) Track {
	p := path{at: -w.Warmup, here: w.Area.any(luck)}
	if w.Start != nil {
		p.here = *w.Start
	}
	for p.at <= until && len(p.track) < legs {
		p.travel(w.Area.any(luck), w.Speed.any(luck))
		p.stay(max(1, w.Pause.any(luck)))
	}
	return p.track.since(0)
}

// Shift is a crew: from its depot to some jobs, one after the other, and home.
type Shift struct {
	Depot terrain.Point
	Area  Area   // where jobs are
	Jobs  [2]int // how many, from and to
	Stop  Times  // at each
	Speed Speeds
	Begin Times // when the shift begins; before it the crew is at the depot
	// Length is when it ends: a job from which the crew would not be home by then is
	// left to others. 0 is no end.
	Length time.Duration
	// Every is when the next shift begins after this one did, if the crew is home; 0
	// is one shift alone.
	Every time.Duration
}

// Crew returns a shift of 3 to 8 jobs of 20 to 60 minutes, at 30 to 60 km/h, that
// begins within the first half hour, takes 12 hours and is repeated each day.
func Crew(depot terrain.Point, area Area) Shift {
	return Shift{Depot: depot, Area: area, Jobs: [2]int{3, 8}, Stop: Times{20 * time.Minute, time.Hour}, Speed: KilometresAnHour(30, 60),
		Begin: Times{0, 30 * time.Minute}, Length: 12 * time.Hour, Every: 24 * time.Hour}
}

// maxJobs is more than any shift has.
const maxJobs = 1000

func (s Shift) Check() error {
	if s.Jobs[0] < 1 || s.Jobs[0] > s.Jobs[1] || s.Jobs[1] > maxJobs {
		return fmt.Errorf("%d to %d jobs in a shift; there must be 1 to %d, the lower number first", s.Jobs[0], s.Jobs[1], maxJobs)
	}
	return cmp.Or(Stand{s.Depot}.Check(), s.Area.check(), s.Stop.check("stops"), s.Speed.check(), s.Begin.check("a begin"),
		Times{0, s.Length}.check("a length"), Times{0, s.Every}.check("a repetition"))
}

func (s Shift) draw(luck *rand.Rand, until time.Duration, legs int) Track {
	p := path{here: s.Depot}
	begin := s.Begin.any(luck)
	for p.at <= until && len(p.track) < legs {
		p.stay(begin - p.at)
		s.work(&p, luck, begin)
		if s.Every == 0 {
			break
		}
		begin = max(begin+s.Every, p.at+1)
	}
	if p.at <= until {
		p.stay(until + 1 - p.at)
	}
	return p.track
}

// work is one shift.
func (s Shift) work(p *path, luck *rand.Rand, begin time.Duration) {
	jobs := s.Jobs[0] + luck.IntN(s.Jobs[1]-s.Jobs[0]+1)
	for range jobs {
		place, speed, stop := s.Area.any(luck), s.Speed.any(luck), s.Stop.any(luck)
		home := p.at + takes(p.here, place, speed) + stop + takes(place, s.Depot, s.Speed[0])
		if s.Length > 0 && home > begin+s.Length {
			break
		}
		p.travel(place, speed)
		p.stay(stop)
	}
	p.travel(s.Depot, s.Speed.any(luck))
}

// Round is a courier, a bus, a patrol: from place to place in order, again and again.
type Round struct {
	Places []terrain.Point
	Stop   Times // at each
	Speed  Speeds
	Begin  Times // when it leaves the first place
}

func (r Round) Check() error {
	if len(r.Places) < 2 {
		return fmt.Errorf("a round of %d places; it has two at least", len(r.Places))
	}
	moves := false
	for _, place := range r.Places {
		if err := (Stand{place}).Check(); err != nil {
			return err
		}
		moves = moves || place != r.Places[0]
	}
	if !moves {
		return fmt.Errorf("a round of %d places that are one", len(r.Places))
	}
	return cmp.Or(r.Stop.check("stops"), r.Speed.check(), r.Begin.check("a begin"))
}

func (r Round) draw(luck *rand.Rand, until time.Duration, legs int) Track {
	p := path{here: r.Places[0]}
	p.stay(r.Begin.any(luck))
	for next := 1; p.at <= until && len(p.track) < legs; next++ {
		p.travel(r.Places[next%len(r.Places)], r.Speed.any(luck))
		p.stay(r.Stop.any(luck))
	}
	return p.track
}
