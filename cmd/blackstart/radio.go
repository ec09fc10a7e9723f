package main

import (
	"fmt"
	"strconv"
	"strings"
	"sync"

	"github.com/blackstart-mesh/blackstart/cmd/blackstart/config"
	"github.com/blackstart-mesh/blackstart/cmd/blackstart/device"
	"github.com/blackstart-mesh/blackstart/cmd/blackstart/links"
	"github.com/blackstart-mesh/blackstart/cmd/blackstart/radios"
	"github.com/blackstart-mesh/blackstart/cmd/internal/console"
)

type radioCommand struct {
	Kinds   radioKindsCommand   `cmd:"" help:"List the kinds of radio, and what the URL of each takes."`
	List    radioListCommand    `cmd:"" default:"withargs" help:"List the serial ports, and what may be behind them."`
	Probe   radioProbeCommand   `cmd:"" help:"Ask a radio who it is."`
	Test    radioTestCommand    `cmd:"" help:"Send frames between two radios, and show loss and rate."`
	Monitor radioMonitorCommand `cmd:"" help:"Show what a radio hears."`
	Who     radioWhoCommand     `cmd:"" help:"Ask the running node who hears whom on its radios, and how well."`
	Plan    radioPlanCommand    `cmd:"" help:"Show the network's radio plan, or give the running node a newer one."`
	Setup   radioSetupCommand   `cmd:"" help:"Add a radio to node.yaml, step by step."`
}

func (radioCommand) Help() string {
	return `Begin with setup; who shows what came of it, from the running node. The others look at radios before a node uses them; the node must not run on the same port meanwhile. A URL names a radio as it will stand under links in node.yaml.

Examples:
  blackstart radio setup
  blackstart radio who
  blackstart radio kinds rnode
  blackstart radio list
  blackstart radio probe "rnode:///dev/ttyACM0?freq=869.525M"
  blackstart radio test "kiss:///dev/ttyUSB0" "kiss:///dev/ttyUSB1"
  blackstart radio monitor "kiss+tcp://127.0.0.1:8001"`
}

type radioListCommand struct {
	JSON bool `name:"json" help:"Print them as JSON."`
}

func (c *radioListCommand) Run(w *world) error {
	ports, err := radios.Ports()
	if err != nil {
		return err
	}
	if c.JSON {
		return console.JSON(w.out, ports)
	}
	if len(ports) == 0 {
		fmt.Fprintln(w.out, "no serial ports: plug the radio in, and look whether its cable carries data")
		return nil
	}
	rows := [][]string{{"DEVICE", "USB", "MAY BE", "URL TO BEGIN WITH"}}
	for _, p := range ports {
		rows = append(rows, []string{console.Plain(p.Device), p.USB, p.Guess, console.Plain(p.URL)})
	}
	return console.Table(w.out, rows)
}

type radioProbeCommand struct {
	URL  string `arg:"" help:"The radio, as in node.yaml."`
	JSON bool   `name:"json" help:"Print it as JSON."`
}

func (c *radioProbeCommand) Run(w *world) error {
	f, err := links.FamilyOf(c.URL)
	if err != nil {
		return console.Wrap(console.Usage, kindsHint, err)
	}
	ctx, stop := interrupted()
	defer stop()
	found, err := radios.Probe(ctx, f, c.URL)
	if err != nil {
		return console.Wrap(console.Failure, whereHint(c.URL), err)
	}
	if c.JSON {
		return console.JSON(w.out, found)
	}
	about := found.About
	if about == "" {
		about = "not known: the port opens, but this protocol has no question who is there"
	}
	rows := [][]string{
		{"radio", console.Plain(about)},
		{"longest frame", strconv.Itoa(found.MTU) + " bytes"},
		{"rate", strconv.Itoa(found.BitsPerSecond) + " bit/s"},
		{"60 bytes take", fmt.Sprintf("%.3g s on the air", found.Seconds)},
	}
	return console.Table(w.out, rows)
}

const kindsHint = "blackstart radio kinds lists the kinds of radio, and what the URL of each takes"

// whereHint says what to look at when nobody answers.
func whereHint(url string) string {
	scheme, _, _ := strings.Cut(url, "://")
	if strings.HasSuffix(scheme, "+tcp") {
		return "look whether the modem's program or the radio runs and listens at this address, and at the URL"
	}
	return "look at cable, power and URL; blackstart radio list names the ports"
}

type radioTestCommand struct {
	First  string `arg:"" name:"url" help:"One radio."`
	Second string `arg:"" name:"url2" help:"The other, on the same channel."`
	Frames int    `default:"10" help:"How many frames of each size, each way: 1 to 1000."`
	JSON   bool   `name:"json" help:"Print one JSON object for each row."`
}

func (radioTestCommand) Help() string {
	return `It transmits: in an amateur band, or where else a link would be refused, it sends nothing; and no test takes more airtime than the law of the band allows in an hour. What the node sent with these radios before, or another test, is not known to it.

Exit code 1 says that a radio heard nothing at all of the other. Two radios on one table may be too near to hear each other: go some metres apart.

Examples:
  blackstart radio test "kiss:///dev/ttyUSB0" "kiss:///dev/ttyUSB1"
  blackstart radio test "rnode:///dev/ttyACM0?freq=869.525M" "rnode:///dev/ttyACM1?freq=869.525M" --frames 3`
}

