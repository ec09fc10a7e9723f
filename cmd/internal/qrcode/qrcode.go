// Package qrcode shows a text as a QR code, in a terminal and as a picture, and reads
// one from a picture. The code itself is made and read by github.com/piglig/go-qr.
package qrcode

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	_ "image/jpeg" // so that photographs are read
	_ "image/png"
	"io"
	"strings"

	qr "github.com/piglig/go-qr"
)

// ErrPicture reports a picture in which no QR code was read.
var ErrPicture = errors.New("no QR code in the picture")

// Bounds of a picture that Read looks at: more than any camera of a telephone makes.
const (
	MaxPicture = 16 << 20 // bytes
	maxSide    = 5000     // pixels
)

const (
	quiet = 4 // modules of white around the code, as ISO/IEC 18004 demands
	scale = 8 // pixels for each module of a picture
)

func encode(text string) (*qr.QrCode, error) {
	// Medium: a seventh of the code may be dirt, and it is still small enough to be
	// read from a screen.
	code, err := qr.EncodeText(text, qr.Medium)
	if err != nil {
		return nil, fmt.Errorf("%d characters do not fit a QR code: %w", len(text), err)
	}
	return code, nil
}

// Write shows the code in a terminal, two modules in the height of one letter.
// coloured makes it black on white whatever the terminal's colours are; without it
// it is right on a dark ground, and most scanners read it on a light one too.
func Write(w io.Writer, text string, coloured bool) error {
	code, err := encode(text)
	if err != nil {
		return err
	}
	size := code.Size()
	dark := func(x, y int) bool { return x >= 0 && y >= 0 && x < size && y < size && code.Module(x, y) }
	var out strings.Builder
	for y := -quiet; y < size+quiet; y += 2 {
		if coloured {
			out.WriteString("\x1b[38;5;231;48;5;16m")
		}
		for x := -quiet; x < size+quiet; x++ {
			switch upper, lower := dark(x, y), dark(x, y+1) || y+1 >= size+quiet; {
			case !upper && !lower:
				out.WriteRune('█')
			case !upper:
				out.WriteRune('▀')
			case !lower:
				out.WriteRune('▄')
			default:
				out.WriteRune(' ')
			}
		}
		if coloured {
			out.WriteString("\x1b[0m")
		}
		out.WriteByte('\n')
	}
	_, err = io.WriteString(w, out.String())
	return err
}

// PNG returns the code as a picture.
func PNG(text string) ([]byte, error) {
	code, err := encode(text)
	if err != nil {
		return nil, err
	}
	return code.ToPNGBytes(qr.NewQrCodeImgConfig(scale, quiet))
}

// IsPicture reports whether a file is a PNG or a JPEG picture.
func IsPicture(data []byte) bool {
	return bytes.HasPrefix(data, []byte("\x89PNG\r\n\x1a\n")) || bytes.HasPrefix(data, []byte("\xff\xd8\xff"))
}

// Read returns the text of the code in a PNG or JPEG picture, ErrPicture if there is
// none that can be read. Whatever the picture holds, it takes a bounded amount of
// memory, and no picture ends the program.
func Read(data []byte) (text string, err error) {
	if len(data) > MaxPicture {
		return "", fmt.Errorf("%w: it has %d bytes, at most %d are looked at", ErrPicture, len(data), MaxPicture)
	}
	config, _, err := image.DecodeConfig(bytes.NewReader(data))
	if err != nil {
		return "", fmt.Errorf("%w: %v", ErrPicture, err)
	}
	if config.Width > maxSide || config.Height > maxSide {
		return "", fmt.Errorf("%w: it is %d by %d pixels, at most %d are looked at", ErrPicture, config.Width, config.Height, maxSide)
	}
	picture, _, err := image.Decode(bytes.NewReader(data))
	if err != nil {
		return "", fmt.Errorf("%w: %v", ErrPicture, err)
	}
	// Somebody else's parser, of bytes from outside: its panics are its own.
	defer func() {
		if r := recover(); r != nil {
			text, err = "", fmt.Errorf("%w: %v", ErrPicture, r)
		}
	}()
	if text, err = qr.Decode(picture); err != nil {
		return "", fmt.Errorf("%w: %v", ErrPicture, err)
	}
	return text, nil
}
