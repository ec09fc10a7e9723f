package main

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/blackstart-mesh/blackstart/cmd/blackstart/config"
	"github.com/blackstart-mesh/blackstart/cmd/blackstart/device"
	"github.com/blackstart-mesh/blackstart/cmd/blackstart/links"
	"github.com/blackstart-mesh/blackstart/cmd/internal/console"
	bridge "github.com/blackstart-mesh/blackstart/firmware-bridge"
	"github.com/blackstart-mesh/blackstart/message/plan"
)

const (
	planWait  = 5 * time.Second
	noChannel = "none"
)

// planOf is the radio plan that the running node holds, nil where there is none, or no
// node that runs.
func planOf(w *world) *plan.Plan {
	api, err := w.reach()
	if err != nil {
		return nil
	}
	defer api.Close()
	ctx, cancel := context.WithTimeout(context.Background(), planWait)
	defer cancel()
	state, err := api.Plan(ctx)
	if err != nil {
		return nil
	}
	held, err := heldPlan(state.Plan)
	if err != nil {
		return nil
	}
	return held
}

// channel asks which channel of the network's radio plan the radio is to be on; "" for
// none. The flags of a URL's parameters, and --yes, are answer enough.
func (c *radioSetupCommand) channel(w *world, base string, held *plan.Plan) (string, error) {
	said := func(s string) bool { return strings.HasPrefix(s, bridge.PlanName+"=") || strings.HasPrefix(s, "freq=") }
	names := channelsFor(base, held)
	if c.Yes || len(names) == 0 || slices.ContainsFunc(c.Set, said) {
		return "", nil
	}
	name, err := c.answer(w, question{prompt: "channel of the network's radio plan (" + strings.Join(names, ", ") + ", or " + noChannel + ")", proposed: names[0],
		hint: "give --set plan=NAME", check: func(name string) error {
			if name != noChannel && !slices.Contains(names, name) {
				return fmt.Errorf("channel %q, want one of %s, or %s", name, strings.Join(names, ", "), noChannel)
			}
			return nil
		}})
	if name == noChannel {
		name = ""
	}
	return name, err
}

// channelsFor names the channels of a plan that a radio can be on.
func channelsFor(base string, held *plan.Plan) (names []string) {
	if held == nil {
		return nil
	}
	for _, c := range held.Channels {
		if _, err := links.OnChannel(base+"?"+bridge.PlanName+"="+c.Name, &c, ""); err == nil {
			names = append(names, c.Name)
		}
	}
	return names
}

// onItsChannel is a URL as the node will open it: with what the radio plan says. Without
// a plan, that is yet to come.
func onItsChannel(w *world, url string, held *plan.Plan) (string, error) {
	name := links.ChannelOf(url)
	if name == "" || held == nil {
		return url, nil
	}
	c, ok := held.Channel(name)
	if !ok {
		return "", console.Faultf(console.Usage, "blackstart radio plan shows its channels", "radio plan %d has no channel %s", held.Edition, name)
	}
	conf, err := config.Read(device.ConfigFile(w.dir))
	if err != nil {
		return "", err
	}
	url, err = links.OnChannel(url, &c, conf.AirtimeLicence)
	return url, console.Wrap(console.Usage, "blackstart radio plan shows the channels", err)
}
