package main

import (
	"fmt"
	"strings"
	"testing"

	"github.com/blackstart-mesh/blackstart/cmd/internal/console"
)

func TestReadRoster(t *testing.T) {
	for name, text := range map[string]string{
		"commas":            "name,role,rights,groups,kind,hours\ncrew-1,\"crew, north\",flash order,all;switching,,\nhelper,,flash,flood,guest,24\n\n",
		"semicolons, a BOM": "\ufeffName;Role;Rights;Groups;Kind;Hours\r\ncrew-1;crew, north;FLASH,order;\"all; switching\";member;\r\nhelper;;flash;flood;Guest;24\r\n;;;;;\r\n",
	} {
		r := readRoster([]byte(text), 5)
		if len(r.mistakes) > 0 || len(r.rows) != 2 {
			t.Errorf("%s: %d rows, %v", name, len(r.rows), r.mistakes)
			continue
		}
		one, two := r.rows[0].command, r.rows[1].command
		if *one.Role != "crew, north" || strings.Join(one.Rights, " ") != "flash order" || strings.Join(one.Group, "+") != "all+switching" || one.Guest ||
			!two.Guest || two.Hours != 24 || two.Role != nil || r.rows[1].line != 3 {
			t.Errorf("%s: %+v and %+v", name, one, two)
		}
	}
}

// Each mistake names line and column, and what to write; and all are told at once.
func TestRosterMistakes(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"", "line 1: it is empty; write name,role,rights in the first line"},
		{"name\n", "line 2: it names no node; write one line for each node"},
		{"role\ncrew\n", `line 1: there is no column "name"; write the names of the columns in the first line: name, number,`},
		{"name,colour\ncrew-1,red\n", `line 1, column B: unknown column "colour"; write one of name, number,`},
		{"name,name\na,b\n", `line 1, column B: the column "name" is there twice`},
		{"name\ncrew-1\n\ncrew-1\n", `line 4, column A (name): "crew-1" stands in line 2 already; write another name, or delete the line`},
		{"name,number\na,7\nb,7\n", `line 3, column B (number): "7" stands in line 2 already`},
		{"name,rights\na,fly\n", `line 2, column B (rights): unknown right "fly"; write flash, order, admin or suspend`},
		{"name,kind\na,boss\n", `line 2, column B (kind): unknown kind "boss"; write member, guest or fixed`},
		{"name,kind,hours\na,guest,73\n", `line 2, column C (hours): "73" is not a number from 1 to 72`},
		{"name,hours\na,3\n", `line 2, column B (hours): only guests stay for hours; write guest as kind, or nothing`},
		{"name,number\na,seven\n", `line 2, column B (number): "seven" is not a number from 1 to 65534`},
		{"name\n17\n", `line 2, column A (name): name is not usable: "17" is a number; write a name`},
		{"name,groups\na,all,switching\n", `line 2, column C: "switching" is one cell more than there are columns; write the names of groups with semicolons`},
		{"name,role\na,\"crew\n", `at character `},
		{"name\n\xe4\n", `line 2: it is not UTF-8; write the table as "CSV UTF-8"`},
	} {
		r := readRoster([]byte(c.text), 5)
		var said []string
		for _, m := range r.mistakes {
			said = append(said, m.String())
		}
		if all := strings.Join(said, "\n"); !strings.Contains(all, c.want) {
			t.Errorf("%q: %q lacks %q", c.text, all, c.want)
		}
	}
	if r := readRoster([]byte("name,rights,kind\na,fly,boss\n7,swim,\nb,,\n"), 5); len(r.mistakes) != 4 || len(r.rows) != 3 {
		t.Errorf("several at once: %v", r.mistakes)
	}
}

// What only the network knows is told in the same way, and nothing is changed.
func TestRosterAgainstTheNetwork(t *testing.T) {
	b := newBench(t)
	b.enrol("crew-1")
	b.enrol("crew-2")
	b.do("revoke", "north", "crew-2")
	for _, name := range []string{"crew-3", "crew-4"} {
		b.request(name)
	}
	roster := strings.Join([]string{"name,number,groups,kind,request,rights", "crew-3,1,,,,", "crew-4,2,,,,", "crew-5,5000,,,,", "crew-6,,nowhere,,,", "crew-7,,all,guest,,",
		"crew-8,,,guest,,order", "all,,,,crew-3,", "crew-9,,,,absent,"}, "\n")
	b.write("roster.csv", roster)
	b.refused(console.Usage, "roster.csv: 8 mistakes; nothing was changed", "enrol", "north", "--batch", "@roster.csv")
	for _, want := range []string{
		"line 2, column B (number): node number 1 is taken by crew-1; write a number from 3 to",
		"line 3, column B (number): node number 2 was handed out already, and is never used twice",
		"line 4, column B (number): the key tree has room for the node numbers up to",
		`line 5, column C (groups): there is no group "nowhere"`,
		`line 6, column C (groups): "all" is not an incident's, and guests can be in no other`,
		"line 7, column F (rights): a guest cannot have order",
		`line 8, column A (name): crew-3: the name "all" is taken by a group`,
		`line 9, column E (request): there is no request "absent" among the files`,
	} {
		if !strings.Contains(b.err.String(), want) {
			t.Errorf("lacks %q:\n%s", want, b.err.String())
		}
	}
}

func FuzzReadRoster(f *testing.F) {
	f.Add([]byte("name,role,rights,groups,kind,hours\ncrew-1,\"crew, north\",flash order,all;switching,,\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		r := readRoster(data, 5)
		if len(r.rows) == 0 && len(r.mistakes) == 0 {
			t.Errorf("%q holds nothing and is right", data)
		}
		for _, m := range r.mistakes {
			if m.Line < 1 || m.What == "" || m.Write == "" {
				t.Errorf("%q: %+v", data, m)
			}
		}
		_ = fmt.Sprint(r.mistakes)
	})
}
