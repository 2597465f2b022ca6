package main

import (
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

// The program is in PATH for tests that start it, as itself and as the kubectl plugin.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"aws-baseline": main, pluginName: main})
}
