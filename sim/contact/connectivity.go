package contact

import (
	"bufio"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// connection is the second word of a line of this format.
const connection = "CONN"

// ReadChanges reads a file of connections. With nodes above 0, a node that is not
// among so many is an error; with 0 there are as many as it names, see Nodes. Errors
// name the line and say what to do.
func ReadChanges(r io.Reader, nodes int) ([]Change, error) {
	var changes []Change
	check := checker{nodes: nodes}
	err := eachLine(r, func(words []string) error {
		c, err := change(words)
		if err != nil {
			return err
		}
		if err := check.next(c); err != nil {
			return err
		}
		changes = append(changes, c)
		return nil
	})
	if err != nil {
		return nil, err
	}
	return changes, nil
}

func change(words []string) (c Change, err error) {
	if len(words) != 5 || words[1] != connection {
		return c, fmt.Errorf("%.60q; write: seconds %s node node up|down", strings.Join(words, " "), connection)
	}
	if c.At, err = seconds(words[0]); err != nil {
		return c, err
	}
	if c.A, err = node(words[2]); err != nil {
		return c, err
	}
	if c.B, err = node(words[3]); err != nil {
		return c, err
	}
	if c.A > c.B {
		c.A, c.B = c.B, c.A
	}
	switch words[4] {
	case "up":
		c.Up = true
	case "down":
	default:
		return c, fmt.Errorf("%.40q; a connection goes up or down", words[4])
	}
	return c, nil
}

// WriteChanges writes a file of connections, which reads back as the same list.
func WriteChanges(w io.Writer, changes []Change) error {
	out := bufio.NewWriter(w)
	var line []byte
	for _, c := range changes {
		line = append(appendSeconds(line[:0], c.At, 2), " "+connection+" "...)
		line = append(strconv.AppendInt(line, int64(c.A), 10), ' ')
		line = append(strconv.AppendInt(line, int64(c.B), 10), ' ')
		if c.Up {
			line = append(line, "up\n"...)
		} else {
			line = append(line, "down\n"...)
		}
		out.Write(line) // its first error is that of Flush
	}
	return out.Flush()
}
