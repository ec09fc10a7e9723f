package console

import (
	"errors"
	"os"
	"testing"
)

// Whoever does not say yes is told that nothing was done, and so is the shell.
func TestAnythingButYesIsRefused(t *testing.T) {
	for answer, want := range map[string]bool{"y\n": true, "Yes\n": true, " yes \n": true, "n\n": false, "no\n": false, "\n": false, "": false, "yesterday\n": false} {
		in, typed, err := os.Pipe()
		if err != nil {
			t.Fatal(err)
		}
		out, err := os.OpenFile(os.DevNull, os.O_WRONLY, 0)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := typed.WriteString(answer); err != nil {
			t.Fatal(err)
		}
		typed.Close()
		yes, err := (&terminal{in: in, out: out}).confirm("sure?")
		if yes != want || err != nil {
			t.Errorf("%q: %v, %v", answer, yes, err)
		}
		err = refused(yes, err, "nothing was done")
		var f *Fault
		if want && err != nil || !want && (!errors.As(err, &f) || f.Error() != "nothing was done" || f.Code != Failure) {
			t.Errorf("%q: %v", answer, err)
		}
		in.Close()
		out.Close()
	}
}
