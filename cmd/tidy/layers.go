package main

import "slices"

// layer says what the packages that fit a pattern may import of this module.
type layer struct {
	pattern string
	imports []string // patterns
	tests   []string // what their tests may import beside that
}

// below names the parts of the layers that are imported together.
var below = struct{ message, radio, store, routing, mesh []string }{
	message: []string{"message/..."},
	radio:   []string{"message/...", "radio", "radio/airtime"},
	store:   []string{"message/...", "store"},
	routing: []string{"message/...", "radio", "radio/frame", "store"},
	mesh:    []string{"message/...", "radio", "radio/airtime", "radio/ledger", "radio/frame", "store", "routing"},
}

// layers is the drawing of docs/ARCHITECTURE.md as a table. The first pattern
// that fits a package counts; a package that fits none has no place yet.
var layers = []layer{
	// What travels. Each may import those before it.
	{pattern: "message/clock"},
	{pattern: "message/compress"},
	{pattern: "message/ident", imports: []string{"message/clock"}},
	{pattern: "message/seal", imports: []string{"message/clock", "message/ident"}},
	{pattern: "message/plan", imports: []string{"message/clock", "message/ident"}},
	{pattern: "message/bundle", imports: []string{"message/clock", "message/ident", "message/seal", "message/plan", "message/compress"}},
	{pattern: "message/...", imports: below.message},

	// Links and what is kept: neither knows the other.
	{pattern: "radio/airtime"},
	{pattern: "radio", imports: append(slices.Clone(below.message), "radio/airtime")},
	{pattern: "radio/...", imports: below.radio},
	{pattern: "store", imports: below.message},
	{pattern: "store/erase"},
	{pattern: "store/filelock"},
	{pattern: "store/keyslot", imports: append(slices.Clone(below.store), "store/erase")},
	{pattern: "store/disk", imports: append(slices.Clone(below.store), "store/keyslot", "store/erase", "store/filelock")},
	{pattern: "store/vault", imports: append(slices.Clone(below.store), "store/erase")},
	{pattern: "store/backup", imports: append(slices.Clone(below.store), "store/keyslot")},
	{pattern: "store/...", imports: below.store},

	// The node.
	{pattern: "routing", imports: below.routing},
	{pattern: "mesh", imports: below.mesh},

	// Impure leaves: drivers, devices, disks. None knows another.
	{pattern: "mesh/live", imports: append(slices.Clone(below.mesh), "mesh"), tests: []string{"store/disk", "radio/medium"}},
	{pattern: "mesh/p2p", imports: below.radio},
	{pattern: "firmware-bridge/emulator", imports: append(slices.Clone(below.radio), "firmware-bridge/...", "radio/medium"), tests: []string{"radio/medium"}},
	{pattern: "firmware-bridge/bridgetest", imports: append(slices.Clone(below.radio), "firmware-bridge/...", "radio/medium")},
	{pattern: "firmware-bridge/...", imports: append(slices.Clone(below.radio), "firmware-bridge/...", "radio/ledger"),
		tests: append(slices.Clone(below.mesh), "mesh", "mesh/live", "radio/medium")},

	// The simulator: the same node, and no leaf of the real world.
	{pattern: "sim/scenarios"},
	{pattern: "sim/scenario", imports: append(slices.Clone(below.mesh), "mesh", "radio/medium", "store/mem", "sim", "sim/...", "internal/strictyaml")},
	{pattern: "sim/...", imports: append(slices.Clone(below.mesh), "mesh", "radio/medium", "store/mem", "sim/...")},

	// People and programs.
	{pattern: "api/wire", imports: below.message},
	{pattern: "api/client", imports: []string{"message/...", "api/wire"}, tests: []string{"api"}},
	{pattern: "api", imports: append(slices.Clone(below.mesh), "mesh", "mesh/live", "api/..."), tests: []string{"store/disk", "radio/medium"}},
	{pattern: "gateway/...", imports: []string{"message/...", "api/client", "gateway/..."}},

	// Commands. Only cmd/blackstart puts leaves together.
	{pattern: "cmd/blackstart-authority/...", imports: []string{"message/...", "radio", "radio/airtime", "radio/ledger", "store/erase", "internal/strictyaml", "cmd/internal/...", "cmd/blackstart-authority/..."}},
	{pattern: "cmd/blackstart/...", imports: []string{"message/...", "radio/...", "store/...", "routing", "mesh/...",
		"firmware-bridge/...", "sim/...", "api/...", "gateway/...", "internal/strictyaml", "cmd/internal/...", "cmd/blackstart/..."},
		tests: []string{"cmd/blackstart-authority/..."}},
	{pattern: "cmd/internal/...", imports: []string{"message/...", "store/erase", "cmd/internal/..."}},
	{pattern: "cmd/tidy"},
	{pattern: "cmd/mutants"},
	{pattern: "internal/..."},

	// The reader of the specifications is Python; its test runs it.
	{pattern: "docs/spec/check"},
}

// forTests is what every test, and what supports tests, may import.
var forTests = []string{"internal/...", "store/mem", "store/storetest"}

func checkLayers(t *tree, r *report) {
	t.goFiles(func(p *pkg, s *source) {
		i := slices.IndexFunc(layers, func(l layer) bool { return matches(l.pattern, p.dir) })
		if i < 0 {
			r.at(s.ast.Name.Pos(), "package %s has no layer; give it one in cmd/tidy/layers.go and docs/ARCHITECTURE.md", p.dir)
			return
		}
		allowed := slices.Clone(layers[i].imports)
		if s.testing() {
			allowed = append(append(allowed, layers[i].tests...), forTests...)
		}
		for _, im := range s.imports() {
			dir, ours := t.ours(im.path)
			if !ours || dir == p.dir || matchesAny(allowed, dir) {
				continue
			}
			r.at(im.spec.Pos(), "%s may not import %s", p.dir, dir)
		}
	})
}
