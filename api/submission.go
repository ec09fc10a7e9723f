package api

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/blackstart-mesh/blackstart/api/wire"
	"github.com/blackstart-mesh/blackstart/mesh"
	"github.com/blackstart-mesh/blackstart/message/bundle"
	"github.com/blackstart-mesh/blackstart/message/ident"
)

// DecodeSubmission reads the body of POST /v1/messages. It is strict: one
// object, its fields at most once and spelled exactly, strings only, valid
// UTF-8. A misspelt field that is passed over would send an order with the
// wrong precedence.
func DecodeSubmission(body []byte) (wire.Submission, error) {
	var s wire.Submission
	err := decodeStrings(body, map[string]*string{"to": &s.To, "precedence": &s.Precedence, "text": &s.Text, "lifetime": &s.Lifetime})
	return s, err
}

// decodeStrings reads one object whose fields are strings.
func decodeStrings(body []byte, fields map[string]*string) error {
	if !utf8.Valid(body) {
		return errors.New("the body is not valid UTF-8")
	}
	dec := json.NewDecoder(bytes.NewReader(body))
	// public: a token of JSON, the sender's own
	if t, err := dec.Token(); err != nil || t != json.Delim('{') {
		return errors.New("the body is not a JSON object")
	}
	for dec.More() {
		key, err := stringToken(dec)
		if err != nil {
			return err
		}
		field, ok := fields[key]
		if !ok {
			return fmt.Errorf("the field %q is unknown or given twice", key)
		}
		delete(fields, key)
		if *field, err = stringToken(dec); err != nil {
			return fmt.Errorf("field %q: %w", key, err)
		}
	}
	if _, err := dec.Token(); err != nil {
		return errors.New("the JSON object does not end")
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return errors.New("something follows the JSON object")
	}
	return nil
}

func stringToken(dec *json.Decoder) (string, error) {
	t, err := dec.Token()
	if err != nil {
		return "", errors.New("the JSON is malformed")
	}
	v, ok := t.(string)
	if !ok {
		return "", errors.New("a string is wanted")
	}
	if strings.ContainsRune(v, utf8.RuneError) {
		// Half a surrogate pair decodes to this rune; what was meant is lost.
		return "", errors.New("the string holds a character that cannot be sent")
	}
	return v, nil
}

// maxLifetime is what people may ask for: 14 days. Its encoding rounds up, so
// that bundle.MaxLifetime is a little more.
const maxLifetime = 14 * 24 * time.Hour

// submit turns a submission into what the node takes.
func (n names) submit(s wire.Submission) (mesh.Submit, error) {
	out := mesh.Submit{Text: s.Text, Precedence: bundle.Routine, By: "local API"}
	if err := checkText(s.Text); err != nil {
		return out, err
	}
	var err error
	if out.To, out.Role, err = n.addressee(s.To); err != nil {
		return out, err
	}
	if s.Precedence != "" {
		if out.Precedence, err = bundle.ParsePrecedence(s.Precedence); err != nil {
			return out, badRequest(err.Error(), "use FLASH, IMMEDIATE, PRIORITY or ROUTINE")
		}
	}
	if s.Lifetime != "" {
		out.Lifetime, err = time.ParseDuration(s.Lifetime)
		if err != nil || out.Lifetime < time.Minute || out.Lifetime > maxLifetime {
			return out, badRequest(fmt.Sprintf("the lifetime %q is not possible", s.Lifetime),
				fmt.Sprintf("use something like 90m or 4h, from 1m to %dh", int(maxLifetime.Hours())))
		}
	}
	return out, nil
}

func checkText(text string) error {
	if strings.TrimSpace(text) == "" {
		return badRequest("the message has no text", "write one")
	}
	for _, r := range text {
		if unicode.IsControl(r) && r != '\n' && r != '\t' {
			return badRequest(fmt.Sprintf("the text holds the control character %U", r), "remove it")
		}
	}
	return nil
}

// destination finds whom "to" means: a group's name, a node's name or a node's
// number. Where several fit, nothing is guessed.
func (n names) destination(to string) (bundle.Destination, error) {
	var found []bundle.Destination
	name, onlyGroup := strings.CutPrefix(to, "group:")
	onlyNode := false
	if !onlyGroup {
		name, onlyNode = strings.CutPrefix(to, "node:")
	}
	if g, ok := n.roster.GroupByName(name); ok && !onlyNode {
		found = append(found, bundle.Destination{Group: g.ID})
	}
	if !onlyGroup {
		found = append(found, n.nodes(name)...)
	}
	switch len(found) {
	case 0:
		return bundle.Destination{}, badRequest(fmt.Sprintf("nobody is called %q", to), n.known())
	case 1:
	default:
		return bundle.Destination{}, badRequest(fmt.Sprintf("%q may mean more than one", to), "write group:NAME or node:NUMBER")
	}
	if found[0].Node == n.self {
		return bundle.Destination{}, badRequest("this is the node itself", "choose another node or a group")
	}
	return found[0], nil
}

// namesShown is how many names a hint lists.
const namesShown = 12

// known is a hint that lists whom one can write to: groups, then nodes.
func (n names) known() string {
	var all []string
	for _, g := range n.roster.Groups() {
		all = append(all, g.Name)
	}
	for _, num := range n.roster.Numbers() {
		if c, ok := n.roster.Certificate(num); ok && num != n.self {
			all = append(all, c.Name)
		}
	}
	more := ""
	if len(all) > namesShown {
		more = fmt.Sprintf(" and %d more, see: blackstart nodes", len(all)-namesShown)
		all = all[:namesShown]
	}
	return "the names are: " + strings.Join(all, ", ") + more
}

// nodes returns the nodes that a name or number means. A name made of digits
// may be the number of somebody else.
func (n names) nodes(name string) []bundle.Destination {
	var found []bundle.Destination
	c, ok := n.roster.ByName(name)
	if ok {
		found = append(found, bundle.Destination{Node: c.Number})
	}
	if v, err := strconv.ParseUint(name, 10, 16); err == nil {
		if d, known := n.roster.Certificate(ident.Number(v)); known && (!ok || d.Number != c.Number) {
			found = append(found, bundle.Destination{Node: d.Number})
		}
	}
	return found
}
