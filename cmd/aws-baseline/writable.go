package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// writableFile says why a file could not be written, before a capture of minutes is made for it. What can go wrong
// later, such as a disk that fills up, is told when it does.
func writableFile(path string) error {
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		return fmt.Errorf("can't write %s: it is a folder", path)
	}
	return writableFolder(filepath.Dir(path))
}

// writableFolder tries a folder with a file that it removes again. A folder that does not exist is made when it is
// needed, so its nearest parent is tried.
func writableFolder(path string) error {
	info, err := os.Stat(path)
	for errors.Is(err, fs.ErrNotExist) && filepath.Dir(path) != path {
		path = filepath.Dir(path)
		info, err = os.Stat(path)
	}
	switch {
	case err != nil:
		return fmt.Errorf("can't write to the folder %s: %w", path, reason(err))
	case !info.IsDir():
		return fmt.Errorf("can't write to the folder %s: it is not a folder", path)
	}
	file, err := os.CreateTemp(path, ".tmp-*")
	if err != nil {
		return fmt.Errorf("can't write to the folder %s: %w", path, reason(err))
	}
	file.Close()
	return os.Remove(file.Name())
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return !errors.Is(err, fs.ErrNotExist)
}

// reason is an error without the path, which the line names already.
func reason(err error) error {
	var path *fs.PathError
	if errors.As(err, &path) {
		return path.Err
	}
	return err
}
