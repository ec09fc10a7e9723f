package qrcode

import (
	"bytes"
	"errors"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"strings"
	"testing"
)

// long is as long as a request with the longest name and role.
var long = "BSYZ2" + strings.Repeat("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", 12)

func TestPictureComesBack(t *testing.T) {
	for _, text := range []string{"A", "BSYZ2ABC", long} {
		data, err := PNG(text)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := Read(data); err != nil || got != text || !IsPicture(data) {
			t.Errorf("%.10s...: %.10q, %v", text, got, err)
		}
		picture, err := png.Decode(bytes.NewReader(data))
		if err != nil {
			t.Fatal(err)
		}
		var photo bytes.Buffer
		if err := jpeg.Encode(&photo, picture, &jpeg.Options{Quality: 60}); err != nil {
			t.Fatal(err)
		}
		if got, err := Read(photo.Bytes()); err != nil || got != text || !IsPicture(photo.Bytes()) {
			t.Errorf("%.10s... as a photograph: %.10q, %v", text, got, err)
		}
	}
}

// What the terminal shows, seen as a picture, is the code.
func TestTerminalComesBack(t *testing.T) {
	for _, coloured := range []bool{false, true} {
		var out strings.Builder
		if err := Write(&out, long, coloured); err != nil {
			t.Fatal(err)
		}
		if got, err := Read(screen(t, out.String())); err != nil || got != long {
			t.Errorf("coloured %v: %.10q, %v", coloured, got, err)
		}
		for i, line := range strings.Split(out.String(), "\n") {
			if n := len([]rune(line)); !coloured && n > 100 {
				t.Errorf("line %d has %d letters", i, n)
			}
		}
	}
}

// screen draws blocks as a terminal with a dark ground does.
func screen(t *testing.T, text string) []byte {
	t.Helper()
	text = strings.NewReplacer("\x1b[38;5;231;48;5;16m", "", "\x1b[0m", "").Replace(text)
	lines := strings.Split(strings.TrimSuffix(text, "\n"), "\n")
	const dot = 5
	width := len([]rune(lines[0]))
	img := image.NewGray(image.Rect(0, 0, dot*width, 2*dot*len(lines)))
	for row, line := range lines {
		for column, r := range []rune(line) {
			for half, light := range []bool{r == '█' || r == '▀', r == '█' || r == '▄'} {
				for i := range dot * dot {
					if light {
						img.Set(dot*column+i%dot, dot*(2*row+half)+i/dot, color.White)
					}
				}
			}
		}
	}
	var out bytes.Buffer
	if err := png.Encode(&out, img); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestReadRefusals(t *testing.T) {
	blank := image.NewGray(image.Rect(0, 0, 200, 200))
	var empty bytes.Buffer
	if err := png.Encode(&empty, blank); err != nil {
		t.Fatal(err)
	}
	for name, data := range map[string][]byte{"nothing": nil, "no picture": []byte("BSYZ2"), "no code": empty.Bytes(),
		"cut short": empty.Bytes()[:40], "too large": make([]byte, MaxPicture+1)} {
		if text, err := Read(data); !errors.Is(err, ErrPicture) || text != "" {
			t.Errorf("%s: %q, %v", name, text, err)
		}
	}
	if err := Write(&strings.Builder{}, strings.Repeat("x", 5000), false); err == nil {
		t.Error("5000 letters in one code")
	}
}

func FuzzRead(f *testing.F) {
	data, err := PNG("BSYZ2ABC")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(data)
	f.Fuzz(func(t *testing.T, data []byte) {
		if _, err := Read(data); err != nil && !errors.Is(err, ErrPicture) {
			t.Error(err)
		}
	})
}
