package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/aws-baseline/aws-baseline/collect"
	"github.com/aws-baseline/aws-baseline/collect/kinds"
	"github.com/aws-baseline/aws-baseline/collect/snapshot"
	"github.com/aws-baseline/aws-baseline/cost"
	"github.com/aws-baseline/aws-baseline/diff"
	"github.com/aws-baseline/aws-baseline/exporter"
)

type exporterCmd struct {
	Interval         days     `default:"6h" help:"Time between two captures (${default}); 1m to 365d."`
	CostInterval     days     `default:"24h" help:"Time between two queries of Cost Explorer (${default}); 1h to 365d, or 0 for none. Each query costs USD 0.01 for every page of the answer: one to three a day come to USD 0.30 to 0.90 a month."`
	WebListenAddress []string `name:"web.listen-address" default:"127.0.0.1:9877" help:"Addresses to serve on, as HOST:PORT or :PORT (${default})." placeholder:"ADDRESS"`
	WebConfigFile    string   `name:"web.config.file" help:"File with TLS and users, as the exporter toolkit of Prometheus has it." placeholder:"FILE"`
	WebSystemdSocket bool     `name:"web.systemd-socket" help:"Take the socket from systemd instead."`
	WebPprof         bool     `name:"web.pprof" help:"Serve Go's profiles under /debug/pprof."`
	History          string   `required:"" help:"Folder of the captures' history; on a local disk." placeholder:"DIR"`
	Retention        days     `default:"90d" help:"How long captures are kept (${default}); 1h or more. The last one is kept however old."`

	Types       []string `aliases:"resource-types,resource-type" help:"Types to capture; without it those of the active baseline, or all." placeholder:"TYPE"`
	Regions     []string `help:"Regions to capture; without it those of the active baseline, or every enabled one." placeholder:"REGION"`
	NoActors    bool     `help:"Don't ask CloudTrail after a capture who made the changes; diff of the history then names nobody."`
	MaxSeries   int      `default:"50000" help:"Series of one metric at most, 1 or more (${default}); what is dropped is counted."`
	Concurrency int      `help:"Calls under way at once." default:"64"`
	LogFormat   string   `enum:"text,json" default:"text" help:"Logs on stderr as text or json."`
}

func (c *exporterCmd) Run(a *app) error {
	if err := c.check(a); err != nil {
		return err
	}
	handler := slog.Handler(slog.NewTextHandler(a.stderr, nil))
	if c.LogFormat == "json" {
		handler = slog.NewJSONHandler(a.stderr, nil)
	}
	comparison, err := new(noiseFlags).options(a, collect.Rules(kinds.All()))
	if err != nil {
		return err
	}
	options := exporter.Options{
		Version: collect.Version, Diff: comparison,
		History: c.History, Retention: time.Duration(c.Retention), Interval: time.Duration(c.Interval), CostInterval: time.Duration(c.CostInterval),
		MaxSeries: c.MaxSeries, ListenAddresses: c.WebListenAddress, WebConfigFile: c.WebConfigFile, SystemdSocket: c.WebSystemdSocket, Pprof: c.WebPprof,
		Logger:   slog.New(handler),
		Identify: func(ctx context.Context) (string, error) { return c.identify(ctx, a) },
		Capture: func(ctx context.Context, account string) (*snapshot.Snapshot, exporter.Counts, error) {
			return c.capture(ctx, a, account, nil)
		},
		Reread: func(ctx context.Context, account string, scopes []string) (*snapshot.Snapshot, exporter.Counts, error) {
			return c.capture(ctx, a, account, snapshot.ScopeSet(scopes))
		},
		Baseline: func(_ context.Context, accounts string) (*snapshot.Snapshot, error) {
			return a.activeBaseline(accounts)
		},
		Cost: func(ctx context.Context, baseline, live *snapshot.Snapshot) (exporter.CostReport, error) {
			return c.bill(ctx, a, baseline, live)
		},
	}
	if !c.NoActors {
		options.Attribute = func(ctx context.Context, account string, r *diff.Report, with diff.ActorOptions) (exporter.Counts, error) {
			return c.attribute(ctx, a, account, r, with)
		}
	}
	return exporter.Run(a.ctx, options)
}

// activeBaseline loads the active baseline of an account.
func (a *app) activeBaseline(accounts string) (*snapshot.Snapshot, error) {
	name, err := a.folder().ActiveFor(accounts)
	if err != nil {
		return nil, err
	}
	return a.folder().Load(name)
}

