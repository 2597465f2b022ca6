package exporter

import (
	"math/big"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/aws-baseline/aws-baseline/collect/snapshot"
	"github.com/aws-baseline/aws-baseline/diff"
)

// content is what is served of a capture. It is made once and never changed.
type content struct {
	account    string
	resources  int
	scopes     int
	incomplete int
	compared   bool         // with a baseline
	baseline   string       // its name
	summary    diff.Summary // of the drift
	pages      []page
}

// differences are the classes of changes that are drift.
func differences() []diff.Class {
	return []diff.Class{diff.Added, diff.Removed, diff.Modified, diff.Replaced, diff.Missed}
}

// capture makes metrics of a capture and its comparison with a baseline; both of these may be nil.
func (m *metrics) capture(s, baseline *snapshot.Snapshot, report *diff.Report, limit int) content {
	out := content{account: s.AccountSet(), resources: len(s.Resources), scopes: len(s.Coverage), incomplete: len(s.Incomplete())}
	coverage := s.CoverageByScope()
	resources, states, incomplete, unread := series{}, series{}, series{}, series{}
	for _, account := range s.Accounts {
		for _, state := range []snapshot.State{snapshot.Denied, snapshot.Failed, snapshot.Partial, snapshot.Skipped} {
			incomplete.add(0, account.AccountID, string(state))
		}
	}
	for _, c := range s.Coverage {
		scp := ""
		if c.SCP {
			scp = "true"
		}
		states.add(1, c.AccountID, c.Region, c.Code, c.Kind, scp, string(c.State))
		switch c.State {
		case snapshot.Complete:
			resources.add(0, c.AccountID, c.Region, c.Kind) // somebody looked
		case snapshot.Unavailable:
		default:
			incomplete.add(1, c.AccountID, string(c.State))
		}
	}
	for i := range s.Resources {
		r := &s.Resources[i]
		if coverage[r.Scope].State == snapshot.Complete {
			resources.add(1, r.AccountID, r.Region, r.Kind)
		}
		for _, u := range r.Unknown {
			unread.add(1, r.AccountID, r.Region, u.Code, r.Kind)
		}
	}
	out.pages = []page{
		resources.page(m.resources, limit), states.page(m.scopeState, limit),
		incomplete.page(m.incomplete, limit), unread.page(m.unread, limit),
	}
	if report != nil {
		out.compared, out.baseline, out.summary = true, baseline.Name, report.Summary
		out.pages = append(out.pages, m.driftPages(s, baseline, report, limit)...)
	}
	return out
}

// driftPages makes metrics of a comparison. Only what was seen wholly on both sides, and has or had resources, gets
// zeros: kinds that nobody uses would multiply the series by the classes.
func (m *metrics) driftPages(s, baseline *snapshot.Snapshot, report *diff.Report, limit int) []page {
	drift, undetermined, gaps, info, cutoff := series{}, series{}, series{}, series{}, series{}
	now, then := s.CoverageByScope(), baseline.CoverageByScope()
	for _, side := range []*snapshot.Snapshot{baseline, s} {
		for i := range side.Resources {
			r := &side.Resources[i]
			if now[r.Scope].State != snapshot.Complete || then[r.Scope].State != snapshot.Complete {
				continue
			}
			if !s.Covers(r.AccountID, r.Region) || !baseline.Covers(r.AccountID, r.Region) {
				continue // of a global service, in a region that one side left out
			}
			for _, class := range differences() {
				drift.add(0, r.AccountID, r.Region, string(class), r.Kind)
			}
			undetermined.add(0, r.AccountID, r.Region, r.Kind)
		}
	}
	for _, change := range report.Changes {
		switch change.Change {
		case diff.Unknown:
			undetermined.add(1, change.AccountID, change.Region, change.Kind)
		case diff.Outside: // known, and none of the baseline's business
		default:
			drift.add(1, change.AccountID, change.Region, string(change.Change), change.Kind)
		}
	}
	for key, n := range undetermined {
		// Any of these may be modified.
		labels := strings.Split(key, separator)
		modified := strings.Join([]string{labels[0], labels[1], string(diff.Modified), labels[2]}, separator)
		if value, counted := drift[modified]; n > 0 && counted && value == 0 {
			delete(drift, modified)
		}
	}
	for _, account := range s.Accounts {
		gaps.add(0, account.AccountID)
		info.add(1, account.AccountID, baseline.Name, baseline.Digest)
		cutoff.add(seconds(baseline.Cutoff), account.AccountID)
	}
	for _, gap := range report.Coverage {
		gaps.add(1, gap.AccountID)
	}
	return []page{
		drift.page(m.drift, limit), undetermined.page(m.undetermined, limit), gaps.page(m.gaps, limit),
		info.page(m.baselineInfo, limit), cutoff.page(m.baselineCutoff, limit),
	}
}

// cost makes metrics of a bill. A bill without a settled day makes none.
func (m *metrics) cost(b bill, limit int) []page {
	if b.day.IsZero() {
		return nil
	}
	day := page{family: m.costDay, metrics: []prometheus.Metric{m.costDay.metric(seconds(b.day))}}
	pages := []page{costSeries(b.daily).page(m.costDaily, limit), day}
	if b.month != nil {
		pages = append(pages, costSeries(b.month).page(m.costMonth, limit))
	}
	return pages
}

func costSeries(sums map[costKey]*big.Rat) series {
	out := series{}
	for key, sum := range sums {
		value, _ := sum.Float64() // the nearest
		out.add(value, key.account, key.region, key.service, key.class)
	}
	return out
}

func seconds(t time.Time) float64 { return float64(t.UnixMilli()) / 1000 }
