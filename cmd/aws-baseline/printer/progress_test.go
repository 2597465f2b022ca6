package printer

import (
	"bytes"
	"context"
	"io"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/vbauerster/mpb/v8"
)

// TestProgressOffTerminal holds that nothing but what is written through it comes out.
func TestProgressOffTerminal(t *testing.T) {
	read, write, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	p := NewProgress(t.Context(), write, environment("TERM", "xterm"), "capturing")
	p.Update(1, 2, 3, "x")
	if _, err := p.Write([]byte("log line\n")); err != nil {
		t.Fatal(err)
	}
	p.Stop()
	p.Update(2, 2, 3, "x")
	write.Close()
	if got, err := io.ReadAll(read); err != nil || string(got) != "log line\n" {
		t.Errorf("%q, %v", got, err)
	}
}

func TestProgress(t *testing.T) {
	var out bytes.Buffer
	frames := make(chan any)
	p := newProgress(context.Background(), &out, "capturing", mpb.WithManualRefresh(frames), mpb.WithWidth(160))
	p.Update(30, 120, 1, "eu-west-1 "+hostile)
	for range 3 { // the third is taken only after the first was drawn
		frames <- time.Now()
	}
	p.Stop()
	p.Stop()
	p.Update(40, 120, 2, "late")
	if n, err := p.Write([]byte("after\n")); n != 6 || err != nil {
		t.Errorf("%d, %v", n, err)
	}
	got := out.String()
	for _, want := range []string{"capturing [", "30/120 scopes, 1 API call, ", " left", `(eu-west-1 web\x1b[2J`} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in %q", want, got)
		}
	}
	for _, never := range []string{"\x1b[2J", "\x1b]", "\u202e", "late"} {
		if strings.Contains(got, never) {
			t.Errorf("%q in %q", never, got)
		}
	}
	if !strings.HasSuffix(got, "after\n") {
		t.Errorf("%q does not end with what came after the bar", got)
	}
}

// TestProgressNarrow holds that a label without room gives way to the bar.
func TestProgressNarrow(t *testing.T) {
	var out bytes.Buffer
	frames := make(chan any)
	p := newProgress(context.Background(), &out, "capturing", mpb.WithManualRefresh(frames), mpb.WithWidth(80))
	p.Update(30, 120, 12, "eu-west-1 ec2:security-group")
	for range 3 {
		frames <- time.Now()
	}
	p.Stop()
	if got := out.String(); !strings.Contains(got, "capturing [=") || strings.Contains(got, "eu-west-1") {
		t.Errorf("%q", got)
	}
}

// TestProgressInterrupted holds that the end of the context clears the bar.
func TestProgressInterrupted(t *testing.T) {
	var out bytes.Buffer
	ctx, cancel := context.WithCancel(context.Background())
	p := newProgress(ctx, &out, "capturing", mpb.WithAutoRefresh())
	p.Update(1, 2, 3, "x")
	cancel()
	p.Stop() // waits for the one that the context started
	if _, err := p.Write([]byte("interrupted\n")); err != nil {
		t.Fatal(err)
	}
	const clear = "\x1b[1A\x1b[J"
	if got := out.String(); strings.Contains(got, "capturing") && !strings.HasSuffix(got, clear+"interrupted\n") {
		t.Errorf("the bar is not cleared: %q", got)
	} else if !strings.HasSuffix(got, "interrupted\n") {
		t.Errorf("%q", got)
	}
}
