package main

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/blackstart-mesh/blackstart/cmd/blackstart/config"
	"github.com/blackstart-mesh/blackstart/cmd/blackstart/device"
	"github.com/blackstart-mesh/blackstart/cmd/blackstart/links"
	"github.com/blackstart-mesh/blackstart/cmd/blackstart/radios"
	"github.com/blackstart-mesh/blackstart/cmd/internal/console"
	"github.com/blackstart-mesh/blackstart/cmd/internal/durable"
	bridge "github.com/blackstart-mesh/blackstart/firmware-bridge"
	"github.com/blackstart-mesh/blackstart/message/plan"
)

type radioSetupCommand struct {
	Port    string        `placeholder:"PORT" help:"Serial port of the radio, or HOST:PORT of one behind TCP."`
	Kind    string        `placeholder:"KIND" help:"What speaks there: kiss, rnode or another scheme of a link's URL."`
	Set     []string      `placeholder:"NAME=VALUE" help:"A parameter of the URL, such as freq=869.525M; may be repeated."`
	Expect  int           `default:"-1" placeholder:"N" help:"How many neighbours should be heard there; 0: not known."`
	Yes     bool          `short:"y" help:"Ask nothing, take what would be proposed."`
	NoProbe bool          `help:"Write it without asking the radio; the port may be in use by the node now."`
	Who     time.Duration `placeholder:"2m" help:"Wait so long for the node, once restarted, to be heard by somebody. Default: ask."`
	JSON    bool          `name:"json" help:"Print the result as JSON."`
}

func (radioSetupCommand) Help() string {
	return `Lists the ports, guesses what is behind the one you choose, asks for what cannot be guessed, asks the radio who it is, and adds its line to links in node.yaml. Enter takes what stands in brackets. Nothing is changed before the radio answered.

Examples:
  blackstart radio setup
  blackstart radio setup --port /dev/ttyACM0 --kind rnode --set freq=869.525M --set sf=8 --expect 3 --yes
  blackstart radio setup --port 127.0.0.1:8001 --kind kiss --yes --who 2m`
}

// added is what came of it.
type added struct {
	URL   string        `json:"url"`
	File  string        `json:"file"`
	Found *radios.Found `json:"found,omitempty"`
}

func (c *radioSetupCommand) Run(w *world) error {
	if !device.Exists(w.dir) {
		return notInitialised(w.dir)
	}
	held := planOf(w)
	url, f, err := c.url(w, held)
	if err != nil {
		return err
	}
	result := added{URL: url, File: device.ConfigFile(w.dir)}
	text, err := withRadio(result.File, url)
	if err != nil {
		return err
	}
	asked, err := onItsChannel(w, url, held)
	if err != nil {
		return err
	}
	if !c.NoProbe {
		if result.Found, err = c.probe(w, f, asked); err != nil {
			return err
		}
	}
	if err := durable.WriteFile(result.File, []byte(text), 0o600); err != nil {
		return err
	}
	if c.JSON {
		return console.JSON(w.out, result)
	}
	fmt.Fprintf(w.out, `added to %s: %s
Now stop the node and start it again: Ctrl-C and blackstart node, or by the service manager.
Then see who hears you: blackstart radio who
`, console.Plain(result.File), console.Plain(url))
	return c.andThen(w, url)
}

// withRadio is node.yaml with one more link.
func withRadio(name, url string) (string, error) {
	text, err := os.ReadFile(name)
	if err != nil {
		return "", err
	}
	out, err := config.AddLink(string(text), url)
	if e, ok := errors.AsType[*config.Error](err); ok {
		e.File = name
		return "", console.Wrap(console.Usage, e.Hint, e)
	}
	return out, err
}

// question is asked at the terminal, unless a flag answers it.
type question struct {
	flag     string // its answer, "" if it was not given
	prompt   string
	proposed string
	hint     string // which flag answers it
	check    func(string) error
}

