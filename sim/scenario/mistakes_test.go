package scenario

import (
	"os"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

// sound is a scenario without a mistake. The mistakes below change one thing in it.
const sound = `name: sound
story: Nothing is wrong.
lasts: 4 h
area: 10 km x 10 km
nodes:
  - name: centre
    place: middle
    height: 15 m
    radios: [lora]
  - name: crews
    count: 3
    moves: walk
    radios: [lora, vhf]
  - name: masts
    count: 2
    place: given
    at: [1 km x 1 km, 2 km x 2 km]
radios:
  - name: lora
    kind: lora
    power: 14 dBm
  - name: vhf
    kind: afsk
    reach: 8 km
links:
  - name: lan
    nodes: masts
    each: 2
people:
  - who: crews
    to: centre
    every: 10 min
events:
  - at: t+1h
    what: crash
    who: crews
expect:
  - delivered: 90 %
    within: 5 min
`

// mistake is a change to sound that makes one mistake, and all that is then said.
type mistake struct{ old, new, want string }

func allMistakes() []mistake {
	return slices.Concat(ofKeys(), ofValues(), ofNames(), ofNumbers(), ofWhatExcludes(), ofFiles())
}

func ofKeys() []mistake {
	return []mistake{
		{"story: Nothing is wrong.\n", "", `s.yaml:1: scenario: the key "story" is missing; write a sentence or more for people`},
		{"lasts: 4 h", "last: 4 h", `s.yaml:1: scenario: the key "lasts" is missing; write a time of 1 s to 365 d, such as 10 min
s.yaml:3: scenario: unknown key "last"; did you mean "lasts"? the keys are name, story, seed, lasts, area, terrain, nodes, radios, links, contacts, people, messages, events, faults, expect, checkers, protocols`},
		{"    height: 15 m", "    hight: 15 m", `s.yaml:8: nodes: unknown key "hight"; did you mean "height"? the keys are name, role, count, numbers, place, at, from, to, radius, together, spread, height, moves, speed, pause, jobs, stops, power, battery, swap, radios`},
		{"    power: 14 dBm", "    pwoer: 14 dBm", `s.yaml:21: radios: unknown key "pwoer"; did you mean "power"? the keys are name, kind, preset, spreading, bandwidth, coding, preamble, rate, key-up, mtu, frequency, power, antenna, duty, path-loss, reach, matrix, shadowing, fading, capture, loss`},
		{"    within: 5 min", "    withing: 5 min", `s.yaml:39: expect: unknown key "withing"; did you mean "within"? the keys are delivered, within, median, precedence, to, protocol`},
		{"    what: crash", "    what: crash\n    what: cut", `s.yaml:36: key "what" stands there twice; it stands on line 35 already`},
		{"    count: 3", "    count:", `s.yaml:11: count: nothing stands behind it; write a whole number of 1 to 10000, or leave the key out`},
		{"    count: 3", "    count: [3]", `s.yaml:11: count: a list, want a plain value; write a whole number of 1 to 10000`},
		{"people:\n  - who: crews\n    to: centre\n    every: 10 min", "people: everybody", `s.yaml:29: people: a plain value, want a list; begin each entry with a dash`},
		{"  - who: crews\n    to: centre\n    every: 10 min", "  - crews", `s.yaml:30: people: a plain value, want keys with values; the keys are who, to, every, together, timing, precedence, size, lifetime, from, until, burst`},
	}
}

func ofValues() []mistake {
	return []mistake{
		{"lasts: 4 h", "lasts: 5 kg", `s.yaml:3: lasts: "5 kg" is not a time: its units are ns, us, ms, s, min, h, d, not kg`},
		{"area: 10 km x 10 km", "area: 5 kg x 5 km", `s.yaml:4: area: "5 kg" is not a length: its units are mm, cm, m, km, not kg`},
		{"area: 10 km x 10 km", "area: 10 km", `s.yaml:4: area: "10 km" is not two lengths with an x between, want such as 5 km x 4 km`},
		{"    height: 15 m", "    height: 15", `s.yaml:8: height: "15" has no unit, want a length such as 5 km`},
		{"    height: 15 m", "    height: 15 km", `s.yaml:8: height: 15 km is out of range; write 0 to 500 m`},
		{"    power: 14 dBm", "    power: 2 W", `s.yaml:21: power: "2 W" is not a power: its units are dBm, not W`},
		{"    power: 14 dBm", "    power: 99 dBm", `s.yaml:21: power: 99 dBm is out of range; write -10 dBm to 50 dBm`},
		{"    count: 3", "    count: 0", `s.yaml:11: count: 0 is out of range; write 1 to 10000`},
		{"    count: 3", "    count: many", `s.yaml:11: count: "many" is not a whole number; write a whole number of 1 to 10000`},
		{"    kind: afsk", "    kind: asfk", `s.yaml:23: kind: unknown word "asfk"; did you mean "afsk"? it is one of lora, afsk, fsk`},
		{"    moves: walk", "    moves: walks", `s.yaml:12: moves: unknown word "walks"; did you mean "walk"? it is one of fixed, walk, shift, route`},
		{"    moves: walk", "    moves: walk\n    speed: 2 m/s..1 m/s", `s.yaml:13: speed: "2 m/s..1 m/s" ends before it begins; write 1 m/s..2 m/s`},
		{"  - name: crews", "  - name: all crews", `s.yaml:10: name: "all crews" cannot be a name; write a name of letters, digits and hyphens`},
		{"  - at: t+1h", "  - at: 1h", `s.yaml:34: at: "1h" is not a time since the start, want one such as t+4h`},
		{"  - delivered: 90 %", "  - delivered: 0.9", `s.yaml:38: delivered: "0.9" has no unit, want a share such as 20 %`},
		{"  - delivered: 90 %", "  - delivered: 190 %", `s.yaml:38: delivered: 190 % is out of range; write 0 % to 100 %`},
		{"    every: 10 min", "    every: 10 min\n    precedence: urgent", `s.yaml:33: precedence: unknown word "urgent"; did you mean "flash"? it is one of flash, immediate, priority, routine`},
		{"    every: 10 min", "    every: 10 min\n    precedence: {flash: 5 %, routine: 90 %}", `s.yaml:33: precedence: the shares add up to 95 %; change them so that they add up to 100 %`},
	}
}

func ofNames() []mistake {
	return []mistake{
		{"    radios: [lora]", "    radios: [lore]", `s.yaml:9: radios: there is no radio "lore"; did you mean "lora"? there are lora, vhf`},
		{"    to: centre", "    to: center", `s.yaml:31: to: there is no group "center"; did you mean "centre"? there are centre, crews, masts, everyone`},
		{"    who: crews\nexpect", "    who: crew\nexpect", `s.yaml:36: who: there is no group "crew"; did you mean "crews"? there are centre, crews, masts, everyone`},
		{"  - name: crews", "  - name: centre", `s.yaml:10: name: there is another group "centre" on line 6; give it another name`},
		{"  - name: vhf", "  - name: lora", `s.yaml:22: name: there is another radio "lora" on line 19; give it another name`},
		{"  - name: lan", "  - name: lan\n    from: t+4h", `s.yaml:27: until: it ends before it begins; write a later one`},
		{"    radios: [lora, vhf]", "    radios: [lora]", `s.yaml:22: name: no node has the radio "vhf"; name it in radios of a group of nodes, or leave it out`},
		{"    radios: [lora, vhf]", "    radios: [lora, vhf, vhf]", `s.yaml:13: radios: "vhf" stands there twice; leave one out`},
		{"  - delivered: 90 %", "  - delivered: 90 %\n    protocol: flod", `s.yaml:39: protocol: there is no protocol "flod"; did you mean "flood"? there are ` + strings.Join(protocols(), ", ")},
		{"story: Nothing is wrong.", "story: Nothing is wrong.\nprotocols: [blackstart, spary]", `s.yaml:3: protocols: there is no protocol "spary"; did you mean "spray"? there are ` + strings.Join(protocols(), ", ")},
	}
}

func ofNumbers() []mistake {
	return []mistake{
		{"    count: 3", "    numbers: 0..2\n", ""},
		{"    count: 3\n    moves: walk\n    radios: [lora, vhf]\n  - name: masts\n    count: 2\n", "    numbers: 1..3\n    radios: [lora, vhf]\n  - name: masts\n    numbers: 3..4\n",
			`s.yaml:14: numbers: node 3 is in "crews" already; let the ranges not overlap`},
		{"    count: 3", "    numbers: 3..1", `s.yaml:11: numbers: "3..1" is out of range; write a range within 0..9999, the lower number first`},
		{"    place: middle", "    numbers: 0..1\n    place: middle", ""},
		{"    count: 2\n", "    numbers: 7..8\n", `s.yaml:5: nodes: no node has the number 4; let the numbers begin with 0 and leave none out`},
		{"    count: 3\n", "    count: 3\n    numbers: 0..3\n", `s.yaml:11: count: it is 3, but numbers has 4; leave count out`},
		{"    count: 3", "    count: 9999", `s.yaml:5: nodes: there are 10002, at most 10000; make the groups smaller`},
	}
}

func ofWhatExcludes() []mistake {
	return []mistake{
		{"    at: [1 km x 1 km, 2 km x 2 km]", "    at: 1 km x 1 km", `s.yaml:17: at: 1 places for 2 nodes; name each place once`},
		{"    at: [1 km x 1 km, 2 km x 2 km]", "    at: [1 km x 1 km, 2 km x 20 km]", `s.yaml:17: 2 km x 20 km is outside of the area of 10 km x 10 km; make the area larger, or move it`},
		{"    place: middle", "    place: line\n    from: 0 x 0", `s.yaml:6: nodes: place: line needs the key "to"; add it`},
		{"    place: middle", "    place: middle\n    from: 0 x 0", `s.yaml:8: from: it means something only with place: line; leave it out`},
		{"    moves: walk", "    moves: route", `s.yaml:10: nodes: moves: route needs the key "stops"; add it`},
		{"    moves: walk", "    moves: walk\n    radius: 2 km", `s.yaml:13: radius: nodes are scattered within a radius of at; write both, or neither`},
		{"    moves: walk\n", "    moves: walk\n    battery: 8 h\n", `s.yaml:13: battery: it means something only with power: ups or battery; leave it out`},
		{"    kind: afsk", "    kind: afsk\n    spreading: 7", `s.yaml:24: spreading: it means nothing with kind: afsk; leave it out`},
		{"    kind: afsk", "    kind: afsk\n    rate: 9600 bit/s", `s.yaml:24: rate: 9600 bit/s is no rate of kind: afsk; write kind: fsk, or 2400 bit/s or less`},
		{"    reach: 8 km", "    reach: 8 km\n    path-loss: hata", `s.yaml:24: reach: path-loss says already who hears whom; leave out one of them`},
		{"    reach: 8 km", "    reach: 8 km\n    fading: 3 dB", `s.yaml:25: fading: it means nothing with reach; leave it out`},
		{"    power: 14 dBm", "    preset: long-slow\n    duty: 0.1 %", `s.yaml:22: duty: a frame of 50 bytes takes 3.547s, too long for licensed (0.1 % of the time): choose a faster setting or another band`},
		{"    who: crews\nexpect", "    who: crews\n  - {at: t+1h, what: surge, for: 1 h}\n  - {at: t+90min, what: surge, who: crews}\nexpect", `s.yaml:38: at: another surge of the same nodes begins on line 37; let one end before the other begins`},
		{"    each: 2", "    each: 3", `s.yaml:28: each: 2 nodes are no whole number of networks of 3; write a number that divides it`},
		{"    each: 2", "    each: 2\n    fails: 10 min", `s.yaml:29: fails: it means something only with works; add works, how long a network works before it fails`},
		{"    nodes: masts\n    each: 2\npeople:\n  - who: crews", "    nodes: centre\npeople:\n  - who: masts", `s.yaml:14: name: "masts" has no radio, link or contacts, and people of it write or are written to; name a radio under radios, or add it to a link`},
		{"    to: centre", "    to: [everyone, crews]", `s.yaml:31: to: everyone is more than the others beside it; leave out the others`},
		{"  - who: crews\n    to: centre", "  - who: centre\n    to: centre", `s.yaml:31: to: nobody writes to himself; name another group`},
		{"  - at: t+1h", "  - at: t+5h", `s.yaml:34: at: the scenario ends after 4 h; write an earlier one`},
		{"    what: crash", "    what: crash\n    radio: vhf", `s.yaml:36: radio: it means nothing with what: crash; its keys are who, share, for`},
		{"    what: crash", "    what: jam", `s.yaml:34: events: jam needs the key "radio"; add it`},
		{"    what: crash\n    who: crews", "    what: jam\n    radio: vhf\n    who: masts", `s.yaml:37: jam: node 4 does not have the radio "vhf"; name groups that have it`},
		{"    what: crash\n    who: crews", "    what: outage\n    who: crews", `s.yaml:36: who: there is no link "crews"; did you mean "lan"? there are lan`},
		{"    what: crash\n", "    what: cut\n    with: crews\n", `s.yaml:36: cut: both sides are the same nodes; name other groups on the other side`},
		{"    what: crash\n    who: crews", "    what: cut\n    who: everyone", `s.yaml:36: cut: both sides are the same nodes; name other groups on the other side`},
		{"    what: crash\n", "    what: wormhole\n    radio: lora\n    with: crews\n", `s.yaml:37: wormhole: both sides are the same nodes; name other groups on the other side`},
		{"    what: crash\n", "    what: cut\n    with: centre\n", ``},
		{"    within: 5 min", "    precedence: flash", `s.yaml:38: expect: nobody writes messages of flash; let people write some, or leave it out`},
		{"    within: 5 min", "    to: groups", `s.yaml:38: expect: nobody writes messages to groups; let people write some, or leave it out`},
		{"  - delivered: 90 %\n", "  - precedence: routine\n", `s.yaml:38: expect: neither delivered nor median stands there; write one of them
s.yaml:39: within: it means something only with delivered; add delivered, or leave it out`},
		{"people:", "contacts: {rate: 1 kB/s}\npeople:", `s.yaml:29: contacts: neither file nor range stands there; write one of them`},
	}
}

func ofFiles() []mistake {
	return []mistake{
		{"    power: 14 dBm", "    matrix: none.json", `s.yaml:12: moves: the radio "lora" has a matrix, in which nothing moves; write moves: fixed, or give the radio a path-loss
s.yaml:21: none.json: file does not exist; names of files count from the folder of the scenario`},
		{"people:", "messages: m.txt\npeople:", `s.yaml:29: messages: people says already who writes what; leave out one of them
s.yaml:29: m.txt: file does not exist; names of files count from the folder of the scenario`},
		{"people:", "contacts: {file: late.txt}\npeople:", `late.txt:2: 5s is before 10s, the time of the one before it; sort the list by time (for a file: sort -s -n -k 1,1)`},
		{"people:", "contacts: {file: stranger.txt}\npeople:", `stranger.txt:1: there is no node 9 among 6, which are counted from 0; give the run at least 10 nodes, or remove the line`},
		{"    moves: walk\n    radios: [lora, vhf]\n  - name: masts", "    radios: [lora, vhf]\n  - name: masts", ""},
	}
}

func files(t *testing.T) Read {
	matrix, err := os.ReadFile("testdata/matrix.json")
	if err != nil {
		t.Fatal(err)
	}
	system := fstest.MapFS{
		"late.txt":     {Data: []byte("10 CONN 0 1 up\n5 CONN 0 1 down\n")},
		"stranger.txt": {Data: []byte("10 CONN 0 9 up\n")},
		"three.json":   {Data: matrix},
		"oblong.json":  {Data: []byte(strings.Replace(string(matrix), "[100,null,110.5]", "[100,null]", 1))},
	}
	return system.ReadFile
}

func TestMistakes(t *testing.T) {
	read := files(t)
	if _, err := Parse("s.yaml", []byte(sound), read); err != nil {
		t.Fatal(err)
	}
	for _, m := range allMistakes() {
		if strings.Count(sound, m.old) != 1 {
			t.Errorf("%q stands there %d times", m.old, strings.Count(sound, m.old))
		}
		text := strings.Replace(sound, m.old, m.new, 1)
		got := ""
		if _, err := Parse("s.yaml", []byte(text), read); err != nil {
			got = err.Error()
		}
		if got != m.want {
			t.Errorf("%q:\n got %s\nwant %s", m.new, got, m.want)
		}
	}
}

// TestMatrixMistakes: a matrix that is not square, or of another size than the nodes.
func TestMatrixMistakes(t *testing.T) {
	fixed := strings.Replace(sound, "    moves: walk\n", "", 1)
	for name, want := range map[string]string{
		"three.json":  `s.yaml:20: matrix: three.json is for 3 nodes, but 4 have the radio "lora"; let 3 nodes have this radio, or take a matrix of 4 rows`,
		"oblong.json": `oblong.json: `,
	} {
		text := strings.Replace(fixed, "    power: 14 dBm", "    matrix: "+name, 1)
		if _, err := Parse("s.yaml", []byte(text), files(t)); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%s: %v, want %s", name, err, want)
		}
	}
	text := strings.Replace(sound, "    power: 14 dBm", "    matrix: three.json", 1)
	want := `s.yaml:12: moves: the radio "lora" has a matrix, in which nothing moves; write moves: fixed, or give the radio a path-loss`
	if _, err := Parse("s.yaml", []byte(text), files(t)); err == nil || !strings.HasPrefix(err.Error(), want) {
		t.Errorf("%v, want %s", err, want)
	}
}
