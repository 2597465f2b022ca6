package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strconv"
	"strings"
	"time"

	"github.com/alecthomas/kong"

	"github.com/aws-baseline/aws-baseline/collect"
	"github.com/aws-baseline/aws-baseline/collect/kinds"
	"github.com/aws-baseline/aws-baseline/collect/snapshot"
	"github.com/aws-baseline/aws-baseline/cost"
	"github.com/aws-baseline/aws-baseline/exporter"
)

type exporterCmd struct {
	Interval         days     `default:"6h" help:"Time between two captures (${default})."`
	CostInterval     days     `default:"24h" help:"Time between two queries of Cost Explorer (${default}); 0 is off. Each query costs USD 0.01 for every page of the answer: one to three a day come to USD 0.30 to 0.90 a month."`
	WebListenAddress []string `name:"web.listen-address" default:"127.0.0.1:9877" help:"Addresses to serve on (${default})." placeholder:"ADDRESS"`
	WebConfigFile    string   `name:"web.config.file" help:"File with TLS and users, as the exporter toolkit of Prometheus has it." placeholder:"FILE"`
	WebSystemdSocket bool     `name:"web.systemd-socket" help:"Take the socket from systemd instead."`
	WebPprof         bool     `name:"web.pprof" help:"Serve Go's profiles under /debug/pprof."`
	History          string   `required:"" help:"Folder of the captures' history; on a local disk." placeholder:"DIR"`
	Retention        days     `default:"90d" help:"How long captures are kept (${default})."`

	Types       []string `aliases:"resource-types,resource-type" help:"Types to capture; without it those of the active baseline, or all." placeholder:"TYPE"`
	Regions     []string `help:"Regions to capture; without it those of the active baseline, or every enabled one." placeholder:"REGION"`
	MaxSeries   int      `default:"50000" help:"Series of one metric at most; what is dropped is counted."`
	Concurrency int      `help:"Calls under way at once." default:"64"`
	LogFormat   string   `enum:"text,json" default:"text" help:"Logs on stderr as text or json."`
}

// days is a duration that may also be given in days: "90d".
type days time.Duration

// Decode implements kong's MapperValue.
func (d *days) Decode(ctx *kong.DecodeContext) error {
	var text string
	if err := ctx.Scan.PopValueInto("duration", &text); err != nil {
		return err
	}
	parsed, err := parseDuration(text)
	*d = days(parsed)
	return err
}

func parseDuration(text string) (time.Duration, error) {
	if number, ok := strings.CutSuffix(text, "d"); ok {
		n, err := strconv.ParseUint(number, 10, 16)
		if err != nil {
			return 0, fmt.Errorf("%q is not a duration: write 90d, 6h or 30m", text)
		}
		return time.Duration(n) * 24 * time.Hour, nil
	}
	parsed, err := time.ParseDuration(text)
	if err != nil || parsed < 0 {
		return 0, fmt.Errorf("%q is not a duration: write 90d, 6h or 30m", text)
	}
	return parsed, nil
}

func (c *exporterCmd) Run(a *app) error {
	if _, err := chosenKinds(c.Types, nil); err != nil {
		return err
	}
	if c.Interval == 0 || c.Retention == 0 {
		return usagef("--interval and --retention can't be 0")
	}
	// The identity is asked for once before anything starts: a wrong profile is better told now than in a log.
	session, err := a.open(c.Concurrency)
	if err != nil {
		return err
	}
	handler := slog.Handler(slog.NewTextHandler(a.stderr, nil))
	if c.LogFormat == "json" {
		handler = slog.NewJSONHandler(a.stderr, nil)
	}
	return exporter.Run(a.ctx, exporter.Options{
		AccountID: session.AccountID, Version: collect.Version, Rules: collect.Rules(kinds.All()),
		History: c.History, Retention: time.Duration(c.Retention), Interval: time.Duration(c.Interval), CostInterval: time.Duration(c.CostInterval),
		MaxSeries: c.MaxSeries, ListenAddresses: c.WebListenAddress, WebConfigFile: c.WebConfigFile, SystemdSocket: c.WebSystemdSocket, Pprof: c.WebPprof,
		Logger: slog.New(handler),
		Capture: func(ctx context.Context) (*snapshot.Snapshot, exporter.Counts, error) {
			return c.capture(ctx, a, session.AccountID, nil)
		},
		Reread: func(ctx context.Context, scopes []string) (*snapshot.Snapshot, exporter.Counts, error) {
			set := make(map[string]bool, len(scopes))
			for _, scope := range scopes {
				set[scope] = true
			}
			return c.capture(ctx, a, session.AccountID, set)
		},
		Baseline: func(_ context.Context, accounts string) (*snapshot.Snapshot, error) {
			return a.activeBaseline(accounts)
		},
		Cost: func(ctx context.Context, baseline, live *snapshot.Snapshot) (exporter.CostReport, error) {
			return c.bill(ctx, a, baseline, live)
		},
	})
}

