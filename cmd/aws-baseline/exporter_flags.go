package main

import (
	"fmt"
	"os"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/alecthomas/kong"

	"github.com/aws-baseline/aws-baseline/exporter"
)

// days is a duration that may also be given in days: "90d".
type days time.Duration

// Decode implements kong's MapperValue.
func (d *days) Decode(ctx *kong.DecodeContext) error {
	var text string
	if err := ctx.Scan.PopValueInto("duration", &text); err != nil {
		return err
	}
	parsed, err := parseDuration(text)
	*d = days(parsed)
	return err
}

func parseDuration(text string) (time.Duration, error) {
	if number, ok := strings.CutSuffix(text, "d"); ok {
		n, err := strconv.ParseUint(number, 10, 16)
		if err != nil {
			return 0, fmt.Errorf("%q is not a duration: write 90d, 6h or 30m", text)
		}
		return time.Duration(n) * 24 * time.Hour, nil
	}
	parsed, err := time.ParseDuration(text)
	if err != nil || parsed < 0 {
		return 0, fmt.Errorf("%q is not a duration: write 90d, 6h or 30m", text)
	}
	return parsed, nil
}

// Bounds of the times. Three intervals must fit into a duration, and a query for the bill costs money.
const (
	minInterval     = days(time.Minute)
	minCostInterval = days(time.Hour)
	maxInterval     = days(365 * 24 * time.Hour)
	minRetention    = days(time.Hour)
)

// check refuses, before anything is opened or asked, what can't be meant. An emulator may be captured as often as one
// likes.
func (c *exporterCmd) check(a *app) error {
	emulated := a.flags.EndpointURL != "" || os.Getenv("AWS_ENDPOINT_URL") != ""
	if _, err := chosenKinds(c.Types, nil); err != nil {
		return err
	}
	switch {
	case c.Interval <= 0, c.Interval < minInterval && !emulated, c.Interval > maxInterval:
		return usagef("--interval is %s: give 1m to 365d", time.Duration(c.Interval))
	case c.CostInterval < 0, c.CostInterval > 0 && c.CostInterval < minCostInterval && !emulated, c.CostInterval > maxInterval:
		return usagef("--cost-interval is %s: give 1h to 365d, or 0 for none; each query costs money", time.Duration(c.CostInterval))
	case c.Retention < minRetention:
		return usagef("--retention is %s: give 1h or more", time.Duration(c.Retention))
	case c.MaxSeries < 1:
		return usagef("--max-series is %d: give 1 or more", c.MaxSeries)
	case c.Concurrency < 1:
		return usagef("--concurrency is %d: give 1 or more", c.Concurrency)
	}
	for _, region := range c.Regions {
		if !regionName().MatchString(region) {
			return usagef("%q is no name of a region: give one like eu-west-1", region)
		}
	}
	if !c.WebSystemdSocket {
		for _, address := range c.WebListenAddress {
			if err := exporter.CheckAddress(address); err != nil {
				return usagef("--web.listen-address: %w", err)
			}
		}
	}
	return nil
}

// regionName is how every region is named, in every partition.
func regionName() *regexp.Regexp { return regexp.MustCompile(`^[a-z]{2,}(-[a-z]+)+-[0-9]+$`) }
