package main

import (
	"fmt"
	"runtime"

	"github.com/aws-baseline/aws-baseline/collect"
)

type versionCmd struct{}

func (versionCmd) Run(a *app) error {
	_, err := fmt.Fprintln(a.stdout, versionLine())
	return err
}

func versionLine() string {
	return fmt.Sprintf("aws-baseline %s %s/%s %s", collect.Version, runtime.GOOS, runtime.GOARCH, runtime.Version())
}
