package bridge

import (
	"errors"
	"fmt"
	"net/url"
	"path"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/blackstart-mesh/blackstart/radio"
)

// Ways from this machine to a device.
const (
	OverTCP    = "tcp"    // SCHEME+tcp://HOST:PORT
	OverSerial = "serial" // SCHEME:///dev/DEVICE or SCHEME:///COM3
)

// maxURL bounds a link's URL in bytes; a longer one is a mistake of pasting.
const maxURL = 1024

// ErrURL is wrapped by every error of ParseURL.
var ErrURL = errors.New("link URL")

// Param describes one parameter that a family's URLs may carry: a number, unless
// Step, Hertz, Words or Text says otherwise.
type Param struct {
	Name    string
	Step    time.Duration  // above 0: a time in Go's notation, a multiple of Step
	Hertz   bool           // a frequency, such as 869.525M, 125k or 433920000
	Words   []string       // one of these words; its number is its place here
	Text    *regexp.Regexp // a text of this form
	Default int64          // a number, nanoseconds, Hz, or the place of a word
	Min     int64          // a number, nanoseconds or Hz
	Max     int64          // a number, nanoseconds or Hz
	Needed  bool           // has no default
	Serial  bool           // allowed on serial ports only
	Meaning string         // with the unit, for people; for a Text also its form
}

// Baud is the parameter that every family's serial ports have.
var Baud = Param{Name: "baud", Default: 9600, Min: 300, Max: 3_000_000, Serial: true, Meaning: "speed of the serial port, bit/s"}

// URL is a link's URL that was found correct.
type URL struct {
	Scheme string // the family's, without "+tcp"
	Over   string // OverTCP or OverSerial
	Device string // HOST:PORT, or the path of the serial port
	raw    string
	params []Param
	given  map[string]int64
	likely map[string]int64 // defaults that go before the family's
	texts  map[string]string
	band   radio.Band // region and duty
}

// ParseURL reads the URL of a link of one family, whose scheme and parameters
// are given. It is strict, since a misspelt parameter that is silently ignored
// shows only in the field: an unknown, repeated or empty parameter, a value out
// of range, a user name, a fragment are errors that name what is wrong and what
// is allowed. It touches no device.
func ParseURL(raw, scheme string, params []Param) (*URL, error) {
	if len(raw) > maxURL {
		return nil, fmt.Errorf("%w of %d bytes is longer than %d", ErrURL, len(raw), maxURL)
	}
	u, err := url.Parse(raw)
	if err != nil {
		var parse *url.Error
		if errors.As(err, &parse) {
			err = parse.Err
		}
		return nil, fmt.Errorf("%w %q: %v", ErrURL, raw, err)
	}
	params = append(params[:len(params):len(params)], append(commonParams(), bandParams()...)...)
	l := &URL{Scheme: scheme, raw: raw, params: params, given: map[string]int64{}, likely: map[string]int64{}, texts: map[string]string{}}
	switch {
	case u.User != nil:
		return nil, fmt.Errorf("%w: user and password have no meaning here, leave out what stands before @", ErrURL)
	case u.Fragment != "" || strings.Contains(raw, "#"):
		return nil, fmt.Errorf("%w %q: the part from # on has no meaning here", ErrURL, raw)
	case u.Scheme == scheme+"+tcp":
		err = l.setHost(u)
	case u.Scheme == scheme:
		err = l.setSerial(u)
	default:
		err = fmt.Errorf("scheme %q, want %s (serial port) or %s+tcp", u.Scheme, scheme, scheme)
	}
	if err == nil {
		err = l.setParams(u.RawQuery)
	}
	if err != nil {
		return nil, fmt.Errorf("%w %q: %w", ErrURL, raw, err)
	}
	return l, nil
}

func (l *URL) setHost(u *url.URL) error {
	l.Over = OverTCP
	port, err := strconv.ParseUint(u.Port(), 10, 16)
	switch {
	case u.Opaque != "" || u.Hostname() == "":
		return fmt.Errorf("no host, write %s+tcp://HOST:PORT", l.Scheme)
	case err != nil || port == 0:
		return fmt.Errorf("port %q, write %s+tcp://HOST:PORT with a port of 1..65535", u.Port(), l.Scheme)
	case u.Path != "":
		return fmt.Errorf("path %q has no meaning after the port", u.Path)
	}
	l.Device = u.Host
	return nil
}

var windowsPort = regexp.MustCompile(`^/(COM[1-9][0-9]{0,2})$`)

func (l *URL) setSerial(u *url.URL) error {
	l.Over = OverSerial
	switch {
	case u.Host != "":
		return fmt.Errorf("host %q, write three slashes before a serial port: %s:///dev/ttyUSB0", u.Host, l.Scheme)
	case u.Opaque != "" || len(u.Path) < 2 || path.Clean(u.Path) != u.Path || strings.ContainsRune(u.Path, 0):
		return fmt.Errorf("serial port %q, write it whole: %s:///dev/ttyUSB0 or %s:///COM3", u.Opaque+u.Path, l.Scheme, l.Scheme)
	}
	l.Device = u.Path
	if m := windowsPort.FindStringSubmatch(u.Path); m != nil {
		l.Device = m[1]
	}
	return nil
}

