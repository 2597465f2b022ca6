package main

import (
	"bytes"
	"context"
	"io"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws-baseline/aws-baseline/collect/testbed"
)

// gate is an address at which AWS is reached, or nobody is there.
type gate struct {
	t       *testing.T
	address string
	server  *http.Server
}

func newGate(t *testing.T) *gate {
	g := &gate{t: t, address: freeAddress(t)}
	t.Cleanup(g.close)
	return g
}

func freeAddress(t *testing.T) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	return listener.Addr().String()
}

// open lets calls through to a server.
func (g *gate) open(target string) {
	g.t.Helper()
	to, err := url.Parse(target)
	if err != nil {
		g.t.Fatal(err)
	}
	listener, err := net.Listen("tcp", g.address)
	if err != nil {
		g.t.Fatal(err)
	}
	g.server = &http.Server{Handler: httputil.NewSingleHostReverseProxy(to)}
	go g.server.Serve(listener) //nolint:errcheck // it ends by Close
}

func (g *gate) close() {
	if g.server != nil {
		g.server.Close()
		g.server = nil
	}
}

// log is written by one process and read by a test.
type log struct {
	mutex sync.Mutex
	text  bytes.Buffer
}

func (l *log) Write(data []byte) (int, error) {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	return l.text.Write(data)
}

func (l *log) String() string {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	return l.text.String()
}

// program is the program as a process of its own.
type program struct {
	*world
	cmd  *exec.Cmd
	url  string
	said log
	gone chan struct{}
	late <-chan struct{} // closed shortly before the tests' deadline, which would leave the process behind
}

// start starts the exporter; variables are added to the environment, and those that are empty are taken from it.
func (w *world) start(variables []string, args ...string) *program {
	w.Helper()
	address := freeAddress(w.T)
	p := &program{world: w, url: "http://" + address, gone: make(chan struct{}), late: late(w.T)}
	p.cmd = exec.Command("aws-baseline", append([]string{"exporter", "--web.listen-address", address, "--types", "sqs:queue", "--cost-interval", "0"}, args...)...)
	p.cmd.Env = os.Environ()
	for _, pair := range variables {
		name, value, _ := strings.Cut(pair, "=")
		p.cmd.Env = slices.DeleteFunc(p.cmd.Env, func(have string) bool { return strings.HasPrefix(have, name+"=") })
		if value != "" {
			p.cmd.Env = append(p.cmd.Env, pair)
		}
	}
	p.cmd.Stderr = &p.said
	if err := p.cmd.Start(); err != nil {
		w.Fatal(err)
	}
	go func() {
		p.cmd.Wait() //nolint:errcheck // the state says it
		close(p.gone)
	}()
	w.Cleanup(func() {
		p.cmd.Process.Kill() //nolint:errcheck // it may have ended
		<-p.gone
		if w.Failed() {
			w.Logf("exporter %s:\n%s", strings.Join(args, " "), p.said.String())
		}
	})
	return p
}

func late(t *testing.T) <-chan struct{} {
	deadline, ok := t.Deadline()
	if !ok {
		return nil
	}
	ctx, cancel := context.WithDeadline(t.Context(), deadline.Add(-5*time.Second))
	t.Cleanup(cancel)
	return ctx.Done()
}

// until scrapes until the metrics are as they should be, while the program runs.
func (p *program) until(fits func(metrics string) bool) string {
	p.Helper()
	for {
		select {
		case <-p.gone:
			p.Fatalf("it ended: %s", p.said.String())
		case <-p.late:
			p.Fatal("the metrics never became so")
		default:
		}
		request, err := http.NewRequestWithContext(p.Context(), http.MethodGet, p.url+"/metrics", http.NoBody)
		if err != nil {
			p.Fatal(err)
		}
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			continue // nobody listens yet
		}
		text, err := io.ReadAll(response.Body)
		response.Body.Close()
		if err == nil && fits(string(text)) {
			return string(text)
		}
	}
}

// stop ends it by a signal, and it must end well.
func (p *program) stop() {
	p.Helper()
	if err := p.cmd.Process.Signal(os.Interrupt); err != nil {
		p.Fatal(err)
	}
	p.ends(0)
}

