package contact

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"
)

// maxLine is more than any line of these formats needs.
const maxLine = 1024

// maxSeconds keeps times within the range of a time.Duration: some 285 years.
const maxSeconds = 9_000_000_000

// eachLine calls with the words of each line that holds any. Its errors, and those of
// the call, name the line.
func eachLine(r io.Reader, each func(words []string) error) error {
	s := bufio.NewScanner(r)
	s.Buffer(make([]byte, 0, maxLine), maxLine)
	n := 0
	for s.Scan() {
		n++
		text, _, _ := strings.Cut(s.Text(), "#")
		words := strings.Fields(text)
		if len(words) == 0 {
			continue
		}
		if err := each(words); err != nil {
			return fmt.Errorf("line %d: %w", n, err)
		}
	}
	if errors.Is(s.Err(), bufio.ErrTooLong) {
		return fmt.Errorf("line %d: longer than %d bytes; this is no file of the ONE's text formats", n+1, maxLine)
	}
	return s.Err()
}

// seconds reads a time exactly: "1.00", "32.0000", "7".
func seconds(word string) (time.Duration, error) {
	whole, part, _ := strings.Cut(word, ".")
	n, err := strconv.ParseUint(whole, 10, 63)
	if err != nil || strings.HasSuffix(word, ".") {
		return 0, fmt.Errorf("the time is %.40q; write seconds since the start, such as 61.50", word)
	}
	if n > maxSeconds {
		return 0, fmt.Errorf("the time is %s seconds; the most is %d", word, int64(maxSeconds))
	}
	nanos := uint64(0)
	if part != "" {
		kept := (part + "000000000")[:9]
		if strings.Trim(part[min(9, len(part)):], "0") != "" {
			return 0, fmt.Errorf("the time is %.40q; nine digits behind the point are the most", word)
		}
		if nanos, err = strconv.ParseUint(kept, 10, 32); err != nil {
			return 0, fmt.Errorf("the time is %.40q; write seconds since the start, such as 61.50", word)
		}
	}
	return time.Duration(n)*time.Second + time.Duration(nanos), nil
}

// appendSeconds writes a time exactly, with so many digits behind the point at least.
func appendSeconds(line []byte, at time.Duration, digits int) []byte {
	line = strconv.AppendInt(line, int64(at/time.Second), 10)
	part := fmt.Sprintf("%09d", at%time.Second)
	for len(part) > digits && strings.HasSuffix(part, "0") {
		part = part[:len(part)-1]
	}
	return append(append(line, '.'), part...)
}

// node reads the number of a node, without the letters before it: "14", "n14".
func node(word string) (int, error) {
	digits := strings.TrimLeft(word, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_-")
	n, err := strconv.ParseUint(digits, 10, 31)
	if err != nil || strings.HasPrefix(word, "-") {
		return 0, fmt.Errorf("%.40q is no node; write its number, such as 14 or n14", word)
	}
	return int(n), nil
}
