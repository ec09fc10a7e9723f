package terrain

import "fmt"

// Site is where a node is.
type Site struct {
	Point
	Height   float64  // of the antenna above the ground, in metres
	Building Building // around it
}

// Building is what walls stand around a node: which share of the signal they take,
// for good, is drawn for each node.
type Building int

// Walls after 3GPP TR 45.820, annex D.1, in its first scenario: outer walls of 4-11,
// 11-19 or 19-23 dB, and up to three inner walls. Two nodes in one building are not
// known to be: the outer walls count for both.
const (
	Outdoor  Building = iota
	AnyWalls          // of the three below, 25 %, 65 % and 10 %
	LightWalls
	SolidWalls
	ThickWalls
)

// BuildingNames are how scenario files name Buildings, in their order.
func BuildingNames() []string { return []string{"outdoor", "any", "light", "solid", "thick"} }

func (b Building) String() string {
	if names := BuildingNames(); b >= 0 && int(b) < len(names) {
		return names[b]
	}
	return fmt.Sprintf("building %d", int(b))
}

// buildingLoss returns what the walls around a node take, in dB: the outer wall, and
// the greater of so many inner walls and of a way through rooms of 0.6 dB/m for up to
// 15 m (TR 45.820: Tor1 and Tor3).
func buildingLoss(seed uint64, node int, b Building) float64 {
	if b == Outdoor {
		return 0
	}
	luck := source(seed, "building", node)
	class, wall, inner, each, way := luck.Float64(), luck.Float64(), luck.Float64(), luck.Float64(), luck.Float64()
	if b == AnyWalls {
		switch {
		case class < 0.25:
			b = LightWalls
		case class < 0.90:
			b = SolidWalls
		default:
			b = ThickWalls
		}
	}
	outer := 0.0
	switch b {
	case LightWalls:
		outer = 4 + float64(7*wall)
	case SolidWalls:
		outer = 11 + float64(8*wall)
	case ThickWalls:
		outer = 19 + float64(4*wall)
	}
	walls := 3
	for i, below := range []float64{0.2833, 0.2833 + 0.283, 0.2833 + 0.283 + 0.284} {
		if inner < below {
			walls = i
			break
		}
	}
	return outer + max(float64(float64(walls)*(4+float64(6*each))), float64(0.6*15*way))
}

func (s Site) check() error {
	switch {
	case s.X < -MaxCoordinate || s.X > MaxCoordinate || s.Y < -MaxCoordinate || s.Y > MaxCoordinate:
		return fmt.Errorf("the place %d, %d mm is farther than %d m from the origin", s.X, s.Y, MaxCoordinate/1000)
	case s.Building < Outdoor || s.Building > ThickWalls:
		return fmt.Errorf("%s is not known", s.Building)
	}
	return nil
}
