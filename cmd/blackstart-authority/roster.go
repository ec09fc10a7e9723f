package main

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/blackstart-mesh/blackstart/message/enrol"
	"github.com/blackstart-mesh/blackstart/message/ident"
)

// A roster says who is expected: a table as spreadsheets write it (CSV, RFC 4180),
// whose first line names the columns. Nothing but the name is needed.

// rosterColumns are the columns that are known, and what stands in them.
var rosterColumns = []struct{ name, holds string }{
	{"name", "the node's name, as in its request"},
	{"number", "a node number that was never used; empty: the next one"},
	{"role", "what the node is, for people; empty: as in its request"},
	{"rights", "flash, order, admin, suspend, with spaces between; empty: none"},
	{"groups", "names of groups with semicolons between; empty: all that are not an incident's"},
	{"kind", "member, guest or fixed; empty: member"},
	{"hours", "how long a guest stays, 1 to 72; empty: 72"},
	{"years", "until a member's certificate is to be renewed, 1 to 50; empty: 5"},
	{"request", "the file of its request; empty: the one with its name is looked for"},
}

// maxRoster bounds what is read of a roster, in bytes.
const maxRoster = 4 << 20

// row is a line of the roster.
type row struct {
	line    int
	columns map[string]int // of each cell, 0 is column A
	cells   map[string]string

	wrong   bool // something was, and is noted
	name    string
	number  ident.Number // 0: the next one
	command enrolCommand // the terms, as if they were given as flags
	request string       // file, "" to look for it
}

// mistake is one thing that is wrong in a roster.
type mistake struct {
	Line   int    `json:"line"`
	Column string `json:"column,omitempty"` // as spreadsheets name it: A, B
	Name   string `json:"name,omitempty"`   // of the column
	What   string `json:"what"`
	Write  string `json:"write"` // instead
}

func (m mistake) String() string {
	where := fmt.Sprintf("line %d", m.Line)
	if m.Column != "" {
		where += ", column " + m.Column
	}
	if m.Name != "" {
		where += " (" + m.Name + ")"
	}
	return fmt.Sprintf("%s: %s; write %s", where, m.What, m.Write)
}

// letter names a column as spreadsheets do.
func letter(i int) string {
	if i >= 26 {
		return letter(i/26-1) + letter(i%26)
	}
	return string(rune('A' + i))
}

// roster is a table that was read, and all that is wrong with it.
type roster struct {
	rows     []*row
	mistakes []mistake
}

// wrong notes a mistake in a cell.
func (r *roster) wrong(at *row, column, what, write string) {
	at.wrong = true
	r.mistakes = append(r.mistakes, mistake{Line: at.line, Column: letter(at.columns[column]), Name: column, What: what, Write: write})
}

// readRoster reads a table. It goes on past each mistake, so that all are told at once.
func readRoster(data []byte, years int) *roster {
	r := &roster{}
	fail := func(line int, what, write string) *roster {
		r.mistakes = append(r.mistakes, mistake{Line: line, What: what, Write: write})
		return r
	}
	data = bytes.TrimPrefix(data, []byte("\ufeff"))
	if len(data) > maxRoster {
		return fail(1, fmt.Sprintf("the roster has %d bytes, at most %d are read", len(data), maxRoster), "several rosters")
	}
	if !utf8.Valid(data) {
		line := 1
		for i, text := range bytes.Split(data, []byte("\n")) {
			if !utf8.Valid(text) {
				line = i + 1
				break
			}
		}
		return fail(line, "it is not UTF-8", "the table as \"CSV UTF-8\"")
	}
	c := csv.NewReader(bytes.NewReader(data))
	c.FieldsPerRecord, c.TrimLeadingSpace = -1, true
	if first, _, _ := bytes.Cut(data, []byte("\n")); !bytes.Contains(first, []byte(",")) && bytes.Contains(first, []byte(";")) {
		c.Comma = ';' // as spreadsheets of many countries write it
	}
	var head []string
	for {
		fields, err := c.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if parse, ok := errors.AsType[*csv.ParseError](err); ok {
			return fail(parse.Line, fmt.Sprintf("at character %d: %v", parse.Column, parse.Err), `a cell with quotes as "so ""quoted"" here"`)
		}
		if err != nil {
			return fail(1, err.Error(), "the table as CSV")
		}
		if head == nil {
			head = r.readHead(c, fields)
			continue
		}
		r.readRow(c, head, fields, years)
	}
	if head == nil {
		fail(1, "it is empty", "name,role,rights in the first line")
	} else if len(r.rows) == 0 && len(r.mistakes) == 0 {
		fail(2, "it names no node", "one line for each node")
	}
	r.checkUnique()
	return r
}

