package testbed

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"time"
)

// FaultProxy stands in front of a server that speaks AWS's APIs and makes it fail. All methods may be called from any
// goroutine, and faults may be added and removed while calls are under way. Every method that adds a fault returns a
// function that removes it, which may be ignored.
//
// A call goes through the faults in a fixed order, however they were added: those that answer instead of the server
// (Deny, Throttle, Expire, Error, HTML, Reset, Hang, Latency), TruncateBody, KillAt, Pages and RepeatToken, Linger,
// Noise, Strict. So a denied call is never counted as a delete, and a page of noise is a page.
type FaultProxy struct {
	// URL is the endpoint to give to clients: http://127.0.0.1:PORT.
	URL string
	// Account is what the server behind takes the caller for, unless the caller uses a session that it got from this
	// proxy by sts:AssumeRole. It is random, so that tests that share a server don't see each other. S3 bucket names
	// are an exception: they are unique over all accounts.
	Account string

	target *url.URL
	server *http.Server
	client *http.Client
	rest   restTables
	sleep  func(context.Context, time.Duration) // a field so that tests needn't wait
	noCBOR atomic.Bool                          // the server behind doesn't speak RPC v2

	mu       sync.Mutex
	rules    []*rule
	records  []Record
	sessions map[string]string // access key → account
}

// ProxyOption changes how a proxy starts.
type ProxyOption func(*FaultProxy)

// AsAccount makes the caller act as that account.
func AsAccount(account string) ProxyOption { return func(p *FaultProxy) { p.Account = account } }

// StartProxy starts a proxy on a free port of 127.0.0.1, in front of the server at target. Tests use Proxy.
func StartProxy(target string, options ...ProxyOption) (*FaultProxy, error) {
	u, err := url.Parse(target)
	if err != nil || u.Host == "" {
		return nil, fmt.Errorf("testbed: %q is no URL of a server", target)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("testbed: proxy: %w", err)
	}
	p := &FaultProxy{
		URL: "http://" + listener.Addr().String(), Account: NewAccount(),
		target: u, rest: loadREST(), sleep: sleep, sessions: map[string]string{},
		// Redirects are S3's answer to a wrong region: the client must see them.
		client: &http.Client{
			Transport:     &http.Transport{DisableCompression: true, MaxIdleConnsPerHost: 64},
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
	}
	for _, o := range options {
		o(p)
	}
	p.server = &http.Server{Handler: p, ErrorLog: log.New(io.Discard, "", 0)}
	go p.server.Serve(listener)
	return p, nil
}

// Close ends the proxy and whatever hangs in it.
func (p *FaultProxy) Close() error {
	p.client.CloseIdleConnections()
	return p.server.Close()
}

// Intercept adds a fault of the test's own, among those that answer instead of the server. service and operation are
// patterns of path.Match; service may be the IAM prefix, the signing name or the SDK's package.
func (p *FaultProxy) Intercept(service, operation string, fault Interceptor, options ...Option) (remove func()) {
	return p.add(refusing, service, operation, fault, options)
}

func (p *FaultProxy) add(s stage, service, operation string, fault Interceptor, options []Option) func() {
	r := &rule{s, newSelection(service, operation, options), fault}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.rules = append(slices.Clone(p.rules), r) // calls under way keep the old slice
	slices.SortStableFunc(p.rules, func(a, b *rule) int { return int(a.stage - b.stage) })
	return func() {
		p.mu.Lock()
		defer p.mu.Unlock()
		p.rules = slices.DeleteFunc(slices.Clone(p.rules), func(o *rule) bool { return o == r })
	}
}

// Heal removes all faults.
func (p *FaultProxy) Heal() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.rules = nil
}

// ServeHTTP handles one call.
func (p *FaultProxy) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		panic(http.ErrAbortHandler) // the client went away while it was sending
	}
	c := parse(r.Context(), r, body, p.rest)
	p.mu.Lock()
	rules := p.rules
	if c.Account = p.sessions[c.AccessKey]; c.Account == "" {
		c.Account = p.Account
	}
	p.mu.Unlock()
	a := p.pass(c, rules)
	p.record(c, a)
	a.write(w, c)
}

