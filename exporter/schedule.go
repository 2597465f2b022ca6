package exporter

import (
	"context"
	"time"
)

// schedule is when something is attempted: one attempt after the other, never two at once.
type schedule struct {
	wait     time.Duration // before the first attempt
	interval time.Duration // from the start of one to the start of the next; at once, where one took longer
	retry    time.Duration // after a failure; doubled with every further one, up to the interval
}

// run attempts until the context ends.
func (s schedule) run(ctx context.Context, attempt func(context.Context) error) {
	timer := time.NewTimer(s.wait)
	defer timer.Stop()
	failures := 0
	for {
		select {
		case <-ctx.Done():
			return
		case <-timer.C:
		}
		started := time.Now()
		if err := attempt(ctx); err != nil {
			timer.Reset(s.pause(failures))
			failures++
			continue
		}
		failures = 0
		timer.Reset(max(0, s.interval-time.Since(started)))
	}
}

// pause is how long to wait after a failure that followed so many.
func (s schedule) pause(failures int) time.Duration {
	pause := s.retry
	for range failures {
		if pause >= s.interval {
			break
		}
		pause *= 2
	}
	return min(pause, s.interval)
}

// due is how long what was done at a time can wait, if it is to be done at an interval.
func (e *exporter) due(last time.Time, interval time.Duration) time.Duration {
	if last.IsZero() {
		return 0
	}
	return min(interval, max(0, interval-e.options.Now().Sub(last)))
}
