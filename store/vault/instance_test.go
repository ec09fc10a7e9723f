package vault

import (
	"os"
	"path/filepath"
	"testing"
)

// opened opens a vault that a test put somewhere.
func opened(t *testing.T, path string) *Vault {
	t.Helper()
	v, err := Open(path, testKey)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestCompare(t *testing.T) {
	v, path := create(t)
	is := func(what string, v *Vault, mark []byte, want Instance) {
		t.Helper()
		if got, err := v.Compare(mark); err != nil || got != want {
			t.Errorf("%s: %v, want %v: %v", what, got, want, err)
		}
	}
	is("a store without a mark", v, nil, Unmarked)
	old := v.Mark()
	is("marked", v, old, Same)
	save(t, v, []byte("1"))
	is("power cut between vault and mark", v, old, Same)
	early := content(t, path)
	save(t, v, []byte("2"))
	is("an old store", v, old, RestoredStore)
	mark := v.Mark()
	is("after opening it again", opened(t, path), mark, Same)

	other, _ := create(t)
	is("another vault", other, mark, RestoredStore)
	if err := os.WriteFile(path, early, 0o600); err != nil {
		t.Fatal(err)
	}
	is("an old vault", opened(t, path), mark, RestoredVault)

	if err := v.Renew(); err != nil {
		t.Fatal(err)
	}
	is("renewed", v, mark, RestoredStore)
	if st := v.State(); st.Renewed != 1 || string(st.Data) != "2" {
		t.Errorf("renewed: %+v", st)
	}
	if _, err := v.Compare([]byte("short")); err == nil {
		t.Error("a short mark was taken")
	}
}

// A copied folder shows where the file system keeps when a file was made.
func TestACopiedFolderIsNoticed(t *testing.T) {
	v, path := create(t)
	known := v.State().Place != Place{}
	dir := filepath.Join(t.TempDir(), "copy")
	if err := os.CopyFS(dir, os.DirFS(filepath.Dir(path))); err != nil {
		t.Fatal(err)
	}
	want := Same
	if known {
		want = Copied
	}
	if got, err := opened(t, filepath.Join(dir, "vault")).Compare(v.Mark()); err != nil || got != want {
		t.Errorf("the copy is %v, want %v (place known: %v): %v", got, want, known, err)
	}
	// Moved within a file system, it is the same file.
	moved := filepath.Join(filepath.Dir(path), "moved")
	if err := os.Rename(path, moved); err != nil {
		t.Fatal(err)
	}
	if got, err := opened(t, moved).Compare(v.Mark()); err != nil || got != Same {
		t.Errorf("moved, it is %v: %v", got, err)
	}
}
