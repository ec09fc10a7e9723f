package main

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/blackstart-mesh/blackstart/cmd/blackstart/simulate"
	"github.com/blackstart-mesh/blackstart/cmd/internal/console"
	"github.com/blackstart-mesh/blackstart/sim/validate"
)

type simValidateCommand struct {
	Dir   string `arg:"" type:"existingdir" help:"The folder with the published data: meshtasticator/*.json, rwp-contacts.txt, rwp-messages.txt."`
	All   bool   `help:"Print each figure, also of a long list of which all hold."`
	JSON  bool   `name:"json" help:"Print it as JSON."`
	Quiet bool   `short:"q" help:"Say nothing of progress."`
	Jobs  int    `placeholder:"N" help:"Runs side by side (default: one for each processor)."`
}

func (simValidateCommand) Help() string {
	return `Runs the protocols of others in the simulator, on link matrices and a contact trace that were published with their results, and prints both figures beside each other, with a verdict. What differs is explained and not tuned away. Airtimes of LoRa are held to the published ones, too. The exit code is 1 if a figure differs by more than it may and nothing is known of why.

Examples:
  blackstart sim validate shared/data
  blackstart sim validate shared/data --json`
}

func (c *simValidateCommand) Run(w *world) error {
	cases, err := simulate.Cases(c.Dir)
	if err != nil {
		return console.Wrap(console.Usage, "name the folder with meshtasticator/ and rwp-contacts.txt", err)
	}
	jobs, rows := simulate.Validation(cases)
	_, stopped, err := watched(w, jobs, simulate.Workers(c.Jobs), c.Quiet)
	if err != nil {
		return err
	}
	v := simulate.Judged(rows(), stopped)
	if c.JSON {
		err = console.JSON(w.out, v)
	} else {
		err = c.print(w, v)
	}
	if err != nil {
		return err
	}
	switch open := v.Figures - v.Hold - v.Explained; {
	case stopped:
		return console.Faultf(console.Failure, "", "interrupted: what had not run is missing")
	case open > 0:
		return console.Faultf(console.Failure, "", "%d of %d figures differ from the published ones by more than they may, and nobody says why", open, v.Figures)
	}
	return nil
}

// print prints a table for each kind of thing that is held to published figures, and
// why those differ that do.
func (c *simValidateCommand) print(w *world, v simulate.Verdict) error {
	for _, kind := range simulate.Kinds(v.Rows) {
		k := simulate.Judged(kind, false)
		fmt.Fprintf(w.out, "%s: %d of %d figures within what is allowed (published: %s)\n", console.Plain(kind[0].Of), k.Hold, k.Figures, console.Plain(kind[0].Source))
		if !c.All && len(kind) > longList && k.Hold == len(kind) {
			kind = []validate.Row{furthest(kind)}
		}
		rows := [][]string{{"", "", "published", "here", "runs from..to", "apart", "allowed", ""}}
		var whys []string
		for _, r := range kind {
			verdict := "holds"
			if !r.Holds {
				verdict = "DIFFERS"
			}
			if r.Why != "" {
				n := slices.Index(whys, r.Why)
				if n < 0 {
					n, whys = len(whys), append(whys, r.Why)
				}
				verdict += fmt.Sprintf(" (%d)", n+1)
			}
			rows = append(rows, []string{r.Case, r.What, figure(r.Published, r), figure(r.Found, r), between(r), apart(r), allowed(r), verdict})
		}
		if err := console.Table(w.out, rows); err != nil {
			return err
		}
		for n, why := range whys {
			fmt.Fprintf(w.out, "(%d) %s\n", n+1, console.Plain(why))
		}
		fmt.Fprintln(w.out)
	}
	known := ""
	if differ := v.Figures - v.Hold; differ > 0 {
		known = fmt.Sprintf("; further apart than they may be: %d, of which %d with a known reason", differ, v.Explained)
	}
	_, err := fmt.Fprintf(w.out, "%d of %d figures hold%s\n", v.Hold, v.Figures, known)
	return err
}

// longList is how many figures are printed though all hold; of more, the worst.
const longList = 40

func furthest(rows []validate.Row) validate.Row {
	return slices.MaxFunc(rows, func(a, b validate.Row) int {
		return cmp.Compare(math.Abs(a.Found-a.Published), math.Abs(b.Found-b.Published))
	})
}

// figure has as many decimals as the difference that is allowed asks for.
func figure(x float64, r validate.Row) string {
	decimals := 1
	if r.Within < 1 {
		decimals = 2
	}
	return strings.TrimSuffix(strconv.FormatFloat(x, 'f', decimals, 64)+" "+r.Unit, " ")
}

// between is from where to where the figure went in several runs.
func between(r validate.Row) string {
	if r.Low == r.High {
		return ""
	}
	low, _, _ := strings.Cut(figure(r.Low, r), " ")
	return low + ".." + figure(r.High, r)
}

// apart is how much more came out here; of shares, in points.
func apart(r validate.Row) string {
	r.Unit = points(r.Unit)
	size := figure(math.Abs(r.Found-r.Published), r)
	switch {
	case strings.Trim(size, "0. "+r.Unit) == "":
		return size
	case r.Found < r.Published:
		return "-" + size
	}
	return "+" + size
}

func allowed(r validate.Row) string {
	r.Unit = points(r.Unit)
	return figure(r.Within, r)
}

func points(unit string) string {
	if unit == "%" {
		return "points"
	}
	return unit
}
