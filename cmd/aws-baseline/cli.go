package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"

	"github.com/alecthomas/kong"

	"github.com/aws-baseline/aws-baseline/cmd/aws-baseline/printer"
	"github.com/aws-baseline/aws-baseline/collect"
	"github.com/aws-baseline/aws-baseline/collect/snapshot"
)

// cli is the command line: every command, and the flags that all of them share.
type cli struct {
	Profile     string `help:"Profile of the AWS CLI's configuration to use." placeholder:"NAME" group:"aws"`
	Region      string `help:"Region to ask for the account's identity and regions; --regions chooses what is captured." placeholder:"REGION" group:"aws"`
	EndpointURL string `name:"endpoint-url" help:"Send every call to this URL (an emulator)." placeholder:"URL" group:"aws"`
	SnapshotDir string `help:"Folder of the snapshots, or s3://bucket/prefix." placeholder:"DIR" default:"${snapshotDir}" env:"AWS_BASELINE_SNAPSHOT_DIR"`
	Config      string `help:"Configuration file; without it config.yaml in aws-baseline of the user's configuration folder." placeholder:"FILE" env:"AWS_BASELINE_CONFIG"`
	Debug       bool   `help:"Show AWS's request ids and the full text of errors."`

	ShowVersion kong.VersionFlag `name:"version" help:"Print the version."`

	Snapshot snapshotCmd `cmd:"" help:"Capture what exists, and manage what was captured."`
	Diff     diffCmd     `cmd:"" aliases:"delta" help:"Compare the account, or a snapshot, with a baseline."`
	Cost     costCmd     `cmd:"" help:"Split the account's cost into baseline and the rest."`
	Restore  restoreCmd  `cmd:"" help:"Delete what was added since the baseline."`
	Exporter exporterCmd `cmd:"" help:"Capture on a schedule and serve Prometheus metrics."`
	Policy   policyCmd   `cmd:"" help:"Print the IAM policy that a command needs."`
	Doctor   doctorCmd   `cmd:"" help:"Look at credentials, permissions and the store, and say what to do about faults."`
	Kinds    kindsCmd    `cmd:"" help:"List the types of resources that are collected."`
	Version  versionCmd  `cmd:"" help:"Print the version."`
}

const defaultSnapshotDir = ".snapshots"

// app is what commands reach the world through.
type app struct {
	ctx            context.Context
	stdin          io.Reader
	stdout, stderr io.Writer
	name           string // as the user called it: "aws-baseline" or "kubectl aws-baseline"
	args           []string
	flags          *cli
	files          snapshot.Files // of the snapshot folder
}

// folder is the snapshot folder.
func (a *app) folder() snapshot.Folder { return snapshot.Folder{Files: a.files} }

// openFolder finds the snapshot folder, and calls nothing yet.
func (a *app) openFolder() (snapshot.Files, error) {
	if !collect.InBucket(a.flags.SnapshotDir) {
		if scheme, _, ok := strings.Cut(a.flags.SnapshotDir, "://"); ok {
			return nil, fmt.Errorf("--snapshot-dir: snapshots can't be kept in %s://; give a folder, or s3://bucket/prefix", scheme)
		}
		return snapshot.Disk(a.flags.SnapshotDir), nil
	}
	return collect.NewBucketFolder(a.ctx, a.options(collect.DefaultConcurrency), a.flags.SnapshotDir)
}

// localFolder is the snapshot folder, or the default one where that is in a bucket: for what must be on a disk.
func (a *app) localFolder() string {
	if collect.InBucket(a.flags.SnapshotDir) {
		return defaultSnapshotDir
	}
	return a.flags.SnapshotDir
}

// commandLine is how the program was called, as snapshots keep it: without what lets somebody in.
func (a *app) commandLine() []string {
	line := append([]string{a.name}, a.args...)
	for i, word := range line {
		name, value, joined := strings.Cut(word, "=")
		if !joined && i > 0 {
			name, value = line[i-1], word
		}
		hidden := value
		switch name {
		case "--external-id":
			hidden = "***"
		case "--endpoint-url":
			if address, err := url.Parse(value); err == nil && address.User != nil {
				address.User = url.User("***")
				hidden = address.String()
			}
		}
		line[i] = strings.TrimSuffix(word, value) + hidden
	}
	return line
}

// warn writes a line to stderr.
func (a *app) warn(format string, args ...any) { fmt.Fprintf(a.stderr, format+"\n", args...) }

