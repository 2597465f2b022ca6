package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

const (
	// maxMiB bounds the stripped binary.
	maxMiB = 60
	// maxClientMethods is what one service's client may keep in the binary. A client in an interface keeps all of its
	// methods, hundreds; the largest list of calls that a service's kinds make by method value is a few dozen.
	maxClientMethods = 60
)

// exempt services are used whole: by the SDK's own credential providers, and S3, whose operations nearly all count.
var exempt = map[string]bool{"s3": true, "sts": true, "signin": true, "sso": true, "ssooidc": true}

func TestBinarySize(t *testing.T) {
	if testing.Short() {
		t.Skip("links the binary twice")
	}
	folder := t.TempDir()
	link := func(name, flags string) string {
		path := filepath.Join(folder, name)
		build := exec.Command("go", "build", "-p", "2", "-ldflags", flags, "-o", path, ".")
		build.Env = append(os.Environ(), "CGO_ENABLED=0")
		if out, err := build.CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		return path
	}
	info, err := os.Stat(link("stripped", "-s -w"))
	if err != nil {
		t.Fatal(err)
	}
	mib := float64(info.Size()) / (1 << 20)
	t.Logf("stripped: %.1f MiB", mib)
	if mib > maxMiB {
		t.Errorf("the stripped binary has %.1f MiB, more than %d", mib, maxMiB)
	}

	symbols, err := exec.Command("go", "tool", "nm", link("whole", "")).Output()
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
