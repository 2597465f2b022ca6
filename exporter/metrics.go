package exporter

import "github.com/prometheus/client_golang/prometheus"

// metrics are all the families that are exported.
type metrics struct {
	// Of the last capture.
	resources, scopeState, incomplete, unread  *family
	drift, undetermined, gaps                  *family
	baselineInfo, baselineCutoff               *family
	costDaily, costMonth, costDay              *family // of the last query for the bill
	build, interval, running                   *family // of the exporter itself, from here on
	success, attempt, attemptSuccess, duration *family
	captures, failures                         *family
	calls, operations, throttles               *family
	baselineLoaded, dropped                    *family
	historyFailures, historyDamaged            *family
	actorsSuccess                              *family
	costInterval, costSuccess, costAttempt     *family
	costRequests, costRequestsUSD              *family
}

// Every help text of a value that comes from AWS says how old it is.
const ofLastCapture = " Value of the last capture, see aws_baseline_capture_last_success_timestamp_seconds."

func newMetrics() *metrics {
	const (
		account, region, kind = "account_id", "aws_region", "kind"
		gauge, counter        = prometheus.GaugeValue, prometheus.CounterValue
	)
	return &metrics{
		resources: newFamily(gauge, "resources",
			"Resources by their own region. Scopes that could not be seen wholly have no series; one that is empty has 0."+ofLastCapture,
			account, region, kind),
		scopeState: newFamily(gauge, "scope_state",
			"1 for the state of each scope: complete, denied, unavailable, failed, partial or skipped, with AWS's error code; "+
				"scp is true where a service control policy denied it."+ofLastCapture,
			account, region, "code", kind, "scp", "state"),
		incomplete: newFamily(gauge, "capture_incomplete_scopes",
			"Scopes that say less than everything, by state. Services that a region doesn't have are not among them."+ofLastCapture, account, "state"),
		unread: newFamily(gauge, "unread_properties",
			"Parts of resources, policies for example, that could not be read, by AWS's error code."+ofLastCapture, account, region, "code", kind),

		drift: newFamily(gauge, "drift_resources",
			"Resources that differ from the active baseline: added, removed, modified, replaced, or missed (older than the baseline "+
				"and not in it). 0 only where both sides were seen wholly; no 0 modified where a part could not be read."+ofLastCapture,
			account, region, "change", kind),
		undetermined: newFamily(gauge, "drift_undetermined_resources",
			"Resources of which can't be told whether they differ from the baseline, since one side or a part could not be read."+ofLastCapture, account, region, kind),
		gaps: newFamily(gauge, "drift_gap_scopes",
			"Scopes that can't be compared wholly, since the baseline or the capture did not see them."+ofLastCapture, account),
		baselineInfo: newFamily(gauge, "baseline_info",
			"1 for the baseline that the last capture was compared with.", account, "baseline", "digest"),
		baselineCutoff: newFamily(gauge, "baseline_cutoff_timestamp_seconds",
			"The time as of which the baseline is: what was created later is drift.", account),

		costDaily: newFamily(gauge, "cost_daily_usd",
			"Cost of one day by class: baseline, non_baseline, shared or unmatched. The day is the newest that had ended for 24 hours "+
				"at the last query, see aws_baseline_cost_day_timestamp_seconds.",
			account, region, "aws_service", "class"),
		costMonth: newFamily(gauge, "cost_month_to_date_usd",
			"Cost by class from the first of the month to the end of the day of aws_baseline_cost_daily_usd. At the last query.", account, region, "aws_service", "class"),
		costDay: newFamily(gauge, "cost_day_timestamp_seconds",
			"The start of the day that aws_baseline_cost_daily_usd is of."),

		build: newFamily(gauge, "build_info", "1 for the version that runs.", "goversion", "version"),
		interval: newFamily(gauge, "capture_interval_seconds",
			"The time between two captures. Values are not shown once they are older than the maximum age, three of these by default."),
		running: newFamily(gauge, "capture_running", "1 while a capture is under way."),
		success: newFamily(gauge, "capture_last_success_timestamp_seconds",
			"When the capture that is served ended, by AWS's clock. After a restart it is that of the capture from the history.", account),
		attempt: newFamily(gauge, "capture_last_attempt_timestamp_seconds",
			"When the last capture was begun since this process started.", account),
		attemptSuccess: newFamily(gauge, "capture_last_attempt_success",
			"1 if the last capture that ended gave something to serve, 0 if it failed. Incomplete ones succeed.", account),
		duration: newFamily(gauge, "capture_duration_seconds", "How long the last capture that ended took.", account),
		captures: newFamily(counter, "captures_total", "Captures that ended, by result.", account, "result"),
		calls: newFamily(counter, "api_calls_total",
			"Calls to AWS that captures made, attempts counted singly, added when a capture ends, and those that asked who changed things.", account),
		operations: newFamily(counter, "api_operation_calls_total",
			"The calls of aws_baseline_api_calls_total by operation.", account, "aws_service", "operation"),
		throttles: newFamily(counter, "api_throttles_total", "Calls to AWS that were throttled.", account),
		failures:  newFamily(counter, "api_failures_total", "Calls to AWS that failed, throttled ones included.", account),
		baselineLoaded: newFamily(gauge, "baseline_loaded",
			"1 if the capture that is served was compared with an active baseline, 0 if there is none or it could not be read.", account),
		historyFailures: newFamily(counter, "history_failures_total", "Reads, writes and prunes of the history that failed."),
		historyDamaged: newFamily(gauge, "history_damaged_folders",
			"Damaged histories that were moved aside, into folders damaged-TIME of the history's, and that nobody has removed."),
		actorsSuccess: newFamily(gauge, "actors_last_success_timestamp_seconds",
			"When CloudTrail was last asked who changed things, and answered in every region that was asked, also if that was before a restart.", account),
		dropped: newFamily(gauge, "dropped_series",
			"Series that are left out of a metric because it has too many.", "metric"),

		costInterval: newFamily(gauge, "cost_interval_seconds", "The time between two queries for the bill."),
		costSuccess: newFamily(gauge, "cost_last_success_timestamp_seconds",
			"When the bill that is served was asked for, also if that was before a restart."),
		costAttempt: newFamily(gauge, "cost_last_attempt_success",
			"1 if the last query for the bill since this process started succeeded, 0 if it failed."),
		costRequests:    newFamily(counter, "cost_requests_total", "Paid requests for the bill."),
		costRequestsUSD: newFamily(counter, "cost_requests_usd_total", "What the paid requests for the bill cost, in US dollars at list price."),
	}
}

// all lists the families.
func (m *metrics) all() []*family {
	return []*family{
		m.resources, m.scopeState, m.incomplete, m.unread, m.drift, m.undetermined, m.gaps, m.baselineInfo, m.baselineCutoff,
		m.costDaily, m.costMonth, m.costDay, m.build, m.interval, m.running, m.success, m.attempt, m.attemptSuccess, m.duration,
		m.captures, m.calls, m.operations, m.throttles, m.failures, m.baselineLoaded, m.historyFailures, m.historyDamaged, m.actorsSuccess, m.dropped,
		m.costInterval, m.costSuccess, m.costAttempt, m.costRequests, m.costRequestsUSD,
	}
}
