package api

import (
	"github.com/blackstart-mesh/blackstart/api/wire"
	"github.com/blackstart-mesh/blackstart/mesh"
)

func auditEvent(e mesh.AuditEvent) wire.AuditEvent {
	return wire.AuditEvent{
		Number: e.Number, Time: e.Time.Time(), Action: string(e.Action), By: e.By, ID: e.ID, Detail: e.Detail,
	}
}
