package testbed

import (
	"context"
	"fmt"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
)

// made calls n requests with a call's fields through one fault and says which were taken.
func taken(options []Option, calls ...*Call) string {
	s := newSelection("*", "*", options)
	var b []byte
	for _, c := range calls {
		if c.ctx = context.Background(); s.takes(c) {
			b = append(b, 'x')
		} else {
			b = append(b, '.')
		}
	}
	return string(b)
}

func TestSelections(t *testing.T) {
	requests := func(n int) (all []*Call) {
		for i := range n {
			all = append(all, &Call{invocation: fmt.Sprint(i), Attempt: 1, Region: "r1", Account: "1", Header: http.Header{}})
		}
		return all
	}
	retried := func(n, attempts int) (all []*Call) {
		for i := range n {
			for a := range attempts {
				all = append(all, &Call{invocation: fmt.Sprint(i), Attempt: a + 1})
			}
		}
		return all
	}
	for _, test := range []struct {
		name    string
		options []Option
		calls   []*Call
		want    string
	}{
		{"no option", nil, requests(3), "xxx"},
		{"nth", []Option{Nth(2)}, requests(4), ".x.."},
		{"nth with its retries", []Option{Nth(2)}, retried(3, 2), "..xx.."},
		{"from", []Option{From(3)}, requests(4), "..xx"},
		{"first", []Option{First(2)}, requests(4), "xx.."},
		{"every", []Option{Every(3)}, requests(7), "..x..x."},
		{"the first attempt of every second", []Option{Every(2), FirstAttempt()}, retried(4, 2), "..x...x."},
		{"callers without ids count one by one", []Option{Nth(2)}, []*Call{{}, {}, {}}, ".x."},
		{"region", []Option{In("r1")}, []*Call{{Region: "r1"}, {Region: "r2"}}, "x."},
		{"account", []Option{By("2")}, []*Call{{Account: "1"}, {Account: "2"}}, ".x"},
		{"number among those of the region", []Option{In("r1"), Nth(2)}, []*Call{{Region: "r1"}, {Region: "r2"}, {Region: "r1"}}, "..x"},
		{"naming in the body", []Option{Naming("arn:x")}, []*Call{{Body: []byte("A=arn%3Ax")}, {Body: []byte(`"arn:x"`)}, {Body: []byte("arn")}}, "xx."},
		{"naming in the path", []Option{Naming("a b")}, []*Call{{Path: "/a%20b"}, {Path: "/a"}}, "x."},
	} {
		if got := taken(test.options, test.calls...); got != test.want {
			t.Errorf("%s: %s, want %s", test.name, got, test.want)
		}
	}
}

func TestServicesMayBeNamedAsIAMTheSDKOrTheSignatureDo(t *testing.T) {
	for _, name := range []string{"cloudwatch", "monitoring", "cloud*", "*"} {
		f := newFake(t)
		p := Proxy(t, f.URL)
		p.Deny(name, "DescribeAlarms")
		_, _, err := probes[len(probes)-1].page(t.Context(), noRetries(p.Config("eu-west-1")), nil)
		if err == nil {
			t.Errorf("%s: not denied", name)
		}
		if p.Count(name, "Describe*") != 1 || p.Count("ec2", "*") != 0 {
			t.Errorf("%s: counted %d", name, p.Count(name, "Describe*"))
		}
	}
}

func TestHealAndForget(t *testing.T) {
	f := newFake(t)
	p := Proxy(t, f.URL)
	p.Deny("*", "*")
	p.Hang("*", "*")
	p.Heal()
	if _, _, err := probes[0].page(t.Context(), noRetries(p.Config("eu-west-1")), nil); err != nil {
		t.Error(err)
	}
	if p.Forget(); p.Total() != 0 {
		t.Error("forgot nothing")
	}
}

func TestCloseEndsWhatHangs(t *testing.T) {
	f := newFake(t)
	p := Proxy(t, f.URL)
	arrived := make(chan bool, 1)
	p.Hang("*", "*", When(func(*Call) bool { arrived <- true; return true }))
	done := make(chan error)
	go func() {
		_, _, err := probes[0].page(context.Background(), noRetries(p.Config("eu-west-1")), nil)
		done <- err
	}()
	<-arrived
	p.Close()
	if err := <-done; err == nil {
		t.Error("no error")
	}
}

// TestThrottlesDontWearOutRetries is the recipe that the package's doc recommends.
func TestThrottlesDontWearOutRetries(t *testing.T) {
	f := newFake(t)
	p := Proxy(t, f.URL)
	p.Throttle("*", "*", Every(3), FirstAttempt())
	cfg := p.Config("eu-west-1")
	cfg.Retryer = func() aws.Retryer {
		return retry.NewStandard(func(o *retry.StandardOptions) {
			o.Backoff = retry.BackoffDelayerFunc(func(int, error) (time.Duration, error) { return 0, nil })
		})
	}
	for range 9 {
		if _, _, err := probes[0].page(t.Context(), cfg, nil); err != nil {
			t.Fatal(err)
		}
	}
	if p.Total() != 12 {
		t.Errorf("%d calls, want 9 and 3 retries", p.Total())
	}
}

// TestConcurrentCalls is for the race detector, and for faults that would lock each other out.
func TestConcurrentCalls(t *testing.T) {
	f := newFake(t)
	p := Proxy(t, f.URL)
	cfg := noRetries(p.Config("eu-west-1"))
	p.Noise(NoiseOptions{Hide: 1, Defaults: CommonDefaults()})
	p.Linger("*", "*", 1)
	p.Pages("*", "*", 2)
	p.KillAt(1, After, func(*Call) {})
	p.Strict()
	var wg sync.WaitGroup
	for range 4 {
		for _, x := range probes {
			wg.Go(func() {
				remove := p.Deny("nothing", "*")
				defer remove()
				if _, _, err := x.page(t.Context(), cfg, nil); err != nil {
					t.Error(err)
				}
				p.Counts()
			})
		}
	}
	wg.Wait()
	if p.Total() != 4*len(probes) {
		t.Errorf("recorded %d calls", p.Total())
	}
}
