package printer

import (
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

func TestExport(t *testing.T) {
	folder := t.TempDir()
	view := DiffView(sampleReport())
	for name, format := range map[string]Format{"a.json": FormatJSON, "a.yml": FormatYAML, "a.CSV": FormatCSV, "a.txt": FormatTree, "a.md": FormatMarkdown, "a.html": FormatHTML, "a.diff": FormatDiff, "a.patch.json": FormatJSONPatch} {
		path := filepath.Join(folder, name)
		if err := os.WriteFile(path, []byte("old"), 0o644); err != nil {
			t.Fatal(err)
		}
		if err := Export(path, view, nil); err != nil {
			t.Fatal(err)
		}
		got, err := os.ReadFile(path)
		if err != nil || string(got) != render(t, Printer{}, format, view) {
			t.Errorf("%s: %v, %q", name, err, got)
		}
		info, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		if runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 {
			t.Errorf("%s has mode %v", name, info.Mode())
		}
	}
	entries, err := os.ReadDir(folder)
	if err != nil || len(entries) != 8 {
		t.Errorf("left over: %v, %v", entries, err)
	}
	t.Chdir(folder)
	if err := Export("bare.json", view, nil); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(filepath.Join(folder, "bare.json")); err != nil {
		t.Error(err)
	}
}

func TestExportRefuses(t *testing.T) {
	folder := t.TempDir()
	file, link := filepath.Join(folder, "file"), filepath.Join(folder, "dangling.json")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(filepath.Join(folder, "sub.json"), 0o700); err != nil {
		t.Fatal(err)
	}
	linked := os.Symlink(filepath.Join(folder, "nowhere"), link) == nil
	for _, c := range []struct {
		path, want string
		usage      bool
	}{
		{filepath.Join(folder, "sub.json"), "it is a folder", false},
		{filepath.Join(folder, "none", "a.json"), "none does not exist", false},
		{filepath.Join(file, "a.json"), "not a", false},
		{link, "a link to a file that does not exist", false},
		{filepath.Join(folder, "a.pdf"), "by its ending", true},
		{filepath.Join(folder, "a.csv"), "has no meaning here", true},
	} {
		if c.path == link && !linked {
			continue
		}
		err := Export(c.path, View{Document: 1, Tables: func(bool) []Table { return nil }}, nil)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", c.path, err, c.want)
		}
		var usage *UsageError
		if errors.As(err, &usage) != c.usage {
			t.Errorf("%s: %T", c.path, err)
		}
	}
}

// TestExportKeepsOld holds that an export that fails leaves the old file as it was.
func TestExportKeepsOld(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.json")
	if err := os.WriteFile(path, []byte("old"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := Export(path, View{Document: func() {}}, nil); err == nil {
		t.Error("a function became JSON")
	}
	if got, err := os.ReadFile(path); err != nil || string(got) != "old" {
		t.Errorf("%q, %v", got, err)
	}
}

// TestExportThroughLink holds that a link stays one, and that what it points to is replaced.
func TestExportThroughLink(t *testing.T) {
	folder := t.TempDir()
	target, link := filepath.Join(folder, "real.json"), filepath.Join(folder, "link.json")
	if err := os.WriteFile(target, []byte("old"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(target, link); err != nil {
		t.Skip("no links here: ", err)
	}
	if err := Export(link, View{Document: 1}, nil); err != nil {
		t.Fatal(err)
	}
	if got, err := os.ReadFile(target); err != nil || string(got) != "1\n" {
		t.Errorf("%q, %v", got, err)
	}
	if info, err := os.Lstat(link); err != nil || info.Mode()&os.ModeSymlink == 0 {
		t.Errorf("the link is gone: %v, %v", info, err)
	}
}