// identifyTimeout is how long the last capture waits to be served for AWS to say who we are. A person who types an MFA
// code is waited for.
const identifyTimeout = 15 * time.Second

// identify asks AWS who we are, and whether the regions are the account's.
func (c *exporterCmd) identify(ctx context.Context, a *app) (string, error) {
	limited := ctx
	if !terminal(a.stdin) || !terminal(a.stderr) {
		var cancel context.CancelFunc
		limited, cancel = context.WithTimeout(ctx, identifyTimeout)
		defer cancel()
	}
	session, err := c.open(limited, a, "")
	if err != nil && ctx.Err() == nil && limited.Err() != nil {
		return "", fmt.Errorf("%w: no answer within %s", collect.ErrUnreachable, identifyTimeout)
	}
	if err != nil {
		return "", err
	}
	return session.AccountID, nil
}

// open opens a session, since sessions live for one run, and refuses what no later try can mend: an option that can't be
// meant, another account than the one that is asked for, a region that the account does not have. Where AWS won't list
// the regions they are taken as they are.
func (c *exporterCmd) open(ctx context.Context, a *app, account string) (*collect.Session, error) {
	session, err := a.with(ctx).open(c.Concurrency)
	var option *collect.OptionError
	switch {
	case errors.As(err, &option):
		return nil, exporter.Refusal{Err: err}
	case err != nil:
		return nil, err
	case account != "" && session.AccountID != account:
		return nil, exporter.Refusal{Err: fmt.Errorf("the credentials are of account %s, and the history in %s is of account %s: give another --history",
			session.AccountID, c.History, account)}
	case len(c.Regions) == 0:
		return session, nil
	}
	_, _, err = session.Regions(ctx, c.Regions, false)
	var region *collect.UnknownRegionError
	if errors.As(err, &region) {
		return nil, exporter.Refusal{Err: err}
	}
	return session, err
}

// capture looks at what the baseline covers.
func (c *exporterCmd) capture(ctx context.Context, a *app, account string, scopes map[string]bool) (*snapshot.Snapshot, exporter.Counts, error) {
	session, err := c.open(ctx, a, account)
	if err != nil {
		return nil, exporter.Counts{}, err
	}
	s, err := c.look(ctx, a, session, scopes)
	return s, exporter.Counts(session.Counts()), err
}

func (c *exporterCmd) look(ctx context.Context, a *app, session *collect.Session, scopes map[string]bool) (*snapshot.Snapshot, error) {
	request, err := c.request(a, session.AccountID)
	if err != nil {
		return nil, err
	}
	request.Scopes = scopes
	if request.MaskKey, err = a.maskKey(); err != nil {
		return nil, err
	}
	s, err := collect.Capture(ctx, session, request) // without a progress display: there is a log
	if err == nil && session.Expired() {
		err = collect.ErrExpired
	}
	return s, err
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

// attribute asks CloudTrail who made the changes between two captures. It asks nobody for an MFA code: the next capture
// does that.
func (c *exporterCmd) attribute(ctx context.Context, a *app, account string, r *diff.Report, options diff.ActorOptions) (exporter.Counts, error) {
	silent := a.with(ctx)
	silent.stdin = strings.NewReader("")
	session, err := silent.open(c.Concurrency)
	if err != nil {
		return exporter.Counts{}, err
	}
	if session.AccountID != account {
		return exporter.Counts(session.Counts()), fmt.Errorf("the credentials are of account %s now, not of %s", session.AccountID, account)
	}
	options.Kinds = kindWords()
	options.Config = func(context.Context, string) (aws.Config, error) { return session.Config, nil }
	if session.Emulated {
		options.Lacking = func(err error) bool { return collect.Classify(err) == collect.ClassUnavailable }
	}
	err = diff.Attribute(ctx, r, options)
	return exporter.Counts(session.Counts()), err
}

// bill asks Cost Explorer for this month and the last one. Without a baseline there is nothing to split by, and nothing
// is paid.
func (c *exporterCmd) bill(ctx context.Context, a *app, baseline, live *snapshot.Snapshot) (exporter.CostReport, error) {
	if baseline == nil {
		return exporter.CostReport{}, fmt.Errorf("the cost can't be split: %w", snapshot.ErrNoActive)
	}
	session, err := c.open(ctx, a, live.AccountSet())
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
