package main

import (
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/blackstart-mesh/blackstart/api/client"
	"github.com/blackstart-mesh/blackstart/api/wire"
	"github.com/blackstart-mesh/blackstart/cmd/blackstart/links"
	"github.com/blackstart-mesh/blackstart/cmd/internal/console"
)

type radioWhoCommand struct {
	Expect int  `default:"-1" placeholder:"N" help:"How many neighbours each radio should hear, instead of what its URL says (expect=N)."`
	Link   int  `default:"-1" placeholder:"N" help:"Show this link only, by its number: the first in node.yaml is 0."`
	JSON   bool `name:"json" help:"Print it as JSON."`
}

func (radioWhoCommand) Help() string {
	return `Asks the running node. IT HEARS YOU is what the neighbour itself says, a few times in an hour on slow radios, sooner after the start; "-" means that it has not said so yet. What is lost is counted over about 64 frames.

A URL with expect=3 says how many neighbours should be there. When fewer are heard, or fewer of them hear you, the command says what to look at next and ends with exit code 1.

Examples:
  blackstart radio who
  blackstart radio who --expect 3
  blackstart radio who --json | jq '.links[].hears_you'`
}

// whoLink is one radio of the running node.
type whoLink struct {
	Link       int              `json:"link"`
	Name       string           `json:"name"`
	Up         bool             `json:"up"`
	Down       string           `json:"down,omitempty"`
	Radio      string           `json:"radio,omitempty"` // model and firmware, where the device tells
	Expect     int              `json:"expect"`          // 0: nobody said
	Heard      int              `json:"heard"`           // neighbours
	HearsYou   int              `json:"hears_you"`       // those of them that said so
	Neighbours []wire.Neighbour `json:"neighbours"`
	Look       []string         `json:"look,omitempty"` // what to look at next
	rx         uint64
	mute       []string // why it sends nothing
}

type whoReport struct {
	Links []whoLink `json:"links"`
}

func (c *radioWhoCommand) Run(w *world) error {
	if c.Expect < -1 || c.Expect > 255 {
		return console.Faultf(console.Usage, "", "--expect is %d, want 0 to 255", c.Expect)
	}
	return w.call(func(ctx context.Context, api *client.Client) error {
		s, err := api.Status(ctx)
		if err != nil {
			return err
		}
		report := who(s, c.Expect, c.Link)
		switch {
		case c.JSON:
			err = console.JSON(w.out, report)
		case len(report.Links) == 0 && c.Link >= 0:
			return console.Faultf(console.Usage, "blackstart status shows the links", "there is no radio with the number %d", c.Link)
		case len(report.Links) == 0:
			_, err = fmt.Fprintln(w.out, "this node has no radios; add one with: blackstart radio setup")
		default:
			err = report.print(w.out)
		}
		if err != nil {
			return err
		}
		return report.verdict()
	})
}

// who makes a report of what the node tells.
func who(s wire.Status, expect, only int) whoReport {
	r := whoReport{Links: []whoLink{}}
	for _, l := range s.Links {
		if l.Secure || strings.HasPrefix(l.Name, "ip:") || only >= 0 && l.Link != only {
			continue
		}
		k := whoLink{Link: l.Link, Name: l.Name, Up: l.Up, Down: l.Down, Radio: l.Radio, Expect: expect, Neighbours: []wire.Neighbour{}, rx: l.RxFrames, mute: mute(s, l)}
		if expect < 0 {
			k.Expect = links.Expected(l.Name)
		}
		for _, n := range s.Neighbours {
			if n.Link != l.Link {
				continue
			}
			k.Neighbours = append(k.Neighbours, n)
			k.Heard++
			if n.HearsYou != nil && n.HearsYou.How != "not" {
				k.HearsYou++
			}
		}
		k.Look = k.look(s.Counters)
		r.Links = append(r.Links, k)
	}
	return r
}

// mute says why a radio sends nothing, if it does not: then nobody can hear it.
func mute(s wire.Status, l wire.Link) (list []string) {
	for _, q := range s.Quiet {
		if q.Name == "" || q.Name == l.Name {
			list = append(list, "this node keeps radio silence; blackstart quiet off ends it")
			break
		}
	}
	if l.Air != nil && l.Air.Refused != "" {
		list = append(list, "the link sends nothing: "+harmless(l.Air.Refused))
	}
	return list
}

// look says what to look at next, the likeliest first.
func (k *whoLink) look(counters []wire.Counter) []string {
	return append(k.mute, k.lookFurther(counters)...)
}

