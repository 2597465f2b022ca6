//go:build !linux && !darwin

package history

import (
	"path/filepath"
	"strings"
)

// fileSystem names the network file system that a folder is on; "" is a local one. Of Windows it knows shares by their
// path; elsewhere it can't tell and says nothing.
func fileSystem(dir string) (string, error) {
	absolute, err := filepath.Abs(dir)
	if err != nil {
		return "", err
	}
	if strings.HasPrefix(filepath.VolumeName(absolute), `\\`) {
		return "SMB", nil
	}
	return "", nil
}
