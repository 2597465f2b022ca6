package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/alecthomas/kong"
	"golang.org/x/term"

	"github.com/aws-baseline/aws-baseline/collect/snapshot"
)

// cli is the command line: every command, and the flags that all of them share.
type cli struct {
	Profile     string `help:"Profile of the AWS CLI's configuration to use." placeholder:"NAME" group:"aws"`
	Region      string `help:"Region to ask for the account's identity and regions; --regions chooses what is captured." placeholder:"REGION" group:"aws"`
	EndpointURL string `name:"endpoint-url" help:"Send every call to this URL (an emulator)." placeholder:"URL" group:"aws"`
	SnapshotDir string `help:"Folder of the snapshots." placeholder:"DIR" default:".snapshots" env:"AWS_BASELINE_SNAPSHOT_DIR"`
	Debug       bool   `help:"Show AWS's request ids and the full text of errors."`

	Snapshot snapshotCmd `cmd:"" help:"Capture what exists, and manage what was captured."`
	Diff     diffCmd     `cmd:"" aliases:"delta" help:"Compare the account, or a snapshot, with a baseline."`
	Cost     costCmd     `cmd:"" help:"Split the account's cost into baseline and the rest."`
	Restore  restoreCmd  `cmd:"" help:"Delete what was added since the baseline."`
	Exporter exporterCmd `cmd:"" help:"Capture on a schedule and serve Prometheus metrics."`
	Kinds    kindsCmd    `cmd:"" help:"List the types of resources that are collected."`
	Version  versionCmd  `cmd:"" help:"Print the version."`
}

// app is what commands reach the world through.
type app struct {
	ctx            context.Context
	stdin          io.Reader
	stdout, stderr io.Writer
	name           string // as the user called it: "aws-baseline" or "kubectl aws-baseline"
	args           []string
	flags          *cli
}

// folder is the snapshot folder.
func (a *app) folder() snapshot.Folder {
	return snapshot.Folder{Files: snapshot.Disk(a.flags.SnapshotDir)}
}

// warn writes a line to stderr.
func (a *app) warn(format string, args ...any) { fmt.Fprintf(a.stderr, format+"\n", args...) }

// terminal reports whether a stream is a terminal.
func terminal(stream any) bool {
	file, ok := stream.(*os.File)
	return ok && term.IsTerminal(int(file.Fd()))
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
	if group := bareGroup(parser.Model.Node, args); group {
		args = append(args, "--help")
	}
	parsed, err := parser.Parse(args)
	if err != nil {
		var parseError *kong.ParseError
		where := a.name
		if errors.As(err, &parseError) && parseError.Context != nil && parseError.Context.Selected() != nil {
			where = commandPath(a.name, parseError.Context.Selected())
		}
		fmt.Fprintf(stderr, "%s: error: %s; see: %s --help\n", a.name, err, where)
		return exitUsage
	}
	parsed.Bind(a)
	return a.exit(parsed.Run(a))
}

type helpShown struct{}

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
