package bench

import "debug/elf"

// stripped reports whether a program has no table of symbols. It tells for ELF
// files only.
func stripped(exe string) bool {
	f, err := elf.Open(exe)
	if err != nil {
		return false
	}
	defer f.Close()
	return f.Section(".symtab") == nil
}
