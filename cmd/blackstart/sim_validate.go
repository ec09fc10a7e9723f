package main

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strconv"

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
	return `Runs the protocols of others in the simulator, on link matrices and a contact trace that were published with their results, and prints both figures beside each other, with a verdict. What differs is explained and not tuned away. Airtimes of LoRa are held to the published ones, too. The exit code is 1 if a figure differs by more than it may.

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
	all := rows()
	if c.JSON {
		err = console.JSON(w.out, simulate.Judged(all, stopped))
	} else {
		err = c.print(w, all)
	}
	if err != nil {
		return err
	}
	differ := 0
	for _, r := range all {
		if !r.Holds {
			differ++
		}
	}
	switch {
	case stopped:
		return console.Faultf(console.Failure, "", "interrupted: what had not run is missing")
	case differ > 0:
		return console.Faultf(console.Failure, "", "%d of %d figures differ from the published ones by more than they may", differ, len(all))
	}
	return nil
}

// print prints a table for each thing that is held to published figures, and why those
// differ that do.
func (c *simValidateCommand) print(w *world, all []validate.Row) error {
	for from := 0; from < len(all); {
		to, held := from, 0
		for ; to < len(all) && all[to].Of == all[from].Of; to++ {
			if all[to].Holds {
				held++
			}
		}
		if from > 0 {
			fmt.Fprintln(w.out)
		}
		fmt.Fprintf(w.out, "%s: %d of %d figures within what is allowed (published: %s)\n", console.Plain(all[from].Of), held, to-from, console.Plain(all[from].Source))
		shown := all[from:to]
		if !c.All && len(shown) > longList && held == len(shown) {
			shown = []validate.Row{furthest(shown)}
		}
		rows := [][]string{{"", "", "published", "here", "apart", "allowed", ""}}
		for _, r := range shown {
			verdict := "holds"
			if !r.Holds {
				verdict = "DIFFERS"
			}
			rows = append(rows, []string{r.Case, r.What, figure(r.Published, r), figure(r.Found, r), apart(r), figure(r.Within, r), verdict})
		}
		if err := console.Table(w.out, rows); err != nil {
			return err
		}
		said := ""
		for _, r := range all[from:to] {
			if !r.Holds && r.Why != "" && r.Why != said {
				fmt.Fprintf(w.out, "why: %s, %s: %s\n", console.Plain(r.Case), console.Plain(r.What), console.Plain(r.Why))
				said = r.Why
			}
		}
		from = to
	}
	return nil
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
	return strconv.FormatFloat(x, 'f', decimals, 64) + " " + r.Unit
}

func apart(r validate.Row) string {
	s := figure(math.Abs(r.Found-r.Published), r)
	if r.Found < r.Published {
		return "-" + s
	}
	return "+" + s
}
