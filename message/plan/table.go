package plan

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Table returns the plan as rows for people, with the columns of an ICS-205 form.
func (p *Plan) Table() [][]string {
	rows := [][]string{{"CH", "NAME", "ASSIGNMENT", "FREQUENCY", "WIDTH", "MODE", "POWER", "DUTY", "REGION", "REMARKS"}}
	for i, c := range p.Channels {
		rows = append(rows, []string{strconv.Itoa(i + 1), c.Name, orDash(c.Assignment), Hertz(c.Centre), Hertz(c.Bandwidth),
			c.Mode(), fmt.Sprintf("%d dBm", c.Power), c.duty(), orDash(c.Region), orDash(c.Remarks)})
	}
	return rows
}

// Mode says for people how a channel carries bits: lora sf8 4/5, afsk 1200 bit/s.
func (c Channel) Mode() string {
	if c.Modulation == LoRa {
		return fmt.Sprintf("lora sf%d 4/%d", c.Spreading, c.Coding)
	}
	return fmt.Sprintf("%v %d bit/s", c.Modulation, c.Rate)
}

func (c Channel) duty() string {
	if c.Duty == 0 {
		return "law"
	}
	return strconv.FormatFloat(float64(c.Duty)/1000, 'f', -1, 64) + " %"
}

// When says for people from when the plan counts.
func (p *Plan) When() string {
	if p.From == 0 {
		return "at once"
	}
	return p.From.Time().Format(time.RFC3339)
}

func orDash(s string) string {
	if s == "" {
		return "-"
	}
	return s
}

// Hertz writes a frequency for people, for URLs and for the authority's file:
// 869.525M, 125k.
func Hertz(hz int64) string {
	switch {
	case hz >= 1_000_000:
		return strconv.FormatFloat(float64(hz)/1e6, 'f', -1, 64) + "M"
	case hz >= 1000:
		return strconv.FormatFloat(float64(hz)/1e3, 'f', -1, 64) + "k"
	}
	return strconv.FormatInt(hz, 10)
}

// ParseHertz reads 869.525M, 125k or 125000; a comma is no dot, and no digit below one
// hertz is passed over.
func ParseHertz(text string) (int64, error) {
	digits, scale := text, 0
	switch {
	case strings.HasSuffix(text, "M"):
		digits, scale = text[:len(text)-1], 6
	case strings.HasSuffix(text, "k"):
		digits, scale = text[:len(text)-1], 3
	}
	whole, part, _ := strings.Cut(digits, ".")
	part = strings.TrimRight(part, "0")
	if whole == "" || len(part) > scale || len(whole) > 10 || strings.Trim(whole+part, "0123456789") != "" {
		return 0, fmt.Errorf("%q, want a frequency such as 869.525M or 125k", text)
	}
	return strconv.ParseInt(whole+part+strings.Repeat("0", scale-len(part)), 10, 64)
}
