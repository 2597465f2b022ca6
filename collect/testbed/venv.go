package testbed

import (
	"context"
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
)

// requirements pins everything that pip installs, so that a release of some library can't break the tests.
//
//go:embed requirements.txt
var requirements string

// python returns the interpreter of a virtual environment with the requirements, in .cache/ at the root of the
// repository. The environment's name has a digest of the pins, so new pins get a new one. It is made by whoever comes
// first; other processes wait for the lock. One that was left half made is made again.
func python(ctx context.Context) (string, error) { return environment(ctx, "moto", requirements) }

// environment is [python] for the requirements of a program.
func environment(ctx context.Context, name, requirements string) (string, error) {
	root, err := repositoryRoot()
	if err != nil {
		return "", err
	}
	cache := filepath.Join(root, ".cache")
	if err := os.MkdirAll(cache, 0o755); err != nil {
		return "", fmt.Errorf("testbed: %w", err)
	}
	if err := os.WriteFile(filepath.Join(cache, ".gitignore"), []byte("*\n"), 0o644); err != nil {
		return "", fmt.Errorf("testbed: %w", err)
	}
	digest := sha256.Sum256([]byte(requirements))
	dir := filepath.Join(cache, name+"-"+hex.EncodeToString(digest[:6]))
	interpreter, done := filepath.Join(dir, "bin", "python"), filepath.Join(dir, "complete")
	if runtime.GOOS == "windows" {
		interpreter = filepath.Join(dir, "Scripts", "python.exe")
	}
	if exists(done) {
		return interpreter, nil
	}
	unlock, err := lock(ctx, dir+".lock")
	if err != nil {
		return "", fmt.Errorf("testbed: wait for another process to make %s: %w", dir, err)
	}
	defer unlock()
	if exists(done) {
		return interpreter, nil
	}
	return interpreter, makeVenv(ctx, name, requirements, dir, interpreter, done)
}

func makeVenv(ctx context.Context, name, requirements, dir, interpreter, done string) error {
	system, err := exec.LookPath("python3")
	if err != nil {
		if system, err = exec.LookPath("python"); err != nil {
			return errors.New("testbed: no python3 in PATH: the integration tests need Python 3.10 or newer")
		}
	}
	if err := os.RemoveAll(dir); err != nil {
		return fmt.Errorf("testbed: %w", err)
	}
	if err := run(ctx, system, "-m", "venv", dir); err != nil {
		return fmt.Errorf("testbed: make a virtual environment (on Debian and Ubuntu it needs python3-venv): %w", err)
	}
	pins := filepath.Join(dir, "requirements.txt")
	if err := os.WriteFile(pins, []byte(requirements), 0o644); err != nil {
		return fmt.Errorf("testbed: %w", err)
	}
	if err := run(ctx, interpreter, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r", pins); err != nil {
		return fmt.Errorf("testbed: install %s: %w", name, err)
	}
	return os.WriteFile(done, nil, 0o644)
}

// run returns the last line that the command printed as its error: Python puts the reason there.
func run(ctx context.Context, name string, args ...string) error {
	output, err := exec.CommandContext(ctx, name, args...).CombinedOutput()
	if err == nil {
		return nil
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if last := lastLine(string(output)); last != "" {
		return fmt.Errorf("%w: %s", err, last)
	}
	return err
}

func lastLine(text string) string {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	return strings.TrimSpace(lines[len(lines)-1])
}

// repositoryRoot is the folder with go.mod: tests run in the folder of their package.
func repositoryRoot() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", fmt.Errorf("testbed: %w", err)
	}
	for !exists(filepath.Join(dir, "go.mod")) {
		parent := filepath.Dir(dir)
		if parent == dir {
			return "", errors.New("testbed: no go.mod in this folder or above: run inside the repository")
		}
		dir = parent
	}
	return dir, nil
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}
