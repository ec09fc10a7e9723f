package terrain

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"
)

// Bounds of a matrix in a file, which holds all links.
const (
	MaxFileNodes = 2_000
	MaxFileBytes = 64 << 20
)

// matrixFile is how a link matrix stands in a file: JSON, as a run of Meshtasticator
// (the discrete-event simulator of the Meshtastic project) is kept for comparison.
type matrixFile struct {
	Nodes       *int              `json:"nodes"`
	Seed        int64             `json:"seed,omitempty"`   // of the placement
	Area        float64           `json:"area_m,omitempty"` // side of the square
	TxPower     *float64          `json:"tx_power_dbm"`
	Sensitivity *float64          `json:"sensitivity_dbm"`
	Preset      string            `json:"preset,omitempty"`
	Positions   [][]float64       `json:"positions_m,omitempty"`
	PathLoss    []json.RawMessage `json:"path_loss_db"`
}

// ReadMatrix reads a link matrix from JSON:
//
//	{"nodes":2, "tx_power_dbm":30, "sensitivity_dbm":-131.5, "path_loss_db":[[null,120.5],[121,null]]}
//
// path_loss_db[i][j] is the loss from node i to node j in dB, null on the diagonal and
// where nothing gets through. positions_m (one [x,y] for each node), preset, area_m
// and seed may be there. What is not square, not a number or out of range is refused
// with its row and column, counted from 0 as the nodes are.
func ReadMatrix(r io.Reader) (*Matrix, error) {
	text, err := io.ReadAll(io.LimitReader(r, MaxFileBytes+1))
	if err != nil {
		return nil, err
	}
	if len(text) > MaxFileBytes {
		return nil, fmt.Errorf("the file is longer than %d bytes; a matrix has %d nodes at most", MaxFileBytes, MaxFileNodes)
	}
	var f matrixFile
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(&f); err != nil {
		return nil, explained(text, d.InputOffset(), err)
	}
	if rest := bytes.TrimSpace(text[d.InputOffset():]); len(rest) > 0 {
		return nil, fmt.Errorf("line %d: something follows the matrix: %.20q; remove it", lineOf(text, d.InputOffset()+1), rest)
	}
	return f.matrix()
}

// explained gives an error of the decoder its line.
func explained(text []byte, offset int64, err error) error {
	var syntax *json.SyntaxError
	var kind *json.UnmarshalTypeError
	switch {
	case errors.As(err, &syntax):
		offset = syntax.Offset
	case errors.As(err, &kind):
		return fmt.Errorf("line %d: %q is a %s where a %s belongs", lineOf(text, kind.Offset), kind.Field, kind.Value, kind.Type)
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF):
		return errors.New("the file ends within the matrix; is it whole?")
	}
	return fmt.Errorf("line %d: not a link matrix in JSON: %w; it has nodes, tx_power_dbm, sensitivity_dbm, path_loss_db, and may have seed, area_m, preset, positions_m", lineOf(text, offset), err)
}

func lineOf(text []byte, offset int64) int {
	return 1 + bytes.Count(text[:max(0, min(int64(len(text)), offset))], []byte("\n"))
}

func (f *matrixFile) matrix() (*Matrix, error) {
	n := len(f.PathLoss)
	switch {
	case n == 0:
		return nil, errors.New("path_loss_db is missing or empty; it has one row for each node")
	case n > MaxFileNodes:
		return nil, fmt.Errorf("path_loss_db has %d rows; the most is %d", n, MaxFileNodes)
	case f.Nodes != nil && *f.Nodes != n:
		return nil, fmt.Errorf("nodes is %d, but path_loss_db has %d rows; make them agree", *f.Nodes, n)
	case f.TxPower == nil || f.Sensitivity == nil:
		return nil, errors.New("tx_power_dbm or sensitivity_dbm is missing; without both nobody knows who hears whom")
	case !(*f.TxPower >= -50 && *f.TxPower <= 100):
		return nil, fmt.Errorf("tx_power_dbm is %v; it must be -50 to 100", *f.TxPower)
	case !(*f.Sensitivity >= -200 && *f.Sensitivity <= 0):
		return nil, fmt.Errorf("sensitivity_dbm is %v; it must be -200 to 0", *f.Sensitivity)
	}
	m := &Matrix{TxPower: *f.TxPower, Sensitivity: *f.Sensitivity, Preset: f.Preset, begin: make([]int32, 1, n+1)}
	for from, text := range f.PathLoss {
		if err := m.readRow(from, n, text); err != nil {
			return nil, fmt.Errorf("path_loss_db: row %d: %w", from, err)
		}
	}
	return m, f.points(m, n)
}

func (m *Matrix) readRow(from, n int, text json.RawMessage) error {
	var row []json.RawMessage
	if err := json.Unmarshal(text, &row); err != nil {
		return fmt.Errorf("%.20q is no list of losses", text)
	}
	if len(row) != n {
		return fmt.Errorf("%d columns, but there are %d rows; a matrix is square", len(row), n)
	}
	for to, word := range row {
		null := string(word) == "null"
		if from == to {
			if !null {
				return fmt.Errorf("column %d: %.20s is on the diagonal, the loss from a node to itself; write null there", to, word)
			}
			continue
		}
		if null {
			continue
		}
		loss, err := strconv.ParseFloat(string(word), 64)
		switch {
		case err != nil && !errors.Is(err, strconv.ErrRange):
			return fmt.Errorf("column %d: %.20s is not a number; write the loss in dB, or null for no link", to, word)
		case !(loss >= 0 && loss <= MaxLoss):
			return fmt.Errorf("column %d: a path loss of %.20s dB; it must be 0 to %d, or null for no link", to, word, MaxLoss)
		}
		m.add(to, round(loss))
	}
	m.endRow()
	return nil
}

func (f *matrixFile) points(m *Matrix, n int) error {
	if f.Positions == nil {
		return nil
	}
	if len(f.Positions) != n {
		return fmt.Errorf("positions_m has %d places for %d nodes; give each one, or leave it out", len(f.Positions), n)
	}
	m.Points = make([]Point, n)
	for i, p := range f.Positions {
		if len(p) != 2 {
			return fmt.Errorf("positions_m: row %d: %d numbers; write [x, y] in metres", i, len(p))
		}
		for _, v := range p {
			if math.Abs(v) > MaxCoordinate/1000 {
				return fmt.Errorf("positions_m: row %d: %v m is farther than %d m from the origin", i, v, MaxCoordinate/1000)
			}
		}
		m.Points[i] = Metres(p[0], p[1])
	}
	return nil
}
