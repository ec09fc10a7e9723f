package mem

import "bytes"

// Vault keeps what a vault keeps, in memory: for simulations, tests and benches.
// Like a Store it belongs to one goroutine at a time.
type Vault struct{ data []byte }

// NewVault returns a vault that holds data.
func NewVault(data []byte) *Vault { return &Vault{data: bytes.Clone(data)} }

// Save overwrites what the vault holds.
func (v *Vault) Save(data []byte) error {
	v.data = bytes.Clone(data)
	return nil
}

// Load returns what was saved last.
func (v *Vault) Load() []byte { return bytes.Clone(v.data) }
