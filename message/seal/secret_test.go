package seal

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
)

// Nothing that fmt or encoding/json can do shows a byte of what is secret.
func TestSecretsDoNotPrint(t *testing.T) {
	w := newWorld(t, 2)
	var secret Secret
	copy(secret[:], strings.Repeat("\xa1\xa2\xa3\xa4", 8))
	k := w.keysWith(1, secret)
	link, _ := k.Link(serial, 20000)
	group, _ := k.Group(1, serial, 1, 20000)
	if _, err := k.PairMAC(2, LabelAccept); err != nil {
		t.Fatal(err)
	}
	messageKey := group.GroupKey(nil, [TagSize]byte{})
	holder := struct {
		keys   *Keys
		cipher Cipher
		again  *Cipher
	}{k, group, &group}
	epochs := k.secrets().ratchet.epochs
	leaks := []string{"a1a2a3", "A1A2A3", "161 162 163", "161, 162", "0xa1"}
	for _, hidden := range [][]byte{link.MAC[:3], link.Enc[:3], epochs[0].Key[:3], messageKey.MAC[:3], messageKey.Text[:3]} {
		leaks = append(leaks, fmt.Sprintf("%x", hidden), fmt.Sprintf("%d %d %d", hidden[0], hidden[1], hidden[2]))
	}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
		for _, v := range []any{secret, &secret, []Secret{secret}, link, &link, k, group, &group, messageKey, &messageKey, epochs, holder, &holder} {
			text := fmt.Sprintf(verb, v)
			for _, leak := range leaks {
				if strings.Contains(text, leak) {
					t.Errorf("%s of %T shows %s", verb, v, leak)
				}
			}
		}
	}
	for _, v := range []any{secret, link, messageKey, epochs, map[string]any{"x": secret}} {
		if text, err := json.Marshal(v); !errors.Is(err, ErrSecret) {
			t.Errorf("%T marshals as %s, %v", v, text, err)
		}
	}
	for _, v := range []fmt.Stringer{secret, link, k, group, messageKey} {
		if v.String() != fmt.Sprint(v) {
			t.Errorf("%q and %q", v.String(), fmt.Sprint(v))
		}
	}
}