// answer is what a flag says, or what is proposed, or what a person says, who is asked
// again for what cannot be.
func (c *radioSetupCommand) answer(w *world, q question) (string, error) {
	switch {
	case q.flag != "":
		return q.flag, console.Wrap(console.Usage, q.hint, q.check(q.flag))
	case c.Yes && q.proposed == "":
		return "", console.Faultf(console.Usage, q.hint, "nothing can be proposed for: %s", q.prompt)
	case c.Yes:
		return q.proposed, nil
	}
	for {
		said, err := console.Choice(q.prompt, q.proposed, q.hint+", or --yes for what is proposed")
		if err != nil {
			return "", err
		}
		wrong := q.check(said)
		if wrong == nil {
			return said, nil
		}
		fmt.Fprintln(w.err, console.Plain(wrong.Error()))
	}
}

// url puts the URL of the radio together.
func (c *radioSetupCommand) url(w *world, held *plan.Plan) (string, bridge.Family, error) {
	port, err := c.port(w)
	if err != nil {
		return "", bridge.Family{}, err
	}
	kind, err := c.answer(w, question{c.Kind, "what speaks there (" + strings.Join(kinds(), ", ") + ")", port.kind, "give --kind; blackstart radio kinds explains them", known})
	if err != nil {
		return "", bridge.Family{}, err
	}
	url := kind + "://" + port.path
	if port.tcp {
		url = kind + "+tcp://" + port.path
	}
	f, _ := links.FamilyOf(url) // known, or there would be no answer
	channel, err := c.channel(w, url, held)
	if err != nil {
		return "", f, err
	}
	query, err := c.query(w, f, port, channel)
	if err != nil {
		return "", f, err
	}
	if len(query) > 0 {
		url += "?" + strings.Join(query, "&")
	}
	conf, err := config.Read(device.ConfigFile(w.dir))
	if e, ok := errors.AsType[*config.Error](err); ok {
		return "", f, console.Wrap(console.Usage, e.Hint, e)
	}
	if err != nil {
		return "", f, err
	}
	if other := links.Clash(conf.Links, url); other != "" && other != url {
		return "", f, console.Faultf(console.Usage, "take that line out of "+device.ConfigFile(w.dir)+" first, or name another port", "the link %s is at this port already", console.Plain(other))
	}
	hint := "run it again; --set NAME=VALUE sets a parameter of the URL, and blackstart radio kinds " + kind + " lists them"
	return url, f, console.Wrap(console.Usage, hint, links.Check(url, conf.AirtimeLicence))
}

// known checks the kind of a radio.
func known(kind string) error {
	if !slices.Contains(kinds(), kind) {
		return fmt.Errorf("unknown kind %q, want one of %s", kind, strings.Join(kinds(), ", "))
	}
	return nil
}

func kinds() (list []string) {
	for _, f := range links.Families() {
		list = append(list, f.Scheme)
	}
	return list
}

// place is where a radio is.
type place struct {
	path string // as in a URL
	kind string // guessed
	tcp  bool
}

// port finds out where the radio is.
func (c *radioSetupCommand) port(w *world) (place, error) {
	list, err := radios.Ports()
	if err != nil {
		return place{}, err
	}
	proposed := ""
	if c.Port == "" && len(list) > 0 {
		if list[0].USB != "" { // of another port nobody knows what is there: it may be the machine's console
			proposed = list[0].Device
		}
		rows := [][]string{{"PORT", "USB", "MAY BE"}}
		for _, p := range list {
			rows = append(rows, []string{console.Plain(p.Device), p.USB, p.Guess})
		}
		if err := console.Table(w.err, rows); err != nil {
			return place{}, err
		}
	} else if c.Port == "" {
		fmt.Fprintln(w.err, "no serial ports: plug the radio in, and look whether its cable carries data; a radio behind TCP is HOST:PORT")
	}
	name, err := c.answer(w, question{c.Port, "port of the radio", proposed, "give --port", portName})
	if err != nil {
		return place{}, err
	}
	for _, p := range list {
		if p.Device == name {
			kind, rest, _ := strings.Cut(p.URL, "://")
			path, _, _ := strings.Cut(rest, "?")
			return place{path: path, kind: kind}, nil
		}
	}
	if strings.Contains(name, ":") {
		return place{path: name, kind: "kiss", tcp: true}, nil
	}
	return place{path: portPath(name), kind: "kiss"}, nil
}

