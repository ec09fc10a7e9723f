package main

import (
	"bufio"
	"fmt"
	"strings"

	"github.com/blackstart-mesh/blackstart/cmd/internal/console"
	"github.com/blackstart-mesh/blackstart/cmd/internal/qrcode"
	"github.com/blackstart-mesh/blackstart/message/enrol"
	"github.com/blackstart-mesh/blackstart/message/ident"
)

// readRequest reads a request file, or the picture of its QR code, and checks its
// proof of possession.
func readRequest(name string) (*enrol.Request, error) {
	text, err := console.ReadUpTo(name, qrcode.MaxPicture+1)
	if err != nil {
		return nil, err
	}
	if qrcode.IsPicture(text) {
		code, err := qrcode.Read(text)
		if err != nil {
			return nil, console.Wrap(console.Untrusted, "take the picture again, straight and without shadow; or take the request file, or a hand scanner (--scan)",
				fmt.Errorf("%s: %w", name, err))
		}
		text = []byte(code)
	}
	return parseRequest(name, text)
}

// parseRequest reads a request and checks its proof of possession.
func parseRequest(from string, text []byte) (*enrol.Request, error) {
	r, err := enrol.ParseRequest(text)
	if err == nil {
		err = r.Verify(ident.Ed25519{})
	}
	if err != nil {
		return nil, console.Wrap(console.Untrusted, enrol.Hint(err), fmt.Errorf("%s: %w", from, err))
	}
	return r, nil
}

// given is a request and where it came from.
type given struct {
	from    string
	request *enrol.Request
}

// given reads all requests of the command line, and what a scanner types.
func (c *enrolCommand) given(w world) ([]given, error) {
	var list []given
	for _, name := range c.Requests {
		r, err := readRequest(name)
		if err != nil {
			return nil, err
		}
		list = append(list, given{name, r})
	}
	if c.Scan {
		scans, err := readScans(w)
		if err != nil {
			return nil, err
		}
		list = append(list, scans...)
	}
	if len(list) == 0 {
		return nil, console.Faultf(console.Usage, "name request files, or give --scan or --batch ROSTER.csv", "enrol whom?")
	}
	return list, nil
}

// readScans reads requests as a hand scanner types them, each ended by Enter, until
// an empty line or the end. One that was misread is scanned again; nothing is lost.
func readScans(w world) ([]given, error) {
	lines := bufio.NewScanner(w.in)
	lines.Buffer(nil, enrol.MaxRequestText)
	var list []given
	seen := map[ident.SignKey]bool{}
	for {
		fmt.Fprint(w.err, "scan the next code, or press Enter to go on: ")
		if !lines.Scan() || strings.TrimSpace(lines.Text()) == "" {
			fmt.Fprintln(w.err)
			return list, lines.Err()
		}
		r, err := parseRequest(fmt.Sprintf("scan %d", len(list)+1), []byte(lines.Text()))
		switch {
		case err != nil:
			console.Report(w.err, program, err)
		case seen[r.Sign]:
			fmt.Fprintf(w.err, "%s was scanned already\n", r.Name)
		default:
			seen[r.Sign] = true
			list = append(list, given{"scan of " + r.Name, r})
			fmt.Fprintf(w.err, "%s, check code %s\n", console.Plain(r.Name), r.CheckCode())
		}
	}
}