// ends waits for its end.
func (p *program) ends(code int) {
	p.Helper()
	select {
	case <-p.gone:
	case <-p.late:
		p.Fatal("it does not end")
	}
	if got := p.cmd.ProcessState.ExitCode(); got != code {
		p.Errorf("exit code %d, want %d: %s", got, code, p.said.String())
	}
}

// complains waits for its end, of which the last line says why.
func (p *program) complains(code int, why string) {
	p.Helper()
	p.ends(code)
	lines := strings.Split(strings.TrimSpace(p.said.String()), "\n")
	if last := lines[len(lines)-1]; !strings.HasPrefix(last, "aws-baseline: error: ") || !strings.Contains(last, why) {
		p.Errorf("it says %q, want %s", last, why)
	}
}

// line is the line of a scrape that begins so.
func line(metrics, prefix string) string {
	for text := range strings.Lines(metrics) {
		if strings.HasPrefix(text, prefix) {
			return strings.TrimSpace(text)
		}
	}
	return ""
}

const (
	queues    = "aws_baseline_resources{"
	lastTime  = "aws_baseline_capture_last_success_timestamp_seconds{"
	succeeded = "aws_baseline_capture_last_attempt_success{"
)

func captured(m string) bool {
	return line(m, queues) != "" && strings.HasSuffix(line(m, succeeded), " 1")
}

// An exporter that starts while AWS can't be asked serves what it has, and goes on when AWS is back.
func TestExporterStartsWithoutAWS(t *testing.T) {
	w := newWorld(t)
	w.queue("q", nil)
	g := newGate(t)
	endpoint := "AWS_ENDPOINT_URL=http://" + g.address
	history := []string{"--history", "history", "--regions", home}

	g.open(w.proxy.URL)
	p := w.start([]string{endpoint}, history...)
	first := p.until(captured)
	p.stop()
	g.close()

	same := func(name string, variables ...string) {
		t.Helper()
		p := w.start(append([]string{endpoint}, variables...), history...)
		text := p.until(func(m string) bool { return line(m, queues) != "" && line(m, succeeded) != "" })
		for _, prefix := range []string{queues, lastTime} {
			if got, want := line(text, prefix), line(first, prefix); got != want {
				t.Errorf("%s: %s, want %s", name, got, want)
			}
		}
		if got := line(text, succeeded); !strings.HasSuffix(got, " 0") {
			t.Errorf("%s: %s", name, got)
		}
		p.stop() // the line comes after what a scrape sees
		if log := p.said.String(); !strings.Contains(log, "AWS can't be asked, the last capture is served on") {
			t.Errorf("%s: %s", name, log)
		}
	}
	same("connection refused")
	same("no credentials", "AWS_ACCESS_KEY_ID=", "AWS_SECRET_ACCESS_KEY=", "AWS_SESSION_TOKEN=", "AWS_EC2_METADATA_DISABLED=true",
		"AWS_CONFIG_FILE="+os.DevNull, "AWS_SHARED_CREDENTIALS_FILE="+os.DevNull)
	g.open(w.proxy.URL)
	w.proxy.Expire("sts", "GetCallerIdentity")
	same("expired credentials")
	w.proxy.Heal()
	w.proxy.Error("sts", "GetCallerIdentity", 503, "ServiceUnavailable", "down")
	same("STS down")
	w.proxy.Heal()
	w.proxy.Hang("sts", "GetCallerIdentity")
	same("STS hangs")
	w.proxy.Heal()
	g.close()

	// AWS comes back.
	w.queue("another", nil)
	w.nextSecond()
	p = w.start([]string{endpoint}, append(history, "--interval", "1s")...)
	p.until(func(m string) bool { return strings.HasSuffix(line(m, succeeded), " 0") })
	g.open(w.proxy.URL)
	text := p.until(func(m string) bool { return captured(m) && strings.HasSuffix(line(m, queues), " 2") })
	if line(text, lastTime) == line(first, lastTime) {
		t.Errorf("the time is the old one: %s", line(text, lastTime))
	}
	p.stop()
}