func (k *whoLink) lookFurther(counters []wire.Counter) []string {
	foreign := uint64(0)
	for _, c := range counters {
		if c.Name == "frame not authentic" {
			foreign = c.Count
		}
	}
	switch {
	case !k.Up:
		return []string{"the radio is down: " + harmless(k.Down), "its cable and power; blackstart radio list shows the ports",
			"with the node stopped: blackstart radio probe " + inShell(k.Name)}
	case k.Heard == 0 && k.rx == 0:
		return []string{"the antenna, and that it is on the right socket", "that frequency and all other settings are the same at the other end: " + harmless(k.Name),
			"that another node runs within reach; try from closer by", "with the node stopped: blackstart radio monitor " + inShell(k.Name) + " shows whether anything is heard at all"}
	case k.Heard == 0 && foreign > 0:
		return []string{fmt.Sprintf("%d frames were heard and %d did not open: another network, or keys that differ; blackstart status shows the key block", k.rx, foreign)}
	case k.Heard == 0:
		return []string{"frames were heard, but of nobody who is still there: wait a minute, and look again"}
	}
	return k.lookAtNeighbours()
}

func (k *whoLink) lookAtNeighbours() (list []string) {
	unheard, bad, noisy := []string{}, []string{}, []string{}
	for _, n := range k.Neighbours {
		name := harmless(party(n.Node))
		switch {
		case n.HearsYou == nil: // it has not said
		case n.HearsYou.How == "not":
			unheard = append(unheard, name)
		case n.HearsYou.How == "badly" && (n.YouHear == nil || n.YouHear.How != "badly"):
			bad = append(bad, name)
		}
		if n.YouHear != nil && n.YouHear.How == "badly" && (n.HearsYou == nil || n.HearsYou.How != "badly") {
			noisy = append(noisy, name)
		}
	}
	if len(unheard) > 0 {
		list = append(list, "you hear "+strings.Join(unheard, ", ")+" but are not heard there: your power and antenna, and with a packet modem its key-up time (txdelay) and level")
	}
	if len(bad) > 0 {
		list = append(list, "you are heard badly by "+strings.Join(bad, ", ")+": your power and antenna, or noise at the other end")
	}
	if len(noisy) > 0 {
		list = append(list, "you hear "+strings.Join(noisy, ", ")+" badly: noise near your antenna; move it away from computers, inverters and chargers")
	}
	if k.Heard < k.Expect {
		list = append(list, "whether the others run, on the same frequency and with the same settings; a higher antenna reaches further")
	}
	return list
}

// inShell is a URL as it stands in a shell.
func inShell(url string) string { return `"` + harmless(url) + `"` }

func (r whoReport) print(out io.Writer) error {
	for i, k := range r.Links {
		if i > 0 {
			fmt.Fprintln(out)
		}
		state := "up"
		if !k.Up {
			state = "DOWN"
		}
		if k.Radio != "" {
			state += ", " + harmless(k.Radio)
		}
		fmt.Fprintf(out, "link %d, %s: %s\n", k.Link, harmless(k.Name), state)
		rows := [][]string{{"NEIGHBOUR", "IT HEARS YOU", "YOU HEAR IT", "HEARD"}}
		for _, n := range k.Neighbours {
			rows = append(rows, []string{harmless(party(n.Node)), hears(n.HearsYou), hears(n.YouHear), seconds(n.HeardAgoS).String() + " ago"})
		}
		if len(rows) > 1 {
			if err := console.Table(out, rows); err != nil {
				return err
			}
		}
		fmt.Fprintln(out, k.sum())
		for _, line := range k.Look {
			fmt.Fprintf(out, "  look at: %s\n", line)
		}
	}
	return nil
}

// sum is the link in a line.
func (k *whoLink) sum() string {
	text := fmt.Sprintf("hear %d, of whom %d say that they hear you", k.Heard, k.HearsYou)
	if k.Expect > 0 {
		return fmt.Sprintf("expected %s, %s", neighbours(k.Expect), text)
	}
	return text
}

func neighbours(n int) string {
	if n == 1 {
		return "1 neighbour"
	}
	return fmt.Sprintf("%d neighbours", n)
}

// verdict is an error where fewer are there than expected.
func (r whoReport) verdict() error {
	for _, k := range r.Links {
		if k.Expect > 0 && (k.Heard < k.Expect || k.HearsYou < k.Expect) {
			return console.Faultf(console.Failure, "", "link %d: %s", k.Link, k.sum())
		}
	}
	return nil
}
