package vault

import (
	"crypto/sha256"
	"fmt"

	"golang.org/x/sys/unix"
)

// placeOf tells a file from its copies by the moment in which the file system made
// it, which no program can set and every copy by cp, tar or rsync has anew. Where
// the file system does not keep it, the place is not known.
func placeOf(path string) (p Place) {
	var st unix.Statx_t
	err := unix.Statx(unix.AT_FDCWD, path, 0, unix.STATX_BTIME, &st)
	if err != nil || st.Mask&unix.STATX_BTIME == 0 || st.Btime.Sec == 0 {
		return Place{}
	}
	sum := sha256.Sum256(fmt.Appendf(nil, "made %d.%09d", st.Btime.Sec, st.Btime.Nsec))
	copy(p[:], sum[:])
	return p
}
