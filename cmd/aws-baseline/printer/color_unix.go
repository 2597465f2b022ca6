//go:build !windows

package printer

import "os"

// enableColor reports whether a terminal understands colour.
func enableColor(*os.File) bool { return true }
