package main

import (
	"bytes"
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/blackstart-mesh/blackstart/api/client"
	"github.com/blackstart-mesh/blackstart/cmd/internal/console"
	"github.com/blackstart-mesh/blackstart/mesh"
	"github.com/blackstart-mesh/blackstart/message/bundle"
	"github.com/blackstart-mesh/blackstart/message/enrol"
	"github.com/blackstart-mesh/blackstart/message/ident"
)

type evidenceCommand struct {
	ID      string `arg:"" optional:"" help:"A message: its number in the inbox, or its id."`
	Out     string `short:"o" name:"output" placeholder:"FILE" help:"Where the evidence goes; nothing may be there. Without it, to standard output."`
	Check   string `placeholder:"FILE" help:"Check evidence instead; no node is needed."`
	Network string `placeholder:"FILE" help:"The network file against which --check holds it."`
	JSON    bool   `name:"json" help:"Print the result as JSON."`
}

func (evidenceCommand) Help() string {
	return `Evidence is one message as it travelled, the key that opens this message and no other, its sender's certificate, and the signature: the sender's own, or that of a head by which he signed several in arrears. It is kept of FLASH, orders and administration, and with "evidence: all" in node.yaml of every message; it stays when the keys of the day are long erased.

--check needs nothing but the file and a network file of the same authority, an older or a newer one. Compare the check code that it prints with the authority's. It cannot tell whether the sender's key was stolen, and it goes by the sender's clock. Whoever has the file can read the message.

Examples:
  blackstart evidence 17 -o evacuation.evidence
  blackstart evidence --check evacuation.evidence --network north.network
  blackstart evidence --check evacuation.evidence --network north.network --json`
}

func (c *evidenceCommand) Run(w *world) error {
	switch {
	case (c.ID == "") == (c.Check == ""):
		return console.Faultf(console.Usage, "see blackstart evidence --help", "give a message, or a file with --check")
	case c.Check == "":
		return c.export(w)
	case c.Network == "":
		return console.Faultf(console.Usage, "give --network FILE", "evidence is held against a network file, and none is named")
	}
	return c.check(w)
}

// export writes what the node keeps.
func (c *evidenceCommand) export(w *world) error {
	var raw json.RawMessage
	err := w.call(func(ctx context.Context, api *client.Client) (err error) {
		raw, err = api.Evidence(ctx, c.ID)
		return err
	})
	if err != nil {
		return err
	}
	var text bytes.Buffer
	if err := json.Indent(&text, raw, "", "  "); err != nil {
		return err
	}
	text.WriteByte('\n')
	if c.Out == "" {
		_, err = text.WriteTo(w.out)
		return err
	}
	file, err := os.OpenFile(c.Out, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return console.Wrap(console.Usage, "name another file", err)
	}
	_, err = text.WriteTo(file)
	if err = errors.Join(err, file.Sync(), file.Close()); err != nil {
		return fault(err)
	}
	_, err = fmt.Fprintf(w.out, "wrote %s; check it with: blackstart evidence --check %s --network FILE\n", console.Plain(c.Out), console.Plain(c.Out))
	return err
}

// testimony is what check prints.
type testimony struct {
	ID         string    `json:"id"`
	From       uint16    `json:"from"`
	Name       string    `json:"name"`
	To         string    `json:"to"`
	Precedence string    `json:"precedence"`
	Created    time.Time `json:"created"`
	Expires    time.Time `json:"expires"`
	Text       string    `json:"text"`
	Content    uint8     `json:"content"`
	SignedBy   string    `json:"signed_by"` // signature, or head
	Head       string    `json:"head,omitempty"`
	SignKey    string    `json:"sign_key"`
	CheckCode  string    `json:"check_code"` // of the network's present root
	Network    string    `json:"network"`
}

func (c *evidenceCommand) check(w *world) error {
	data, err := readWhole(c.Check, maxEvidence)
	if err != nil {
		return fault(err)
	}
	text, err := readWhole(c.Network, enrol.MaxFileText)
	if err != nil {
		return fault(err)
	}
	f, err := enrol.ParseFile(text)
	if err != nil {
		return fault(about(c.Network, err))
	}
	lineage, err := f.Verify(ident.Ed25519{})
	if err != nil {
		return fault(about(c.Network, err))
	}
	e, err := mesh.DecodeExhibit(data)
	if err != nil {
		return fault(about(c.Check, err))
	}
	t, err := e.Check(ident.Ed25519{}, func(cert *ident.Certificate) error { return signedBy(lineage, cert) })
	if err != nil {
		return fault(about(c.Check, err))
	}
	return c.print(w, f, t)
}

// signedBy checks a certificate against the present root and those before it: it may
// be older than the file.
func signedBy(lineage ident.Lineage, cert *ident.Certificate) error {
	if cert.Operator != lineage.Operator() {
		return fmt.Errorf("it is of operator %v, not %v: %w", cert.Operator, lineage.Operator(), enrol.ErrOtherNetwork)
	}
	err := error(nil)
	for _, root := range lineage.Roots {
		if err = cert.Verify(ident.Ed25519{}, root); err == nil {
			return nil
		}
	}
	return err
}

func (c *evidenceCommand) print(w *world, f *enrol.File, t mesh.Testimony) error {
	out := testimony{
		ID: t.ID.String(), From: uint16(t.From), Name: t.Signer.Name, To: t.To.String(), Precedence: t.Precedence.String(),
		Created: t.Created.Time(), Expires: t.Expires.Time(), Text: t.Text(), Content: uint8(t.Type), SignedBy: "signature",
		SignKey: hex.EncodeToString(t.Signer.Sign[:]), CheckCode: enrol.RootCode(f.Root), Network: f.Name,
	}
	if t.Head != (bundle.ID{}) {
		out.SignedBy, out.Head = "head", t.Head.String()
	}
	for _, g := range f.Groups {
		if g.ID == t.To.Group {
			out.To = g.Name
		}
	}
	if c.JSON {
		return console.JSON(w.out, out)
	}
	by := "by the signature that it carries"
	if out.Head != "" {
		by = "by head " + out.Head + ", which signs it with others"
	}
	_, err := fmt.Fprintf(w.out, `It holds. Message %s was written by node %d, %s, %s.
to          %s
precedence  %s
created     %s, by the sender's clock
expires     %s
text
%snetwork     %s, check code %s
`, out.ID, out.From, console.Plain(out.Name), by, console.Plain(out.To), out.Precedence, out.Created.Format(time.RFC3339),
		out.Expires.Format(time.RFC3339), quoted(out.Text, foldFor(w.out)), console.Plain(out.Network), out.CheckCode)
	return err
}

// maxEvidence bounds an evidence file: a bundle and a head in hexadecimal, and the
// hashes of all that a head can list.
const maxEvidence = 4*bundle.MaxSize + 80*bundle.MaxHeadSpan + 8<<10
