package main

import (
	"fmt"
	"strings"
	"time"

	"github.com/alecthomas/kong"
)

// pairs is a flag of KEY=VALUE pairs, separated by commas; "\," is a comma in a value. A key given twice with different
// values is a mistake.
type pairs map[string]string

// Decode implements kong's MapperValue.
func (p *pairs) Decode(ctx *kong.DecodeContext) error {
	var text string
	if err := ctx.Scan.PopValueInto("key=value", &text); err != nil {
		return err
	}
	if *p == nil {
		*p = make(pairs)
	}
	for _, pair := range splitCommas(text) {
		key, value, ok := strings.Cut(pair, "=")
		if !ok || key == "" {
			return fmt.Errorf("%q is not KEY=VALUE", pair)
		}
		if have, twice := (*p)[key]; twice && have != value {
			return fmt.Errorf("%s is given twice, as %q and %q", key, have, value)
		}
		(*p)[key] = value
	}
	return nil
}

// splitCommas splits at commas that have no backslash before them.
func splitCommas(text string) []string {
	const escaped = "\x00"
	parts := strings.Split(strings.ReplaceAll(text, `\,`, escaped), ",")
	for i, part := range parts {
		parts[i] = strings.ReplaceAll(part, escaped, ",")
	}
	return parts
}

// date is a flag that holds a UTC date or time.
type date struct{ time.Time }

// Decode implements kong's MapperValue.
func (d *date) Decode(ctx *kong.DecodeContext) error {
	var text string
	if err := ctx.Scan.PopValueInto("date", &text); err != nil {
		return err
	}
	t, err := parseDate(text)
	d.Time = t
	return err
}

// given is the date, or nil where the flag was not given.
func (d date) given() *time.Time {
	if d.IsZero() {
		return nil
	}
	return &d.Time
}

// wait is a flag that holds how long to wait: longer than nothing.
type wait time.Duration

// Decode implements kong's MapperValue.
func (w *wait) Decode(ctx *kong.DecodeContext) error {
	var text string
	if err := ctx.Scan.PopValueInto("duration", &text); err != nil {
		return err
	}
	d, err := time.ParseDuration(text)
	if err != nil || d <= 0 {
		return fmt.Errorf("%q is not a time to wait: write 90s, 30m or 2h", text)
	}
	*w = wait(d)
	return nil
}

// parseDate reads a day, or a time with or without a zone; without one it is UTC.
func parseDate(text string) (time.Time, error) {
	for _, layout := range []string{time.DateOnly, time.RFC3339, "2006-01-02T15:04", "2006-01-02T15:04:05", "2006-01-02T15:04Z07:00"} {
		if t, err := time.Parse(layout, text); err == nil {
			return t.UTC(), nil
		}
	}
	return time.Time{}, fmt.Errorf("%q is not a date: write 2026-11-23 or 2026-11-23T08:30:00Z (UTC)", text)
}
