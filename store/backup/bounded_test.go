package backup

import (
	"bytes"
	"testing"

	"github.com/blackstart-mesh/blackstart/internal/bound"
	"github.com/blackstart-mesh/blackstart/internal/vectors"
)

// TestBoundedDecoding: a backup's head, and a record, which believes its length only
// as far as bytes come.
func TestBoundedDecoding(t *testing.T) {
	var sound [][]byte
	for _, f := range vectors.Read(t, vectorDir) {
		sound = append(sound, f.Data[:min(len(f.Data), 300)])
	}
	var all bytes.Buffer
	for _, r := range []Record{&Head{Made: 1, Name: "n"}, &File{Name: "f", Data: []byte("d")}, &Entry{Key: []byte("k"), Value: []byte("v")}, &end{3}} {
		if err := writeRecord(&all, r); err != nil {
			t.Fatal(err)
		}
	}
	sound = append(sound, all.Bytes())
	for name, decode := range map[string]func([]byte){
		"DecodeHead": func(b []byte) { _, _ = DecodeHead(b) },
		"records": func(b []byte) {
			in := bytes.NewReader(b)
			for err := error(nil); err == nil; {
				_, err = readRecord(in)
			}
		},
	} {
		t.Run(name, func(t *testing.T) { bound.Bound{Times: 16, Plus: 8192}.Decoding(t, decode, sound...) })
	}
}
