package endtoend

import (
	"flag"
	"fmt"
	"os"
	"testing"
)

// sideBySide is how many tests run at a time. They wait for radio time, not for
// the processor, by whose number of cores Go would count.
const sideBySide = "8"

func TestMain(m *testing.M) {
	flag.Parse()
	if err := flag.Set("test.parallel", sideBySide); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(m.Run())
}
