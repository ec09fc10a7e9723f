package main

import (
	"fmt"

	"github.com/blackstart-mesh/blackstart/cmd/blackstart/links"
	"github.com/blackstart-mesh/blackstart/cmd/internal/console"
	bridge "github.com/blackstart-mesh/blackstart/firmware-bridge"
)

type radioKindsCommand struct {
	Kind string `arg:"" optional:"" help:"Show what the URLs of this kind take."`
	JSON bool   `name:"json" help:"Print it as JSON."`
}

func (radioKindsCommand) Help() string {
	return `Every kind also goes over TCP: kiss+tcp://HOST:PORT instead of kiss:///dev/ttyUSB0.

Examples:
  blackstart radio kinds
  blackstart radio kinds rnode`
}

// kindOf is a kind of radio for people.
type kindOf struct {
	Kind    string `json:"kind"`
	What    string `json:"what"`
	Example string `json:"example"`
}

// parameter is one that a kind's URLs take.
type parameter struct {
	Name    string `json:"name"`
	Default string `json:"default,omitempty"`
	Needed  bool   `json:"needed"`
	Allowed string `json:"allowed,omitempty"`
	Serial  bool   `json:"serial_only"`
	Meaning string `json:"meaning"`
}

func kindsForPeople() []kindOf {
	return []kindOf{
		{"kiss", "packet modem, Dire Wolf; MeshCore's KISS modem with modem=meshcore", "kiss:///dev/ttyUSB0?baud=9600"},
		{"rnode", "RNode", "rnode:///dev/ttyACM0?freq=869.525M"},
		{"meshtastic", "Meshtastic", "meshtastic:///dev/ttyACM0"},
		{"pipe", "transparent data radio, cable, RS-485", "pipe:///dev/ttyUSB0?rate=9600"},
		{"ebyte", "Ebyte E22, E32", "ebyte:///dev/ttyUSB0?model=e22-900&channel=18"},
		{"at+rylr", "REYAX RYLR896, RYLR998", "at+rylr:///dev/ttyUSB0?freq=868.5M"},
		{"at+rui3", "RAKwireless modules with RUI3, such as RAK3172", "at+rui3:///dev/ttyUSB0?freq=868.5M"},
		{"at+rn2483", "Microchip RN2483, RN2903", "at+rn2483:///dev/ttyACM0?freq=868.1M"},
	}
}

func (c *radioKindsCommand) Run(w *world) error {
	if c.Kind == "" {
		list := kindsForPeople()
		if c.JSON {
			return console.JSON(w.out, list)
		}
		rows := [][]string{{"KIND", "RADIO", "FOR EXAMPLE"}}
		for _, k := range list {
			rows = append(rows, []string{k.Kind, k.What, k.Example})
		}
		if err := console.Table(w.out, rows); err != nil {
			return err
		}
		_, err := fmt.Fprintln(w.out, "\nblackstart radio kinds KIND shows what may stand behind the ?")
		return err
	}
	f, err := links.FamilyOf(c.Kind + ":///dev/any")
	if f.Scheme == "" {
		return console.Wrap(console.Usage, "blackstart radio kinds lists them", err)
	}
	list := parameters(f)
	if c.JSON {
		return console.JSON(w.out, list)
	}
	rows := [][]string{{"PARAMETER", "DEFAULT", "ALLOWED", "MEANING"}}
	for _, p := range list {
		def, meaning := p.Default, p.Meaning
		switch {
		case p.Needed:
			def = "needed"
		case def == "":
			def = "-"
		}
		if p.Serial {
			meaning += " (serial ports only)"
		}
		rows = append(rows, []string{p.Name, def, p.Allowed, meaning})
	}
	return console.Table(w.out, rows)
}

func parameters(f bridge.Family) (list []parameter) {
	for _, p := range f.Parameters() {
		list = append(list, parameter{p.Name, p.Otherwise(), p.Needed, p.Allowed(), p.Serial, p.Meaning})
	}
	return list
}
