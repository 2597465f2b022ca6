package main

import (
	"maps"
	"testing"

	"github.com/aws-baseline/aws-baseline/collect/testbed"
)

// TestLiveDiffCalls: a diff of the live account makes no call more than a capture of it, but for the second look at the scopes
// of what seems added or removed and the pages of CloudTrail, which is asked only where something changed.
func TestLiveDiffCalls(t *testing.T) {
	w := newWorld(t)
	if err := testbed.OneOfEveryKind(t.Context(), w.proxy.Config(home), "calls"); err != nil {
		t.Fatal(err)
	}
	counted := func(code int, args ...string) map[string]int {
		w.proxy.Forget()
		w.must(code, args...)
		return maps.Clone(w.proxy.Counts())
	}
	w.nextSecond()
	capture := counted(0, "snapshot", "create", "base", "--regions", home)
	w.nextSecond()
	if len(capture) < 50 {
		t.Fatalf("the capture made %d different calls only", len(capture))
	}

	same := counted(0, "diff")
	for call, n := range same {
		if n > capture[call] {
			t.Errorf("nothing changed: %s is called %d times, in a capture %d", call, n, capture[call])
		}
	}

	w.queue("calls-added", nil)
	capture = counted(0, "snapshot", "create", "after", "--regions", home)
	queues := counted(0, "snapshot", "create", "queues", "--regions", home, "--types", "sqs:queue")
	changed := counted(1, "diff")
	for call, n := range changed {
		most := capture[call] + queues[call]
		switch call {
		case "cloudtrail:LookupEvents":
			most = 1
		case "sqs:ListQueueTags": // the second look takes no word of the index of tags, which is late
			most = capture[call] + queues["sqs:GetQueueAttributes"]
		}
		if n > most {
			t.Errorf("a queue was added: %s is called %d times, in a capture %d, and in one of the queues %d", call, n, capture[call], queues[call])
		}
	}
	if changed["cloudtrail:LookupEvents"] == 0 {
		t.Errorf("nobody was asked who added the queue: %v", changed)
	}
}
