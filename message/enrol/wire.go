package enrol

import (
	"encoding/binary"
	"fmt"

	"github.com/blackstart-mesh/blackstart/message/ident"
)

// maxZeros is the longest of what is taken in a fixed length. Longer ones have a
// length that the sender claims, and what is not there takes no room.
const maxZeros = 64

// cursor reads a canonical encoding; after the first error it returns zeros.
type cursor struct {
	rest []byte
	err  error
}

func (c *cursor) take(n int) []byte {
	if c.err == nil && len(c.rest) < n {
		c.err = fmt.Errorf("%w: %d bytes missing", ErrTruncated, n-len(c.rest))
	}
	if c.err != nil {
		return make([]byte, min(n, maxZeros))
	}
	b := c.rest[:n]
	c.rest = c.rest[n:]
	return b
}

func (c *cursor) u8() int     { return int(c.take(1)[0]) }
func (c *cursor) u16() int    { return int(binary.BigEndian.Uint16(c.take(2))) }
func (c *cursor) u64() uint64 { return binary.BigEndian.Uint64(c.take(8)) }

// count reads how many elements follow, in one or two bytes; 0 after an error,
// and never more than there are bytes left, since each takes at least one.
func (c *cursor) count(size int) int {
	n := 0
	for _, b := range c.take(size) {
		n = n<<8 | int(b)
	}
	if n > len(c.rest) {
		c.fail(ErrTruncated, "%d elements in %d bytes", n, len(c.rest))
	}
	if c.err != nil {
		return 0
	}
	return n
}

// each walks so many elements as count reads, as long as there is no error.
func (c *cursor) each(size int) func(yield func(int) bool) {
	n := c.count(size)
	return func(yield func(int) bool) {
		for i := 0; i < n && c.err == nil && yield(i); i++ {
		}
	}
}

func (c *cursor) name() string { return string(c.take(c.u8())) }

func (c *cursor) version(want int) {
	if got := c.u8(); c.err == nil && got != want {
		c.err = fmt.Errorf("%w: %d", ErrVersion, got)
	}
}

func (c *cursor) fail(class error, format string, args ...any) {
	if c.err == nil {
		c.err = fmt.Errorf("%w: "+format, append([]any{class}, args...)...)
	}
}

// end reports the first error, or that bytes are left over.
func (c *cursor) end() error {
	if c.err == nil && len(c.rest) > 0 {
		c.err = fmt.Errorf("%w: %d bytes too many", ErrNotCanonical, len(c.rest))
	}
	return c.err
}

func appendName(dst []byte, s string) []byte {
	return append(append(dst, byte(len(s))), s...)
}

// CheckName tells whether s can name a node, a group or a network: at least
// one character, what ident.CheckText allows, and not only digits, since those
// are node numbers.
func CheckName(s string) error {
	if err := checkText(s, ident.MaxName); err != nil {
		return err
	}
	if s == "" {
		return fmt.Errorf("%w: it is empty", ErrName)
	}
	for _, r := range s {
		if r < '0' || r > '9' {
			return nil
		}
	}
	return fmt.Errorf("%w: %q is a number", ErrName, s)
}

// checkRole is CheckName for roles, which may be empty.
func checkRole(s string) error { return checkText(s, ident.MaxRole) }

func checkText(s string, limit int) error {
	if err := ident.CheckText(s, limit); err != nil {
		return fmt.Errorf("%w: %q: %v", ErrName, s, err)
	}
	return nil
}

// number reads a node number that the authority may hand out.
func (c *cursor) number() ident.Number {
	n := ident.Number(c.u16())
	if n == 0 || n > ident.MaxNumber {
		c.fail(ErrNotCanonical, "node number %d", n)
	}
	return n
}
