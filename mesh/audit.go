package mesh

import (
	"encoding/json"

	"github.com/blackstart-mesh/blackstart/message/clock"
	"github.com/blackstart-mesh/blackstart/store"
)

// Action is what an audit event is about.
type Action string

// Actions that an auditor asks about.
const (
	ActionJoin         Action = "join"         // this device became a node of the network
	ActionRoster       Action = "roster"       // a new network file was taken
	ActionSend         Action = "send"         // a message was submitted here
	ActionDeliver      Action = "deliver"      // a message reached this node's users
	ActionProven       Action = "proven"       // delivery of a message of this node was proven
	ActionExpire       Action = "expire"       // a message of this node ended undelivered
	ActionKeys         Action = "keys"         // a key block came, or keys were erased
	ActionRevoke       Action = "revoke"       // a node was locked out for good
	ActionSuspend      Action = "suspend"      // a node was suspended, or the suspension lifted
	ActionShift        Action = "shift"        // somebody began or ended a shift on a device
	ActionOrder        Action = "order"        // an order was read back, confirmed or cancelled
	ActionGroup        Action = "group"        // the key of a group was renewed
	ActionPlan         Action = "plan"         // a radio plan was taken
	ActionAlarm        Action = "alarm"        // something needs a person: see Alarm
	ActionAdmin        Action = "admin"        // anything else done to the node by its keeper
	ActionRestore      Action = "restore"      // the store was restored, or turned out to be a copy
	ActionContradicted Action = "contradicted" // a message turned out not to be its sender's
)

// AuditEvent is one entry of the audit record. It is written in the same
// commit as the action that it is about.
type AuditEvent struct {
	Number uint64     `json:"number"`
	Time   clock.Wall `json:"time"` // by this node's clock
	Action Action     `json:"action"`
	By     string     `json:"by,omitempty"` // who at this node asked for it
	ID     string     `json:"id,omitempty"` // the bundle it is about
	Detail string     `json:"detail,omitempty"`
}

// audit adds an event to the batch in progress.
func (n *Node) audit(e AuditEvent) {
	n.audits++
	e.Number = n.audits
	e.Time = n.now.Wall
	putAudit(n.batch, e)
}

func putAudit(b *store.Batch, e AuditEvent) {
	b.Put(nodeKey(nameAudit), numberValue(e.Number))
	b.Put(numberKey(prefixAudit, e.Number), encodeJSON(e))
}

// AuditEntry returns a batch that appends an event to the audit record of a
// store that no node runs on, for the tools that set a node up.
func AuditEntry(v store.View, now clock.Wall, e AuditEvent) *store.Batch {
	last, _ := v.Get(nodeKey(nameAudit))
	e.Number = valueNumber(last) + 1
	e.Time = now
	b := new(store.Batch)
	putAudit(b, e)
	return b
}

// Audit returns up to limit audit events with numbers above after, in
// ascending order.
func Audit(v store.View, after uint64, limit int) []AuditEvent {
	var list []AuditEvent
	limit = min(limit, maxReaderLimit)
	v.Scan([]byte{prefixAudit}, numberKey(prefixAudit, after+1), func(_, value []byte) bool {
		if len(list) >= limit {
			return false
		}
		var e AuditEvent
		if json.Unmarshal(value, &e) == nil {
			list = append(list, e)
		}
		return true
	})
	return list
}
