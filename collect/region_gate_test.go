package collect

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/smithy-go"

	"github.com/aws-baseline/aws-baseline/collect/snapshot"
)

var deniedBySCP = &smithy.OperationError{ServiceID: "Thing", OperationName: "List", Err: &smithy.GenericAPIError{
	Code: "AccessDenied", Message: "not authorized to perform: thing:List with an explicit deny in a service control policy",
}}

// TestRegionGate: a region that a policy of the organisation denies as a whole costs a few calls, and one in which
// anything answers is asked for everything.
func TestRegionGate(t *testing.T) {
	const services = 20
	for _, test := range []struct {
		name    string
		answer  func(service int) error
		calls   int
		skipped int
	}{
		{"all denied by an SCP", func(int) error { return deniedBySCP }, closingServices, services - closingServices},
		{"all denied by other policies", func(int) error { return denied }, services, 0},
		{"three denied by an SCP, the fourth answers", func(service int) error {
			if service < 3 {
				return deniedBySCP
			}
			return nil
		}, closingServices, services - closingServices},
		{"one of the first answers", func(service int) error {
			if service != 1 {
				return deniedBySCP
			}
			return nil
		}, services, 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			var calls atomic.Int32
			session := &Session{AccountID: "111122223333", Partition: "aws", traffic: newTraffic(1, func() string { return "" })}
			r := newRun(NewMaskKey("0123456789abcdef"))
			var scopes []*Scope
			for i := range services {
				kind := &Kind{Name: fmt.Sprintf("s%d:thing", i), List: func(s *Scope) {
					Call(s, func(context.Context, *listInput, ...func(*listOptions)) (*listOutput, error) {
						calls.Add(1)
						return &listOutput{}, test.answer(i)
					}, &listInput{})
				}}
				scopes = append(scopes, r.scope(t.Context(), session, kind, "eu-west-1"), r.scope(t.Context(), session, kind, snapshot.Global))
			}
			r.work(t.Context(), session, scopes, nil)
			skipped := 0
			for _, s := range scopes {
				c := s.coverage()
				if c.State != snapshot.Skipped {
					continue
				}
				skipped++
				if c.Region == snapshot.Global || !c.SCP || c.Code != "RegionDeniedBySCP" || !strings.Contains(c.Message, "explicit deny in a service control policy") {
					t.Errorf("skipped: %+v", c)
				}
			}
			if got := int(calls.Load()) - services; skipped != test.skipped || got > test.calls+2 { // besides the global ones
				t.Errorf("%d calls and %d skipped, want %d and %d", got, skipped, test.calls, test.skipped)
			}
		})
	}
}

// TestSilentRegion: a region that never answers is left alone after a while, others are not, and it is tried again.
func TestSilentRegion(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		traffic := newTraffic(1, func() string { return "" })
		var group sync.WaitGroup
		for i := range silences {
			group.Go(func() { traffic.heard("eu-west-1", []string{"S3", "SQS", "SNS"}[i%3], true) })
		}
		group.Wait()
		if err := traffic.refused("eu-west-1", "EC2"); !errors.Is(err, errSilent) || Code(err) != "NoAnswer" {
			t.Errorf("after %d timeouts: %v", silences, err)
		}
		if err := traffic.refused("us-east-1", "EC2"); err != nil {
			t.Errorf("another region: %v", err)
		}
		time.Sleep(silencePause)
		if err := traffic.refused("eu-west-1", "EC2"); err != nil {
			t.Errorf("after a pause: %v", err)
		}
		traffic.heard("eu-west-1", "EC2", true)
		if err := traffic.refused("eu-west-1", "EC2"); err == nil {
			t.Error("one more timeout, and it is asked on")
		}
		time.Sleep(silencePause)
		traffic.heard("eu-west-1", "SQS", false)
		if err := traffic.refused("eu-west-1", "EC2"); err != nil {
			t.Errorf("after an answer: %v", err)
		}
	})
}

// TestSilentService: a service that never answers is left alone, and the others in its region are not.
func TestSilentService(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		traffic := newTraffic(1, func() string { return "" })
		for range 10 * silences {
			traffic.heard("eu-west-1", "Lambda", true)
		}
		if err := traffic.refused("eu-west-1", "Lambda"); !errors.Is(err, errSilent) {
			t.Errorf("the service: %v", err)
		}
		for _, place := range [][2]string{{"eu-west-1", "EC2"}, {"us-east-1", "Lambda"}} {
			if err := traffic.refused(place[0], place[1]); err != nil {
				t.Errorf("%v: %v", place, err)
			}
		}
		traffic.heard("eu-west-1", "EC2", false)
		if err := traffic.refused("eu-west-1", "Lambda"); err == nil {
			t.Error("another service's answer does not speak for it")
		}
		time.Sleep(silencePause)
		if err := traffic.refused("eu-west-1", "Lambda"); err != nil {
			t.Errorf("after a pause: %v", err)
		}
	})
}
