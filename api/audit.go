package api

import (
	"github.com/blackstart-mesh/blackstart/api/wire"
	"github.com/blackstart-mesh/blackstart/mesh"
)

func auditEvent(e mesh.AuditEvent) wire.AuditEvent {
	return wire.AuditEvent{Number: e.Number, Time: e.At.Time(), What: e.What, By: e.By, Detail: e.Detail}
}
