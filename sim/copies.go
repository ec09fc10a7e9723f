package sim

import (
	"github.com/blackstart-mesh/blackstart/mesh"
	"github.com/blackstart-mesh/blackstart/message/clock"
	"github.com/blackstart-mesh/blackstart/radio/medium"
	"github.com/blackstart-mesh/blackstart/store/mem"
)

// Backup is what a node's disk and vault held at one moment.
type Backup struct {
	disk  *mem.Store
	vault []byte
	at    clock.Instant
}

// Backup copies a node's disk and vault, as they are in the middle of its work.
func (w *World) Backup(index int) Backup {
	h := w.hosts[index]
	return Backup{disk: h.disk.Clone(), vault: h.vault.Load(), at: w.now}
}

// Restore takes a node's power and puts its disk back, and its vault, too, if that is
// asked for. If the restored copy is known for one, its counters are jumped before
// it starts, as the program does that finds the vault's mark missing.
func (w *World) Restore(index int, b Backup, vault, known bool) {
	h := w.hosts[index]
	w.Crash(index)
	w.copied[h.number] = true
	h.disk = b.disk.Clone()
	if vault {
		h.vault = mem.NewVault(b.vault)
	}
	for _, s := range w.traffic {
		if s.From == index && s.due >= b.at {
			s.lost = s.asked
		}
	}
	if known {
		e := mesh.AuditEvent{Action: mesh.ActionRestore, By: "sim"}
		batch := mesh.RestoredEntry(h.disk, w.opts.Start, uint16(h.luck.Uint32()), e)
		if err := h.disk.Commit(batch); err != nil {
			w.violate("node %d cannot be restored: %v", h.number, err)
		}
	}
	w.Start(index)
}

// Copy starts a second machine from a node's disk and vault, with the same number
// and keys, on the same radio channels: beside it where paths have powers, or where all
// hear it and it hears all. It returns the machine's index.
func (w *World) Copy(index int, b Backup) int {
	old := w.hosts[index]
	h := w.machine(len(w.hosts), old.number)
	h.disk, h.vault = b.disk.Clone(), mem.NewVault(b.vault)
	w.copied[h.number] = true
	w.hosts = append(w.hosts, h)
	for _, p := range old.ports {
		if p.channel == nil {
			continue
		}
		c := p.channel
		station := w.joinChannel(c, h)
		if len(c.about.Paths) > 0 {
			c.place(station, index)
			continue
		}
		for i, other := range c.hosts[:station] {
			if other != nil {
				c.medium.Connect(i, station, medium.Path{})
				c.medium.Connect(station, i, medium.Path{})
			}
		}
	}
	w.Start(h.index)
	return h.index
}
