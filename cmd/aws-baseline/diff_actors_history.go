package main

import (
	"context"
	"errors"
	"slices"
	"sync"

	"github.com/aws-baseline/aws-baseline/collect/history"
	"github.com/aws-baseline/aws-baseline/diff"
	"github.com/aws-baseline/aws-baseline/exporter"
)

// keptEvents are CloudTrail's events that an exporter kept in its history. It is a [diff.Memory] that also has what another
// one has, and remembers in that one. The history is open only while a region is read, since an exporter may want to begin.
type keptEvents struct {
	ctx    context.Context
	folder string
	beside diff.Memory // may be nil

	mutex   sync.Mutex
	regions map[string][]history.Events // by account and region
	failure error                       // the first one
}

// kept is the memory of a comparison with the history; nil where there is none.
func (c *diffCmd) kept(a *app) *keptEvents {
	if c.History == "" || c.NoActors || !c.From.given() && !c.Since.given() {
		return nil
	}
	return &keptEvents{ctx: a.ctx, folder: c.History, regions: make(map[string][]history.Events)}
}

// Recall implements [diff.Memory].
func (k *keptEvents) Recall(accountID, region, about string) []diff.Remembered {
	pieces := slices.DeleteFunc(slices.Clone(k.region(accountID, region)), func(e history.Events) bool { return e.About != about })
	times, err := exporter.Remembered(pieces)
	if err != nil {
		k.failed(err)
	}
	if k.beside != nil {
		times = append(times, k.beside.Recall(accountID, region, about)...)
	}
	return times
}

// Remember implements [diff.Memory].
func (k *keptEvents) Remember(accountID, region, about string, events diff.Remembered) {
	if k.beside != nil {
		k.beside.Remember(accountID, region, about, events)
	}
}

// region reads the events of a region once.
func (k *keptEvents) region(accountID, region string) []history.Events {
	k.mutex.Lock()
	defer k.mutex.Unlock()
	key := accountID + "/" + region
	if events, read := k.regions[key]; read || k.failure != nil {
		return events
	}
	events, err := k.read(accountID, region)
	if err != nil {
		k.failure = err
	}
	k.regions[key] = events
	return events
}

func (k *keptEvents) read(accountID, region string) (events []history.Events, err error) {
	reader, err := history.OpenReader(k.ctx, k.folder)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, reader.Close()) }()
	return reader.Events(k.ctx, accountID, region)
}

func (k *keptEvents) failed(err error) {
	k.mutex.Lock()
	defer k.mutex.Unlock()
	if k.failure == nil {
		k.failure = err
	}
}

// none reports whether regions were read, and there was nothing in any.
func (k *keptEvents) none() bool {
	k.mutex.Lock()
	defer k.mutex.Unlock()
	for _, events := range k.regions {
		if len(events) > 0 {
			return false
		}
	}
	return len(k.regions) > 0 && k.failure == nil
}

// why is why the history could not be read; nil where there is none, which others tell.
func (k *keptEvents) why() error {
	k.mutex.Lock()
	defer k.mutex.Unlock()
	if errors.Is(k.failure, history.ErrNoHistory) {
		return nil
	}
	return k.failure
}
