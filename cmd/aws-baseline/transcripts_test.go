package main

import (
	"errors"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/aws-baseline/aws-baseline/collect/testbed"
)

var update = flag.Bool("update", false, "write the golden text in the transcripts anew")

// TestTranscripts are the conversations that need no AWS. The snapshots in testdata/snapshots are of two days of one
// account, one with a gap, and one of another account.
func TestTranscripts(t *testing.T) {
	transcripts(t, "testdata/transcripts", withSnapshots, nil)
}

// TestTranscriptsOnAWS are conversations about an account on moto, a new one for each.
func TestTranscriptsOnAWS(t *testing.T) {
	server := testbed.Moto(t)
	transcripts(t, "testdata/transcripts/aws", func(env *testscript.Env) error {
		proxy, err := testbed.StartProxy(server.URL)
		if err != nil {
			return err
		}
		env.Defer(func() { proxy.Close() })
		env.Values[proxyOf{}] = proxy
		env.Vars = append(env.Vars, proxy.Environ(home)...)
		env.Setenv("ACCOUNT", proxy.Account)
		return nil
	}, accountCommands())
}

// TestTranscriptsInKubectl runs the program as kubectl does.
func TestTranscriptsInKubectl(t *testing.T) {
	testbed.RequireIntegration(t)
	if _, err := exec.LookPath("kubectl"); err != nil {
		t.Fatal(err)
	}
	transcripts(t, "testdata/transcripts/kubectl", withSnapshots, nil)
}

func transcripts(t *testing.T, folder string, setup func(*testscript.Env) error, commands map[string]func(*testscript.TestScript, bool, []string)) {
	all := map[string]func(*testscript.TestScript, bool, []string){"exits": exits, "complains": complains}
	for name, command := range commands {
		all[name] = command
	}
	testscript.Run(t, testscript.Params{
		Dir: folder, UpdateScripts: *update, RequireUniqueNames: true, Cmds: all,
		Setup: func(env *testscript.Env) error {
			// Nothing of the person who runs the tests: no files, no credentials, no time zone.
			env.Setenv("HOME", filepath.Join(env.WorkDir, "home"))
			env.Setenv("XDG_CONFIG_HOME", filepath.Join(env.WorkDir, "home", ".config"))
			env.Setenv("AWS_CONFIG_FILE", os.DevNull)
			env.Setenv("AWS_SHARED_CREDENTIALS_FILE", os.DevNull)
			env.Setenv("AWS_EC2_METADATA_DISABLED", "true")
			env.Setenv("AWS_BASELINE_SNAPSHOT_DIR", "snapshots")
			env.Setenv("TZ", "Asia/Tokyo")
			env.Setenv("TERM", "xterm")
			return setup(env)
		},
	})
}

// withSnapshots puts the stored snapshots into the script's folder.
func withSnapshots(env *testscript.Env) error {
	return os.CopyFS(filepath.Join(env.WorkDir, "snapshots"), os.DirFS("testdata/snapshots"))
}

// exits runs a program that must end with an exit code:
//
//	exits CODE PROGRAM [ARGUMENT…]
func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits CODE PROGRAM [ARGUMENT…]")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	got := 0
	if err := ts.Exec(args[1], args[2:]...); err != nil {
		var exit *exec.ExitError
		if !errors.As(err, &exit) {
			ts.Fatalf("%v", err)
		}
		got = exit.ExitCode()
	}
	if got != want {
		ts.Fatalf("the exit code is %d", got)
	}
}

// complains says that the last program printed nothing but one line of what is wrong:
//
//	complains [-as NAME] REGEXP
func complains(ts *testscript.TestScript, neg bool, args []string) {
	name := "aws-baseline"
	if len(args) == 3 && args[0] == "-as" {
		name, args = args[1], args[2:]
	}
	if neg || len(args) != 1 {
		ts.Fatalf("usage: complains [-as NAME] REGEXP")
	}
	if out := ts.ReadFile("stdout"); out != "" {
		ts.Fatalf("an error, and yet there is output:\n%s", out)
	}
	line, err := regexp.Compile("^" + name + ": error: (?:" + args[0] + ")$")
	ts.Check(err)
	if said := ts.ReadFile("stderr"); strings.Count(said, "\n") != 1 || !line.MatchString(strings.TrimSuffix(said, "\n")) {
		ts.Fatalf("that is not one line that matches %s:\n%s", line, said)
	}
}
