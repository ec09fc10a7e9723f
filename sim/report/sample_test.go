package report

import (
	"math/rand/v2"
	"time"
)

// small is a run in which everything occurs once.
func small() Run {
	const s = time.Second
	return Run{
		Scenario: "small", Protocol: "flood", Story: "Nothing happens. Much.", About: "Rules of nobody.", Seed: 7, Version: "v0", Hash: "00ff", Events: 1234, Nodes: 4, Simulated: 1000 * s, CPU: 2 * s,
		Messages: []Message{
			{N: 0, From: 0, Precedence: "FLASH", Bytes: 20, At: 10 * s, Lifetime: 100 * s, Known: 30 * s,
				Copies: []Copy{{To: 1, Possible: 12 * s, Arrived: 14 * s}}},
			{N: 1, From: 0, Group: true, Precedence: "ROUTINE", Bytes: 40, At: 20 * s, Lifetime: 100 * s, Known: 60 * s, // known to all, which is false
				Copies: []Copy{{To: 1, Possible: 22 * s, Arrived: 30 * s}, {To: 2, Possible: 24 * s, Arrived: Never}, {To: 3, Possible: Never, Arrived: Never}}},
			{N: 2, From: 1, Precedence: "ROUTINE", Bytes: 40, At: 30 * s, Lifetime: 100 * s, Known: Never, Failed: true, // wrongly
				Copies: []Copy{{To: 0, Possible: 32 * s, Arrived: 40 * s}}},
			{N: 3, From: 2, Precedence: "ROUTINE", Bytes: 40, At: 30 * s, Lifetime: 100 * s, Known: Never, Failed: true, // rightly
				Copies: []Copy{{To: 0, Possible: 32 * s, Arrived: 131 * s}}},
			{N: 4, From: 3, Precedence: "ROUTINE", Bytes: 40, At: 40 * s, Lifetime: 100 * s, Known: Never,
				Copies: []Copy{{To: 0, Possible: 141 * s, Arrived: Never}}},
			{N: 5, From: 3, Precedence: "ROUTINE", Bytes: 40, At: 40 * s, Known: Never, Refused: "queue full",
				Copies: []Copy{{To: 0, Possible: 50 * s, Arrived: Never}}},
			{N: 6, From: 3, Precedence: "IMMEDIATE", Bytes: 40, At: 950 * s, Lifetime: 100 * s, Known: Never,
				Copies: []Copy{{To: 0, Possible: 960 * s, Arrived: Never}}},
			{N: 7, From: 3, Precedence: "ROUTINE", Bytes: 40, At: 100 * s, Lifetime: 100 * s, Known: Never,
				Copies: []Copy{{To: 0, Possible: 105 * s, Arrived: 104 * s}}}, // before it was possible
		},
		Channels: []Channel{
			{Name: "lora", Frames: 40, Bytes: 2000, Airtime: 20 * s, Heard: 90, Collided: 5, Deaf: 3, Lost: 2, BusiestHour: 18 * s, Allowed: 36 * s},
			{Name: "lan", Frames: 8, Bytes: 4000, Airtime: s, Heard: 8, BusiestHour: 20 * s},
		},
		Violations:   []string{"node 2 transmitted \x1b[31m longer than it may"},
		Expectations: []Expectation{{What: "delivered >= 50 %", Found: "57.1 %", Held: true}, {What: "FLASH p95 <= 1 s", Found: "4.00 s", Held: false}},
	}
}

// town makes runs that look like some: reach is how much of what is possible comes, and
// slow how much later.
func town(protocol string, seed uint64, reach, slow float64) Run {
	luck := rand.New(rand.NewPCG(seed, 1))
	r := Run{Scenario: "town", Protocol: protocol, Story: "A town is dark.", About: "Made up: " + protocol + ".", Seed: seed, Version: "v0", Hash: "5eed", Events: 40_000, Nodes: 20, Simulated: 4 * time.Hour, CPU: time.Second}
	own := rand.New(rand.NewPCG(seed, uint64(len(protocol))))
	for n := range 60 {
		m := Message{N: n, From: luck.IntN(20), Group: n%3 == 0, Precedence: []string{"FLASH", "IMMEDIATE", "PRIORITY", "ROUTINE"}[luck.IntN(4)], Bytes: 40,
			At: time.Duration(luck.Int64N(int64(3 * time.Hour))), Lifetime: 2 * time.Hour, Known: Never}
		to := []int{(m.From + 1 + luck.IntN(19)) % 20}
		if m.Group {
			to = to[:0]
			for i := range 20 {
				if i != m.From {
					to = append(to, i)
				}
			}
		}
		for _, i := range to {
			c := Copy{To: i, Possible: Never, Arrived: Never}
			took := time.Duration(luck.ExpFloat64() * float64(time.Minute))
			if luck.IntN(50) > 0 {
				c.Possible = (m.At + 2*time.Second + took).Round(time.Millisecond)
				if own.Float64() < reach {
					c.Arrived = (c.Possible + time.Duration(slow*own.ExpFloat64()*float64(took))).Round(time.Millisecond)
				}
			}
			m.Copies = append(m.Copies, c)
		}
		r.Messages = append(r.Messages, m)
	}
	r.Channels = []Channel{{Name: "lora", Frames: uint64(900 * slow), Bytes: uint64(60_000 * slow), Airtime: time.Duration(slow * 800 * float64(time.Second)),
		Heard: 5000, Collided: uint64(100 * slow), BusiestHour: time.Duration(slow * 60 * float64(time.Second)), Allowed: 6 * time.Minute}}
	return r
}

func towns() []Run {
	var out []Run
	for seed := range uint64(2) {
		out = append(out, town("blackstart", seed+1, 0.99, 1), town("flood", seed+1, 0.7, 0.5), town("spray & <wait>", seed+1, 0.9, 3))
	}
	return out
}
