package testbed

import (
	"context"
	"errors"
	"io"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
)

func TestCallsAreUnderstood(t *testing.T) {
	eachProtocol(t, func(t *testing.T, x probe, f *fake, p *FaultProxy, cfg aws.Config) {
		items, next, err := x.page(t.Context(), cfg, nil)
		if err != nil || len(items) != 5 || next != nil {
			t.Fatalf("got %v, next %v, %v", items, next, err)
		}
		c := p.Calls()[0]
		if c.Service != x.service || c.Operation != x.operation || c.Protocol != x.protocol || c.Region != "eu-west-1" {
			t.Errorf("parsed as %s %s in %s", c.Name(), c.Protocol, c.Region)
		}
		if c.Account != p.Account || c.Attempt != 1 || c.Status != 200 || c.Code != "" {
			t.Errorf("recorded as account %s attempt %d status %d code %q", c.Account, c.Attempt, c.Status, c.Code)
		}
		if f.calls[0].Account != p.Account {
			t.Errorf("the server was told account %q", f.calls[0].Account)
		}
		if f.calls[0].host != strings.TrimPrefix(p.URL, "http://") {
			t.Errorf("the server saw host %q, the client asked %s", f.calls[0].host, p.URL)
		}
		if p.Total() != 1 || p.Count(x.service, "*") != 1 || p.Counts()[c.Name()] != 1 {
			t.Errorf("counted %v", p.Counts())
		}
	})
}

func TestErrorsAreEncodedAsTheServiceDoes(t *testing.T) {
	eachProtocol(t, func(t *testing.T, x probe, f *fake, p *FaultProxy, cfg aws.Config) {
		remove := p.Error(x.service, x.operation, 418, "Teapot", "short & <stout>")
		_, _, err := x.page(t.Context(), cfg, nil)
		code, message, status := apiError(t, err)
		if code != "Teapot" || message != "short & <stout>" || status != 418 {
			t.Errorf("decoded as %d %s %q", status, code, message)
		}
		if c := p.Calls()[0]; c.Status != 418 || c.Code != "Teapot" {
			t.Errorf("recorded as %d %s", c.Status, c.Code)
		}
		if n := f.count(x.service + ":" + x.operation); n != 0 {
			t.Errorf("%d calls reached the server", n)
		}
		remove()
		if _, _, err := x.page(t.Context(), cfg, nil); err != nil {
			t.Errorf("after removal: %v", err)
		}
	})
}

func TestDenyIsSpelledAsTheServiceDoes(t *testing.T) {
	codes := map[string]string{
		"ec2": "UnauthorizedOperation", "iam": "AccessDenied", "s3": "AccessDenied", "route53": "AccessDenied",
		"dynamodb": "AccessDeniedException", "lambda": "AccessDeniedException", "sqs": "AccessDenied", "cloudwatch": "AccessDenied",
	}
	eachProtocol(t, func(t *testing.T, x probe, _ *fake, p *FaultProxy, cfg aws.Config) {
		remove := p.Deny(x.service, x.operation)
		_, _, err := x.page(t.Context(), cfg, nil)
		code, message, _ := apiError(t, err)
		if code != codes[x.service] {
			t.Errorf("code %s", code)
		}
		action := x.service + ":" + x.operation
		if x.service == "s3" {
			action = "s3:ListAllMyBuckets"
		}
		for _, part := range []string{"is not authorized to perform: " + action, "because no identity-based policy allows the " + action + " action"} {
			if !strings.Contains(message, part) {
				t.Errorf("%q doesn't say %q", message, part)
			}
		}
		remove()
		p.DenySCP(x.service, x.operation)
		_, _, err = x.page(t.Context(), cfg, nil)
		if _, message, _ := apiError(t, err); !strings.Contains(message, "with an explicit deny in a service control policy") {
			t.Errorf("SCP: %q", message)
		}
	})
}

func TestThrottleIsRetriedBySDK(t *testing.T) {
	eachProtocol(t, func(t *testing.T, x probe, _ *fake, p *FaultProxy, cfg aws.Config) {
		p.Throttle(x.service, "*", FirstAttempt())
		cfg.Retryer = func() aws.Retryer {
			return retry.NewStandard(func(o *retry.StandardOptions) {
				o.Backoff = retry.BackoffDelayerFunc(func(int, error) (time.Duration, error) { return 0, nil })
			})
		}
		if _, _, err := x.page(t.Context(), cfg, nil); err != nil {
			t.Fatal(err)
		}
		calls := p.Calls()
		if len(calls) != 2 || calls[0].Code == "" || calls[0].Attempt != 1 || calls[1].Attempt != 2 || calls[1].Status != 200 {
			t.Errorf("%d calls, the first %d %s", len(calls), calls[0].Status, calls[0].Code)
		}
		if !slices.ContainsFunc(retry.DefaultThrottles, func(d retry.IsErrorThrottle) bool {
			return d.IsErrorThrottle(&smithyError{calls[0].Code}) == aws.TrueTernary
		}) {
			t.Errorf("the SDK doesn't take %s for a throttle", calls[0].Code)
		}
	})
}

