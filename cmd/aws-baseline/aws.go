package main

import (
	"bufio"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/aws-baseline/aws-baseline/cmd/aws-baseline/printer"
	"github.com/aws-baseline/aws-baseline/collect"
	"github.com/aws-baseline/aws-baseline/collect/kinds"
	"github.com/aws-baseline/aws-baseline/collect/snapshot"
)

// open finds credentials and asks AWS who they are.
func (a *app) open(concurrency int) (*collect.Session, error) {
	if concurrency < 1 {
		return nil, usagef("--concurrency is %d: give 1 or more", concurrency)
	}
	return collect.Open(a.ctx, a.options(concurrency))
}

// options say how to reach AWS.
func (a *app) options(concurrency int) collect.Options {
	options := collect.Options{
		Profile: a.flags.Profile, Region: a.flags.Region, EndpointURL: a.flags.EndpointURL, Concurrency: concurrency,
	}
	if terminal(a.stdin) && terminal(a.stderr) {
		options.MFAToken = func() (string, error) {
			return a.prompt("MFA code: ")
		}
	}
	return options
}

// prompt asks on stderr and returns the line that was typed. An interrupt ends it: the signal does not reach a program
// that is reading.
func (a *app) prompt(question string) (string, error) {
	fmt.Fprint(a.stderr, question)
	type answer struct {
		text string
		err  error
	}
	answers := make(chan answer, 1)
	go func() {
		text, err := bufio.NewReader(a.stdin).ReadString('\n')
		answers <- answer{strings.TrimSpace(text), err}
	}()
	var got answer
	select {
	case got = <-answers:
	case <-a.ctx.Done():
	}
	if err := a.ctx.Err(); err != nil { // also where both came at once: an interrupt is no answer
		fmt.Fprintln(a.stderr)
		return "", err
	}
	return got.text, got.err
}

// openWith opens a session and loads the baseline: by its name before anything is asked of AWS (or an MFA code of
// anybody), or the active one of the account.
func (a *app) openWith(name string, accounts *accountFlags, concurrency int) (*collect.Session, *snapshot.Snapshot, error) {
	var baseline *snapshot.Snapshot
	var err error
	if name != "" {
		if baseline, err = a.baseline(name, ""); err != nil {
			return nil, nil, err
		}
	}
	session, err := a.open(concurrency)
	if err != nil {
		return nil, nil, err
	}
	if baseline == nil {
		set, err := accounts.accountSet(a, session)
		if err != nil {
			return nil, nil, err
		}
		if baseline, err = a.baseline("", set); err != nil {
			return nil, nil, err
		}
	}
	return session, baseline, nil
}

// maskKey is the key under which secrets are masked.
func (a *app) maskKey() (collect.MaskKey, error) {
	folder, err := os.UserConfigDir()
	if err != nil && os.Getenv(collect.MaskKeyVariable) == "" {
		// Beside the snapshots it could end up in git with them, and the masks could be guessed.
		return collect.MaskKey{}, fmt.Errorf("there is no configuration folder to keep the masking key in (%w): set %s", err, collect.MaskKeyVariable)
	}
	return collect.LoadMaskKey(filepath.Join(folder, "aws-baseline"))
}

// capture runs a capture with a progress display.
func (a *app) capture(from source, request collect.Request) (*snapshot.Snapshot, error) {
	key, err := a.maskKey()
	if err != nil {
		return nil, err
	}
	request.MaskKey = key
	file, _ := a.stderr.(*os.File)
	progress := printer.NewProgress(a.ctx, file, os.Getenv, "capturing")
	defer progress.Stop()
	request.OnEvent = func(e collect.Event) { progress.Update(e.Done, e.Total, e.Calls, e.Scope.Scope) }
	return from.capture(a.ctx, request)
}

// liveRequest is what a live comparison with a baseline captures: its kinds, and its regions or all enabled ones.
func liveRequest(baseline *snapshot.Snapshot) collect.Request {
	request := collect.Request{Lenient: true, DirectTags: len(baseline.Selectors.Tags) > 0}
	names := make(map[string]bool)
	for _, c := range baseline.Coverage {
		names[c.Kind] = true
	}
	for _, kind := range kinds.All() {
		if names[kind.Name] {
			request.Kinds = append(request.Kinds, kind)
		}
	}
	for _, account := range baseline.Accounts {
		if account.AllRegions {
			request.Regions = nil
			break
		}
		for _, region := range account.Regions {
			if region.Captured {
				request.Regions = append(request.Regions, region.Name)
			}
		}
	}
	return request
}

// chosenKinds are the kinds that --types and --exclude-types choose.
func chosenKinds(types, exclude []string) ([]*collect.Kind, error) {
	all := kinds.All()
	chosen := all
	var err error
	if len(types) > 0 {
		if chosen, err = collect.ByName(all, types); err != nil {
			return nil, usage{err}
		}
	}
	if len(exclude) > 0 {
		left, err := collect.ByName(all, exclude)
		if err != nil {
			return nil, usage{err}
		}
		chosen = slices.DeleteFunc(slices.Clone(chosen), func(k *collect.Kind) bool {
			return slices.ContainsFunc(left, func(x *collect.Kind) bool { return x.Name == k.Name })
		})
	}
	if len(chosen) == 0 {
		return nil, usagef("--types and --exclude-types leave no resource type")
	}
	return chosen, nil
}

// kindNames are the names of the kinds that a filter chooses; nil for all.
func kindNames(types []string) ([]string, error) {
	if len(types) == 0 {
		return nil, nil
	}
	chosen, err := chosenKinds(types, nil)
	if err != nil {
		return nil, err
	}
	names := make([]string, len(chosen))
	for i, kind := range chosen {
		names[i] = kind.Name
	}
	return names, nil
}

// baseline loads a baseline by name, or the active one of an account.
func (a *app) baseline(name, accountSet string) (*snapshot.Snapshot, error) {
	if name == "" {
		active, err := a.folder().ActiveFor(accountSet)
		if err != nil {
			return nil, fmt.Errorf("%w; make one with: %s snapshot create", err, a.name)
		}
		name = active
	}
	s, err := a.folder().Load(name)
	if err != nil {
		return nil, err
	}
	if s.Edited {
		a.warn("warning: the snapshot %s was edited after it was written", s.Name)
	}
	return s, nil
}
