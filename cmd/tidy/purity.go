package main

import (
	"go/ast"
	"go/token"
	"slices"
)

// purePackages hold the state machines: the same input gives the same output.
var purePackages = []string{
	"message/...", "radio", "radio/frame", "radio/medium", "radio/airtime", "radio/ledger", "radio/retune", "routing", "store", "store/mem", "mesh",
	"sim/contact", "sim/terrain", "sim/motion",
	"sim/oracle", "sim/people", "sim/power", "sim/chance", "sim/law",
	"sim/reference", "sim/segment",
}

// impureImports may not be imported by a pure package, nor what is below them.
var impureImports = []string{
	"sync/...", "os/...", "net/...", "log/...", "crypto/rand", "context", "runtime/...", "syscall/...", "unsafe", "testing/...",
	"expvar", "plugin", "C",
}

// impureMembers are the functions that give pure-looking packages away. A
// member of math/rand is listed when allowed: everything else there draws
// from the global source.
var (
	impureTime = []string{"Now", "After", "Sleep", "Tick", "NewTimer", "NewTicker", "AfterFunc", "Since", "Until", "Local", "LoadLocation"}
	impureFmt  = []string{"Print", "Printf", "Println", "Scan", "Scanf", "Scanln"}
	pureRand   = []string{"New", "NewPCG", "NewChaCha8", "NewSource", "NewZipf", "Rand", "Source", "Source64", "PCG", "ChaCha8", "Zipf"}
)

func checkPurity(t *tree, r *report) {
	t.pureFiles(func(p *pkg, s *source) {
		for _, i := range s.imports() {
			if matchesAny(impureImports, i.path) {
				r.at(i.spec.Pos(), "%s imports %s", p.dir, i.path)
			}
			if i.name == "." {
				r.at(i.spec.Pos(), "%s imports %s without a name, which hides what it calls", p.dir, i.path)
			}
		}
		ast.Inspect(s.ast, func(n ast.Node) bool {
			if what := impure(s, n); what != "" {
				r.at(n.Pos(), "%s in pure package %s", what, p.dir)
			}
			return true
		})
	})
}

// impure names what is impure in a node itself, not in its children.
func impure(s *source, n ast.Node) string {
	switch n := n.(type) {
	case *ast.GoStmt:
		return "go statement"
	case *ast.SelectStmt:
		return "select"
	case *ast.ChanType:
		return "channel"
	case *ast.SendStmt:
		return "channel send"
	case *ast.UnaryExpr:
		if n.Op == token.ARROW {
			return "channel receive"
		}
	case *ast.SelectorExpr:
		return impureMember(s, n)
	}
	return ""
}

func impureMember(s *source, n *ast.SelectorExpr) string {
	path, name := s.member(n)
	switch {
	case path == "time" && slices.Contains(impureTime, name):
		return "time." + name
	case path == "fmt" && slices.Contains(impureFmt, name):
		return "fmt." + name
	case (path == "math/rand" || path == "math/rand/v2") && !slices.Contains(pureRand, name):
		return "global random source (rand." + name + ")"
	case n.Sel.Name == "GenerateKey":
		return "GenerateKey, which may ignore the source of entropy that it is given,"
	}
	return ""
}
