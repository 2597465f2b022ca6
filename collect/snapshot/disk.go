package snapshot

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// Disk is a folder on the local disk. Files are mode 0600, the folder 0700; it is made by the first write.
type Disk string

// temporary files are invisible to List and safe to delete.
const temporaryPrefix = ".tmp-"

func (d Disk) String() string { return string(d) }

// ReadFile implements [Files].
func (d Disk) ReadFile(name string) ([]byte, error) {
	return os.ReadFile(filepath.Join(string(d), name))
}

// Remove implements [Files].
func (d Disk) Remove(name string) error {
	if err := os.Remove(filepath.Join(string(d), name)); err != nil {
		return err
	}
	return d.sync()
}

// List implements [Files].
func (d Disk) List() ([]Info, error) {
	entries, err := os.ReadDir(string(d))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var list []Info
	for _, entry := range entries {
		if entry.IsDir() || strings.HasPrefix(entry.Name(), ".") {
			continue
		}
		info, err := entry.Info()
		if errors.Is(err, fs.ErrNotExist) {
			continue // gone since
		}
		if err != nil {
			return nil, err
		}
		list = append(list, Info{Name: entry.Name(), Size: info.Size(), ModTime: info.ModTime()})
	}
	return list, nil
}

// WriteFile implements [Files]: the content goes to a temporary file, which is synced and renamed.
func (d Disk) WriteFile(name string, data []byte) error {
	return d.write(name, whole(data), os.Rename)
}

// CreateFile implements [Files]: as WriteFile, and an existing file is refused, also one that came in meanwhile.
func (d Disk) CreateFile(name string, data []byte) error {
	return d.CreateBy(name, whole(data))
}

// whole writes data at once.
func whole(data []byte) func(io.Writer) error {
	return func(w io.Writer) error {
		_, err := w.Write(data)
		return err
	}
}

// CreateBy is CreateFile for content that write hands over piece by piece, so that it is nowhere in memory as a whole.
func (d Disk) CreateBy(name string, write func(io.Writer) error) error {
	return d.write(name, write, func(temporary, final string) error {
		// A link fails where the name is taken; a rename would overwrite it.
		err := os.Link(temporary, final)
		if err == nil || errors.Is(err, fs.ErrExist) {
			return err
		}
		// Some file systems have no links.
		if _, statErr := os.Lstat(final); statErr == nil {
			return fmt.Errorf("%s: %w", final, fs.ErrExist)
		}
		return os.Rename(temporary, final)
	})
}

func (d Disk) write(name string, fill func(io.Writer) error, place func(temporary, final string) error) (err error) {
	if err := os.MkdirAll(string(d), 0o700); err != nil {
		return err
	}
	file, err := os.CreateTemp(string(d), temporaryPrefix+"*") // mode 0600
	if err != nil {
		return err
	}
	defer os.Remove(file.Name())
	err = fill(file)
	if err == nil {
		err = file.Sync()
	}
	if closed := file.Close(); err == nil {
		err = closed
	}
	if err != nil {
		return fmt.Errorf("can't write %s: %w", filepath.Join(string(d), name), err)
	}
	if err := place(file.Name(), filepath.Join(string(d), name)); err != nil {
		return err
	}
	return d.sync()
}

// sync makes the folder's entries durable, where the system can.
func (d Disk) sync() error {
	folder, err := os.Open(string(d))
	if err != nil {
		return nil //nolint:nilerr // Windows can't open folders; the rename itself is done
	}
	defer folder.Close()
	_ = folder.Sync() // not every file system knows it
	return nil
}
