package keycommand

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"slices"
	"strings"
	"testing"
	"time"
)

// This test's program is the key command too.
func TestMain(m *testing.M) {
	switch os.Getenv("KEY_COMMAND") {
	case "":
		os.Exit(m.Run())
	case "key":
		fmt.Print(strings.Repeat("k", 32) + "\n")
	case "short":
		fmt.Print("short")
	case "long":
		fmt.Print(strings.Repeat("x", 1<<20))
	case "fail":
		fmt.Fprintln(os.Stderr, "no such credential:\n blackstart-key")
		fmt.Print(strings.Repeat("k", 32))
		os.Exit(3)
	case "hang":
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err == nil {
			_, err = l.Accept() // nobody comes
		}
		fmt.Fprintln(os.Stderr, err)
	case "arguments":
		fmt.Print(strings.Join(os.Args[1:], "|"))
	}
}

func TestRun(t *testing.T) {
	for _, c := range []struct {
		mode, args string
		want       error
		say        string
	}{
		{"key", "", nil, strings.Repeat("k", 32) + "\n"},
		{"arguments", ` --name 'a b  c' "it's" $HOME ""  0123456789012345`, nil, "--name|a b  c|it's|$HOME||0123456789012345"},
		{"short", "", ErrOutput, "put out 5 bytes, want 32"},
		{"long", "", ErrOutput, "more than 4096"},
		{"fail", "", ErrFailed, "exit status 3: no such credential: blackstart-key"},
	} {
		t.Setenv("KEY_COMMAND", c.mode)
		got, err := Run(t.Context(), `"`+os.Args[0]+`"`+c.args, time.Minute)
		text := string(got)
		if err != nil {
			text = err.Error()
		}
		if !errors.Is(err, c.want) || !strings.Contains(text, c.say) {
			t.Errorf("%s: %q, %v", c.mode, got, err)
		}
		if strings.Contains(text, "kkkk") && err != nil {
			t.Errorf("%s: the error tells the key: %v", c.mode, err)
		}
	}
	if _, err := Run(t.Context(), "/no/such/program", time.Minute); !errors.Is(err, ErrFailed) {
		t.Errorf("absent: %v", err)
	}
}

func TestRunEndsWhatHangs(t *testing.T) {
	t.Setenv("KEY_COMMAND", "hang")
	if _, err := Run(context.Background(), `"`+os.Args[0]+`"`, 100*time.Millisecond); !errors.Is(err, ErrTimeOut) {
		t.Errorf("it ended with %v", err)
	}
}

func TestSplit(t *testing.T) {
	for line, want := range map[string][]string{
		"a":                     {"a"},
		"  a\tb  c ":            {"a", "b", "c"},
		`C:\x\y.exe -p 'a "b"'`: {`C:\x\y.exe`, "-p", `a "b"`},
		`a b""c ''`:             {"a", "bc", ""},
	} {
		if got, err := Split(line); err != nil || !slices.Equal(got, want) {
			t.Errorf("%q: %q, %v", line, got, err)
		}
	}
	for _, line := range []string{"", "  ", `a 'b`, `"`, `'' a`} {
		if got, err := Split(line); !errors.Is(err, ErrSyntax) {
			t.Errorf("%q: %q, %v", line, got, err)
		}
	}
}