func (l *URL) setParams(query string) error {
	for _, pair := range strings.Split(query, "&") {
		if query == "" {
			break
		}
		name, value, _ := strings.Cut(pair, "=")
		p, ok := l.find(name)
		if !ok {
			return fmt.Errorf("unknown parameter %q, allowed: %s", name, strings.Join(l.allowed(), ", "))
		}
		if _, twice := l.given[name]; twice {
			return fmt.Errorf("parameter %s stands there twice", name)
		}
		n, err := p.parse(value)
		if err != nil {
			return err
		}
		l.given[name] = n
		if p.Text != nil {
			l.texts[name] = value
		}
	}
	if l.Word(openerName) == tarmWord && !tarmBuilt {
		return fmt.Errorf("%s=%s: this program was built without it, build it with -tags tarm", openerName, tarmWord)
	}
	if _, ok := l.given[pauseName]; ok && !l.bursts() {
		return fmt.Errorf("parameter %s has no meaning without %s", pauseName, burstName)
	}
	if l.Word(squelchName) != noSquelch && l.Word(openerName) == tarmWord {
		return fmt.Errorf("%s=%s cannot read the port's lines, leave out %s", openerName, tarmWord, squelchName)
	}
	for _, p := range l.params {
		if _, ok := l.given[p.Name]; p.Needed && !ok {
			return fmt.Errorf("parameter %s is needed (%s)", p.Name, p.choice())
		}
	}
	return l.setBand()
}

func (l *URL) find(name string) (Param, bool) {
	for _, p := range l.params {
		if p.Name == name && (!p.Serial || l.Over == OverSerial) {
			return p, true
		}
	}
	return Param{}, false
}

func (l *URL) allowed() []string {
	var names []string
	for _, p := range l.params {
		if _, ok := l.find(p.Name); ok {
			names = append(names, p.Name)
		}
	}
	return names
}

func (l *URL) bursts() bool {
	_, ok := l.given[burstName]
	return ok
}

// shared adds to a profile how the link shares its channel with voice, and by whose
// law. The pause is as long as the burst, if the URL does not say otherwise.
func (l *URL) shared(p radio.Profile) radio.Profile {
	if l.bursts() {
		l.Assume(pauseName, l.value(burstName))
		p.Burst, p.Pause = l.Duration(burstName), l.Duration(pauseName)
	}
	if l.band.Region != "" {
		p.Band.Region = l.band.Region // else the device may know
	}
	p.Band.Duty, p.Band.Amateur = l.band.Duty, l.band.Amateur
	return p
}

// Given returns a parameter as the URL gives it, and whether it does.
func (l *URL) Given(name string) (int64, bool) {
	n, ok := l.given[name]
	return n, ok
}

// Number returns a parameter or its default. It panics on a name that is not
// one of the family's, which is a mistake in the driver.
func (l *URL) Number(name string) int { return int(l.value(name)) }

// Hertz returns a parameter that is a frequency, or its default.
func (l *URL) Hertz(name string) int64 { return l.value(name) }

// Word returns a parameter that is one of some words, or its default.
func (l *URL) Word(name string) string {
	for _, p := range l.params {
		if p.Name == name {
			return p.Words[l.value(name)]
		}
	}
	panic("bridge: no parameter " + name + " in links of " + l.Scheme)
}

// Assume gives a parameter another default than the family's, where what else the
// URL says makes one likelier. It is for Family.New.
func (l *URL) Assume(name string, n int64) { l.likely[name] = n }

func (l *URL) value(name string) int64 {
	if n, ok := l.given[name]; ok {
		return n
	}
	if n, ok := l.likely[name]; ok {
		return n
	}
	for _, p := range l.params {
		if p.Name == name {
			return p.Default
		}
	}
	panic("bridge: no parameter " + name + " in links of " + l.Scheme)
}

// Duration returns a parameter that is a time, or its default.
func (l *URL) Duration(name string) time.Duration { return time.Duration(l.value(name)) }

// Text returns a parameter that is a text, "" where the URL does not give it.
func (l *URL) Text(name string) string { return l.texts[name] }

// String returns the URL as it was written. It holds no secret: a link's URL
// has no place for one.
func (l *URL) String() string { return l.raw }

// Opener returns the opener of the URL's port.
func (l *URL) Opener() Opener {
	switch {
	case l.Over == OverTCP:
		return TCP(l.Device)
	case l.Word(openerName) == tarmWord:
		return Tarm(l.Device, l.Number(Baud.Name))
	}
	return Serial(l.Device, l.Number(Baud.Name))
}
