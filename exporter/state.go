package exporter

import (
	"math/big"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// state is what a scrape reads. It implements [prometheus.Collector]. Safe for concurrent use.
type state struct {
	metrics *metrics
	options Options

	served chan struct{} // closed when there is a first capture to serve

	mutex    sync.Mutex
	account  string // as far as it is known
	content  *content
	captured time.Time // when content's capture ended

	running                bool
	attempted              time.Time
	ended                  bool // an attempt ended since the process started
	success                bool // that attempt's
	duration               time.Duration
	successes, failures    int
	calls                  Counts
	historyFailures        int
	damaged                int // histories that were moved aside
	actors                 time.Time
	cost                   []page
	bill                   costNote
	costEnded, costSuccess bool
	costRequests           int64
	costUSD                *big.Rat
}

func newState(m *metrics, options Options) *state {
	return &state{metrics: m, options: options, served: make(chan struct{}), costUSD: new(big.Rat)}
}

func (s *state) update(change func()) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	change()
}

func (s *state) began(at time.Time)  { s.update(func() { s.running, s.attempted = true, at }) }
func (s *state) called(more Counts)  { s.update(func() { s.calls.add(more) }) }
func (s *state) stopped(more Counts) { s.update(func() { s.running = false; s.calls.add(more) }) }
func (s *state) historyFailed()      { s.update(func() { s.historyFailures++ }) }

func (s *state) setAccount(id string)   { s.update(func() { s.account = id }) }
func (s *state) setDamaged(folders int) { s.update(func() { s.damaged = folders }) }
func (s *state) setActors(at time.Time) { s.update(func() { s.actors = at }) }

func (s *state) failed(more Counts, took time.Duration) {
	s.update(func() {
		s.running, s.ended, s.success, s.duration = false, true, false, took
		s.failures++
		s.calls.add(more)
	})
}

func (s *state) succeeded(more Counts, took time.Duration) {
	s.update(func() {
		s.running, s.ended, s.success, s.duration = false, true, true, took
		s.successes++
		s.calls.add(more)
	})
}

// setCapture swaps in what is served, whole.
func (s *state) setCapture(c content, at time.Time) {
	s.update(func() {
		if s.content == nil {
			close(s.served)
		}
		s.content, s.captured, s.account = &c, at, c.account
	})
}

func (s *state) setCost(pages []page)      { s.update(func() { s.cost = pages }) }
func (s *state) setCostNote(note costNote) { s.update(func() { s.bill = note }) }

func (s *state) costNote() (note costNote) {
	s.update(func() { note = s.bill })
	return note
}

func (s *state) costAsked(report CostReport, success bool) {
	s.update(func() {
		s.costEnded, s.costSuccess = true, success
		s.costRequests += report.Requests
		if paid, ok := new(big.Rat).SetString(report.RequestUSD); ok {
			s.costUSD.Add(s.costUSD, paid)
		}
	})
}

func (s *state) accountID() (account string) {
	s.update(func() { account = s.account })
	return account
}

// ready reports whether there is a capture to serve.
func (s *state) ready() (ready bool) {
	s.update(func() { ready = s.content != nil })
	return ready
}

// fresh reports whether what is from a time is still shown. The caller holds the mutex.
func (s *state) fresh(at time.Time, maxAge time.Duration) bool {
	return !at.IsZero() && s.options.Now().Sub(at) <= maxAge
}

// Describe implements [prometheus.Collector].
func (s *state) Describe(out chan<- *prometheus.Desc) {
	for _, f := range s.metrics.all() {
		out <- f.desc
	}
}

// Collect implements [prometheus.Collector]. It calls nobody.
func (s *state) Collect(out chan<- prometheus.Metric) {
	s.mutex.Lock()
	list := s.own()
	var pages []page
	if s.content != nil && s.fresh(s.captured, s.options.MaxAge) {
		pages = append(pages, s.content.pages...)
	}
	if s.options.CostInterval > 0 && s.fresh(s.bill.Succeeded, 3*s.options.CostInterval) {
		pages = append(pages, s.cost...)
	}
	s.mutex.Unlock()
	for _, metric := range list {
		out <- metric
	}
	for _, p := range pages {
		if p.dropped > 0 {
			out <- s.metrics.dropped.metric(float64(p.dropped), p.family.name)
		}
		for _, metric := range p.metrics {
			out <- metric
		}
	}
}

// own makes the metrics about the exporter itself, which never go away. The caller holds the mutex.
func (s *state) own() []prometheus.Metric {
	m := s.metrics
	list := []prometheus.Metric{
		m.build.metric(1, runtime.Version(), s.options.Version),
		m.interval.metric(s.options.Interval.Seconds()),
		m.running.metric(truth(s.running)),
		m.captures.metric(float64(s.failures), s.account, "failure"),
		m.captures.metric(float64(s.successes), s.account, "success"),
		m.calls.metric(float64(s.calls.Calls), s.account),
		m.throttles.metric(float64(s.calls.Throttles), s.account),
		m.failures.metric(float64(s.calls.Failures), s.account),
		m.historyFailures.metric(float64(s.historyFailures)),
		m.historyDamaged.metric(float64(s.damaged)),
	}
	if s.content != nil {
		list = append(list, m.success.metric(seconds(s.captured), s.account))
		if s.options.Baseline != nil {
			list = append(list, m.baselineLoaded.metric(truth(s.content.compared), s.account))
		}
	}
	if s.options.Attribute != nil && !s.actors.IsZero() {
		list = append(list, m.actorsSuccess.metric(seconds(s.actors), s.account))
	}
	if !s.attempted.IsZero() {
		list = append(list, m.attempt.metric(seconds(s.attempted), s.account))
	}
	if s.ended {
		list = append(list, m.attemptSuccess.metric(truth(s.success), s.account), m.duration.metric(s.duration.Seconds(), s.account))
	}
	operations := series{}
	for operation, n := range s.calls.Operations {
		service, name, _ := strings.Cut(operation, ": ")
		operations.add(float64(n), s.account, service, name)
	}
	return slices.Concat(list, operations.page(m.operations, s.options.MaxSeries).metrics, s.ownCost())
}

func (s *state) ownCost() []prometheus.Metric {
	m := s.metrics
	if s.options.Cost == nil || s.options.CostInterval <= 0 {
		return nil
	}
	paid, _ := s.costUSD.Float64()
	list := []prometheus.Metric{
		m.costInterval.metric(s.options.CostInterval.Seconds()),
		m.costRequests.metric(float64(s.costRequests)),
		m.costRequestsUSD.metric(paid),
	}
	if s.costEnded {
		list = append(list, m.costAttempt.metric(truth(s.costSuccess)))
	}
	if !s.bill.Succeeded.IsZero() {
		list = append(list, m.costSuccess.metric(seconds(s.bill.Succeeded)))
	}
	return list
}

func truth(is bool) float64 {
	if is {
		return 1
	}
	return 0
}
