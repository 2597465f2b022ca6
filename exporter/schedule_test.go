package exporter

import (
	"context"
	"errors"
	"slices"
	"testing"
	"testing/synctest"
	"time"
)

func TestSchedule(t *testing.T) {
	const minute, hour = time.Minute, time.Hour
	fail := errors.New("no")
	type attempt struct {
		takes time.Duration
		err   error
	}
	for name, c := range map[string]struct {
		wait     time.Duration
		attempts []attempt
		want     []time.Duration // when each begins
	}{
		"at once, then every interval": {0, []attempt{{minute, nil}, {minute, nil}, {0, nil}}, []time.Duration{0, 6 * hour, 12 * hour}},
		"when it is due":               {5 * hour, []attempt{{0, nil}, {0, nil}}, []time.Duration{5 * hour, 11 * hour}},
		"one that takes longer":        {0, []attempt{{7 * hour, nil}, {hour, nil}, {hour, nil}}, []time.Duration{0, 7 * hour, 13 * hour}},
		"failures back off, and a success ends it": {
			0, []attempt{{0, fail}, {0, fail}, {minute, fail}, {0, nil}, {0, fail}, {0, nil}},
			[]time.Duration{0, minute, 3 * minute, 8 * minute, 6*hour + 8*minute, 6*hour + 9*minute},
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ctx, cancel := context.WithCancel(t.Context())
				started := time.Now()
				var begun []time.Duration
				under := 0
				schedule{wait: c.wait, interval: 6 * hour, retry: minute}.run(ctx, func(context.Context) error {
					if under++; under > 1 {
						t.Error("two at once")
					}
					defer func() { under-- }()
					this := c.attempts[len(begun)]
					begun = append(begun, time.Since(started))
					if len(begun) == len(c.attempts) {
						cancel()
					}
					time.Sleep(this.takes) // of the bubble's clock
					return this.err
				})
				if !slices.Equal(begun, c.want) {
					t.Errorf("begun at %v, want %v", begun, c.want)
				}
			})
		})
	}
}

func TestPauseNeverExceedsTheInterval(t *testing.T) {
	s := schedule{interval: time.Hour, retry: time.Minute}
	for failures, want := range []time.Duration{time.Minute, 2 * time.Minute, 4 * time.Minute, 8 * time.Minute, 16 * time.Minute, 32 * time.Minute, time.Hour, time.Hour} {
		if got := s.pause(failures); got != want {
			t.Errorf("after %d failures: %v, want %v", failures, got, want)
		}
	}
	if got := s.pause(1 << 20); got != time.Hour {
		t.Errorf("%v", got)
	}
	if got := (schedule{interval: time.Second, retry: time.Minute}).pause(0); got != time.Second {
		t.Errorf("%v", got)
	}
}
