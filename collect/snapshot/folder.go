package snapshot

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"strings"
	"time"
)

// Errors of the folder.
var (
	ErrNotFound = errors.New("no such snapshot")
	ErrExists   = errors.New("a snapshot of this name exists")
	ErrActive   = errors.New("it is the active baseline")
	ErrNoActive = errors.New("no active baseline")
)

// Files is the storage under a snapshot folder: the local disk (see [Disk]), or what a command hands in. Names are
// plain file names. WriteFile must be atomic: a reader sees the old content or the new, never a part.
type Files interface {
	ReadFile(name string) ([]byte, error) // fs.ErrNotExist where there is none
	WriteFile(name string, data []byte) error
	CreateFile(name string, data []byte) error // fs.ErrExist where there is one
	Remove(name string) error
	List() ([]Info, error) // without folders; empty where the folder does not exist
	String() string        // as a person names it
}

// Info describes a file.
type Info struct {
	Name    string
	Size    int64
	ModTime time.Time
}

// Folder is a snapshot folder: one file a snapshot, and active.json.
type Folder struct {
	Files Files
}

var endings = map[Format]string{JSON: ".json", YAML: ".yaml", Compressed: ".json.zst"}

// formatOf is the format of a snapshot's file by its name, and what its name ends in.
func formatOf(file string) (format Format, ending string, ok bool) {
	for _, format := range []Format{Compressed, JSON, YAML} {
		if strings.HasSuffix(file, endings[format]) {
			return format, endings[format], true
		}
	}
	return YAML, ".yml", strings.HasSuffix(file, ".yml")
}

// Entry is a snapshot in the folder, by its file.
type Entry struct {
	Name   string
	Format Format
	Size   int64

	ending string // of the file, where it isn't the format's usual one
}

// Entries lists the snapshots, sorted by name. Temporary files, and what is not a snapshot by its name, are left out.
func (f Folder) Entries() ([]Entry, error) {
	files, err := f.Files.List()
	if err != nil {
		return nil, err
	}
	var entries []Entry
	for _, file := range files {
		format, ending, ok := formatOf(file.Name)
		if !ok {
			continue
		}
		name := strings.TrimSuffix(file.Name, ending)
		if CheckName(name) == nil {
			entries = append(entries, Entry{Name: name, Format: format, Size: file.Size, ending: ending})
		}
	}
	slices.SortFunc(entries, func(a, b Entry) int { return strings.Compare(a.Name, b.Name) })
	return entries, nil
}

// find looks a name up without regard to case, since two names that differ in case only are one file on some systems.
func (f Folder) find(name string) (Entry, error) {
	entries, err := f.Entries()
	if err != nil {
		return Entry{}, err
	}
	for _, entry := range entries {
		if strings.EqualFold(entry.Name, name) {
			return entry, nil
		}
	}
	return Entry{}, fmt.Errorf("%w: %s in %s", ErrNotFound, name, f.Files)
}

// Exists reports whether a name is taken.
func (f Folder) Exists(name string) (bool, error) {
	_, err := f.find(name)
	if errors.Is(err, ErrNotFound) {
		return false, nil
	}
	return err == nil, err
}

// Load reads a snapshot. The name is that of the file, whatever the document says.
func (f Folder) Load(name string) (*Snapshot, error) {
	entry, err := f.find(name)
	if err != nil {
		return nil, err
	}
	data, err := f.Files.ReadFile(entry.file())
	if err != nil {
		return nil, err
	}
	s, err := Read(data)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", entry.file(), err)
	}
	s.Name = entry.Name
	return s, nil
}

func (e Entry) file() string {
	if e.ending != "" {
		return e.Name + e.ending
	}
	return e.Name + endings[e.Format]
}

// Save writes a new snapshot under its name: to a temporary file, synced, renamed. An existing name is refused.
func (f Folder) Save(s *Snapshot, format Format) error {
	if err := CheckName(s.Name); err != nil {
		return err
	}
	if taken, err := f.Exists(s.Name); err != nil {
		return err
	} else if taken {
		return fmt.Errorf("%w: %s", ErrExists, s.Name)
	}
	err := f.create(s.Name+endings[format], func(w io.Writer) error { return Write(w, s, format) })
	if errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("%w: %s", ErrExists, s.Name)
	}
	return err
}

// create writes a new file, piece by piece where the storage can.
func (f Folder) create(name string, write func(io.Writer) error) error {
	if files, ok := f.Files.(interface {
		CreateBy(name string, write func(io.Writer) error) error
	}); ok {
		return files.CreateBy(name, write)
	}
	var data bytes.Buffer
	if err := write(&data); err != nil {
		return err
	}
	return f.Files.CreateFile(name, data.Bytes())
}

// Delete removes a snapshot that is not active.
func (f Folder) Delete(name string) error {
	entry, err := f.find(name)
	if err != nil {
		return err
	}
	active, err := f.actives()
	if err != nil {
		return err
	}
	for set, current := range active.Active {
		if strings.EqualFold(current, entry.Name) {
			return fmt.Errorf("can't delete %s: %w of %s; make another one active first", entry.Name, ErrActive, set)
		}
	}
	return f.Files.Remove(entry.file())
}

// Rename gives a snapshot another name; an active one stays active.
func (f Folder) Rename(from, to string) error {
	if err := CheckName(to); err != nil {
		return err
	}
	entry, err := f.find(from)
	if err != nil {
		return err
	}
	if other, err := f.find(to); err == nil {
		return fmt.Errorf("%w: %s", ErrExists, other.Name)
	} else if !errors.Is(err, ErrNotFound) {
		return err
	}
	data, err := f.Files.ReadFile(entry.file())
	if err != nil {
		return err
	}
	active, err := f.actives()
	if err != nil {
		return err
	}
	renamed := Entry{Name: to, Format: entry.Format}
	if err := f.Files.CreateFile(renamed.file(), data); err != nil {
		return err
	}
	for set, current := range active.Active {
		if strings.EqualFold(current, entry.Name) {
			active.Active[set] = to
		}
	}
	if err := f.writeActives(active); err != nil {
		return err
	}
	return f.Files.Remove(entry.file())
}
