// Package plan is the radio plan of a network: which channels there are, what
// each radio sets on them, who uses them and within which limits, as planners write
// it on an ICS-205 form. The authority signs it, and it configures all radios.
//
// # Layout
//
// Integers are big-endian, texts are UTF-8 behind a length of one byte and keep the
// rules of ident.CheckText.
//
//	1     version, 1
//	8     operator
//	4     edition, 1..2^31-1; of two plans the one with the higher edition counts
//	4     from when it counts: seconds since 1970-01-01 UTC; 0: at once
//	2     patience: how many minutes a node waits on a new channel for somebody
//	      before it looks on the former one, 2..1440
//	4     until: when that ends and nobody transmits on the former channels any more,
//	      seconds since 1970, after from; 0: it does not end
//	1     how many channels, 1..16
//	      the channels, in the order of the form
//	64    Ed25519 signature of the root over "blackstart radio plan v1" and a NUL ||
//	      all before it
//
// A channel:
//
//	1     bits 0-3 modulation: 0 LoRa, 1 FSK, 2 AFSK
//	      bits 4-7 region: 0 the frequency tells, 1 eu868, 2 eu433, 3 us915,
//	      4 licensed, 5 none
//	4     centre frequency, Hz, from 1,000,000
//	3     bandwidth, Hz, from 1
//	1     LoRa: bits 4-7 spreading factor 5..12, bits 0-3 coding rate 4/x, x of 5..8
//	3     FSK, AFSK: bit/s, from 1
//	1     most power, dBm, signed, -20..60
//	3     most of the time on the air, thousandths of a percent, up to 100,000; 0:
//	      as much as the law allows
//	1+n   name, 1..16 letters, digits, dots, dashes, underlines, no two alike
//	1+n   assignment, up to 32 bytes: who uses it
//	1+n   remarks, up to 64 bytes
//
// Every plan has exactly one encoding. A plan of four channels takes some 250 bytes.
//
// # Why it is safe
//
// Anybody may carry a plan: the root signed it, under a label that ends with a NUL
// and that nothing else begins with, over bytes that name the operator and have one
// reading. An old one, however well signed, is refused by its edition, which only
// rises. What a plan can do is bounded: it moves radios between channels and tightens
// what they may transmit; it never raises a power or a share of the time above what
// the node's own file or the law allows.
//
// docs/spec/plan.md says the same in MUST language; the files below testdata/vectors
// hold one fault each.
package plan
