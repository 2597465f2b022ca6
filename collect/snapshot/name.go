package snapshot

import (
	"fmt"
	"regexp"
	"strings"
)

var (
	namePattern = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$`)
	// Windows opens these as devices whatever their ending.
	devicePattern = regexp.MustCompile(`(?i)^(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?$`)
)

// CheckName refuses names that would not be a file on every system.
func CheckName(name string) error {
	switch {
	case !namePattern.MatchString(name):
		return fmt.Errorf("%q is not a snapshot name: up to 100 letters, digits, dots, hyphens and underscores, the first a letter or digit", name)
	case devicePattern.MatchString(name):
		return fmt.Errorf("%q is not a snapshot name: Windows keeps it for a device", name)
	case strings.HasSuffix(name, "."):
		return fmt.Errorf("%q is not a snapshot name: it ends in a dot", name)
	case strings.EqualFold(name, "active"), strings.EqualFold(name, "restores"):
		return fmt.Errorf("%q is not a snapshot name: the snapshot folder uses it", name)
	}
	return nil
}
