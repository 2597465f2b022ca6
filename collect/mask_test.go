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

func TestURLsThatLetIn(t *testing.T) {
	for text, want := range map[string]bool{
		"https://example.com/path":                         false,
		"https://user:word@git.example.com/x/y.git":        true,
		"https://token@git.example.com/x/y.git":            true,
		"https://example.com/hook?key=word":                true,
		"jdbc:mysql://db:3306/orders?user=a&password=word": true,
		"postgres://user:word@db/orders":                   true,
		"ssh://git@git.example.com/x/y.git":                false,
		"ssh://git:word@git.example.com/x/y.git":           true,
		"https://example.com/@team/page":                   false,
		"https://example.com/?":                            false,
		"s3://bucket/part-?.csv":                           false,
		"see https://example.com/?q=1 for more":            false, // a text, not a URL
		"arn:aws:sqs:eu-west-1:111122223333:queue":         false,
		"://": false,
	} {
		if got := urlLetsIn(text); got != want {
			t.Errorf("%s: got %v", text, got)
		}
	}
	tree := map[string]any{"Source": map[string]any{"Location": "https://u:p@h/x"}, "Urls": []any{"https://h/x?k=v", "https://h/x"}, "N": 1}
	k := NewMaskKey("0123456789abcdef")
	k.maskURLs(tree)
	source, urls := tree["Source"].(map[string]any)["Location"], tree["Urls"].([]any)
	if source != k.Mask("https://u:p@h/x") || urls[0] != k.Mask("https://h/x?k=v") || urls[1] != "https://h/x" {
		t.Errorf("got %v", tree)
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
