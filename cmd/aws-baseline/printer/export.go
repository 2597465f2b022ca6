package printer

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/aws-baseline/aws-baseline/collect/snapshot"
)

// Export writes a view to a file in the format that its ending names (see [ForFile]): to a temporary file in the same
// folder, synced and renamed, mode 0600. A file that exists is replaced; where a link stands, the file that it points
// to is. The folder must exist. An ending that says nothing, and a format that has no meaning for the view, are a
// [UsageError]; nothing is written then. warn hears what [Printer.Warn] does and may be nil.
func Export(path string, view View, warn func(message string)) error {
	format, err := ForFile(path)
	if err != nil {
		return err
	}
	var text bytes.Buffer
	if err := (Printer{Out: &text, Warn: warn}).Print(format, view); err != nil {
		return err
	}
	target, err := exportTarget(path)
	if err != nil {
		return fmt.Errorf("can't export to %s: %w", path, err)
	}
	folder, name := filepath.Split(target)
	if folder == "" {
		folder = "."
	}
	if err := snapshot.Disk(folder).WriteFile(name, text.Bytes()); err != nil {
		return fmt.Errorf("can't export to %s: %w", path, err)
	}
	return nil
}

// exportTarget is the file to replace or make.
func exportTarget(path string) (string, error) {
	info, err := os.Stat(path)
	switch {
	case err == nil && info.IsDir():
		return "", errors.New("it is a folder")
	case err == nil && !info.Mode().IsRegular():
		return "", errors.New("it is not a regular file")
	case err == nil:
		return filepath.EvalSymlinks(path)
	case !errors.Is(err, fs.ErrNotExist):
		return "", err
	}
	if _, err := os.Lstat(path); err == nil {
		return "", errors.New("it is a link to a file that does not exist")
	}
	folder, err := os.Stat(filepath.Dir(path))
	if errors.Is(err, fs.ErrNotExist) {
		return "", fmt.Errorf("the folder %s does not exist", filepath.Dir(path))
	}
	if err != nil {
		return "", err
	}
	if !folder.IsDir() {
		return "", fmt.Errorf("%s is not a folder", filepath.Dir(path))
	}
	return path, nil
}
