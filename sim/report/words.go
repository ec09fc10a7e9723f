package report

import (
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode"
)

// none stands where there is no figure.
const none = "-"

// span is a time in seconds as people read it: one number with one unit.
func span(s *float64) string {
	switch {
	case s == nil:
		return none
	case *s < 0.9995:
		return strconv.FormatFloat(*s*1000, 'f', 0, 64) + " ms"
	case *s < 99.95:
		return digits(*s) + " s"
	case *s < 6000:
		return digits(*s/60) + " min"
	case *s < 100*3600:
		return digits(*s/3600) + " h"
	}
	return digits(*s/86400) + " d"
}

// brief is span where no column needs the zeros.
func brief(s float64) string {
	number, unit, _ := strings.Cut(span(&s), " ")
	if strings.Contains(number, ".") {
		number = strings.TrimRight(strings.TrimRight(number, "0"), ".")
	}
	return number + " " + unit
}

// digits is a number of 1 or more with three digits that count.
func digits(x float64) string {
	switch {
	case x < 9.995:
		return strconv.FormatFloat(x, 'f', 2, 64)
	case x < 99.95:
		return strconv.FormatFloat(x, 'f', 1, 64)
	}
	return thousands(x)
}

// thousands is a number without decimals, in groups of three.
func thousands(x float64) string {
	s := strconv.FormatFloat(x, 'f', 0, 64)
	for i := len(s) - 3; i > 0 && s[i-1] != '-'; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

func count[T int | uint64](n T) string { return thousands(float64(n)) }

// percent is a share. What is not all is never shown as 100 %, nor some as 0 %.
func percent(share *float64) string {
	if share == nil {
		return none
	}
	x := *share * 100
	switch s := strconv.FormatFloat(x, 'f', 1, 64); {
	case s == "100.0" && x < 100:
		return "99.9 %"
	case s == "0.0" && x > 0:
		return "< 0.1 %"
	case s == "100.0":
		return "100 %"
	case s == "0.0":
		return "0 %"
	default:
		return s + " %"
	}
}

// times is how many times more.
func times(x *float64) string {
	if x == nil {
		return none
	}
	return strconv.FormatFloat(*x, 'f', 2, 64) + " x"
}

// amount is a figure for each copy or seed: exact while it is small.
func amount(x *float64) string {
	switch {
	case x == nil:
		return none
	case *x == float64(int64(*x)) || *x >= 99.95:
		return thousands(*x)
	case *x < 1:
		return strconv.FormatFloat(*x, 'g', 2, 64)
	}
	return digits(*x)
}

// plain makes one harmless line of a text of a file that somebody wrote.
func plain(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsPrint(r) {
			return r
		}
		return '?'
	}, s)
}

func plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return count(n) + " " + many
}

// instant is a time of the run: 1:02:03.
func instant(d time.Duration) string {
	if d == Never {
		return none
	}
	s := int64(d / time.Second)
	return fmt.Sprintf("%d:%02d:%02d", s/3600, s/60%60, s%60)
}
