package bridge

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/blackstart-mesh/blackstart/message/plan"
)

const (
	openerName = "opener"
	tarmWord   = "tarm"

	burstName = "burst"
	pauseName = "pause"
	// ExpectName is the parameter that says how many neighbours a person expects.
	ExpectName = "expect"
)

// commonParams are the parameters of every family: which library opens a serial
// port, which of its lines says that the channel is busy, how long a link holds the
// channel, and how many neighbours a person expects on it.
func commonParams() []Param {
	return []Param{
		{Name: openerName, Words: []string{"bugst", tarmWord}, Serial: true, Meaning: "library that opens the port"},
		{Name: squelchName, Words: squelchWords(), Serial: true, Meaning: "line of the port that says that the channel is busy, with ! if it is low then"},
		{Name: burstName, Step: 100 * time.Millisecond, Default: int64(5 * time.Second), Min: int64(500 * time.Millisecond), Max: int64(10 * time.Minute),
			Meaning: "longest time on the air at a stretch; without it there is no bound"},
		{Name: pauseName, Step: 100 * time.Millisecond, Default: int64(5 * time.Second), Min: int64(500 * time.Millisecond), Max: int64(10 * time.Minute),
			Meaning: "silence after a burst; without it as long as the burst"},
		{Name: ExpectName, Min: 0, Max: 255, Meaning: "how many neighbours are to be heard, for blackstart radio who"},
	}
}

// parse reads a value and checks its range.
func (p Param) parse(value string) (int64, error) {
	switch {
	case p.Text != nil:
		if !p.Text.MatchString(value) {
			return 0, fmt.Errorf("%s=%q, want %s", p.Name, value, p.Meaning)
		}
		return 0, nil
	case p.Words != nil:
		i := slices.Index(p.Words, value)
		if i < 0 {
			return 0, fmt.Errorf("%s=%q, want one of %s (%s)", p.Name, value, strings.Join(p.Words, ", "), p.Meaning)
		}
		return int64(i), nil
	case p.Hertz:
		return p.parseHertz(value)
	case p.Step > 0:
		return p.parseTime(value)
	}
	n, err := strconv.ParseInt(value, 10, 64)
	if err != nil || strconv.FormatInt(n, 10) != value || n < p.Min || n > p.Max {
		return 0, fmt.Errorf("%s=%q, want a number of %d..%d (%s)", p.Name, value, p.Min, p.Max, p.Meaning)
	}
	return n, nil
}

// choice says what a parameter means, and which words there are.
func (p Param) choice() string {
	if p.Words == nil {
		return p.Meaning
	}
	return p.Meaning + ": " + strings.Join(p.Words, ", ")
}

func (p Param) parseTime(value string) (int64, error) {
	d, err := time.ParseDuration(value)
	if err != nil || int64(d) < p.Min || int64(d) > p.Max || d%p.Step != 0 {
		return 0, fmt.Errorf("%s=%q, want a time such as %v, of %v..%v in steps of %v (%s)", p.Name, value,
			time.Duration(p.Default), time.Duration(p.Min), time.Duration(p.Max), p.Step, p.Meaning)
	}
	return int64(d), nil
}

// parseHertz reads 869.525M, 125k or 125000.
func (p Param) parseHertz(value string) (int64, error) {
	digits, scale := value, 1.0
	switch {
	case strings.HasSuffix(value, "M"):
		digits, scale = value[:len(value)-1], 1e6
	case strings.HasSuffix(value, "k"):
		digits, scale = value[:len(value)-1], 1e3
	}
	f, err := strconv.ParseFloat(digits, 64)
	hz := math.Round(f * scale)
	if err != nil || strings.Trim(digits, "0123456789.") != "" || !(hz >= float64(p.Min) && hz <= float64(p.Max)) {
		return 0, fmt.Errorf("%s=%q, want a frequency such as 869.525M or 125k, of %s..%s (%s)", p.Name, value, plan.Hertz(p.Min), plan.Hertz(p.Max), p.Meaning)
	}
	return int64(hz), nil
}
