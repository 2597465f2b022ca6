package printer

import (
	"os"

	"golang.org/x/sys/windows"
)

// enableColor switches a console's escape sequences on, which older ones start without, and reports whether it could.
func enableColor(file *os.File) bool {
	console := windows.Handle(file.Fd())
	var mode uint32
	if windows.GetConsoleMode(console, &mode) != nil {
		return false
	}
	return windows.SetConsoleMode(console, mode|windows.ENABLE_VIRTUAL_TERMINAL_PROCESSING) == nil
}