type smithyError struct{ code string }

func (e *smithyError) Error() string     { return e.code }
func (e *smithyError) ErrorCode() string { return e.code }

func TestExpireFromTheNthCall(t *testing.T) {
	eachProtocol(t, func(t *testing.T, x probe, _ *fake, p *FaultProxy, cfg aws.Config) {
		p.Expire("*", "*", From(2))
		if _, _, err := x.page(t.Context(), cfg, nil); err != nil {
			t.Fatalf("first: %v", err)
		}
		for range 2 {
			_, _, err := x.page(t.Context(), cfg, nil)
			if code, _, _ := apiError(t, err); !slices.Contains([]string{"ExpiredToken", "ExpiredTokenException", "RequestExpired"}, code) {
				t.Errorf("code %s", code)
			}
		}
	})
}

func TestHTML(t *testing.T) {
	eachProtocol(t, func(t *testing.T, x probe, _ *fake, p *FaultProxy, cfg aws.Config) {
		for _, status := range []int{200, 502} {
			remove := p.HTML(x.service, x.operation, status)
			items, _, err := x.page(t.Context(), cfg, nil)
			if err == nil && len(items) > 0 {
				t.Errorf("%d: got %v", status, items)
			}
			if err == nil && status != 200 {
				t.Errorf("%d: no error", status)
			}
			if c := p.Calls()[len(p.Calls())-1]; c.Status != status {
				t.Errorf("%d: recorded %d", status, c.Status)
			}
			remove()
		}
	})
}

func TestReset(t *testing.T) {
	eachProtocol(t, func(t *testing.T, x probe, f *fake, p *FaultProxy, cfg aws.Config) {
		p.Reset(x.service, x.operation)
		if _, _, err := x.page(t.Context(), cfg, nil); !errors.Is(err, syscall.ECONNRESET) {
			t.Errorf("got %v", err)
		}
		if f.count(x.service+":"+x.operation) != 0 || p.Calls()[0].Code != "(reset)" || p.Calls()[0].Status != 0 {
			t.Errorf("recorded %d %s", p.Calls()[0].Status, p.Calls()[0].Code)
		}
	})
}

func TestHangLastsUntilTheClientGoes(t *testing.T) {
	eachProtocol(t, func(t *testing.T, x probe, f *fake, p *FaultProxy, cfg aws.Config) {
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		p.Hang(x.service, x.operation)
		go func() {
			for p.Total() == 0 && ctx.Err() == nil { // until the call has arrived
				runtime.Gosched()
			}
			cancel()
		}()
		if _, _, err := x.page(ctx, cfg, nil); !errors.Is(err, context.Canceled) {
			t.Errorf("got %v", err)
		}
		if n := f.count(x.service + ":" + x.operation); n != 0 {
			t.Errorf("%d calls reached the server", n)
		}
		if calls := p.Calls(); len(calls) != 1 || calls[0].Code != "(hung)" || calls[0].Status != 0 {
			t.Errorf("recorded %v", calls)
		}
	})
}

func TestTruncateBody(t *testing.T) {
	eachProtocol(t, func(t *testing.T, x probe, f *fake, p *FaultProxy, cfg aws.Config) {
		p.TruncateBody(x.service, x.operation)
		if _, _, err := x.page(t.Context(), cfg, nil); err == nil {
			t.Error("no error")
		} else if !errors.Is(err, io.ErrUnexpectedEOF) && !strings.Contains(err.Error(), "unexpected EOF") {
			t.Errorf("got %v", err)
		}
		if n := f.count(x.service + ":" + x.operation); n != 1 {
			t.Errorf("%d calls reached the server", n)
		}
		if c := p.Calls()[0]; c.Code != "(truncated)" || c.Status != 200 {
			t.Errorf("recorded %d %s", c.Status, c.Code)
		}
	})
}

func TestLatency(t *testing.T) {
	f := newFake(t)
	p := Proxy(t, f.URL)
	var slept []time.Duration
	p.sleep = func(_ context.Context, d time.Duration) {
		slept = append(slept, d)
		if f.count("iam:ListRoles") != 0 {
			t.Error("the call went on before the wait")
		}
	}
	p.Latency("iam", "List*", time.Hour)
	for _, x := range probes[:2] { // ec2 isn't held back, iam is
		if _, _, err := x.page(t.Context(), p.Config("eu-west-1"), nil); err != nil {
			t.Fatal(err)
		}
	}
	if len(slept) != 1 || slept[0] != time.Hour {
		t.Errorf("slept %v", slept)
	}
}
