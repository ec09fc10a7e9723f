package terrain

import (
	"bytes"
	"fmt"
	"math"
	"os"
	"strings"
	"testing"

	"github.com/blackstart-mesh/blackstart/internal/bound"
)

func TestReadMatrix(t *testing.T) {
	text, err := os.ReadFile("testdata/n20-s44.json")
	if err != nil {
		t.Fatal(err)
	}
	m, err := ReadMatrix(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	if m.Len() != 20 || m.Links() != 380 || m.TxPower != 30 || m.Sensitivity != -131.5 || m.Preset != "LONG_FAST" || len(m.Points) != 20 {
		t.Errorf("%d nodes, %d links, %v dBm, %v dBm, %q, %d places", m.Len(), m.Links(), m.TxPower, m.Sensitivity, m.Preset, len(m.Points))
	}
	if m.Loss(0, 1) != 152.12 || m.Loss(1, 0) != 154.28 || m.Loss(0, 19) != 153.3 || !math.IsInf(m.Loss(3, 3), 1) {
		t.Errorf("losses %v, %v, %v, %v", m.Loss(0, 1), m.Loss(1, 0), m.Loss(0, 19), m.Loss(3, 3))
	}
	if m.Points[0] != (Point{-1372_000, 629_600}) {
		t.Errorf("the first place is %v", m.Points[0])
	}
	if d := m.Degrees(m.TxPower - m.Sensitivity); d.Giant != 20 || d.Links == 0 || d.OneWay == 0 {
		t.Errorf("%v; all are connected", d)
	}
}

func TestReadMatrixWithHoles(t *testing.T) {
	m, err := ReadMatrix(strings.NewReader(`{"tx_power_dbm":22,"sensitivity_dbm":-130,"path_loss_db":[[null,null,100],[90,null,80.1234],[null,null,null]]}`))
	if err != nil {
		t.Fatal(err)
	}
	inf := math.Inf(1)
	for from, row := range [][]float64{{inf, inf, 100}, {90, inf, 80.123}, {inf, inf, inf}} {
		for to, want := range row {
			if got := m.Loss(from, to); got != want {
				t.Errorf("from %d to %d: %v, want %v", from, to, got, want)
			}
		}
	}
	var heard []int
	for to := range m.Row(1) {
		heard = append(heard, to)
	}
	if fmt.Sprint(heard) != "[0 2]" {
		t.Errorf("row 1 leads to %v", heard)
	}
}

// TestReadMatrixRefused holds each error to its place, to what was wrong and to what
// to do.
func TestReadMatrixRefused(t *testing.T) {
	with := func(rows string) string {
		return `{"nodes":3,"tx_power_dbm":30,"sensitivity_dbm":-131.5,"path_loss_db":` + rows + `}`
	}
	const first, second, third = `[null,1,2],`, `[3,null,4],`, `[5,6,null]`
	cases := []struct{ name, text, want string }{
		{"short row", with(`[` + first + `[3,null],` + third + `]`), "row 1: 2 columns, but there are 3 rows; a matrix is square"},
		{"long row", with(`[` + first + second + `[5,6,null,7]]`), "row 2: 4 columns"},
		{"row missing", with(`[` + first + `[3,null,4]]`), "nodes is 3, but path_loss_db has 2 rows"},
		{"diagonal", with(`[` + first + `[3,0,4],` + third + `]`), "row 1: column 1: 0 is on the diagonal, the loss from a node to itself; write null"},
		{"text", with(`[[null,"1",2],` + second + third + `]`), `row 0: column 1: "1" is not a number`},
		{"list", with(`[[null,[1],2],` + second + third + `]`), `row 0: column 1: [1] is not a number`},
		{"negative", with(`[` + first + second + `[5,-6,null]]`), "row 2: column 1: a path loss of -6 dB; it must be 0 to 400"},
		{"too large", with(`[` + first + `[3,null,1e9],` + third + `]`), "row 1: column 2: a path loss of 1e9 dB"},
		{"beyond numbers", with(`[` + first + `[3,null,1e999],` + third + `]`), "row 1: column 2: a path loss of 1e999 dB"},
		{"row no list", with(`[` + first + `5,` + third + `]`), `row 1: "5" is no list`},
		{"rows no list", with(`7`), `line 1: "path_loss_db" is a number`},
		{"no rows", with(`[]`), "path_loss_db is missing or empty"},
		{"no power", `{"path_loss_db":[[null]]}`, "tx_power_dbm or sensitivity_dbm is missing"},
		{"power", `{"tx_power_dbm":300,"sensitivity_dbm":-1,"path_loss_db":[[null]]}`, "tx_power_dbm is 300"},
		{"sensitivity", `{"tx_power_dbm":30,"sensitivity_dbm":131,"path_loss_db":[[null]]}`, "sensitivity_dbm is 131; it must be -200 to 0"},
		{"unknown key", "{\"tx_power_dbm\":30,\n\"tx_power\":3}", `unknown field "tx_power"; it has nodes, tx_power_dbm`},
		{"cut off", `{"tx_power_dbm":30,`, "ends within the matrix"},
		{"empty", ``, "ends within the matrix"},
		{"no JSON", "{\n\n]", "line 3: not a link matrix in JSON"},
		{"more behind it", `{"tx_power_dbm":1,"sensitivity_dbm":-1,"path_loss_db":[[null]]}` + "\n{}", "line 2: something follows"},
		{"places", `{"tx_power_dbm":1,"sensitivity_dbm":-1,"positions_m":[[1,2],[3,4]],"path_loss_db":[[null]]}`, "positions_m has 2 places for 1 nodes"},
		{"place", `{"tx_power_dbm":1,"sensitivity_dbm":-1,"positions_m":[[1]],"path_loss_db":[[null]]}`, "positions_m: row 0: 1 numbers"},
		{"far place", `{"tx_power_dbm":1,"sensitivity_dbm":-1,"positions_m":[[1,1e9]],"path_loss_db":[[null]]}`, "farther than 1000000 m"},
		{"too many", `{"tx_power_dbm":1,"sensitivity_dbm":-1,"path_loss_db":[` + strings.Repeat("0,", MaxFileNodes) + `0]}`, "2001 rows; the most is 2000"},
	}
	for _, c := range cases {
		m, err := ReadMatrix(strings.NewReader(c.text))
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, %v; want %q", c.name, m, err, c.want)
		}
	}
}

