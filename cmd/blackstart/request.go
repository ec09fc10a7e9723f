package main

import (
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"github.com/blackstart-mesh/blackstart/cmd/blackstart/device"
	"github.com/blackstart-mesh/blackstart/cmd/internal/console"
	"github.com/blackstart-mesh/blackstart/cmd/internal/durable"
	"github.com/blackstart-mesh/blackstart/cmd/internal/qrcode"
	"github.com/blackstart-mesh/blackstart/message/clock"
	"github.com/blackstart-mesh/blackstart/message/enrol"
)

type requestCommand struct {
	Renew  bool   `help:"Make a fresh one: this node needs its keys again, or a new generation is due."`
	QR     bool   `name:"qr" help:"Show it as a QR code too, here and as a PNG file beside the request."`
	Output string `short:"o" placeholder:"FILE" help:"Write the request here too."`
	JSON   bool   `name:"json" help:"Print the result as JSON."`
	unlockFlags
}

func (requestCommand) Help() string {
	return `The request is what the authority needs to enrol this node. It is not secret; its check code, read aloud, proves that nobody exchanged it on its way.

The authority seals this node's keys to a one-time key in the request, and the node erases its half once it has them: who recorded the network file and takes the device later cannot open it. So keys that are lost come back only by a fresh request. Lost they are after a restore, with a damaged vault, or when the node joins more than a month after it was enrolled. A package that is on its way to the request before does not open any more.

Examples:
  blackstart request
  blackstart request --qr
  blackstart request --renew -o /media/usb/crew-7.request`
}

func (c *requestCommand) Run(w *world) error {
	if !device.Exists(w.dir) {
		return notInitialised(w.dir)
	}
	var r *enrol.Request
	var err error
	if c.Renew {
		d, _, openErr := c.open(w)
		if openErr != nil {
			return openErr
		}
		r, err = d.Renew(whoami(), clock.WallOf(w.now()))
	} else {
		r, err = device.Request(w.dir)
	}
	if err != nil {
		return fault(err)
	}
	result := initialised{Name: r.Name, Dir: w.dir, Request: device.RequestFile(w.dir), CheckCode: r.CheckCode()}
	if c.Output != "" {
		result.Request = c.Output
		if err := durable.WriteFile(c.Output, r.Text(), 0o644); err != nil {
			return err
		}
	}
	if err := c.show(w, r, &result); err != nil || c.JSON {
		return err
	}
	next := "Send the request to the authority and read the check code to the person there."
	if c.Renew {
		next = "Send the request to the authority, which takes it with blackstart-authority enrol --renew.\nThen join with the network file made there:  blackstart join FILE"
	}
	_, err = fmt.Fprintln(w.out, w.here(next))
	return err
}

// show prints a request, and as a QR code if that is wanted.
func (c *requestCommand) show(w *world, r *enrol.Request, result *initialised) error {
	if c.QR {
		result.Picture = pictureBeside(result.Request)
		if err := writePicture(result.Picture, r); err != nil {
			return err
		}
	}
	if c.JSON {
		return console.JSON(w.out, result)
	}
	if c.QR {
		if err := qrcode.Write(w.out, r.ScanText(), console.Terminal(w.out)); err != nil {
			return err
		}
	}
	return result.print(w.out)
}

func (r *initialised) print(out io.Writer) error {
	lines := [][2]string{{"node", r.Name}, {"folder", r.Dir}, {"request", r.Request}, {"picture", r.Picture}, {"check code", r.CheckCode}}
	for _, line := range lines {
		if line[1] == "" {
			continue
		}
		if _, err := fmt.Fprintf(out, "%-10s  %s\n", line[0], line[1]); err != nil {
			return err
		}
	}
	_, err := fmt.Fprintln(out)
	return err
}

// pictureBeside is where the QR code of a request goes.
func pictureBeside(request string) string {
	return strings.TrimSuffix(request, filepath.Ext(request)) + ".png"
}

func writePicture(name string, r *enrol.Request) error {
	data, err := qrcode.PNG(r.ScanText())
	if err != nil {
		return err
	}
	if err := durable.WriteFile(name, data, 0o644); err != nil {
		return fmt.Errorf("write the QR code: %w", err)
	}
	return nil
}