// readHead reads the line with the names of the columns.
func (r *roster) readHead(c *csv.Reader, fields []string) []string {
	at := &row{columns: map[string]int{}}
	for i, field := range fields {
		fields[i] = strings.ToLower(strings.TrimSpace(field))
		at.line, _ = c.FieldPos(i)
		at.columns[""] = i
		known := slices.ContainsFunc(rosterColumns, func(k struct{ name, holds string }) bool { return k.name == fields[i] })
		switch {
		case !known && fields[i] != "":
			r.wrong(at, "", fmt.Sprintf("unknown column %q", field), "one of "+columnNames()+", or delete the column")
		case fields[i] != "" && slices.Contains(fields[:i], fields[i]):
			r.wrong(at, "", fmt.Sprintf("the column %q is there twice", field), "it once")
		}
	}
	if !slices.Contains(fields, "name") {
		r.mistakes = append(r.mistakes, mistake{Line: at.line, What: "there is no column \"name\"", Write: "the names of the columns in the first line: " + columnNames()})
	}
	return fields
}

func columnNames() string {
	var names []string
	for _, c := range rosterColumns {
		names = append(names, c.name)
	}
	return strings.Join(names, ", ")
}

func (r *roster) readRow(c *csv.Reader, head, fields []string, years int) {
	one := &row{columns: map[string]int{}, cells: map[string]string{}, command: enrolCommand{Years: years, Hours: 24 * ident.MaxGuestDays}}
	empty := true
	for i, field := range fields {
		line, _ := c.FieldPos(i)
		if i == 0 {
			one.line = line
		}
		field = strings.TrimSpace(field)
		empty = empty && field == ""
		if i >= len(head) {
			if field != "" {
				r.mistakes = append(r.mistakes, mistake{Line: line, Column: letter(i), What: fmt.Sprintf("%q is one cell more than there are columns", field), Write: "the names of groups with semicolons, not commas, between"})
			}
			continue
		}
		one.columns[head[i]], one.cells[head[i]] = i, field
	}
	if empty {
		return
	}
	r.readCells(one)
	r.rows = append(r.rows, one)
}

// readCells understands the cells of a row that need no network to be understood.
func (r *roster) readCells(one *row) {
	one.name, one.request = one.cells["name"], one.cells["request"]
	if err := enrol.CheckName(one.name); err != nil {
		r.wrong(one, "name", err.Error(), "a name of 1 to 32 printable characters, not only digits")
	}
	number := func(column string, least, most int, to *int) {
		text := one.cells[column]
		if text == "" {
			return
		}
		n, err := strconv.Atoi(text)
		if err != nil || n < least || n > most {
			r.wrong(one, column, fmt.Sprintf("%q is not a number from %d to %d", text, least, most), "such a number, or nothing")
			return
		}
		*to = n
	}
	n := 0
	number("number", 1, int(ident.MaxNumber), &n)
	one.number = ident.Number(n)
	number("hours", 1, 24*ident.MaxGuestDays, &one.command.Hours)
	number("years", 1, 50, &one.command.Years)
	switch kind := strings.ToLower(one.cells["kind"]); kind {
	case "", "member":
	case "guest":
		one.command.Guest = true
	case "fixed":
		one.command.Fixed = true
	default:
		r.wrong(one, "kind", fmt.Sprintf("unknown kind %q", kind), "member, guest or fixed")
	}
	if !one.command.Guest && one.cells["hours"] != "" {
		r.wrong(one, "hours", "only guests stay for hours", "guest as kind, or nothing")
	}
	one.command.Rights = strings.FieldsFunc(strings.ToLower(one.cells["rights"]), func(c rune) bool { return strings.ContainsRune(" ,;+", c) })
	for _, right := range one.command.Rights {
		if _, ok := rightOf(right); !ok {
			r.wrong(one, "rights", fmt.Sprintf("unknown right %q", right), "flash, order, admin or suspend")
		}
	}
	for group := range strings.SplitSeq(one.cells["groups"], ";") {
		if group = strings.TrimSpace(group); group != "" {
			one.command.Group = append(one.command.Group, group)
		}
	}
	if role := one.cells["role"]; role != "" {
		one.command.Role = &role
		if err := ident.CheckText(role, ident.MaxRole); err != nil {
			r.wrong(one, "role", fmt.Sprintf("%q: %v", role, err), "up to 32 printable characters")
		}
	}
}

// checkUnique refuses names, numbers and files that stand in two rows.
func (r *roster) checkUnique() {
	seen := map[string]int{}
	for _, one := range r.rows {
		for _, column := range []string{"name", "number", "request"} {
			text := one.cells[column]
			if text == "" {
				continue
			}
			if before := seen[column+" "+text]; before > 0 {
				r.wrong(one, column, fmt.Sprintf("%q stands in line %d already", text, before), "another "+column+", or delete the line")
				continue
			}
			seen[column+" "+text] = one.line
		}
	}
}