// portName refuses what is no port.
func portName(name string) error {
	if name == "" || strings.Contains(name, "://") {
		return fmt.Errorf("%q is no port, want a name such as /dev/ttyUSB0 or COM3, or HOST:PORT of a radio behind TCP", name)
	}
	return nil
}

// portPath is a serial port as in a URL: people leave out the folder.
func portPath(name string) string {
	switch {
	case strings.HasPrefix(name, "/"):
		return name
	case strings.HasPrefix(strings.ToUpper(name), "COM"):
		return "/" + strings.ToUpper(name)
	}
	return "/dev/" + name
}

// proposedFrequency is in the part of the European band with the longest time on the
// air, where 500 mW are allowed. It is proposed to a person only: elsewhere it is
// somebody else's.
const proposedFrequency = "869.525M"

// query asks for the parameters that have no default, and for the speed.
func (c *radioSetupCommand) query(w *world, f bridge.Family, at place, channel string) ([]string, error) {
	query, given := []string{}, map[string]bool{}
	for _, s := range c.Set {
		name, _, ok := strings.Cut(s, "=")
		if !ok {
			return nil, console.Faultf(console.Usage, "", "--set %s: want NAME=VALUE", s)
		}
		query, given[name] = append(query, s), true
		given["freq"] = given["freq"] || name == bridge.PlanName
	}
	if channel != "" { // it says the rest
		query, given["freq"] = append(query, bridge.PlanName+"="+channel), true
	}
	for _, p := range f.Params {
		if given[p.Name] || !p.Needed && (p.Name != bridge.Baud.Name || at.tcp) {
			continue
		}
		proposed, prompt := "", p.Meaning
		switch {
		case p.Name == bridge.Baud.Name:
			proposed = strconv.FormatInt(p.Default, 10)
		case p.Name == "freq" && !c.Yes:
			proposed = proposedFrequency
		case p.Words != nil:
			prompt += " (" + p.Allowed() + ")"
		}
		value, err := c.answer(w, question{"", prompt, proposed, "give --set " + p.Name + "=VALUE", p.Check})
		if err != nil {
			return nil, err
		}
		if p.Needed || value != proposed {
			query = append(query, p.Name+"="+value)
		}
	}
	expect := ""
	if c.Expect >= 0 {
		expect = strconv.Itoa(c.Expect)
	}
	expect, err := c.answer(w, question{expect, "how many other nodes should be heard there (0: not known)", "0", "give --expect", expected})
	if err == nil && expect != "0" && !given[bridge.ExpectName] {
		query = append(query, bridge.ExpectName+"="+expect)
	}
	return query, err
}

// expected checks how many neighbours a person expects.
func expected(n string) error {
	if v, err := strconv.ParseUint(n, 10, 8); err != nil || strconv.FormatUint(v, 10) != n {
		return fmt.Errorf("expect=%q, want a number of 0..255", n)
	}
	return nil
}

// probe asks the radio. One that does not answer is added only if a person says so.
func (c *radioSetupCommand) probe(w *world, f bridge.Family, url string) (*radios.Found, error) {
	fmt.Fprintf(w.err, "asking the radio at %s ...\n", console.Plain(url))
	ctx, stop := interrupted()
	defer stop()
	found, err := radios.Probe(ctx, f, url)
	if err == nil {
		about := found.About
		if about == "" {
			about = "the port opens; this protocol has no question who is there"
		}
		fmt.Fprintf(w.err, "found: %s; %d bit/s, frames of up to %d bytes, %.3g s for a short message\n", console.Plain(about), found.BitsPerSecond, found.MTU, found.Seconds)
		return &found, nil
	}
	hint := "look at cable, power and port; if the node uses the port now, stop it, or give --no-probe"
	if c.Yes {
		return nil, console.Wrap(console.Failure, hint, err)
	}
	fmt.Fprintf(w.err, "it does not work: %s\n", console.Plain(err.Error()))
	return nil, console.Sure("add it all the same?", hint, "nothing was changed")
}
