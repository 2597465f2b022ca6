package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/aws-baseline/aws-baseline/collect/testbed"
)

// account is the one that the demonstration acts in, as AWS's documentation calls it.
const account = "123456789012"

// Two regions are enough to see, and quick.
const (
	home  = "us-east-1"
	other = "eu-west-1"
)

type options struct {
	binary        string
	keep          bool
	out, progress io.Writer
}

// demo is a demonstration under way.
type demo struct {
	options
	program program
	moto    *testbed.MotoServer
	proxy   *testbed.FaultProxy
	aws     aws.Config
	folder  string // everything that the program writes is in here

	zone  *testbed.Zone
	drift *testbed.Drift
}

var errInterrupted = errors.New("interrupted")

// show runs the demonstration and takes away what it made.
func show(ctx context.Context, o options) (err error) {
	binary, err := filepath.Abs(o.binary)
	if err != nil {
		return err
	}
	if _, err := os.Stat(binary); err != nil {
		return fmt.Errorf("there is no program to show: %w; build it with: make build", err)
	}
	d := &demo{options: o}
	if d.folder, err = os.MkdirTemp("", "aws-baseline-demo-"); err != nil {
		return err
	}
	defer os.RemoveAll(d.folder)
	d.say("aws-baseline on an emulator of AWS: nothing leaves this machine, and no AWS account is touched.",
		"", "Starting the emulator (the first time installs it, about a minute) …")
	if d.moto, err = testbed.StartMoto(ctx, testbed.MotoOptions{}); err != nil {
		return err
	}
	defer d.moto.Close()
	if d.proxy, err = testbed.StartProxy(d.moto.URL, testbed.AsAccount(account)); err != nil {
		return err
	}
	defer d.proxy.Close()
	d.proxy.Strict() // refuse the deletions that AWS refuses and moto allows: the order of deletions counts
	d.aws = d.proxy.Config(home)
	d.program = program{path: binary, folder: d.folder, environ: environ(d.proxy), out: o.out, progress: o.progress}
	if err := d.steps(ctx); err != nil {
		return err
	}
	return d.goOn(ctx)
}

func (d *demo) steps(ctx context.Context) error {
	for i, step := range []struct {
		title string
		do    func(context.Context) error
	}{
		{"A landing zone", d.landingZone},
		{"Remember it as the baseline", d.baseline},
		{"Nothing has changed", d.unchanged},
		{"A developer in a hurry", d.hurry},
		{"What is different now?", d.difference},
		{"What does it cost?", d.cost},
		{"How do we get back?", d.plan},
		{"Get back", d.apply},
		{"What is left?", d.leftOver},
		{"Watch it", d.watch},
	} {
		d.say("", fmt.Sprintf("=== %d. %s", i+1, step.title), "")
		if err := step.do(ctx); err != nil {
			if ctx.Err() != nil {
				return errInterrupted
			}
			return fmt.Errorf("step %d, %q: %w", i+1, step.title, err)
		}
	}
	return nil
}

// goOn tells how to use what the demonstration leaves, or how to get it.
func (d *demo) goOn(ctx context.Context) error {
	d.say("", "=== Go on by hand", "")
	if !d.keep {
		d.say("The emulator is gone now, and so is all that was in it. To have it stay at the end:", "",
			"  go run ./cmd/demo -binary "+d.binary+" -keep", "",
			"An empty one to try things on:", "",
			"  MOTO_EC2_LOAD_DEFAULT_AMIS=false .cache/moto-*/bin/moto_server -H 127.0.0.1 -p 5000 &",
			"  export AWS_ENDPOINT_URL=http://127.0.0.1:5000 AWS_REGION="+home+" AWS_ACCESS_KEY_ID=any AWS_SECRET_ACCESS_KEY=any",
			"  "+d.binary+" snapshot create empty --regions "+home, "",
			"On AWS, with credentials that may read (only restore changes anything, and it asks before):", "",
			"  "+d.binary+" snapshot create landing-zone",
			"  "+d.binary+" diff")
		return nil
	}
	binary := d.program.path
	d.say("The emulator runs until you press Ctrl-C. In another terminal:", "", "  cd "+d.folder)
	for _, setting := range d.proxy.Environ(home) {
		d.say("  export " + setting)
	}
	d.say("  export "+maskKey, "", "  "+binary+" diff", "  "+binary+" snapshot create mine --regions "+regions, "  "+binary+" --help")
	<-ctx.Done()
	d.say("", "The emulator ends, and nothing is left behind.")
	return nil
}

// say prints lines.
func (d *demo) say(lines ...string) {
	fmt.Fprintln(d.out, strings.Join(lines, "\n"))
}
