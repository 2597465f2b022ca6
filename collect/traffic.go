package collect

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/url"
	"sync"
	"sync/atomic"
	"time"

	awsmiddleware "github.com/aws/aws-sdk-go-v2/aws/middleware"
	"github.com/aws/smithy-go/middleware"
	smithyhttp "github.com/aws/smithy-go/transport/http"
	"golang.org/x/sync/semaphore"
)

// traffic is what stands between every SDK client of a session and AWS: the limiter, the bound on calls under way, the
// breaker for expired credentials, and the counters. Safe for concurrent use.
type traffic struct {
	limits  *limits
	account func() string
	slots   *semaphore.Weighted
	// emulated says that an endpoint URL was given. Set before any call is made.
	emulated bool
	roles    *url.URL // where STS is asked, see endpointOfRoles; nil where the SDK knows

	calls, throttles, failures atomic.Int64

	mutex      sync.Mutex
	operations map[string]int64    // "EC2: DescribeVpcs" → attempts
	silent     map[string]*silence // by region, and by region/service
	expired    atomic.Bool
}

// Counts are the calls that a session made, attempts counted singly.
type Counts struct {
	Calls, Throttles, Failures int64
	Operations                 map[string]int64
}

func newTraffic(concurrency int, account func() string) *traffic {
	return &traffic{
		limits: newLimits(), account: account, slots: semaphore.NewWeighted(int64(concurrency)),
		operations: make(map[string]int64), silent: make(map[string]*silence),
	}
}

func (t *traffic) counts() Counts {
	t.mutex.Lock()
	defer t.mutex.Unlock()
	operations := make(map[string]int64, len(t.operations))
	for name, n := range t.operations {
		operations[name] = n
	}
	return Counts{Calls: t.calls.Load(), Throttles: t.throttles.Load(), Failures: t.failures.Load(), Operations: operations}
}

// attach puts the traffic rules into an SDK client's stack.
func (t *traffic) attach(stack *middleware.Stack) error {
	if err := stack.Initialize.Add(middleware.InitializeMiddlewareFunc("aws-baseline:admit", t.admit), middleware.Before); err != nil {
		return err
	}
	attempt := middleware.FinalizeMiddlewareFunc("aws-baseline:attempt", t.attempt)
	if err := stack.Finalize.Insert(attempt, "Retry", middleware.After); err != nil {
		// A stack without retries (presigning) has no attempts to meter.
		return nil
	}
	if t.roles != nil {
		redirect := middleware.FinalizeMiddlewareFunc("aws-baseline:roles", t.redirectRoles)
		if err := stack.Finalize.Insert(redirect, "ResolveEndpointV2", middleware.After); err != nil {
			return err
		}
	}
	// Around the SDK's parser, and below it.
	if err := stack.Deserialize.Add(middleware.DeserializeMiddlewareFunc("aws-baseline:foreign", refuseForeign), middleware.Before); err != nil {
		return err
	}
	return stack.Deserialize.Add(middleware.DeserializeMiddlewareFunc("aws-baseline:strange", t.refuseStrange), middleware.After)
}

// redirectRoles sends STS's calls to the endpoint that was given.
func (t *traffic) redirectRoles(ctx context.Context, in middleware.FinalizeInput, next middleware.FinalizeHandler) (middleware.FinalizeOutput, middleware.Metadata, error) {
	if request, ok := in.Request.(*smithyhttp.Request); ok && awsmiddleware.GetServiceID(ctx) == "STS" {
		request.URL.Scheme, request.URL.Host = t.roles.Scheme, t.roles.Host
	}
	return next.HandleFinalize(ctx, in)
}

// callKey finds the call that an attempt belongs to.
type callKey struct{}

// call is one operation with all its attempts. Only the goroutine that makes it uses it.
type call struct {
	timeouts int  // attempts that timed out
	strange  int  // attempts that something else than AWS answered
	admitted bool // the next attempt need not wait
}

// admit lets a call wait for its first attempt before its request is built: those that wait, which can be thousands, then
// take little memory.
func (t *traffic) admit(ctx context.Context, in middleware.InitializeInput, next middleware.InitializeHandler) (out middleware.InitializeOutput, metadata middleware.Metadata, err error) {
	c := new(call)
	if awsmiddleware.GetRegion(ctx) != "" { // older clients learn it later, and wait later
		if err := t.wait(ctx); err != nil {
			return out, metadata, err
		}
		c.admitted = true
	}
	defer func() {
		if c.admitted { // it failed before it was made
			t.leave(ctx)
		}
	}()
	return next.HandleInitialize(context.WithValue(ctx, callKey{}, c), in)
}