// The history of one account is never served, or gone on with, as that of another: at the start, or when AWS answers at
// last.
func TestExporterOfAnotherAccount(t *testing.T) {
	w := newWorld(t)
	w.queue("q", nil)
	g := newGate(t)
	endpoint := "AWS_ENDPOINT_URL=http://" + g.address
	history := []string{"--history", "history", "--regions", home}
	g.open(w.proxy.URL)
	p := w.start([]string{endpoint}, history...)
	p.until(captured)
	p.stop()
	g.close()

	other := testbed.Proxy(t, testbed.Moto(t).URL)
	theirs := append(slices.Clone(other.Environ(home)), endpoint)
	g.open(other.URL)
	mixed := "give another --history"
	w.start(theirs, history...).complains(2, mixed)
	g.close()
	p = w.start(theirs, append(history, "--interval", "1s")...)
	p.until(func(m string) bool { return line(m, lastTime) != "" })
	g.open(other.URL)
	p.complains(2, mixed)
	if n := other.Count("sqs", "*"); n != 0 {
		t.Errorf("the other account was captured: %d calls", n)
	}
	g.close()

	// The history is as it was.
	g.open(w.proxy.URL)
	p = w.start([]string{endpoint}, history...)
	if m := p.until(func(m string) bool { return line(m, queues) != "" }); !strings.Contains(line(m, queues), w.proxy.Account) {
		t.Errorf("%s", line(m, queues))
	}
	p.stop()
}

// A region that there is none of, or that is not enabled, is refused before a history is begun; where AWS can't be asked
// at first, as soon as it can.
func TestExporterRefusesRegions(t *testing.T) {
	w := newWorld(t)
	for region, why := range map[string]string{
		"us-est-1": `there is no region "us-est-1"; enabled are: `, "me-south-1": `the account has not enabled the region "me-south-1"; enabled are: `,
	} {
		p := w.start(nil, "--history", "none", "--regions", home+","+region)
		p.complains(80, why)
		if strings.Count(p.said.String(), "\n") != 1 || exists("none") {
			t.Errorf("%s, history %v", p.said.String(), exists("none"))
		}
	}
	p := w.start(nil, "--history", "history", "--regions", home)
	p.until(captured)
	p.stop()
	g := newGate(t)
	p = w.start([]string{"AWS_ENDPOINT_URL=http://" + g.address}, "--history", "history", "--interval", "1s", "--regions", "us-est-1")
	p.until(func(m string) bool { return line(m, lastTime) != "" })
	g.open(w.proxy.URL)
	p.complains(80, `there is no region "us-est-1"`)
}

// With neither AWS nor a history there is nothing to do; whoever started it starts it again.
func TestExporterWithNeither(t *testing.T) {
	w := newWorld(t)
	g := newGate(t)
	p := w.start([]string{"AWS_ENDPOINT_URL=http://" + g.address}, "--history", "none")
	p.complains(2, "and the history in none has no capture to serve")
	if strings.Count(p.said.String(), "\n") != 1 || exists("none") {
		t.Errorf("%s, history %v", p.said.String(), exists("none"))
	}
}

// A history that was damaged is kept, one line says so, and a new one is begun.
func TestExporterMovesADamagedHistoryAside(t *testing.T) {
	w := newWorld(t)
	w.queue("q", nil)
	args := []string{"--history", "history", "--regions", home}
	p := w.start(nil, args...)
	p.until(captured)
	p.stop()
	manifest := filepath.Join("history", "MANIFEST")
	info, err := os.Stat(manifest)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(manifest, info.Size()-3); err != nil {
		t.Fatal(err)
	}
	p = w.start(nil, args...)
	text := p.until(captured)
	if line(text, "aws_baseline_history_damaged_folders") != "aws_baseline_history_damaged_folders 1" {
		t.Errorf("%s", text)
	}
	p.stop()
	said := 0
	for text := range strings.Lines(p.said.String()) {
		if strings.Contains(text, "damaged") {
			said++
			if !strings.Contains(text, "kept=history/damaged-") || !strings.Contains(text, "level=WARN") || !strings.Contains(text, "no capture") {
				t.Errorf("%s", text)
			}
		}
	}
	if said != 1 {
		t.Errorf("%d lines about it:\n%s", said, p.said.String())
	}
	kept, err := filepath.Glob("history/damaged-*/MANIFEST")
	if err != nil || len(kept) != 1 {
		t.Errorf("%v, %v", kept, err)
	}
}