// terminal reports whether a stream is a terminal.
func terminal(stream any) bool {
	file, ok := stream.(*os.File)
	return ok && printer.IsTerminal(file)
}

// pluginName is the executable's name as a kubectl plugin.
const pluginName = "kubectl-aws_baseline"

// run parses the arguments, runs the command and returns the exit code.
func run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) (code int) {
	flags := new(cli)
	a := &app{ctx: ctx, stdin: stdin, stdout: stdout, stderr: stderr, name: "aws-baseline", args: args, flags: flags}
	if strings.TrimSuffix(filepath.Base(os.Args[0]), ".exe") == pluginName {
		a.name = "kubectl aws-baseline"
	}
	exited := -1
	parser, err := kong.New(flags,
		kong.Name(a.name),
		kong.Description("Know what an AWS landing zone is made of, what has been added to it, what that costs, and how to get back."),
		kong.Writers(stdout, stderr),
		kong.Exit(func(code int) { exited = code; panic(helpShown{}) }),
		kong.ExplicitGroups([]kong.Group{{Key: "aws", Title: "AWS:"}}),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true, NoExpandSubcommands: false}),
		kong.UsageOnError(),
		kong.Vars{"snapshotDir": defaultSnapshotDir, "defaultRole": collect.DefaultRole, "version": versionLine()},
	)
	if err != nil {
		fmt.Fprintln(stderr, err)
		return exitTrouble
	}
	// kong ends the program after --help; here that becomes a return.
	defer func() {
		if caught := recover(); caught != nil {
			if _, ok := caught.(helpShown); !ok {
				panic(caught)
			}
			code = exited
		}
	}()
	if len(args) == 0 {
		args = []string{"--help"}
	}
	if args[0] == "help" {
		args = append(slices.Clone(args[1:]), "--help")
	}
	if group := bareGroup(parser.Model.Node, args); group {
		args = append(args, "--help")
	}
	parsed, err := parser.Parse(args)
	where := a.name
	if err == nil {
		err, where = emptyValue(parsed), commandPath(a.name, parsed.Selected())
	}
	if err != nil {
		var parseError *kong.ParseError
		if errors.As(err, &parseError) && parseError.Context != nil && parseError.Context.Selected() != nil {
			where = commandPath(a.name, parseError.Context.Selected())
		} else if strings.HasPrefix(err.Error(), "unknown flag") && len(args) > 1 {
			err = fmt.Errorf("%w; a command's flags come after it", err)
		}
		fmt.Fprintf(stderr, "%s: error: %s; see: %s --help\n", a.name, err, where)
		return exitUsage
	}
	flags.SnapshotDir = cmp.Or(flags.SnapshotDir, defaultSnapshotDir) // the variable may be set and empty
	if a.files, err = a.openFolder(); err != nil {
		return a.exit(usage{err})
	}
	parsed.Bind(a)
	return a.exit(parsed.Run(a))
}

type helpShown struct{}

// emptyValue refuses an argument or a flag without a value. It is an unset variable in a script, and a filter that
// filters nothing (--types "$TYPES") would widen what restore deletes.
func emptyValue(parsed *kong.Context) error {
	for _, part := range parsed.Path {
		var value *kong.Value
		var name string
		switch {
		case part.Flag != nil:
			value, name = part.Flag.Value, "--"+part.Flag.Name
		case part.Positional != nil:
			value, name = part.Positional, strings.ToUpper(part.Positional.Name)
		default:
			continue
		}
		empty := false
		switch target := value.Target; target.Kind() {
		case reflect.String:
			empty = target.Len() == 0
		case reflect.Slice:
			list, ok := target.Interface().([]string)
			empty = ok && (len(list) == 0 || slices.Contains(list, ""))
		}
		if empty {
			return fmt.Errorf("%s has an empty value", name)
		}
	}
	return nil
}

// commandPath is a command as its user types it.
func commandPath(name string, node *kong.Node) string {
	if node.Parent == nil {
		return name
	}
	return commandPath(name, node.Parent) + " " + node.Name
}

// bareGroup reports whether the arguments name a group of commands and nothing else: that asks for its help.
func bareGroup(node *kong.Node, args []string) bool {
	if len(args) != 1 {
		return false
	}
	for _, child := range node.Children {
		if child.Name == args[0] {
			return len(child.Children) > 0 && child.DefaultCmd == nil
		}
	}
	return false
}
