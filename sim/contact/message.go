package contact

import (
	"bufio"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"
)

// MaxMessages is how many messages a file may list.
const MaxMessages = 1_000_000

// MaxBytes is the greatest length of a message: the ONE's own limit.
const MaxBytes = 1<<31 - 1

// Forever is the lifetime of a message that does not expire.
const Forever = time.Duration(0)

// maxMinutes is the greatest lifetime: a hundred years.
const maxMinutes = 100 * 366 * 24 * 60

// Message is one that is written at a node.
type Message struct {
	At       time.Duration // since the start of the run
	ID       string        // one word, without a #
	Bytes    int
	From, To int
	Lifetime time.Duration // whole minutes; or Forever
	Response bool          // it answers another one
}

// ReadMessages reads a file of created messages. With nodes above 0, a node that is
// not among so many is an error. Errors name the line and say what to do.
func ReadMessages(r io.Reader, nodes int) ([]Message, error) {
	if nodes <= 0 {
		nodes = MaxNodes
	}
	var all []Message
	seen := map[string]bool{}
	err := eachLine(r, func(words []string) error {
		m, err := message(words)
		if err != nil {
			return err
		}
		switch {
		case len(all) > 0 && m.At < all[len(all)-1].At:
			return fmt.Errorf("%s is before %s, the time of the message before it; sort the file by time (sort -s -n -k 1,1)", m.At, all[len(all)-1].At)
		case seen[m.ID]:
			return fmt.Errorf("the message %.40q was there before; give each its own name", m.ID)
		case m.From == m.To:
			return fmt.Errorf("node %d writes to itself; remove the line", m.From)
		case max(m.From, m.To) >= nodes:
			return fmt.Errorf("there is no node %d among %d, which are counted from 0; give the run at least %d nodes, or remove the line", max(m.From, m.To), nodes, max(m.From, m.To)+1)
		case len(all) >= MaxMessages:
			return fmt.Errorf("more than %d messages; cut the file into shorter runs", MaxMessages)
		}
		seen[m.ID] = true
		all = append(all, m)
		return nil
	})
	if err != nil {
		return nil, err
	}
	return all, nil
}

func message(words []string) (m Message, err error) {
	if len(words) != 7 || words[1] == connection {
		return m, fmt.Errorf("%.60q; write: seconds name bytes from to minutes|n/a Y|N", strings.Join(words, " "))
	}
	if m.At, err = seconds(words[0]); err != nil {
		return m, err
	}
	m.ID = words[1]
	bytes, err := strconv.ParseUint(words[2], 10, 31)
	if err != nil {
		return m, fmt.Errorf("the length is %.40q; write bytes, 0 to %d", words[2], MaxBytes)
	}
	m.Bytes = int(bytes)
	if m.From, err = node(words[3]); err != nil {
		return m, err
	}
	if m.To, err = node(words[4]); err != nil {
		return m, err
	}
	if words[5] != "n/a" {
		minutes, err := strconv.ParseUint(words[5], 10, 31)
		if err != nil || minutes == 0 || minutes > maxMinutes {
			return m, fmt.Errorf("it lives %.40q; write whole minutes, 1 to %d, or n/a if it does not expire", words[5], maxMinutes)
		}
		m.Lifetime = time.Duration(minutes) * time.Minute
	}
	switch words[6] {
	case "Y":
		m.Response = true
	case "N":
	default:
		return m, fmt.Errorf("%.40q; write Y if the message answers another one, else N", words[6])
	}
	return m, nil
}

// WriteMessages writes a file of created messages, as the ONE does: with its heading,
// and the letter n before each node. A lifetime is rounded up to whole minutes. A name
// that would not be read back is an error.
func WriteMessages(w io.Writer, all []Message) error {
	out := bufio.NewWriter(w)
	out.WriteString("# time  ID  size  fromHost  toHost  TTL  isResponse\n")
	var line []byte
	for _, m := range all {
		if m.ID == connection || len(strings.Fields(m.ID)) != 1 || strings.ContainsRune(m.ID, '#') || strings.TrimSpace(m.ID) != m.ID {
			return fmt.Errorf("a message of the name %.40q cannot be written; name it by one word without a #", m.ID)
		}
		line = append(appendSeconds(line[:0], m.At, 4), ' ')
		line = append(append(line, m.ID...), ' ')
		line = append(strconv.AppendInt(line, int64(m.Bytes), 10), " n"...)
		line = append(strconv.AppendInt(line, int64(m.From), 10), " n"...)
		line = append(strconv.AppendInt(line, int64(m.To), 10), ' ')
		if m.Lifetime == Forever {
			line = append(line, "n/a"...)
		} else {
			line = strconv.AppendInt(line, int64((m.Lifetime+time.Minute-1)/time.Minute), 10)
		}
		if m.Response {
			line = append(line, " Y \n"...)
		} else {
			line = append(line, " N \n"...)
		}
		out.Write(line) // its first error is that of Flush
	}
	return out.Flush()
}