// pass sends a call through the rules to the server.
func (p *FaultProxy) pass(c *Call, rules []*rule) *Answer {
	for i, r := range rules {
		if r.takes(c) {
			return r.apply(c, func(d *Call) *Answer { return p.pass(d, rules[i+1:]) })
		}
	}
	return p.forward(c)
}

// forward asks the server behind. If there is no answer the client gets a reset.
func (p *FaultProxy) forward(c *Call) *Answer {
	if c.Protocol == CBOR {
		return p.forwardCBOR(c)
	}
	a, err := p.roundTrip(c, c.Method, c.Header, c.Body)
	if err != nil {
		return &Answer{cut: reset}
	}
	if c.Service == "sts" && c.Operation == "AssumeRole" && a.ok() {
		p.learnSession(c, a)
	}
	return a
}

func (p *FaultProxy) roundTrip(c *Call, method string, header http.Header, body []byte) (*Answer, error) {
	u := *p.target
	u.RawPath, u.RawQuery = c.Path, c.rawQuery
	if path, err := url.PathUnescape(c.Path); err == nil {
		u.Path = path
	}
	r, err := http.NewRequestWithContext(c.ctx, method, u.String(), bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	r.Header = header.Clone()
	for _, name := range []string{"Expect", "Connection", "Accept-Encoding", "Content-Length"} {
		r.Header.Del(name)
	}
	r.Header.Set("X-Moto-Account-Id", c.Account)
	r.Host = c.host // queue URLs carry the host that the caller used
	response, err := p.client.Do(r)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	answer, err := io.ReadAll(response.Body)
	if err != nil {
		return nil, err
	}
	return &Answer{Status: response.StatusCode, Header: response.Header, Body: answer}, nil
}

// learnSession remembers whose account a session's key is.
func (p *FaultProxy) learnSession(c *Call, a *Answer) {
	doc, err := decode(c.Protocol, a.Body)
	if err != nil {
		return
	}
	key := doc.result().at("Credentials/AccessKeyId").text()
	arn := doc.result().at("AssumedRoleUser/Arn").text()
	if parts := bytes.Split([]byte(arn), []byte(":")); key != "" && len(parts) > 5 {
		p.mu.Lock()
		defer p.mu.Unlock()
		p.sessions[key] = string(parts[4])
	}
}

// write sends the answer as it says, or spoils the connection.
func (a *Answer) write(w http.ResponseWriter, c *Call) {
	switch a.cut {
	case hung:
		<-c.ctx.Done() // Close ends it as well
		panic(http.ErrAbortHandler)
	case reset:
		resetConnection(w)
		return
	}
	for name, values := range a.Header {
		switch name {
		case "Content-Length", "Connection", "Transfer-Encoding", "Keep-Alive":
		default:
			w.Header()[name] = values
		}
	}
	if c.Method != http.MethodHead {
		w.Header().Set("Content-Length", strconv.Itoa(len(a.Body)))
	} else if length := a.Header.Get("Content-Length"); length != "" {
		w.Header().Set("Content-Length", length)
	}
	w.WriteHeader(a.Status)
	if c.Method == http.MethodHead || a.Status == http.StatusNoContent || a.Status == http.StatusNotModified {
		return
	}
	if a.cut == truncated {
		w.Write(a.Body[:len(a.Body)/2])
		http.NewResponseController(w).Flush()
		panic(http.ErrAbortHandler)
	}
	w.Write(a.Body)
}

// resetConnection makes the kernel send RST instead of FIN.
func resetConnection(w http.ResponseWriter) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		return
	}
	if tcp, ok := conn.(*net.TCPConn); ok {
		tcp.SetLinger(0)
	}
	conn.Close()
}

func sleep(ctx context.Context, d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
	case <-t.C:
	}
}
