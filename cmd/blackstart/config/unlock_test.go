package config

import "testing"

func TestSetUnlock(t *testing.T) {
	for _, c := range []struct{ text, key, value, want string }{
		{"listen: x\n", KeyFile, "/k", "listen: x\nkey-file: \"/k\"\n"},
		{"listen: x", KeyCommand, "a b", "listen: x\nkey-command: \"a b\"\n"},
		{"", KeyFile, "k", "key-file: \"k\"\n"},
		{"key-file: a\nlisten: x\n", KeyCommand, "c", "key-command: \"c\"\nlisten: x\n"},
		{"a: 1\npassphrase-file: >\n  x\n  y\nlisten: x\n", "", "", "a: 1\nlisten: x\n"},
		{"#key-file: node.key\nlisten: x\n", KeyFile, "k", "key-file: \"k\"\n#key-file: node.key\nlisten: x\n"},
		{"key-files: no\n", "", "", "key-files: no\n"},
	} {
		if got := SetUnlock(c.text, c.key, c.value); got != c.want {
			t.Errorf("%q with %s: %q, want %q", c.text, c.key, got, c.want)
		}
	}
}

// Whatever is set in the template reads back, and leaves the rest as it was.
func TestSetUnlockInTheTemplate(t *testing.T) {
	text := Template
	for _, s := range []struct{ key, value string }{
		{KeyFile, "/media/stick/node.key"}, {KeyCommand, `sh -c "cat 'x'"`}, {PassphraseFile, `C:\pass`}, {"", ""}, {KeyCommand, "y"}, {"", ""},
	} {
		text = SetUnlock(text, s.key, s.value)
		c, err := Parse([]byte(text))
		want := map[string]string{s.key: s.value}
		if err != nil || c.KeyFile != want[KeyFile] || c.PassphraseFile != want[PassphraseFile] || c.KeyCommand != want[KeyCommand] {
			t.Errorf("%s: %+v, %v", s.key, c, err)
		}
	}
	if text != Template {
		t.Errorf("the template is now\n%s", text)
	}
}
