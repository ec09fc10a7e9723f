package api

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"
)

// request is what the query of a GET may ask for.
type request struct {
	after, before uint64
	backwards     bool // before was given
	limit         int
	box           string
	wait          time.Duration
}

// query reads the parameters of a request, each at most once and only those
// that are allowed: a misspelt one is refused, not passed over.
func query(r *http.Request, allowed ...string) (request, error) {
	q := request{limit: 100, box: "all"}
	values, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return q, badRequest("the query is malformed", "see docs/api.md")
	}
	for name, given := range values { // the order shows only in which of several errors is told
		if !slices.Contains(allowed, name) || len(given) != 1 {
			return q, badRequest("the parameter "+strconv.Quote(name)+" is unknown here or given twice", "see docs/api.md")
		}
		if err := q.set(name, given[0]); err != nil {
			return q, badRequest("the parameter "+name+": "+err.Error(), "see docs/api.md")
		}
	}
	if values.Has("after") && values.Has("before") {
		return q, badRequest("after and before exclude each other", "give one of them")
	}
	return q, nil
}

func (q *request) set(name, value string) (err error) {
	switch name {
	case "after":
		q.after, err = decimal(value)
	case "before":
		q.backwards = true
		q.before, err = decimal(value)
	case "limit":
		var n uint64
		if n, err = decimal(value); err == nil && (n < 1 || n > maxPage) {
			err = errors.New("want a number from 1 to " + strconv.Itoa(maxPage))
		}
		q.limit = int(min(n, maxPage))
	case "box":
		if q.box = value; value != "in" && value != "out" && value != "all" {
			err = errors.New("want in, out or all")
		}
	case "wait":
		var n uint64
		if n, err = decimal(value); err == nil && n > uint64(maxWait/time.Second) {
			err = errors.New("want seconds, at most " + strconv.Itoa(int(maxWait/time.Second)))
		}
		q.wait = time.Duration(min(n, uint64(maxWait/time.Second))) * time.Second
	}
	return err
}

// decimal reads digits only: no sign, no underscore.
func decimal(s string) (uint64, error) {
	n, err := strconv.ParseUint(s, 10, 63)
	if err != nil || strconv.FormatUint(n, 10) != s {
		return 0, errors.New(strconv.Quote(s) + " is not a number")
	}
	return n, nil
}
