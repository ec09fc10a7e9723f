package vault

import (
	"errors"
	"fmt"
	"io"
	"os"
)

// found is a sound slot.
type found struct {
	state *State
	slot  int
}

// newest returns the newest sound slot of a file's content, and whether both
// slots hold that state. The error is that of the slot which says most.
func (s *sealer) newest(data []byte) (best found, same bool, err error) {
	var states [2]*State
	var errs [2]error
	for i := range states {
		states[i], errs[i] = s.decode(data[min(i*Span, len(data)):min((i+1)*Span, len(data))])
	}
	switch a, b := states[0], states[1]; {
	case a == nil && b == nil:
		return best, false, worse(errs[0], errs[1])
	case a == nil:
		return found{b, 1}, false, nil
	case b == nil || a.Generation > b.Generation:
		return found{a, 0}, false, nil
	case a.Generation < b.Generation:
		return found{b, 1}, false, nil
	}
	return found{states[0], 0}, true, nil
}

// worse chooses what to tell of two slots that cannot be read: a newer program,
// then a wrong key, then damage.
func worse(a, b error) error {
	for _, class := range []error{ErrVersion, ErrKey} {
		for _, err := range []error{a, b} {
			if errors.Is(err, class) {
				return err
			}
		}
	}
	return a
}

// extent returns how many steps of either slot hold anything, so that nothing of
// a torn or a longer slot stays behind the next one.
func extent(data []byte) int {
	for n := maxSteps; n > 0; n-- {
		for slot := range 2 {
			from := slot*Span + (n-1)*Step
			if from >= len(data) {
				continue
			}
			for _, b := range data[from:min(from+Step, len(data))] {
				if b != 0 {
					return n
				}
			}
		}
	}
	return 1
}

// readFile reads all of a vault, and no more than a vault has.
func readFile(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, 2*Span+1))
	if err == nil && len(data) > 2*Span {
		err = fmt.Errorf("%w: it is longer than %d bytes", ErrDamaged, 2*Span)
	}
	return data, err
}

// write overwrites a slot and makes it durable. The file has to be there: it is
// not brought back once it was erased.
func (v *Vault) write(slot int, st *State) error {
	f, err := os.OpenFile(v.path, os.O_WRONLY, 0)
	if err != nil {
		return fmt.Errorf("cannot write the vault: %w", err)
	}
	_, err = f.WriteAt(v.seal.encode(st, v.steps), int64(slot)*Span)
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return fmt.Errorf("cannot write the vault %s: %w", v.path, err)
	}
	return nil
}
