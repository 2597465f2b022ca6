package main

import (
	"bytes"
	"fmt"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/aws-baseline/aws-baseline/cmd/aws-baseline/printer"
	"github.com/aws-baseline/aws-baseline/collect/testbed"
)

// What changes between two looks though CloudTrail has no call that changed it is proposed as a rule; where CloudTrail
// can't be asked nothing is proposed.
func TestDoctorNoise(t *testing.T) {
	w := newWorld(t)
	w.queue("restless", nil)
	var looks atomic.Int64
	w.proxy.Intercept("sqs", "GetQueueAttributes", func(c *testbed.Call, next func(*testbed.Call) *testbed.Answer) *testbed.Answer {
		answer := *next(c)
		answer.Body = bytes.Replace(answer.Body, []byte(`"VisibilityTimeout": "30"`), fmt.Appendf(nil, `"VisibilityTimeout": "%d"`, 30+looks.Add(1)), 1)
		return &answer
	})
	args := []string{"--noise", "--noise-interval", "1s", "--noise-delay", "0s", "--types", "sqs", "--regions", home}

	untold := w.examine(0, args...)["noise"]
	if untold.State != printer.Warning || !strings.Contains(untold.Found, "can't be told") {
		t.Errorf("without CloudTrail: %+v", untold)
	}

	w.proxy.Intercept("cloudtrail", "LookupEvents", func(*testbed.Call, func(*testbed.Call) *testbed.Answer) *testbed.Answer {
		return &testbed.Answer{Status: 200, Header: http.Header{"Content-Type": {"application/x-amz-json-1.1"}}, Body: []byte(`{"Events":[]}`)}
	})
	told := w.examine(0, args...)["noise: sqs:queue"]
	want := `{kind: "sqs:queue", path: "Attributes.VisibilityTimeout", reason: "changes by itself`
	if told.State != printer.Warning || !strings.Contains(told.Do, want) || !strings.HasPrefix(told.Found, "Attributes.VisibilityTimeout of 1 resource changed") {
		t.Errorf("proposed: %+v", told)
	}
}
