package mesh

import "github.com/blackstart-mesh/blackstart/message/clock"

// LearnTime tells the driver what somebody else said about the time: a fixed
// station in a beacon (clock.Beacon.Fix), or neighbours by the days that they go
// by. The driver's estimator judges it; the next readings show what came of it.
type LearnTime struct{ Fix clock.Fix }

// Past tells the driver that a moment is past on the authority's word: the first
// day of a key block that was applied, less a day, since authorities' clocks are
// wrong, too; or MaxLifetime after the last day whose keys were erased. The node
// says so once after it was built, and whenever it moves on.
type Past struct{ Wall clock.Wall }

func (LearnTime) effect() {}
func (Past) effect()      {}
