package mesh

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"github.com/blackstart-mesh/blackstart/message/bundle"
	"github.com/blackstart-mesh/blackstart/message/clock"
	"github.com/blackstart-mesh/blackstart/message/ident"
	"github.com/blackstart-mesh/blackstart/message/seal"
)

// Testimony is what an exhibit proves: that a node wrote this, by its own
// signature or by that of a head.
type Testimony struct {
	ID         bundle.ID
	From       ident.Number
	To         bundle.Destination
	Precedence bundle.Precedence
	Created    clock.Wall // by the sender's clock
	Expires    clock.Wall
	Type       bundle.ContentType
	Body       []byte
	Head       bundle.ID // that signs it; zero: its own signature does
	Signer     *ident.Certificate
}

// Text is what the message says, in words; hexadecimal if it is of a kind that this
// version does not know.
func (t Testimony) Text() string {
	if t.Type == bundle.ContentText {
		return showable(t.Body)
	}
	if t.Type == bundle.ContentSentOn {
		if s, err := bundle.DecodeSentOn(t.Body); err == nil {
			return showable([]byte(s.Text))
		}
	}
	if act, err := readAct(bundle.Content{Type: t.Type, Body: t.Body}); err == nil {
		return act.String()
	}
	return hex.EncodeToString(t.Body)
}

// Errors of an exhibit that proves nothing.
var (
	ErrExhibit  = errors.New("evidence is damaged or incomplete")
	ErrUnproven = errors.New("evidence holds no signature for the message")
	ErrBroken   = errors.New("evidence does not prove what it claims")
)

// Check opens an exhibit and checks whose word it is. trust says whether a
// certificate is the authority's. Nothing else is needed: no key of the network, no
// store, and no clock. What it says holds as far as the certificate and its key do;
// whether either was revoked before, and when the message was made if not by the
// sender's clock, it cannot say.
func (e *Exhibit) Check(v ident.Verifier, trust func(*ident.Certificate) error) (Testimony, error) {
	b, c, err := openExhibit(e.Bundle, e.Day, e.Key)
	if err != nil {
		return Testimony{}, err
	}
	cert, err := ident.DecodeCertificate(e.Signer)
	if err != nil {
		return Testimony{}, fmt.Errorf("%w: certificate: %v", ErrExhibit, err)
	}
	if cert.Number != b.ID.Origin {
		return Testimony{}, fmt.Errorf("%w: message %v with the certificate of node %v", ErrBroken, b.ID, cert.Number)
	}
	if err := trust(cert); err != nil {
		return Testimony{}, fmt.Errorf("%w: certificate of node %v: %w", ErrBroken, cert.Number, err)
	}
	t := Testimony{ID: b.ID, From: b.ID.Origin, To: b.To, Precedence: b.Precedence, Created: b.Created, Expires: b.Expires(), Type: c.Type, Body: c.Body, Signer: cert}
	switch {
	case b.Signed && b.Verify(v, cert):
		return t, nil
	case b.Signed:
		return Testimony{}, fmt.Errorf("%w: the signature of message %v is not node %v's", ErrBroken, b.ID, b.ID.Origin)
	case e.Head == nil:
		return Testimony{}, fmt.Errorf("%w: %v", ErrUnproven, b.ID)
	}
	t.Head, err = e.Head.check(v, cert, b)
	return t, err
}

// check returns the id of a head that signs a bundle.
func (h *HeadExhibit) check(v ident.Verifier, cert *ident.Certificate, b *bundle.Bundle) (bundle.ID, error) {
	hb, c, err := openExhibit(h.Bundle, h.Day, h.Key)
	if err != nil {
		return bundle.ID{}, err
	}
	head, err := bundle.DecodeHead(c.Body, hb.ID.Day)
	switch {
	case err != nil || c.Type != bundle.ContentHead:
		return bundle.ID{}, fmt.Errorf("%w: message %v is no head", ErrExhibit, hb.ID)
	case !hb.Verify(v, cert):
		return bundle.ID{}, fmt.Errorf("%w: the signature of head %v is not node %v's", ErrBroken, hb.ID, cert.Number)
	case hb.To != b.To || head.Day(hb.ID.Day) != b.ID.Day || !head.Lists(b.ID.Seq):
		return bundle.ID{}, fmt.Errorf("%w: head %v does not list message %v", ErrBroken, hb.ID, b.ID)
	case len(h.Hashes) != len(head.Listed) || bundle.HeadDigest(h.Hashes) != head.Digest:
		return bundle.ID{}, fmt.Errorf("%w: the hashes are not those of head %v", ErrBroken, hb.ID)
	}
	if i, _ := slices.BinarySearch(head.Listed, b.ID.Seq); h.Hashes[i] != b.Hash() {
		return bundle.ID{}, fmt.Errorf("%w: head %v signs another message %v", ErrBroken, hb.ID, b.ID)
	}
	return hb.ID, nil
}

