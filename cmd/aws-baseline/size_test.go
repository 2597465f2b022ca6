package main

import (
	"debug/elf"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

const (
	// maxMiB bounds the binary as it is shipped, without debug information and symbols. The SDK builds the schemas of a
	// service whole at start-up, so that each of the fifty costs about half a MiB, whatever is called of it.
	maxMiB = 80
	// maxClientMethods is what one service's client may keep in the binary. A client in an interface keeps all of its
	// methods, hundreds (EC2 has 780); the longest list of calls that a service's kinds make by method value is EC2's,
	// about 80.
	maxClientMethods = 120
)

// exempt services are used whole: by the SDK's own credential providers, and S3, whose operations nearly all count.
var exempt = map[string]bool{"s3": true, "sts": true, "signin": true, "sso": true, "ssooidc": true}

func TestBinarySize(t *testing.T) {
	if testing.Short() {
		t.Skip("links the binary")
	}
	// One link serves both: without debug information, with symbols; stripping these makes it smaller still.
	path := filepath.Join(t.TempDir(), "aws-baseline")
	if out, err := exec.Command("go", "build", "-p", "2", "-ldflags", "-w", "-o", path, ".").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	mib := float64(stripped(t, path)) / (1 << 20)
	t.Logf("stripped: %.1f MiB", mib)
	if mib > maxMiB {
		t.Errorf("the binary has %.1f MiB, more than %d", mib, maxMiB)
	}
	symbols, err := exec.Command("go", "tool", "nm", path).Output()
	if err != nil {
		t.Fatal(err)
	}
	method := regexp.MustCompile(`service/(\w+)\.\(\*Client\)\.([A-Z]\w*)$`)
	methods := make(map[string]int)
	for line := range strings.Lines(string(symbols)) {
		if found := method.FindStringSubmatch(strings.TrimSpace(line)); found != nil {
			methods[found[1]]++
		}
	}
	if len(methods) == 0 {
		t.Fatal("no client method found: the pattern no longer fits")
	}
	for service, n := range methods {
		if n > maxClientMethods && !exempt[service] {
			t.Errorf("%d methods of the %s client are in the binary: a client is held in an interface or a type argument", n, service)
		}
	}
}

// stripped is a binary's size without its symbols, as near as a page.
func stripped(t *testing.T, path string) int64 {
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	size := info.Size()
	file, err := elf.Open(path)
	if err != nil {
		return size // not Linux: the bound is then looser than it says
	}
	defer file.Close()
	for _, name := range []string{".symtab", ".strtab"} {
		if section := file.Section(name); section != nil {
			size -= int64(section.FileSize)
		}
	}
	return size
}
