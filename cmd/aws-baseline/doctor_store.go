package main

import (
	"errors"
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"time"

	"github.com/aws-baseline/aws-baseline/collect"
	"github.com/aws-baseline/aws-baseline/collect/history"
	"github.com/aws-baseline/aws-baseline/collect/snapshot"
)

// store looks at what this machine keeps: snapshots, the baseline, the masking key, a history. session is nil where there
// are no credentials.
func (v *visit) store(session *collect.Session) {
	var baseline, last *snapshot.Snapshot
	if v.snapshots() {
		baseline = v.active(session)
		last = v.last(session)
	}
	v.key(baseline)
	if v.cmd.History != "" {
		v.history()
	}
	v.calls(last)
}

// snapshots looks at the folder. It reports whether there is any use in looking into it.
func (v *visit) snapshots() bool {
	const check = "snapshots"
	dir := v.flags.SnapshotDir
	wrote := "which is writable"
	if collect.InBucket(dir) {
		wrote = "where writing was not tried"
	} else if err := writableFolder(dir); err != nil {
		v.fault(check, "make it writable, or give another with --snapshot-dir", "%s", v.describe(err))
		return false
	}
	entries, err := v.folder().Entries()
	if err != nil {
		v.fault(check, "repair it, or give another with --snapshot-dir", "%s", v.describe(err))
		return false
	}
	v.fine(check, "%s in %s, %s", count(len(entries), "snapshot"), dir, wrote)
	return true
}

// active looks at the active baseline of the account, or of any account where nobody knows which.
func (v *visit) active(session *collect.Session) *snapshot.Snapshot {
	const check = "baseline"
	names, err := v.folder().Active()
	if err != nil {
		v.fault(check, "make one active again: "+v.name+" snapshot set-active NAME", "%s", v.describe(err))
		return nil
	}
	name, of := "", ""
	for _, set := range slices.Sorted(maps.Keys(names)) {
		if session == nil || set == session.AccountID {
			name, of = names[set], set
			break
		}
	}
	if name == "" {
		do := "make one: " + v.name + " snapshot create"
		if entries, err := v.folder().Entries(); err == nil && len(entries) > 0 {
			do = "choose one: " + v.name + " snapshot set-active NAME"
		}
		v.warning(check, do, "no active baseline")
		return nil
	}
	s, err := v.folder().Load(name)
	if err != nil {
		v.fault(check, "make another one active: "+v.name+" snapshot set-active NAME", "%s", v.describe(err))
		return nil
	}
	switch gaps, parts := len(s.Incomplete()), s.UnknownParts(); {
	case s.Edited:
		v.warning(check, "restore refuses it; make a new one: "+v.name+" snapshot create --set-active", "%s, of account %s: it was edited after it was written", name, of)
	case gaps+parts > 0:
		v.warning(check, "see: "+v.name+" snapshot show "+name+" --coverage", "%s, of account %s: %s and %s of resources could not be seen", name, of, count(gaps, "scope"), count(parts, "part"))
	default:
		v.fine(check, "%s, of account %s: %s, cut-off %s", name, of, count(len(s.Resources), "resource"), s.Cutoff.UTC().Format(time.RFC3339))
	}
	return s
}

// key looks at the masking key without making one.
func (v *visit) key(baseline *snapshot.Snapshot) {
	const check = "masking key"
	from := "from " + collect.MaskKeyVariable
	if os.Getenv(collect.MaskKeyVariable) == "" {
		folder, err := os.UserConfigDir()
		if err != nil {
			v.fault(check, "set "+collect.MaskKeyVariable, "there is no configuration folder to keep it in: %s", err)
			return
		}
		file := filepath.Join(folder, "aws-baseline", collect.MaskKeyFile)
		info, err := os.Stat(file)
		switch {
		case errors.Is(err, os.ErrNotExist):
			v.noKey(check, baseline)
			return
		case err == nil && runtime.GOOS != "windows" && info.Mode().Perm()&0o077 != 0:
			v.warning(check, "chmod 600 "+file, "others can read %s", file)
			return
		}
		from = "in " + file
	}
	key, err := v.maskKey()
	switch {
	case err != nil:
		v.fault(check, "", "%s", v.describe(err))
	case baseline != nil && baseline.MaskKeyID != key.ID:
		v.warning(check, "set "+collect.MaskKeyVariable+" to the key with which the baseline was made", "%s, id %s; the baseline was made with another, id %s, so secrets are not compared", from, key.ID, baseline.MaskKeyID)
	default:
		v.fine(check, "%s, id %s", from, key.ID)
	}
}

func (v *visit) noKey(check string, baseline *snapshot.Snapshot) {
	if baseline == nil {
		v.fine(check, "none yet; the first capture makes it")
		return
	}
	v.warning(check, "set "+collect.MaskKeyVariable+" to the key with which the baseline was made", "none here, and the baseline was made with one, id %s, so secrets are not compared", baseline.MaskKeyID)
}

// history opens an exporter's history, unless an exporter has it.
func (v *visit) history() {
	const check = "history"
	dir := v.cmd.History
	if !exists(dir) {
		v.fine(check, "none in %s yet; an exporter makes it", dir)
		return
	}
	store, err := history.Open(dir, history.Options{Retention: 365 * 24 * time.Hour})
	switch {
	case errors.Is(err, history.ErrInUse):
		v.fine(check, "%s is in use by an exporter", dir)
		return
	case errors.Is(err, history.ErrDamaged):
		v.fault(check, "an exporter moves it aside and begins anew; restore it from a backup if it matters", "%s", v.describe(err))
		return
	case err != nil:
		v.fault(check, "", "%s", v.describe(err))
		return
	}
	captures, err := store.List("")
	if closed := store.Close(); err == nil {
		err = closed
	}
	switch {
	case err != nil:
		v.fault(check, "", "%s", v.describe(err))
	case len(captures) == 0:
		v.fine(check, "no capture in %s", dir)
	default:
		last := slices.MaxFunc(captures, func(a, b history.Entry) int { return a.At.Compare(b.At) })
		v.fine(check, "%s in %s, the last at %s", count(len(captures), "capture"), dir, last.At.UTC().Format(time.RFC3339))
	}
}

// last is the newest snapshot that can be read, of the account or, where nobody knows which that is, of any.
func (v *visit) last(session *collect.Session) *snapshot.Snapshot {
	entries, err := v.folder().Entries()
	if err != nil {
		return nil // told already
	}
	var newest *snapshot.Snapshot
	for _, entry := range entries {
		s, err := v.folder().Load(entry.Name)
		if err != nil || session != nil && s.AccountSet() != session.AccountID {
			continue
		}
		if newest == nil || s.Metadata.CreatedAt.After(newest.Metadata.CreatedAt) {
			newest = s
		}
	}
	return newest
}
