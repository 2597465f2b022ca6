package exporter

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/signal"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/prometheus/exporter-toolkit/web"

	"github.com/aws-baseline/aws-baseline/collect/history"
	"github.com/aws-baseline/aws-baseline/collect/snapshot"
)

// exporter is one that runs.
type exporter struct {
	options Options
	store   *history.Store
	metrics *metrics
	state   *state

	// working is held by a capture or a reload; scrapes never wait for it.
	working  sync.Mutex
	unsaved  *snapshot.Snapshot // the last capture, where the history could not keep it; guarded by working
	verified bool               // AWS answered, and as it should; only captures look at it

	fresh chan *snapshot.Snapshot // the newest capture, until who changed things is asked; holds one
	// Only actors looks at these.
	question    *question // of the last capture, to be asked again
	pausedUntil time.Time // CloudTrail is not asked before
	actorsError string    // why it could not be asked, as it was logged last
}

// Pauses after a first failure. A query for the bill costs money each time.
const (
	captureRetry = time.Minute
	costRetry    = time.Hour
)

// shutdownTimeout is how long answers under way may take when the program ends.
const shutdownTimeout = 5 * time.Second

// Run exports until the context ends, and then returns nil. It listens, asks AWS who we are, opens the history, serves the
// last capture, and captures when one is due. SIGHUP reloads the baseline. An error means that it could not start or
// listen on: options that make no sense, a bad web configuration, an address that is taken, a [Refusal], neither AWS nor
// a capture in the history, a history of another account or one that can't be opened (see [history.Open]; a damaged one
// is moved aside). Failing captures are not errors: they are logged, counted and tried again.
func Run(ctx context.Context, options Options) error {
	return run(ctx, options, nil)
}

// run is Run with listeners handed in; without any it makes them.
func run(ctx context.Context, options Options, listeners []net.Listener) (err error) {
	options, err = options.completed()
	if err != nil {
		return err
	}
	hangups := make(chan os.Signal, 1) // from the start: an unexpected SIGHUP ends a process
	signal.Notify(hangups, syscall.SIGHUP)
	defer signal.Stop(hangups)
	if err := web.Validate(options.WebConfigFile); err != nil {
		return fmt.Errorf("can't use the web configuration %s: %s", options.WebConfigFile, strings.Join(strings.Fields(err.Error()), " "))
	}
	if listeners == nil {
		if listeners, err = listen(options); err != nil {
			return err
		}
	}
	defer closeAll(listeners)
	who, err := identify(ctx, options)
	if ctx.Err() != nil {
		return nil
	}
	if err != nil {
		return err
	}
	store, err := openHistory(options)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	return newExporter(options, store).run(ctx, who, listeners, hangups)
}

func newExporter(options Options, store *history.Store) *exporter {
	m := newMetrics()
	return &exporter{options: options, store: store, metrics: m, state: newState(m, options), fresh: make(chan *snapshot.Snapshot, 1)}
}

// run restores, then serves and captures until the context ends, the server fails or a capture is refused, and waits for
// what it started.
func (e *exporter) run(ctx context.Context, who identity, listeners []net.Listener, hangups <-chan os.Signal) error {
	ctx, cancel := context.WithCancelCause(ctx)
	var background sync.WaitGroup
	defer background.Wait()
	defer cancel(nil)

	e.verified = who.account != ""
	e.state.setAccount(who.account)
	e.countDamaged()
	wait, err := e.restore(ctx, who)
	if err != nil {
		return err
	}
	captures := schedule{wait: wait, interval: e.options.Interval, retry: captureRetry}
	background.Go(func() {
		captures.run(ctx, func(ctx context.Context) error {
			err := e.capture(ctx)
			if e.refused(err) {
				cancel(err)
			}
			return err
		})
	})
	if e.options.Cost != nil && e.options.CostInterval > 0 {
		wait := e.restoreCost()
		background.Go(func() { e.costs(ctx, wait) })
	}
	if e.options.Attribute != nil {
		e.state.setActors(e.actorsNote().Succeeded)
		background.Go(func() { e.actors(ctx) })
	}
	background.Go(func() { e.reloadOn(ctx, hangups) })
	background.Go(func() { e.answerOthers(ctx) })
	err = e.serve(ctx, listeners)
	if refusal := (Refusal{}); errors.As(context.Cause(ctx), &refusal) {
		return refusal
	}
	return err
}

// serve answers until the context ends.
func (e *exporter) serve(ctx context.Context, listeners []net.Listener) error {
	server := &http.Server{
		Handler: e.handler(), ReadHeaderTimeout: 10 * time.Second, IdleTimeout: 5 * time.Minute,
		ErrorLog: slog.NewLogLogger(e.options.Logger.Handler(), slog.LevelWarn),
	}
	flags := &web.FlagConfig{
		WebListenAddresses: &e.options.ListenAddresses, WebSystemdSocket: &e.options.SystemdSocket, WebConfigFile: &e.options.WebConfigFile,
	}
	stopped := make(chan error, 1)
	go func() {
		if listeners != nil {
			stopped <- web.ServeMultiple(listeners, server, flags, e.options.Logger)
		} else {
			stopped <- web.ListenAndServe(server, flags, e.options.Logger)
		}
	}()
	select {
	case err := <-stopped:
		return err
	case <-ctx.Done():
	}
	limited, cancel := context.WithTimeout(context.WithoutCancel(ctx), shutdownTimeout)
	defer cancel()
	if err := server.Shutdown(limited); err != nil {
		server.Close()
	}
	if err := <-stopped; err != nil && !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

// reloadOn reloads at every signal.
func (e *exporter) reloadOn(ctx context.Context, signals <-chan os.Signal) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-signals:
			if err := e.reload(ctx); err != nil {
				e.options.Logger.Error("reload failed", "error", err)
			}
		}
	}
}