func soundMatrices() [][]byte {
	return bound.Texts(
		`{"nodes":2,"seed":1,"area_m":15000,"tx_power_dbm":30,"sensitivity_dbm":-131.5,"preset":"LONG_FAST","positions_m":[[1,2],[-3.5,4]],"path_loss_db":[[null,120.5],[121,null]]}`,
		`{"tx_power_dbm":22,"sensitivity_dbm":-130,"path_loss_db":[[null,null],[90,null]]}`)
}

// FuzzReadMatrix demands that what reads is square and in range.
func FuzzReadMatrix(f *testing.F) {
	for _, s := range soundMatrices() {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		m, err := ReadMatrix(bytes.NewReader(text))
		if err != nil {
			return
		}
		links := 0
		for from := range m.Len() {
			for to := range m.Len() {
				l := m.Loss(from, to)
				if math.IsInf(l, 1) {
					continue
				}
				links++
				if from == to || !(l >= 0 && l <= MaxLoss) {
					t.Fatalf("from %d to %d: %v", from, to, l)
				}
			}
		}
		if links != m.Links() || m.Points != nil && len(m.Points) != m.Len() {
			t.Fatalf("%d links of %d, %d places", links, m.Links(), len(m.Points))
		}
		m.Degrees(150)
	})
}

// TestBoundedReading: a matrix takes no more than its own size some times over.
func TestBoundedReading(t *testing.T) {
	bound.Bound{Times: 100, Plus: 32 << 10}.Decoding(t, func(text []byte) { ReadMatrix(bytes.NewReader(text)) }, soundMatrices()...)
}
