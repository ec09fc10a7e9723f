package console

import (
	"fmt"
	"io"
	"os"
	"runtime"
)

// WarnShared says so if other users of the machine can read a file that holds
// a secret. It is no error: a service manager may keep its secrets in a folder
// that only the service can enter. No file, or none that can be looked at,
// says nothing: reading it will.
func WarnShared(w io.Writer, program, file string) {
	info, err := os.Stat(file)
	if file == "" || err != nil || runtime.GOOS == "windows" || !info.Mode().IsRegular() || info.Mode().Perm()&0o077 == 0 {
		return
	}
	fmt.Fprintf(w, "%s: warning: others may read %s (mode %04o); if they must not: chmod 600\n", program, Plain(file), info.Mode().Perm())
}
