package sim

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/blackstart-mesh/blackstart/mesh"
)

// marker begins every text whose length is not prescribed, so that one that travels in
// clear is found.
const marker = "PLAIN-TEXT-ON-THE-AIR"

// filling is what texts of a prescribed length are filled up with: words as people on
// duty write them.
const filling = "line 12 to the north is dead, the switch at the river is open and earthed; crew 4 is on its way, two men with the small truck, and asks who has the keys of the gate. "

// textOf is what the user of message n types. It names the message.
func textOf(n int, m Message) string {
	switch {
	case m.Act != nil:
		return m.Act.String()
	case m.Bytes <= 0:
		return fmt.Sprintf("%s %d %s", marker, n, m.Text)
	}
	text := strconv.FormatInt(int64(n), 36)
	// Of a text that no node takes there is only as much as it takes to be refused.
	if missing := min(m.Bytes, mesh.MaxText+1) - len(text) - 1; missing > 0 {
		text += " " + strings.Repeat(filling, missing/len(filling)+1)[:missing]
	}
	return text
}
