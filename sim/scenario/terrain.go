package scenario

// terrainLoss is the path loss that follows from the scenario's terrain.
const terrainLoss = "terrain"

// terrains names the classes of terrain.
func terrains() []string { return []string{"open", "suburban", "town", "forest"} }

// pathLosses names the laws of path loss.
func pathLosses() []string { return []string{terrainLoss, "3gpp-suburban", "hata", "oulu", "urban"} }
