package collect

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/aws-baseline/aws-baseline/collect/snapshot"
)

func TestMask(t *testing.T) {
	a, b := NewMaskKey("0123456789abcdef"), NewMaskKey("fedcba9876543210")
	again := NewMaskKey("0123456789abcdef")
	if a.Mask("secret") != again.Mask("secret") || a.Mask("secret") == a.Mask("other") {
		t.Error("marks are not equal where the secrets are")
	}
	if a.Mask("secret") == b.Mask("secret") || a.ID == b.ID {
		t.Error("the key does not count")
	}
	if got := snapshot.MaskedUnder(a.Mask("secret")); got != a.ID {
		t.Errorf("the mark names the key %q, want %q", got, a.ID)
	}
	masked := string(snapshot.Canonical(a.maskBelow(map[string]any{"A": "secret", "L": []any{"secret", map[string]any{"B": "secret"}}, "N": nil})))
	if strings.Contains(masked, "secret") || strings.Count(masked, a.Mask("secret")) != 3 {
		t.Errorf("masked below: %s", masked)
	}
}

func TestLoadMaskKey(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "config")
	first, err := LoadMaskKey(folder)
	if err != nil {
		t.Fatal(err)
	}
	second, err := LoadMaskKey(folder)
	if err != nil || second.ID != first.ID {
		t.Errorf("the key is made anew: %v", err)
	}
	info, err := os.Stat(filepath.Join(folder, MaskKeyFile))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, mode %v", err, info.Mode())
	}
	t.Setenv(MaskKeyVariable, "from the environment")
	if key, err := LoadMaskKey(folder); err != nil || key.ID != NewMaskKey("from the environment").ID {
		t.Errorf("the environment does not win: %v", err)
	}
	t.Setenv(MaskKeyVariable, "short")
	if _, err := LoadMaskKey(folder); err == nil {
		t.Error("a key that is too short is taken")
	}
}