// activeBaseline loads the active baseline of an account.
func (a *app) activeBaseline(accounts string) (*snapshot.Snapshot, error) {
	name, err := a.folder().ActiveFor(accounts)
	if err != nil {
		return nil, err
	}
	return a.folder().Load(name)
}

// capture opens a session of its own, since sessions live for one run, and looks at what the baseline covers.
func (c *exporterCmd) capture(ctx context.Context, a *app, accountID string, scopes map[string]bool) (*snapshot.Snapshot, exporter.Counts, error) {
	session, err := a.with(ctx).open(c.Concurrency)
	if err != nil {
		return nil, exporter.Counts{}, err
	}
	if session.AccountID != accountID {
		return nil, exporter.Counts{}, fmt.Errorf("the credentials are of account %s now, this exporter is for %s", session.AccountID, accountID)
	}
	request, err := c.request(a, accountID)
	if err != nil {
		return nil, exporter.Counts{}, err
	}
	request.Scopes = scopes
	if request.MaskKey, err = a.maskKey(); err != nil {
		return nil, exporter.Counts{}, err
	}
	s, err := collect.Capture(ctx, session, request) // without a progress display: there is a log
	if err == nil && session.Expired() {
		err = collect.ErrExpired
	}
	return s, exporter.Counts(session.Counts()), err
}

// request is what a capture looks at: what the flags say, and otherwise what the active baseline covers.
func (c *exporterCmd) request(a *app, accountID string) (collect.Request, error) {
	request := collect.Request{Kinds: kinds.All(), Lenient: true}
	baseline, err := a.activeBaseline(accountID)
	switch {
	case err == nil:
		request = liveRequest(baseline)
	case !errors.Is(err, snapshot.ErrNoActive):
		return request, err
	}
	if len(c.Types) > 0 {
		if request.Kinds, err = chosenKinds(c.Types, nil); err != nil {
			return request, err
		}
	}
	if len(c.Regions) > 0 {
		request.Regions = c.Regions
	}
	return request, nil
}

// bill asks Cost Explorer for this month and the last one. Without a baseline there is nothing to split by, and nothing
// is paid.
func (c *exporterCmd) bill(ctx context.Context, a *app, baseline, live *snapshot.Snapshot) (exporter.CostReport, error) {
	if baseline == nil {
		return exporter.CostReport{}, fmt.Errorf("the cost can't be split: %w", snapshot.ErrNoActive)
	}
	session, err := a.with(ctx).open(c.Concurrency)
	if err != nil {
		return exporter.CostReport{}, err
	}
	first := time.Date(session.Start.Year(), session.Start.Month()-1, 1, 0, 0, 0, 0, time.UTC)
	request, err := cost.NewRequest(session.AccountID, first.Format(time.DateOnly), "", "daily", session.Start)
	if err != nil {
		return exporter.CostReport{}, err
	}
	bill, err := cost.Explorer{Config: session.Config, Partition: session.Partition}.Query(ctx, request)
	if err != nil {
		return exporter.CostReport{}, err
	}
	return exported(cost.Classify(bill, baseline, live, cost.Options{}))
}

// exported is a cost report as the exporter takes it.
func exported(r *cost.Report) (exporter.CostReport, error) {
	out := exporter.CostReport{Requests: int64(r.APIRequests), RequestUSD: r.APICostUSD.String()}
	var err error
	day := func(d cost.Date) time.Time {
		at, parseError := time.Parse(time.DateOnly, string(d))
		err = errors.Join(err, parseError)
		return at
	}
	out.Start, out.End = day(r.Start), day(r.End)
	for _, line := range r.Lines {
		out.Samples = append(out.Samples, exporter.CostSample{
			AccountID: line.AccountID, Region: line.Region, Service: line.Service, Class: string(line.Class), Currency: line.Currency,
			Amount: line.Amount.String(), Start: day(line.Start), End: day(line.End), Estimated: line.Estimated,
		})
	}
	return out, err
}

// with is the app in another context.
func (a *app) with(ctx context.Context) *app {
	other := *a
	other.ctx = ctx
	return &other
}
