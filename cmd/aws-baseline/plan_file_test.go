package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/aws-baseline/aws-baseline/restore"
)

// A plan replaces a plan, and nothing else that somebody may want to keep.
func TestPlanFile(t *testing.T) {
	folder := t.TempDir()
	isolate(t, folder)
	snapshots := os.Getenv("AWS_BASELINE_SNAPSHOT_DIR")
	if err := os.MkdirAll(snapshots, 0o700); err != nil {
		t.Fatal(err)
	}
	plan, err := (&restore.Plan{Document: restore.Document, SchemaVersion: 1}).Encode()
	if err != nil {
		t.Fatal(err)
	}
	for name, data := range map[string]string{"plan.json": string(plan), "notes.txt": "keep me", filepath.Join("snapshots", "base.json"): "{}"} {
		if err := os.WriteFile(name, []byte(data), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink("plan.json", "link.json"); err != nil {
		t.Fatal(err)
	}
	a := &app{flags: &cli{SnapshotDir: snapshots}}
	for path, want := range map[string]string{
		"new.json": "", "plan.json": "", "notes.txt": "is no restore plan", filepath.Join("snapshots", "base.json"): "snapshot folder",
		filepath.Join("snapshots", "new.json"): "snapshot folder", "link.json": "not a plain file", os.DevNull: "not a plain file",
		filepath.Join("nowhere", "plan.json"): "no folder", ".": "folder",
	} {
		got := ""
		if err := a.planFile(path); err != nil {
			got = err.Error()
		}
		if want == "" && got != "" || !strings.Contains(got, want) {
			t.Errorf("%s: %q, want %q", path, got, want)
		}
	}
	if got := runProgram(t, "--snapshot-dir", "gs://x", "snapshot", "list"); got.code != exitUsage || strings.Count(got.stderr, "\n") != 1 {
		t.Errorf("an unknown scheme: %d %s", got.code, got.stderr)
	}
}
