package report

import (
	"encoding/csv"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"
)

// copyColumns head the rows of WriteCopies.
var copyColumns = [...]string{"scenario", "protocol", "seed", "message", "from", "to", "group", "precedence", "bytes", "written_s", "lifetime_s",
	"possible_s", "arrived_s", "earliest_latency_s", "latency_s", "fate", "known_s", "told_failed", "refused"}

// WriteCopies writes CSV with a row for each message and addressee. An empty cell
// stands for what did not come. Times are since the start of the run; latencies since
// the message was written.
func WriteCopies(w io.Writer, runs []Run) error {
	out := csv.NewWriter(w)
	if err := out.Write(copyColumns[:]); err != nil {
		return err
	}
	for i := range runs {
		r := &runs[i]
		for j := range r.Messages {
			m := &r.Messages[j]
			for _, c := range m.Copies {
				err := out.Write([]string{cell(r.Scenario), cell(r.Protocol), fmt.Sprint(r.Seed), strconv.Itoa(m.N), strconv.Itoa(m.From),
					strconv.Itoa(c.To), strconv.FormatBool(m.Group), cell(m.Precedence), strconv.Itoa(m.Bytes), exact(m.At), exact(m.Lifetime),
					exact(c.Possible), exact(c.Arrived), since(m.At, c.Possible), since(m.At, c.Arrived), string(r.FateOf(m, c)),
					exact(m.Known), strconv.FormatBool(m.Failed), cell(m.Refused)})
				if err != nil {
					return err
				}
			}
		}
	}
	out.Flush()
	return out.Error()
}

// WriteSummaries writes CSV with a row for each run.
func WriteSummaries(w io.Writer, d *Document) error {
	out := csv.NewWriter(w)
	head := []string{"scenario", "protocol", "seed", "version", "hash", "partial", "nodes", "events", "simulated_s", "cpu_s", "messages", "copies",
		"possible", "delivered", "impossible", "late", "refused", "ours", "open", "delivered_share", "p50_s", "p95_s", "p99_s", "earliest_p50_s",
		"over_earliest", "acknowledged_share", "false_failure_share", "frames", "bytes", "airtime_s", "collided", "frames_per_copy",
		"bytes_per_copy", "airtime_per_copy_s", "busiest_hour_s", "busiest_share_of_allowed", "violations", "expectations_failed"}
	if err := out.Write(head); err != nil {
		return err
	}
	for i := range d.Runs {
		s := &d.Runs[i]
		f, a, failed := &s.All, &s.Air, 0
		for _, e := range s.Expectations {
			if !e.Held {
				failed++
			}
		}
		row := []string{cell(s.Scenario), cell(s.Protocol), fmt.Sprint(s.Seed), cell(s.Version), s.Hash, strconv.FormatBool(s.Partial)}
		row = append(row, strconv.Itoa(s.Nodes), fmt.Sprint(s.Events), number(&s.Simulated), number(&s.CPU))
		for _, n := range []int{f.Messages, f.Copies, f.Possible, f.Delivered, f.Impossible, f.Late, f.Refused, f.Ours, f.Open} {
			row = append(row, strconv.Itoa(n))
		}
		frames, bytes, collided := float64(a.Frames), float64(a.Bytes), float64(a.Collided)
		for _, x := range []*float64{f.DeliveredShare, f.Latency.P50, f.Latency.P95, f.Latency.P99, f.Earliest.P50, f.OverEarliest,
			f.AcknowledgedShare, f.FalseFailureShare, &frames, &bytes, &a.Airtime, &collided, a.FramesPerCopy, a.BytesPerCopy,
			a.AirtimePerCopy, &a.BusiestHour, a.BusiestShare} {
			row = append(row, number(x))
		}
		if err := out.Write(append(row, strconv.Itoa(len(s.Violations)), strconv.Itoa(failed))); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

// cell keeps a spreadsheet from taking a name for a formula.
func cell(s string) string {
	s = plain(s)
	if strings.HasPrefix(s, "=") || strings.HasPrefix(s, "+") || strings.HasPrefix(s, "-") || strings.HasPrefix(s, "@") {
		return "'" + s
	}
	return s
}

func number(x *float64) string {
	if x == nil {
		return ""
	}
	return strconv.FormatFloat(*x, 'f', -1, 64)
}

// exact is a time in seconds without rounding.
func exact(d time.Duration) string {
	if d < 0 {
		return ""
	}
	s := strconv.FormatInt(int64(d/time.Second), 10)
	if rest := d % time.Second; rest != 0 {
		s += "." + strings.TrimRight(fmt.Sprintf("%09d", int64(rest)), "0")
	}
	return s
}

func since(from, at time.Duration) string {
	if at == Never {
		return ""
	}
	return exact(at - from)
}
