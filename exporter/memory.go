package exporter

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/aws-baseline/aws-baseline/collect/history"
	"github.com/aws-baseline/aws-baseline/diff"
)

// Remembered are events of a history as [diff.Memory] has them. What can't be read is left out, and the error says so.
func Remembered(events []history.Events) ([]diff.Remembered, error) {
	var times []diff.Remembered
	var failures error
	for _, piece := range events {
		r := diff.Remembered{From: piece.From, Until: piece.Until}
		if err := json.Unmarshal(piece.Data, &r.Events); err != nil {
			failures = errors.Join(failures, fmt.Errorf("the events up to %s can't be read: %w", piece.Until.Format(time.RFC3339), err))
			continue
		}
		times = append(times, r)
	}
	return times, failures
}

// memory keeps CloudTrail's events in the history. It implements [diff.Memory].
type memory struct {
	store  *history.Store
	since  time.Time // what is older is dropped
	failed func(error)
}

// mostInPiece is how many events are put together: what is added later writes no more than these anew.
const mostInPiece = 2_000

// Recall implements [diff.Memory].
func (m memory) Recall(accountID, region, about string) []diff.Remembered {
	pieces, err := m.store.Events(accountID, region, about)
	times, unread := Remembered(pieces)
	if err = errors.Join(err, unread); err != nil {
		m.failed(err)
	}
	return times
}

// Remember implements [diff.Memory]. Times that touch become one piece, as long as that does not get too large.
func (m memory) Remember(accountID, region, about string, events diff.Remembered) {
	pieces, err := m.store.Events(accountID, region, about)
	if err != nil {
		m.failed(err)
		return
	}
	added := []diff.Remembered{events}
	span := history.Events{From: events.From, Until: events.Until, Count: len(events.Events)}
	var instead []history.Events
	for _, piece := range pieces {
		if piece.From.After(span.Until) || piece.Until.Before(span.From) || span.Count+piece.Count > mostInPiece {
			continue
		}
		old, err := Remembered([]history.Events{piece})
		if err != nil {
			continue // it is told when it is recalled
		}
		added, instead = append(added, old...), append(instead, piece)
		span.Count += piece.Count
		if piece.From.Before(span.From) {
			span.From = piece.From
		}
		if piece.Until.After(span.Until) {
			span.Until = piece.Until
		}
	}
	for _, kept := range slices.Backward(diff.Keep(added, m.since, math.MaxInt)) {
		list := kept.Events
		if list == nil {
			list = []diff.Event{}
		}
		data, err := json.Marshal(list)
		if err == nil {
			err = m.store.PutEvents(accountID, region, history.Events{About: about, From: kept.From, Until: kept.Until, Count: len(list), Data: data}, instead)
		}
		if err != nil {
			m.failed(err)
			return
		}
		instead = nil
	}
}
