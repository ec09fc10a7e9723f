package main

import (
	"fmt"
	"html"
	"path/filepath"
	"strings"
	"time"

	"github.com/blackstart-mesh/blackstart/cmd/internal/console"
	"github.com/blackstart-mesh/blackstart/message/enrol"
)

// A check-code sheet is for a batch on paper: the list for the authority's side, with
// a box to tick for each code that was read aloud, and slips for the nodes' side, with
// the code of the network that the first join asks to compare. No code on it is secret;
// but who could change the paper could change a code, so keep it with the folder.

// sheetLine is one node on the sheet.
type sheetLine struct {
	name, number, role, code string
	done                     bool
}

// writeSheet writes the sheet as text, or as a page that prints on A4 where the
// file's name ends in .html.
func (b *batch) writeSheet(name string) error {
	lines := b.sheetLines()
	text := b.sheetText(lines)
	if ext := strings.ToLower(filepath.Ext(name)); ext == ".html" || ext == ".htm" {
		text = b.sheetHTML(lines)
	} else if ext == ".pdf" {
		return console.Faultf(console.Usage, "name a file that ends in .html, open it in a browser and print it, to paper or PDF", "--sheet: PDF is not written here")
	}
	if err := b.w.disk.Write(name, []byte(text), 0o644); err != nil {
		return fmt.Errorf("write the sheet: %w", err)
	}
	fmt.Fprintf(b.w.err, "wrote %s\n", console.Plain(name))
	return nil
}

// sheetLines returns the roster, in its order, with what is known of each node.
func (b *batch) sheetLines() []sheetLine {
	open := map[string]*candidate{}
	for _, x := range b.open {
		open[x.row.name] = x
	}
	var lines []sheetLine
	for _, one := range b.roster.rows {
		l := sheetLine{name: one.name, role: one.cells["role"]}
		if x := open[one.name]; x != nil {
			l.number, l.role, l.code, l.done = x.show.Number.String(), x.show.Role, x.show.CheckCode, b.noted.has(x.from.request)
		} else if cert := b.member(one.name); cert != nil {
			l.number, l.role, l.code, l.done = cert.Number.String(), cert.Role, "enrolled", true
		} else {
			l.code = "no request yet"
		}
		lines = append(lines, l)
	}
	return lines
}

func (b *batch) sheetHead() string {
	return fmt.Sprintf("%s, %s, %s", b.name, filepath.Base(b.command.Batch), b.w.now().UTC().Format(time.DateOnly))
}

const sheetHelp = "The person at the node reads the check code from its screen, letter by letter. Tick the box only if all 16 letters are the same."

func (b *batch) sheetText(lines []sheetLine) string {
	var out strings.Builder
	fmt.Fprintf(&out, "CHECK CODES OF REQUESTS: %s\n%s\n\n", console.Plain(b.sheetHead()), sheetHelp)
	rows := [][]string{{"", "NODE", "NAME", "ROLE", "CHECK CODE"}}
	for _, l := range lines {
		box := "[ ]"
		if l.done {
			box = "[x]"
		}
		rows = append(rows, []string{box, l.number, l.name, l.role, l.code})
	}
	_ = console.Table(&out, rows) // a strings.Builder takes everything
	fmt.Fprintf(&out, "\nCHECK CODE OF THE NETWORK, for each node at its first join (blackstart join FILE):\n\n    %s    %s\n", enrol.RootCode(b.root), console.Plain(b.name))
	return out.String()
}

const sheetStyle = `
@page { size: A4; margin: 14mm }
body { font: 10pt/1.35 sans-serif; color: #000; background: #fff; margin: 0 }
h1 { font-size: 14pt; margin: 0 0 2mm }
table { border-collapse: collapse; width: 100% }
thead { display: table-header-group }
tr { break-inside: avoid }
th, td { border-bottom: .2mm solid #777; padding: 1.2mm 2mm; text-align: left }
.code { font: bold 11pt monospace; white-space: nowrap }
.box { font-size: 14pt; width: 8mm }
.slips { break-before: page; display: grid; grid-template-columns: 1fr 1fr; gap: 0 }
.slip { border: .2mm dashed #777; padding: 4mm; break-inside: avoid }
.slip p { margin: 1mm 0 }
`

func (b *batch) sheetHTML(lines []sheetLine) string {
	var out strings.Builder
	e := func(s string) string { return html.EscapeString(console.Plain(s)) }
	fmt.Fprintf(&out, "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>Check codes: %s</title><style>%s</style></head><body>\n", e(b.sheetHead()), sheetStyle)
	fmt.Fprintf(&out, "<h1>Check codes of requests</h1>\n<p>%s. %s</p>\n<table><thead><tr><th></th><th>Node</th><th>Name</th><th>Role</th><th>Check code</th></tr></thead><tbody>\n", e(b.sheetHead()), sheetHelp)
	for _, l := range lines {
		box := "&#9744;"
		if l.done {
			box = "&#9745;"
		}
		fmt.Fprintf(&out, "<tr><td class=\"box\">%s</td><td>%s</td><td>%s</td><td>%s</td><td class=\"code\">%s</td></tr>\n", box, e(l.number), e(l.name), e(l.role), e(l.code))
	}
	fmt.Fprint(&out, "</tbody></table>\n<div class=\"slips\">\n")
	for _, l := range lines {
		fmt.Fprintf(&out, "<div class=\"slip\"><p><b>%s</b> &middot; %s</p><p>Join with the network file: <code>blackstart join FILE</code></p><p>Go on only if it shows this code:</p><p class=\"code\">%s</p></div>\n",
			e(l.name), e(b.name), enrol.RootCode(b.root))
	}
	fmt.Fprint(&out, "</div></body></html>\n")
	return out.String()
}
