package keyblock

// Part is one part of a block. On the air it is the body of a KeyPart item of
// radio/frame, which adds five bytes and, on links that do not carry it whole,
// cuts it into pieces.
type Part struct {
	Serial uint32
	Index  uint8
	Data   []byte // 1..MaxPart bytes
}

// Parts returns the block as its authority cut it, in order. Whoever sends a
// block on sends these.
func (b *Block) Parts() []Part {
	var parts []Part
	for i, data := range b.mustLayout() {
		parts = append(parts, Part{Serial: b.Serial, Index: uint8(i), Data: data})
	}
	return parts
}
