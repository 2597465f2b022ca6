package exporter

import (
	"fmt"
	"html"
	"log/slog"
	"net/http"
	"net/http/pprof"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
	"github.com/prometheus/exporter-toolkit/web"
)

// scrapesAtOnce bounds the memory that scrapes take; more are answered with 503.
const scrapesAtOnce = 8

// handler is the exporter's pages.
func (e *exporter) handler() http.Handler {
	registry := prometheus.NewRegistry()
	registry.MustRegister(e.state, collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", promhttp.HandlerFor(registry, promhttp.HandlerOpts{
		EnableOpenMetrics: true, MaxRequestsInFlight: scrapesAtOnce,
		ErrorLog: slog.NewLogLogger(e.options.Logger.Handler(), slog.LevelError),
	}))
	mux.HandleFunc("GET /-/healthy", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, "aws-baseline exporter is healthy.") })
	mux.HandleFunc("GET /-/ready", e.ready)
	mux.HandleFunc("POST /-/reload", e.reloadPage)
	mux.HandleFunc("PUT /-/reload", e.reloadPage)
	mux.HandleFunc("GET /{$}", e.landing)
	if e.options.Pprof {
		mux.HandleFunc("/debug/pprof/", pprof.Index)
		mux.HandleFunc("/debug/pprof/cmdline", pprof.Cmdline)
		mux.HandleFunc("/debug/pprof/profile", pprof.Profile)
		mux.HandleFunc("/debug/pprof/symbol", pprof.Symbol)
		mux.HandleFunc("/debug/pprof/trace", pprof.Trace)
	}
	return mux
}

// ready says whether there is something to serve: a first capture, or one from the history.
func (e *exporter) ready(w http.ResponseWriter, _ *http.Request) {
	if !e.state.ready() {
		http.Error(w, "aws-baseline exporter is not ready: the first capture is not done.", http.StatusServiceUnavailable)
		return
	}
	fmt.Fprintln(w, "aws-baseline exporter is ready.")
}

func (e *exporter) reloadPage(w http.ResponseWriter, r *http.Request) {
	if err := e.reload(r.Context()); err != nil {
		e.options.Logger.Error("reload failed", "error", err)
		http.Error(w, "reload failed: "+err.Error(), http.StatusInternalServerError)
		return
	}
	fmt.Fprintln(w, "reloaded.")
}

// landing tells a person what this is and what it serves.
func (e *exporter) landing(w http.ResponseWriter, r *http.Request) {
	page, err := web.NewLandingPage(web.LandingConfig{
		Name:        "aws-baseline exporter",
		Description: "Metrics about an AWS account and its drift from a baseline",
		Version:     html.EscapeString(e.options.Version),
		Links: []web.LandingLinks{
			{Address: "metrics", Text: "Metrics"},
			{Address: "-/ready", Text: "Ready", Description: "whether there is a capture to serve"},
			{Address: "-/healthy", Text: "Healthy"},
		},
		ExtraCSS:  "",
		ExtraHTML: table(e.state.facts()),
		Profiling: fmt.Sprint(e.options.Pprof),
	})
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	page.ServeHTTP(w, r)
}

// fact is a line of the landing page.
type fact struct{ name, value string }

// facts are what a person wants to know first.
func (s *state) facts() []fact {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	now := s.options.Now()
	list := []fact{{"Account", s.account}}
	if c := s.content; c == nil {
		list = append(list, fact{"Last capture", "none yet"})
	} else {
		at := s.captured.UTC().Format(time.RFC3339) + ", " + now.Sub(s.captured).Round(time.Second).String() + " ago"
		if !s.fresh(s.captured, s.options.MaxAge) {
			at += ": too old to be shown"
		}
		list = append(list, fact{"Last capture", at}, fact{"Resources", fmt.Sprint(c.resources)},
			fact{"Scopes", fmt.Sprintf("%d, %d of them incomplete", c.scopes, c.incomplete)})
		if c.compared {
			d := c.summary
			list = append(list, fact{"Baseline", c.baseline}, fact{"Drift", fmt.Sprintf(
				"%d added, %d removed, %d modified, %d replaced, %d missed; %d can't be told", d.Added, d.Removed, d.Modified, d.Replaced, d.Missed, d.Unknown)})
		} else {
			list = append(list, fact{"Baseline", "none"})
		}
	}
	last := "none since the start"
	switch {
	case s.running:
		last = "under way since " + s.attempted.UTC().Format(time.RFC3339)
	case s.ended && s.success:
		last = "succeeded in " + s.duration.Round(time.Second).String()
	case s.ended:
		last = "failed, see the log"
	}
	return append(list, fact{"Last attempt", last}, fact{"Interval", s.options.Interval.String()})
}

// table is a list of facts as HTML. The values come from files and from AWS.
func table(facts []fact) string {
	var out strings.Builder
	out.WriteString("<table>\n")
	for _, f := range facts {
		fmt.Fprintf(&out, "<tr><th style=\"text-align:left;padding-right:2em\">%s</th><td>%s</td></tr>\n", html.EscapeString(f.name), html.EscapeString(f.value))
	}
	out.WriteString("</table>\n")
	return out.String()
}
