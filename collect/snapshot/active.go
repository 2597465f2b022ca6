package snapshot

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"strings"
)

const activeFile = "active.json"

// actives says which snapshot is the baseline of each account set.
type actives struct {
	Document      string            `json:"document"`
	SchemaVersion int               `json:"schemaVersion"`
	Active        map[string]string `json:"active"` // account set (ids joined by commas) → snapshot name
}

func (f Folder) actives() (actives, error) {
	a := actives{Document: "active", SchemaVersion: SchemaVersion, Active: map[string]string{}}
	data, err := f.Files.ReadFile(activeFile)
	if errors.Is(err, fs.ErrNotExist) {
		return a, nil
	}
	if err != nil {
		return a, err
	}
	if err := json.Unmarshal(data, &a); err != nil {
		return a, fmt.Errorf("%s in %s can't be read: %v; set a baseline anew with: snapshot set-active NAME", activeFile, f.Files, err)
	}
	if a.Active == nil {
		a.Active = map[string]string{}
	}
	return a, nil
}

func (f Folder) writeActives(a actives) error {
	data, err := json.MarshalIndent(a, "", "  ")
	if err != nil {
		return err
	}
	return f.Files.WriteFile(activeFile, append(data, '\n'))
}

// Active names the active baseline of every account set.
func (f Folder) Active() (map[string]string, error) {
	a, err := f.actives()
	return a.Active, err
}

// ActiveFor names the active baseline of an account set, or says that there is none.
func (f Folder) ActiveFor(accountSet string) (string, error) {
	a, err := f.actives()
	if err != nil {
		return "", err
	}
	name, ok := a.Active[accountSet]
	if !ok {
		return "", fmt.Errorf("%w for %s in %s", ErrNoActive, SetWords(accountSet), f.Files)
	}
	return name, nil
}

// SetWords names an account set (see [Snapshot.AccountSet]) to people.
func SetWords(accountSet string) string {
	switch {
	case strings.HasPrefix(accountSet, "o-"):
		return "the organisation " + accountSet
	case strings.Contains(accountSet, ","):
		return "the accounts " + accountSet
	}
	return "account " + accountSet
}

// SetActive makes a snapshot the baseline of its account set.
func (f Folder) SetActive(s *Snapshot) error {
	a, err := f.actives()
	if err != nil {
		// A damaged file is replaced: the command that ends up here is the one its message advises.
		a = actives{Document: "active", SchemaVersion: SchemaVersion, Active: map[string]string{}}
	}
	a.Active[s.AccountSet()] = s.Name
	return f.writeActives(a)
}