// wait waits until an attempt may be made; the caller then leaves when it has been.
func (t *traffic) wait(ctx context.Context) error {
	region := awsmiddleware.GetRegion(ctx)
	if err := t.refused(region, awsmiddleware.GetServiceID(ctx)); err != nil {
		return err
	}
	bucket := t.limits.bucket(t.account(), region, awsmiddleware.GetServiceID(ctx), awsmiddleware.GetOperationName(ctx))
	if err := bucket.wait(ctx); err != nil {
		return err
	}
	if awsmiddleware.GetServiceID(ctx) == "STS" {
		return nil // those who hold all slots may be waiting for the credentials that it gives
	}
	return t.slots.Acquire(ctx, 1)
}

func (t *traffic) leave(ctx context.Context) {
	if awsmiddleware.GetServiceID(ctx) != "STS" {
		t.slots.Release(1)
	}
}

// maxTimeouts bounds how long a service that hangs can hold a call up: attempts that time out cost half a minute each.
const maxTimeouts = 2

// maxStrange bounds how often a call is made again whose answer is none of AWS's: what broke off comes whole then, what
// stands in between stays.
const maxStrange = 3

// attempt wraps one attempt of a call: before signing, after the retryer decided to make it.
func (t *traffic) attempt(ctx context.Context, in middleware.FinalizeInput, next middleware.FinalizeHandler) (out middleware.FinalizeOutput, metadata middleware.Metadata, err error) {
	service, operation := awsmiddleware.GetServiceID(ctx), awsmiddleware.GetOperationName(ctx)
	region := awsmiddleware.GetRegion(ctx)
	c, ok := ctx.Value(callKey{}).(*call)
	if !ok {
		c = new(call)
	}
	if !c.admitted {
		if err := t.wait(ctx); err != nil {
			return out, metadata, err
		}
	}
	c.admitted = false
	defer t.leave(ctx)
	if err := t.refused(region, service); err != nil { // meanwhile
		return out, metadata, err
	}
	t.calls.Add(1)
	t.mutex.Lock()
	t.operations[service+": "+operation]++
	t.mutex.Unlock()

	bucket := t.limits.bucket(t.account(), region, service, operation)
	out, metadata, err = next.HandleFinalize(ctx, in)
	var timeout net.Error
	late := errors.As(err, &timeout) && timeout.Timeout()
	t.heard(region, service, late)
	if err == nil {
		bucket.answered()
		return out, metadata, nil
	}
	t.failures.Add(1)
	switch Classify(err) {
	case ClassThrottled:
		t.throttles.Add(1)
		bucket.throttled()
	case ClassExpired:
		t.expired.Store(true)
	}
	if late {
		if c.timeouts++; c.timeouts >= maxTimeouts {
			return out, metadata, &gaveUp{err}
		}
	}
	var instead *notAWS
	if errors.As(err, &instead) && instead.instead != "" {
		if c.strange++; c.strange >= maxStrange {
			return out, metadata, &gaveUp{err}
		}
	}
	return out, metadata, err
}

// silences is how many attempts in a row may time out at a service in a region before it is asked no more, and how many
// in a region before all of it is left alone: a service, a region or an account that hangs would otherwise cost half a
// minute for every call.
const silences = 16

// silentServices is of how many services the attempts must be that speak for a region.
const silentServices = 3

// silencePause is how long it is then left alone.
const silencePause = time.Minute

// silence is what the last calls to a region, or to a service in it, came to.
type silence struct {
	attempts int // in a row that nobody answered
	services map[string]bool
	last     time.Time
}

// now reports whether it is to be left alone: enough attempts timed out, the last a short while ago.
func (s *silence) now() bool {
	return s != nil && s.attempts >= silences && time.Since(s.last) < silencePause
}

// errSilent is what calls to such a region end with.
var errSilent = errors.New("no answer")

// refused says why no call is to be made, or returns nil.
func (t *traffic) refused(region, service string) error {
	if t.expired.Load() {
		return ErrExpired
	}
	t.mutex.Lock()
	defer t.mutex.Unlock()
	if s := t.silent[region]; s.now() && len(s.services) >= silentServices {
		return &gaveUp{fmt.Errorf("%w: %d calls in a row to %s timed out, so it is left alone for a while", errSilent, s.attempts, region)}
	}
	if s := t.silent[region+"/"+service]; s.now() {
		return &gaveUp{fmt.Errorf("%w: %d calls in a row to %s in %s timed out, so it is left alone for a while", errSilent, s.attempts, service, region)}
	}
	return nil
}

// heard notes whether a service in a region answered, if only to refuse.
func (t *traffic) heard(region, service string, late bool) {
	t.mutex.Lock()
	defer t.mutex.Unlock()
	for _, key := range []string{region, region + "/" + service} {
		if !late {
			delete(t.silent, key)
			continue
		}
		s := t.silent[key]
		if s == nil {
			s = &silence{services: make(map[string]bool)}
			t.silent[key] = s
		}
		s.attempts, s.last = s.attempts+1, time.Now()
		s.services[service] = true
	}
}

// gaveUp wraps an error that is not to be tried again.
type gaveUp struct{ error }

func (e *gaveUp) Unwrap() error { return e.error }

// CanceledError tells the SDK's retryer to stop.
func (e *gaveUp) CanceledError() bool { return true }
