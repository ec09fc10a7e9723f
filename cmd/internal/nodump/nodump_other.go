//go:build !unix

package nodump

// forbid has nothing to do: Windows dumps what an administrator names.
func forbid() {}
