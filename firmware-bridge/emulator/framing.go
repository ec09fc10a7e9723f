package emulator

// KISS and what was made after it (MeshCore's modem, RNode) put a frame between
// two C0 and write C0 in it as DB DC, DB as DB DD (Chepponis and Karn, The KISS
// TNC, 1987). The emulated devices share this reading of it, which is not the
// drivers'.
const (
	end    = "\xC0"
	escape = "\xDB"
	asEnd  = "\xDC"
	asEsc  = "\xDD"
)

// Framed returns content between its ends.
func Framed(content []byte) []byte {
	b := []byte(end)
	for _, c := range content {
		switch string([]byte{c}) {
		case end:
			b = append(b, escape+asEnd...)
		case escape:
			b = append(b, escape+asEsc...)
		default:
			b = append(b, c)
		}
	}
	return append(b, end...)
}

// Unframer finds frames in what a host writes. The zero value is ready. What
// exceeds Most bytes is cut off, as a device with little memory does.
type Unframer struct {
	Most    int // longest content in bytes, 0: 1024
	content []byte
	escaped bool
}

// Push takes the next byte and returns the content of the frame that it ends, if
// it has any.
func (u *Unframer) Push(b byte) ([]byte, bool) {
	most := u.Most
	if most == 0 {
		most = 1024
	}
	switch s := string([]byte{b}); {
	case s == end:
		content := u.content
		u.content, u.escaped = nil, false
		return content, len(content) > 0
	case s == escape:
		u.escaped = true
		return nil, false
	case u.escaped && s == asEnd:
		b = end[0]
	case u.escaped && s == asEsc:
		b = escape[0]
	}
	u.escaped = false
	if len(u.content) < most {
		u.content = append(u.content, b)
	}
	return nil, false
}
