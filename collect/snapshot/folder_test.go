//go:build unix

package snapshot

import (
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
)

func TestCheckName(t *testing.T) {
	for _, good := range []string{"a", "base", "2026-11-01", "A.b_c-d", "nulls", strings.Repeat("x", 100)} {
		if err := CheckName(good); err != nil {
			t.Errorf("%s is refused: %v", good, err)
		}
	}
	for _, bad := range []string{
		"", ".hidden", "-x", "a/b", "..", "a b", "ä", "a\n", strings.Repeat("x", 101), "con", "NUL", "com1.json", "LPT9", "x.", "active", "Restores",
	} {
		if CheckName(bad) == nil {
			t.Errorf("%q is accepted", bad)
		}
	}
}

func newFolder(t *testing.T) Folder {
	return Folder{Files: Disk(filepath.Join(t.TempDir(), "snapshots"))}
}

func named(name string) *Snapshot {
	s := example()
	s.Name = name
	return s
}

func save(t *testing.T, f Folder, name string, format Format) {
	t.Helper()
	if err := f.Save(named(name), format); err != nil {
		t.Fatal(err)
	}
}

func TestFolder(t *testing.T) {
	f := newFolder(t)
	if entries, err := f.Entries(); err != nil || len(entries) != 0 {
		t.Fatalf("an empty folder: %v, %v", entries, err)
	}
	save(t, f, "base", JSON)
	save(t, f, "other", YAML)
	if err := f.Save(named("BASE"), YAML); !errors.Is(err, ErrExists) {
		t.Errorf("a name that differs in case only: %v", err)
	}
	if _, err := f.Load("missing"); !errors.Is(err, ErrNotFound) {
		t.Errorf("a missing snapshot: %v", err)
	}
	s, err := f.Load("other")
	if err != nil || s.Edited || s.Name != "other" {
		t.Fatalf("%v, %+v", err, s)
	}
	if err := f.SetActive(s); err != nil {
		t.Fatal(err)
	}
	if name, err := f.ActiveFor("111122223333"); err != nil || name != "other" {
		t.Errorf("active: %s, %v", name, err)
	}
	if _, err := f.ActiveFor("999999999999"); !errors.Is(err, ErrNoActive) {
		t.Errorf("active of another account: %v", err)
	}
	if err := f.Delete("other"); !errors.Is(err, ErrActive) {
		t.Errorf("deleting the active one: %v", err)
	}
	if err := f.Rename("other", "base"); !errors.Is(err, ErrExists) {
		t.Errorf("renaming onto another: %v", err)
	}
	if err := f.Rename("other", "renamed"); err != nil {
		t.Fatal(err)
	}
	if name, _ := f.ActiveFor("111122223333"); name != "renamed" {
		t.Errorf("after the rename the active one is %s", name)
	}
	if err := f.Delete("base"); err != nil {
		t.Fatal(err)
	}
	entries, err := f.Entries()
	if err != nil || len(entries) != 1 || entries[0].Name != "renamed" || entries[0].Format != YAML {
		t.Errorf("left: %+v, %v", entries, err)
	}
}

func TestOtherEnding(t *testing.T) {
	f := newFolder(t)
	save(t, f, "base", YAML)
	folder := string(f.Files.(Disk))
	if err := os.Rename(filepath.Join(folder, "base.yaml"), filepath.Join(folder, "base.yml")); err != nil {
		t.Fatal(err)
	}
	if s, err := f.Load("base"); err != nil || s.Name != "base" {
		t.Errorf("base.yml: %v", err)
	}
}

func TestFilesAreThePersonsOwn(t *testing.T) {
	f := newFolder(t)
	save(t, f, "base", JSON)
	for path, want := range map[string]os.FileMode{string(f.Files.(Disk)): 0o700, filepath.Join(string(f.Files.(Disk)), "base.json"): 0o600} {
		info, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		if got := info.Mode().Perm(); got != want {
			t.Errorf("%s has mode %o, want %o", path, got, want)
		}
	}
}

// Of two that save under one name at once, one wins and the other is told.
func TestSaveAtOnce(t *testing.T) {
	f := newFolder(t)
	results := make([]error, 8)
	var group sync.WaitGroup
	for i := range results {
		group.Go(func() { results[i] = f.Save(named("base"), JSON) })
	}
	group.Wait()
	saved := 0
	for _, err := range results {
		switch {
		case err == nil:
			saved++
		case !errors.Is(err, ErrExists):
			t.Error(err)
		}
	}
	if saved != 1 {
		t.Errorf("%d of %d saved", saved, len(results))
	}
}

// killed is a disk on which the process dies once the temporary file is written and before it gets its name.
type killed struct{ Disk }

func (k killed) CreateBy(name string, write func(io.Writer) error) error {
	return k.write(name, write, func(string, string) error {
		_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
		select {}
	})
}

const killedFolder = "AWS_BASELINE_TEST_KILLED_FOLDER"

func TestKilledWhileSaving(t *testing.T) {
	if folder := os.Getenv(killedFolder); folder != "" {
		_ = Folder{Files: killed{Disk(folder)}}.Save(named("base"), JSON)
		t.Fatal("still alive")
	}
	folder := filepath.Join(t.TempDir(), "snapshots")
	child := exec.Command(os.Args[0], "-test.run=^TestKilledWhileSaving$")
	child.Env = append(os.Environ(), killedFolder+"="+folder)
	if err := child.Run(); err == nil || !strings.Contains(err.Error(), "killed") {
		t.Fatalf("the child was not killed: %v", err)
	}
	files, err := os.ReadDir(folder)
	if err != nil || len(files) == 0 {
		t.Fatalf("the child left nothing, so nothing was tested: %v", err)
	}
	f := Folder{Files: Disk(folder)}
	if entries, err := f.Entries(); err != nil || len(entries) != 0 {
		t.Errorf("a list shows %v, %v", entries, err)
	}
	save(t, f, "base", JSON)
	if s, err := f.Load("base"); err != nil || s.Edited {
		t.Errorf("the next try: %v", err)
	}
}
