package main

import (
	"context"
	"fmt"
	"os"

	"github.com/aws-baseline/aws-baseline/collect"
	"github.com/aws-baseline/aws-baseline/collect/kinds"
	"github.com/aws-baseline/aws-baseline/collect/snapshot"
)

func main() {
	s, err := collect.Open(context.Background(), collect.Options{})
	if err != nil {
		fmt.Println(err)
		os.Exit(3)
	}
	snap, err := collect.Capture(context.Background(), s, collect.Request{Kinds: kinds.All(), MaskKey: collect.NewMaskKey("0123456789abcdef")})
	if err != nil {
		fmt.Println(err)
		os.Exit(2)
	}
	snapshot.Write(os.Stdout, snap, snapshot.JSON)
	fmt.Fprintln(os.Stderr, s.Counts())
}
