// Package exporter captures an account on a schedule and serves what the last capture saw as Prometheus metrics.
//
// A scrape only reads: it makes no call to AWS, however often it comes. Captures run in the background, never two at
// once, and are kept in a history, so that a restart serves the last one at once, with its true time, and does not
// capture before the next is due. So does a start while AWS can't be asked, which counts as a capture that failed and is
// tried again; without a capture in the history it is an error. A history belongs to one account, that of its captures.
//
// Who changed things is asked of CloudTrail after the captures, beside them, and kept in the history: where a capture
// differs from the one before, and everywhere once all events up to its end can be looked up. Those who compare two
// captures later need not ask, and may come when CloudTrail has forgotten.
//
// Unknown is not absent here either. A scope that could not be looked at has no resource and drift series, and
// aws_baseline_scope_state says why; a failed capture leaves the one before in place; what is older than MaxAge is not
// shown at all, while the metrics about the exporter itself stay. A zero always means that somebody looked.
//
// The package can't change anything in AWS: captures, rereads, baselines and bills come from functions that are handed
// in, and nothing that it imports can delete.
package exporter