func openExhibit(data []byte, day clock.Day, key seal.MessageKey) (*bundle.Bundle, bundle.Content, error) {
	b, err := bundle.Decode(data, day)
	if err != nil {
		return nil, bundle.Content{}, fmt.Errorf("%w: %v", ErrExhibit, err)
	}
	if b.ID.Day != day {
		return nil, bundle.Content{}, fmt.Errorf("%w: message %v is not of day %d", ErrExhibit, b.ID, day)
	}
	c, _, ok := b.OpenWith(key)
	if !ok {
		return nil, bundle.Content{}, fmt.Errorf("%w: the key does not open message %v", ErrBroken, b.ID)
	}
	return b, c, nil
}

// exhibitFile is an exhibit as it is written into a file.
type exhibitFile struct {
	Format  string    `json:"format"`
	Number  uint64    `json:"number"`
	ID      string    `json:"id"`
	Signer  string    `json:"signer"`
	Message pieceFile `json:"message"`
	Head    *headFile `json:"head,omitempty"`
}

type pieceFile struct {
	Day    clock.Day `json:"day"`
	Bundle string    `json:"bundle"`
	Key    string    `json:"key"`
	SHA256 string    `json:"sha256"`
}

type headFile struct {
	pieceFile
	Hashes []string `json:"hashes"`
}

// ExhibitFormat names the first form of an evidence file.
const ExhibitFormat = "blackstart evidence 1"

func pieceOf(data []byte, day clock.Day, key seal.MessageKey) pieceFile {
	hash := sha256.Sum256(data)
	return pieceFile{day, hex.EncodeToString(data), hex.EncodeToString(appendMessageKey(nil, key, nil)), hex.EncodeToString(hash[:])}
}

// EncodeExhibit writes an exhibit as JSON. It holds the message's key: whoever has
// the file can read the message.
func EncodeExhibit(e *Exhibit) []byte {
	f := exhibitFile{Format: ExhibitFormat, Number: e.Number, Message: pieceOf(e.Bundle, e.Day, e.Key), Signer: hex.EncodeToString(e.Signer)}
	if b, err := bundle.Decode(e.Bundle, e.Day); err == nil {
		f.ID = b.ID.String()
	}
	if e.Head != nil {
		f.Head = &headFile{pieceFile: pieceOf(e.Head.Bundle, e.Head.Day, e.Head.Key)}
		for i := range e.Head.Hashes {
			f.Head.Hashes = append(f.Head.Hashes, hex.EncodeToString(e.Head.Hashes[i][:]))
		}
	}
	return encodeJSON(f)
}

// DecodeExhibit reads what EncodeExhibit wrote. Nothing is checked yet: see Check.
// The error is ErrExhibit.
func DecodeExhibit(data []byte) (*Exhibit, error) {
	var f exhibitFile
	if err := json.Unmarshal(data, &f); err != nil {
		return nil, fmt.Errorf("%w: %v", ErrExhibit, err)
	}
	if f.Format != ExhibitFormat {
		return nil, fmt.Errorf("%w: format %q, want %q", ErrExhibit, f.Format, ExhibitFormat)
	}
	e := &Exhibit{Number: f.Number, Day: f.Message.Day}
	var err error
	if e.Signer, err = hex.DecodeString(f.Signer); err != nil {
		return nil, fmt.Errorf("%w: signer %q", ErrExhibit, f.Signer)
	}
	if e.Bundle, e.Key, err = f.Message.parse(); err != nil {
		return nil, err
	}
	if f.Head == nil {
		return e, nil
	}
	e.Head = &HeadExhibit{Day: f.Head.Day}
	if e.Head.Bundle, e.Head.Key, err = f.Head.parse(); err != nil {
		return nil, err
	}
	for _, s := range f.Head.Hashes {
		h, err := hex.DecodeString(s)
		if err != nil || len(h) != 32 {
			return nil, fmt.Errorf("%w: hash %q", ErrExhibit, s)
		}
		e.Head.Hashes = append(e.Head.Hashes, [32]byte(h))
	}
	return e, nil
}

func (p *pieceFile) parse() (data []byte, key seal.MessageKey, err error) {
	data, err = hex.DecodeString(p.Bundle)
	k, errKey := hex.DecodeString(p.Key)
	hash := sha256.Sum256(data)
	switch {
	case err != nil || errKey != nil || len(k) != messageKeySize:
		return nil, key, fmt.Errorf("%w: bundle or key is not hexadecimal, or of a wrong length", ErrExhibit)
	case hex.EncodeToString(hash[:]) != p.SHA256:
		return nil, key, fmt.Errorf("%w: the bundle does not have the hash %q", ErrExhibit, p.SHA256)
	}
	key, _ = cutMessageKey(k)
	return data, key, nil
}
