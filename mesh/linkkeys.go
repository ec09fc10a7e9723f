package mesh

import (
	"github.com/blackstart-mesh/blackstart/message/seal"
	"github.com/blackstart-mesh/blackstart/radio/frame"
)

// linkKeys is the keys of frames, made ready.
type linkKeys struct {
	of   seal.LinkKey
	seal *frame.Key    // frames are sent under this one
	set  *frame.KeySet // and opened under one of these
}

// frameKeys returns the keys of frames as of now.
func (n *Node) frameKeys() *linkKeys {
	if k := n.linkKey(); n.keys.seal == nil || n.keys.of != k {
		key := frame.NewKey(k)
		n.keys = linkKeys{of: k, seal: key, set: frame.NewKeySet(key)}
	}
	return &n.keys
}