func (c *radioTestCommand) Run(w *world) error {
	if c.Frames < 1 || c.Frames > 1000 {
		return console.Faultf(console.Usage, "", "--frames is %d, want 1 to 1000", c.Frames)
	}
	if c.First == c.Second {
		return console.Faultf(console.Usage, "name two radios", "both URLs name the same radio: %s", console.Plain(c.First))
	}
	var pair [2]radios.Radio
	for i, url := range []string{c.First, c.Second} {
		f, err := links.FamilyOf(url)
		if err != nil {
			return console.Wrap(console.Usage, kindsHint, err)
		}
		pair[i] = radios.Radio{Family: f, URL: url}
	}
	conf, err := config.Read(device.ConfigFile(w.dir))
	if err != nil {
		return console.Wrap(console.Usage, "", err)
	}
	ctx, stop := interrupted()
	defer stop()
	head := sync.OnceFunc(func() {
		fmt.Fprintf(w.out, "%-8s %6s %6s %6s %7s %9s  %s\n", "", "bytes", "sent", "heard", "loss", "rate", "signal")
	})
	var failed error
	heard := [2]int{}
	err = radios.Pair(ctx, pair, radios.Trial{
		Frames:  c.Frames,
		Licence: conf.AirtimeLicence,
		Note:    func(s string) { fmt.Fprintln(w.err, s) },
		Told: func(r radios.Row) {
			heard[r.From-1] += r.Heard
			if c.JSON {
				failed = console.JSONLine(w.out, r)
				return
			}
			head()
			fmt.Fprintln(w.out, rowText(r))
		},
	})
	switch {
	case err != nil:
		return console.Wrap(console.Failure, "blackstart radio probe URL asks each of them alone", err)
	case failed != nil:
		return failed
	}
	return deaf(heard)
}

// rowText is a row of the table.
func rowText(r radios.Row) string {
	signal := ""
	if r.Signal {
		signal = fmt.Sprintf("%.0f dBm, SNR %.1f dB", r.RSSI, r.SNR)
	}
	if r.Wrong > 0 {
		signal += fmt.Sprintf("  %d heard that were not ours, or not whole", r.Wrong)
	}
	return fmt.Sprintf("%d -> %d   %6d %6d %6d %6.0f%% %7.0f B/s  %s", r.From, 3-r.From, r.Bytes, r.Sent, r.Heard, r.LossPct, r.BytesPerS, signal)
}

// deaf is an error where a radio heard nothing of the other; heard counts the frames
// that each one sent and the other heard.
func deaf(heard [2]int) error {
	const near = "; radios on one table may be too near: go some metres apart"
	switch {
	case heard[0]+heard[1] == 0:
		return console.Faultf(console.Failure, "look at frequency, bandwidth, speed and spreading factor: they must be the same; and at both antennas"+near, "neither radio heard the other")
	case heard[0] == 0:
		return console.Faultf(console.Failure, "look at the transmitter and antenna of radio 1 and at the receiver of radio 2"+near, "radio 2 heard nothing of radio 1")
	case heard[1] == 0:
		return console.Faultf(console.Failure, "look at the transmitter and antenna of radio 2 and at the receiver of radio 1"+near, "radio 1 heard nothing of radio 2")
	}
	return nil
}

type radioMonitorCommand struct {
	URL  string `arg:"" help:"The radio, as in node.yaml."`
	JSON bool   `name:"json" help:"Print one JSON object for each event."`
}

func (c *radioMonitorCommand) Run(w *world) error {
	f, err := links.FamilyOf(c.URL)
	if err != nil {
		return console.Wrap(console.Usage, kindsHint, err)
	}
	ctx, stop := interrupted()
	defer stop()
	fmt.Fprintln(w.err, "listening; it sends nothing; Ctrl-C ends it")
	return radios.Monitor(ctx, f, c.URL, func(s radios.Seen) {
		if c.JSON {
			_ = console.JSONLine(w.out, s) // a reader that is gone ends the program by itself
			return
		}
		at := s.Time.Format("15:04:05")
		switch {
		case s.Event == "up":
			fmt.Fprintf(w.out, "%s  up    %s\n", at, console.Plain(s.About))
		case s.Event == "down":
			fmt.Fprintf(w.out, "%s  down  %s\n", at, console.Plain(s.Err))
		case s.Signal != nil:
			fmt.Fprintf(w.out, "%s  heard %3d bytes, %.2f s on the air, %d dBm, SNR %.1f dB\n", at, s.Bytes, s.Airtime, s.Signal.RSSI, s.Signal.SNR)
		default:
			fmt.Fprintf(w.out, "%s  heard %3d bytes, %.2f s on the air\n", at, s.Bytes, s.Airtime)
		}
	})
}
