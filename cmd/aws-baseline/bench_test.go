package main

import (
	"bytes"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/aws-baseline/aws-baseline/collect/testbed"
)

// BenchmarkSnapshot captures an account with one of every kind, in one region and in all, with and without 50 ms added
// to every call. It reports the calls of one capture; the ratio of the wall times is the share that waiting has.
// moto answers some 200 calls a second whatever the concurrency, so without latency it is moto that is measured.
func BenchmarkSnapshot(b *testing.B) {
	p := testbed.Proxy(b, testbed.Moto(b).URL)
	if err := testbed.OneOfEveryKind(b.Context(), p.Config(home), "bench"); err != nil {
		b.Fatal(err)
	}
	folder := b.TempDir()
	for _, pair := range p.Environ(home) {
		name, value, _ := strings.Cut(pair, "=")
		b.Setenv(name, value)
	}
	b.Setenv("XDG_CONFIG_HOME", filepath.Join(folder, "config"))
	b.Setenv("AWS_BASELINE_SNAPSHOT_DIR", filepath.Join(folder, "snapshots"))
	number := 0
	capture := func(b *testing.B, args ...string) {
		before := p.Total()
		for b.Loop() {
			number++
			var out bytes.Buffer
			if code := run(b.Context(), append([]string{"snapshot", "create", "s" + strconv.Itoa(number)}, args...), strings.NewReader(""), &out, &out); code != 0 {
				b.Fatalf("exit code %d\n%s", code, out.String())
			}
		}
		b.ReportMetric(float64(p.Total()-before)/float64(b.N), "calls/op")
	}
	for _, latency := range []time.Duration{0, 50 * time.Millisecond} {
		remove := p.Latency("*", "*", latency)
		b.Run("region=one/latency="+latency.String(), func(b *testing.B) { capture(b, "--regions", home) })
		b.Run("region=all/latency="+latency.String(), func(b *testing.B) { capture(b) })
		remove()
	}
}
