package snapshot

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"
)

// Seal says who accepted an edit of a snapshot's file, and what could be told of it.
type Seal struct {
	At     time.Time `json:"at"`
	By     Person    `json:"by"`
	Reason string    `json:"reason,omitempty"`
	Digest string    `json:"digest"` // of the content before the edit, as the file had it
	// Found says in sentences what shows that it was edited. What the content was can't be told.
	Found []string `json:"found"`
	Tool  string   `json:"toolVersion"`
}

// ErrNotEdited says that there is nothing to seal.
var ErrNotEdited = errors.New("the content is what its digest says")

// Seal makes an edited file a snapshot that can be relied on again, and replaces it: a reader sees the old one or the new.
// It checks more than reading does (fields that nobody knows), makes hashes, counts and the digest anew, and adds the seal to the metadata, with the
// digest that the file had and what shows the edit. The result is what was saved.
//
// The error is [ErrNotEdited] where there is nothing to seal, one of reading, or [ErrDamaged] with what is wrong: a field
// that this version does not know would be lost, and a resource that contradicts itself would be compared with another.
func (f Folder) Seal(name string, seal Seal) (*Snapshot, error) {
	entry, err := f.find(name)
	if err != nil {
		return nil, err
	}
	data, err := f.Files.ReadFile(entry.file())
	if err != nil {
		return nil, err
	}
	s, err := Read(data)
	if errors.Is(err, ErrDamaged) { // what was mistyped says more than what follows from it
		err = cmp.Or(knownFields(data), err)
	}
	if err == nil {
		s.Name = entry.Name
		err = s.seal(data, seal)
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", entry.file(), err)
	}
	var sealed bytes.Buffer
	if err := Write(&sealed, s, entry.Format); err != nil {
		return nil, err
	}
	s.Edited = false
	return s, f.Files.WriteFile(entry.file(), sealed.Bytes())
}

// seal does it in memory.
func (s *Snapshot) seal(document []byte, seal Seal) error {
	if !s.Edited {
		return ErrNotEdited
	}
	if err := knownFields(document); err != nil {
		return err
	}
	seal.Digest, seal.Found = s.Digest, s.traces()
	for i := range s.Resources {
		rehash(&s.Resources[i])
	}
	for i := range s.Metadata.Approvals {
		for j := range s.Metadata.Approvals[i].Changes {
			if before := s.Metadata.Approvals[i].Changes[j].Before; before != nil {
				rehash(before)
			}
		}
	}
	s.count()
	s.Metadata.Seals = append(s.Metadata.Seals, seal)
	return nil
}

// knownFields refuses a document with a field that is none of a snapshot's: a word that was mistyped.
func knownFields(document []byte) error {
	document, err := decompress(document)
	if text := bytes.TrimSpace(document); err == nil && len(text) > 0 && text[0] != '{' {
		document, err = yamlToJSON(document)
	}
	if err != nil {
		return fmt.Errorf("%w: %v", ErrDamaged, err)
	}
	decoder := json.NewDecoder(bytes.NewReader(document))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(new(Snapshot)); err != nil {
		return fmt.Errorf("%w: %s", ErrDamaged, describe(err))
	}
	return nil
}

// consistent refuses what contradicts itself.
func (s *Snapshot) consistent() error {
	scopes := make(map[string]bool, len(s.Coverage))
	for i, c := range s.Coverage {
		switch {
		case c.Scope != ScopeKey(c.AccountID, c.Region, c.Kind):
			return fmt.Errorf("%w: coverage[%d]: the scope %s is not that of its account, region and kind", ErrDamaged, i, c.Scope)
		case scopes[c.Scope]:
			return fmt.Errorf("%w: coverage[%d]: the scope %s is there twice", ErrDamaged, i, c.Scope)
		case !slices.Contains([]State{Complete, Denied, Unavailable, Failed, Partial, Skipped}, c.State):
			return fmt.Errorf("%w: coverage[%d]: %q is no state of a scope", ErrDamaged, i, c.State)
		}
		scopes[c.Scope] = true
	}
	for i := range s.Resources {
		r := &s.Resources[i]
		account, region, _ := SplitScope(r.Key)
		scopeAccount, _, scopeKind := SplitScope(r.Scope)
		switch {
		case account != r.AccountID || region != r.Region || KindOfKey(r.Key) != r.Kind:
			return fmt.Errorf("%w: resources[%d]: the key %s is not one of its account, region and kind", ErrDamaged, i, r.Key)
		case scopeAccount != r.AccountID || scopeKind != r.Kind:
			return fmt.Errorf("%w: resources[%d]: the scope %s is not one of its account and kind", ErrDamaged, i, r.Scope)
		}
		if _, err := Tree(r.Configuration); err != nil {
			return fmt.Errorf("%w: resources[%d]: the configuration: %s", ErrDamaged, i, describe(err))
		}
	}
	return nil
}

// traces are what shows of an edit.
func (s *Snapshot) traces() []string {
	found := []string{}
	counts := make(map[string]int)
	for i := range s.Resources {
		r := &s.Resources[i]
		counts[r.Scope]++
		if made := hashOf(r); made != r.ConfigurationHash {
			found = append(found, fmt.Sprintf("the configuration of %s is not the one of its hash %s; it is %s now", r.Label(), shortHash(r.ConfigurationHash), shortHash(made)))
		}
	}
	covered := make(map[string]bool)
	for _, c := range s.Coverage {
		covered[c.Scope] = true
		if counts[c.Scope] != c.Resources {
			found = append(found, fmt.Sprintf("%s has %d of the %d resources that its coverage counts", c.Scope, counts[c.Scope], c.Resources))
		}
	}
	for i := 1; i < len(s.Resources); i++ {
		if s.Resources[i].Key < s.Resources[i-1].Key {
			found = append(found, fmt.Sprintf("%s is not where it belongs in the order of keys", s.Resources[i].Label()))
		}
	}
	return found
}

func hashOf(r *Resource) string {
	tree, err := Tree(r.Configuration)
	if err != nil {
		return ""
	}
	return Hash(Canonical(tree))
}

func rehash(r *Resource) { r.ConfigurationHash = hashOf(r) }

// shortHash is enough of a hash to tell it from another.
func shortHash(hash string) string {
	const enough = len("sha256:") + 12
	if len(hash) <= enough {
		return fmt.Sprintf("%q", hash)
	}
	return hash[:enough] + "…"
}
