package main

import (
	"fmt"
	"strings"

	"github.com/blackstart-mesh/blackstart/cmd/blackstart/config"
	"github.com/blackstart-mesh/blackstart/cmd/blackstart/device"
	"github.com/blackstart-mesh/blackstart/cmd/blackstart/links"
	"github.com/blackstart-mesh/blackstart/cmd/internal/console"
	"github.com/blackstart-mesh/blackstart/cmd/internal/durable"
	"github.com/blackstart-mesh/blackstart/message/clock"
	"github.com/blackstart-mesh/blackstart/message/enrol"
)

type initCommand struct {
	Name    string   `required:"" help:"Name of the node, as people will address it."`
	Role    string   `help:"What the node is, for people: crew, substation, control."`
	Link    []string `placeholder:"URL" help:"A way to other nodes, as node.yaml describes it; may be repeated."`
	Listen  string   `placeholder:"ADDRESS" help:"Where programs and the page reach the node."`
	Request string   `placeholder:"FILE" help:"Write the request here too."`
	QR      bool     `name:"qr" help:"Show the request as a QR code too, here and as a PNG file beside the request."`
	JSON    bool     `name:"json" help:"Print the result as JSON."`
	unlockFlags
}

func (initCommand) Help() string {
	return `The node's keys never leave its folder. What the authority needs stands in the request; read its check code to the person at the authority, so that nobody can exchange the request on its way.

A key file instead of a passphrase lets an unattended node start by itself. Beside the disk it protects nothing when the disk is stolen. A key command does the same with a key that the machine's TPM or service manager hands out: at least 32 random bytes, the same each time.

Examples:
  blackstart init --name crew-1 --link kiss:///dev/ttyUSB0?baud=9600
  blackstart init --name substation --key-file /media/stick/node.key --link kiss:///dev/ttyS1 --link ip://
  blackstart init --name gateway --key-command "systemd-creds cat blackstart-key" --link ip://
  blackstart init --name crew-3 --qr
  blackstart --dir ./crew-2 init --name crew-2 --passphrase-file pass --request crew-2.request`
}

type initialised struct {
	Name      string `json:"name"`
	Dir       string `json:"dir"`
	Request   string `json:"request"`
	Picture   string `json:"picture,omitempty"` // its QR code
	CheckCode string `json:"check_code"`
}

func (c *initCommand) Run(w *world) error {
	text, err := c.config()
	if err != nil {
		return err
	}
	// Before the passphrase is asked for.
	if err := enrol.CheckName(c.Name); err != nil {
		return console.Wrap(console.Usage, enrol.Hint(err), err)
	}
	if device.Exists(w.dir) {
		return console.Faultf(console.Usage, "name another folder with --dir", "%s holds a node already", w.dir)
	}
	secret, err := c.unlockFlags.make(w, "the node in "+w.dir)
	if err != nil {
		return err
	}
	r, err := device.Create(w.dir, device.Setup{Name: c.Name, Role: c.Role, Config: text, Secret: secret,
		By: whoami(), Now: clock.WallOf(w.now()), Entropy: w.entropy})
	if err != nil {
		return fault(err)
	}
	result := initialised{Name: c.Name, Dir: w.dir, Request: device.RequestFile(w.dir), CheckCode: r.CheckCode()}
	if c.Request != "" {
		result.Request = c.Request
		if err := durable.WriteFile(c.Request, r.Text(), 0o644); err != nil {
			return console.Wrap(console.Failure, "the node is made; have its request with: blackstart request -o FILE", err)
		}
	}
	show := requestCommand{QR: c.QR, JSON: c.JSON}
	if err := show.show(w, r, &result); err != nil || c.JSON {
		return err
	}
	_, err = fmt.Fprint(w.out, w.here(`Send the request to the authority and read the check code to the person there.
Then join with the network file:  blackstart join FILE
`))
	return err
}

// config returns the documented file with what the flags say.
func (c *initCommand) config() (string, error) {
	text := config.Template
	if len(c.Link) > 0 {
		list := "links:\n"
		for _, u := range c.Link {
			if err := links.Check(u, "to be written into the file"); err != nil { // the node asks for it when it starts
				return "", console.Wrap(console.Usage, "see the links in blackstart init --help", about("--link", err))
			}
			list += fmt.Sprintf("  - %q\n", u)
		}
		text = strings.Replace(text, "links: []\n", list, 1)
	}
	if c.Listen != "" {
		text = strings.Replace(text, "#listen: 127.0.0.1:8470", fmt.Sprintf("listen: %q", c.Listen), 1)
	}
	return c.unlockFlags.configured(text, false)
}
