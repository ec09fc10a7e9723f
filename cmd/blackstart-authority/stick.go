package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/blackstart-mesh/blackstart/cmd/internal/console"
	"github.com/blackstart-mesh/blackstart/cmd/internal/qrcode"
	"github.com/blackstart-mesh/blackstart/message/enrol"
	"github.com/blackstart-mesh/blackstart/message/ident"
)

// stick is the requests that were found for a batch, in folders and files.
type stick struct {
	requests []given
	broken   []string // files that look like requests and are none, and why
}

// readStick reads every request in folders, and the files that are named. What is
// something else is passed over, unless its name says that it is a request.
func readStick(places []string) (*stick, error) {
	s := &stick{}
	for _, place := range places {
		info, err := os.Stat(place)
		if err != nil {
			return nil, err
		}
		if !info.IsDir() {
			s.read(place, true)
			continue
		}
		entries, err := os.ReadDir(place)
		if err != nil {
			return nil, err
		}
		for _, e := range entries {
			if e.Type().IsRegular() {
				s.read(filepath.Join(place, e.Name()), strings.HasSuffix(e.Name(), ".request"))
			}
		}
	}
	return s, nil
}

func (s *stick) read(name string, meant bool) {
	info, err := os.Stat(name)
	if err == nil && info.Size() <= qrcode.MaxPicture && (meant || small(info)) {
		var r *enrol.Request
		if r, err = readRequest(name); err == nil {
			s.requests = append(s.requests, given{name, r})
			return
		}
	}
	if meant && err != nil {
		s.broken = append(s.broken, console.Plain(err.Error()))
	}
}

// small passes over what is too large for a request and no picture.
func small(info os.FileInfo) bool {
	ext := strings.ToLower(filepath.Ext(info.Name()))
	return info.Size() <= enrol.MaxRequestText || slices.Contains([]string{".png", ".jpg", ".jpeg"}, ext)
}

// of returns the request for a row; nil if there is none yet. What is wrong is noted
// in the roster.
func (s *stick) of(r *roster, one *row) *given {
	var found []*given
	for i := range s.requests {
		g := &s.requests[i]
		if one.request != "" && filepath.Base(g.from) == filepath.Base(one.request) || one.request == "" && g.request.Name == one.name {
			if !slices.ContainsFunc(found, func(o *given) bool { return o.request.Signature == g.request.Signature }) {
				found = append(found, g) // a file and its picture are one request
			}
		}
	}
	switch {
	case len(found) == 1:
		return found[0]
	case len(found) > 1:
		var names []string
		for _, g := range found {
			names = append(names, filepath.Base(g.from))
		}
		r.wrong(one, "name", fmt.Sprintf("the requests %s all say %q", strings.Join(names, " and "), one.name), "the right file into a column \"request\", or delete the others")
	case one.request != "":
		r.wrong(one, "request", fmt.Sprintf("there is no request %q among the files", one.request), "the name of a file in the folder, or nothing")
	}
	return nil
}

// strangers returns the requests that no row has taken.
func (s *stick) strangers(taken map[ident.SignKey]bool) []string {
	var names []string
	for _, g := range s.requests {
		if !taken[g.request.Sign] {
			names = append(names, fmt.Sprintf("%s (%q)", filepath.Base(g.from), g.request.Name))
		}
	}
	return names
}
