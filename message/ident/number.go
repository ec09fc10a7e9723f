package ident

import "strconv"

// Number is a node number: the compact address of a device within its
// operator's network. 0 is no node (and addresses everybody in reach); the
// authority hands out 1 to 65,534 and never one of them twice.
type Number uint16

// MaxNumber is the largest number that the authority hands out.
const MaxNumber Number = 1<<16 - 2

// String returns the number as people write it.
func (n Number) String() string { return strconv.Itoa(int(n)) }
