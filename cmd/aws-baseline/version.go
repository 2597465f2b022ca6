package main

import (
	"fmt"
	"runtime"

	"github.com/aws-baseline/aws-baseline/collect"
)

type versionCmd struct{}

func (versionCmd) Run(a *app) error {
	_, err := fmt.Fprintf(a.stdout, "aws-baseline %s %s/%s %s\n", collect.Version, runtime.GOOS, runtime.GOARCH, runtime.Version())
	return err
}
