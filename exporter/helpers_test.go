package exporter

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/common/expfmt"

	"github.com/aws-baseline/aws-baseline/collect/history"
	"github.com/aws-baseline/aws-baseline/collect/snapshot"
)

// update rewrites the golden files: go test ./exporter -update.
var update = flag.Bool("update", false, "rewrite the golden files")

const account = "111111111111"

var start = time.Date(2026, 4, 10, 6, 0, 0, 0, time.UTC)

// scope is what a test says of one scope of a capture.
type scope struct {
	region, kind string
	state        snapshot.State
	code         string
	scp          bool
	ids          []string // "id" or "id=value", the value being its configuration; "id@region" lies elsewhere
}

func capture(at time.Time, scopes ...scope) *snapshot.Snapshot {
	s := &snapshot.Snapshot{
		Document: snapshot.Document, SchemaVersion: snapshot.SchemaVersion, Name: "a", Cutoff: at.Add(-time.Minute),
		Accounts: []snapshot.Account{{AccountID: account, AllRegions: true}}, Metadata: snapshot.Metadata{CreatedAt: at},
	}
	for _, sc := range scopes {
		if sc.state == "" {
			sc.state = snapshot.Complete
		}
		key := snapshot.ScopeKey(account, sc.region, sc.kind)
		s.Coverage = append(s.Coverage, snapshot.Coverage{
			Scope: key, AccountID: account, Region: sc.region, Kind: sc.kind, State: sc.state, Resources: len(sc.ids), Code: sc.code, SCP: sc.scp,
		})
		for _, id := range sc.ids {
			id, value, _ := strings.Cut(id, "=")
			id, region, elsewhere := strings.Cut(id, "@")
			if !elsewhere {
				region = sc.region
			}
			created := start.Add(-24 * time.Hour)
			if strings.HasPrefix(id, "new") {
				created = at
			}
			configuration := snapshot.Canonical(map[string]any{"Value": value})
			s.Resources = append(s.Resources, snapshot.Resource{
				Key: snapshot.ResourceKey(account, region, sc.kind, id), Scope: key, Kind: sc.kind, ID: id, AccountID: account, Region: region,
				CreatedAt: &created, Configuration: configuration, ConfigurationHash: snapshot.Hash(configuration),
			})
		}
	}
	s.Sort()
	return s
}

// rig is an exporter in a test, with everything that is handed in.
type rig struct {
	*exporter
	t        *testing.T
	now      time.Time
	next     *snapshot.Snapshot // what a capture returns
	counts   Counts
	err      error
	captures int
	baseline *snapshot.Snapshot
	log      bytes.Buffer
}

// newRig makes an exporter on a folder; change may alter its options.
func newRig(t *testing.T, dir string, change func(*rig, *Options)) *rig {
	t.Helper()
	r := &rig{t: t, now: start}
	options := Options{
		Capture: func(context.Context, string) (*snapshot.Snapshot, Counts, error) {
			r.captures++
			return r.next, r.counts, r.err
		},
		Baseline: func(_ context.Context, accounts string) (*snapshot.Snapshot, error) {
			if r.baseline == nil {
				return nil, fmt.Errorf("%w for account %s", snapshot.ErrNoActive, accounts)
			}
			return r.baseline, nil
		},
		Version: "1.2.3", History: dir, Now: func() time.Time { return r.now }, Logger: slog.New(slog.NewTextHandler(&r.log, nil)),
	}
	if change != nil {
		change(r, &options)
	}
	options, err := options.completed()
	if err != nil {
		t.Fatal(err)
	}
	store, err := history.Open(dir, history.Options{Retention: options.Retention, Now: options.Now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { store.Close() })
	r.exporter = newExporter(options, store)
	return r
}

// capturing makes one capture, which ends when it says.
func (r *rig) capturing(s *snapshot.Snapshot) {
	r.t.Helper()
	r.next, r.now = s, s.Metadata.CreatedAt
	if err := r.capture(r.t.Context()); err != nil {
		r.t.Fatal(err)
	}
}

// scrape is the exposition text without Go's and the process's own metrics.
func (r *rig) scrape() string {
	r.t.Helper()
	registry := prometheus.NewPedanticRegistry()
	registry.MustRegister(r.state)
	families, err := registry.Gather()
	if err != nil {
		r.t.Fatal(err)
	}
	var out bytes.Buffer
	for _, f := range families {
		if _, err := expfmt.MetricFamilyToText(&out, f); err != nil {
			r.t.Fatal(err)
		}
	}
	return strings.ReplaceAll(out.String(), runtime.Version(), "go1.x")
}

// samples are the lines of a scrape that begin with a prefix.
func samples(text, prefix string) []string {
	var lines []string
	for line := range strings.Lines(text) {
		if strings.HasPrefix(line, prefix) {
			lines = append(lines, strings.TrimSpace(line))
		}
	}
	return lines
}

// get asks a page of the exporter without a network.
func (r *rig) get(method, path string) (int, string) {
	r.t.Helper()
	answer := httptest.NewRecorder()
	r.handler().ServeHTTP(answer, httptest.NewRequestWithContext(r.t.Context(), method, path, http.NoBody))
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		r.t.Fatal(err)
	}
	return answer.Code, string(body)
}

// golden compares a text with a file of testdata.
func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s differs; if that is meant: go test ./exporter -update\ngot:\n%s", path, got)
	}
}
