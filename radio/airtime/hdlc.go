package airtime

import "time"

// HDLC is a modem that sends frames bit by bit between flags, as AX.25 modems
// do: AFSK at 1,200 bit/s, FSK (G3RUH) and GMSK at 9,600 and more.
type HDLC struct {
	BitsPerSecond int
	KeyUp         time.Duration // TXDELAY
	Tail          time.Duration
}

const (
	flags     = 2 // before and after
	checksum  = 2
	runOfOnes = 5 // after which a zero is stuffed
	// stuffing is after how many random bits one zero is stuffed in the mean:
	// runs of five ones begin once in 2^6-2 bits.
	stuffing = 62
)

// OnAir is how long n bytes of random data occupy the channel, in the mean.
func (h HDLC) OnAir(n int) time.Duration {
	bits := 8 * int64(n+checksum)
	return h.bits(bits + (bits+stuffing-1)/stuffing + 8*flags)
}

// OnAirWorst is the longest that n bytes can take: all ones.
func (h HDLC) OnAirWorst(n int) time.Duration {
	bits := 8 * int64(n+checksum)
	return h.bits(bits + bits/runOfOnes + 8*flags)
}

func (h HDLC) bits(n int64) time.Duration {
	rate := int64(h.BitsPerSecond)
	return h.KeyUp + time.Duration((n*int64(time.Second)+rate-1)/rate) + h.Tail
}
