package cost

import (
	"testing"
	"time"

	"github.com/aws-baseline/aws-baseline/collect/snapshot"
)

// What was approved is the baseline's, though younger than its cut-off, until the approval has expired.
func TestClassifyApproved(t *testing.T) {
	made := func(r *snapshot.Resource) { at := cutoff.Add(time.Hour); r.CreatedAt = &at }
	live := world(resource("sqs:queue", "eu-west-1", "a", made))
	until := cutoff.Add(48 * time.Hour)
	baseline, refused, err := world().Approve(live, snapshot.Approval{At: cutoff.Add(2 * time.Hour), Reason: "meant", Until: &until},
		[]snapshot.Proposal{{Change: snapshot.TookAdded, Key: live.Resources[0].Key, Now: &live.Resources[0]}})
	if err != nil || len(refused) > 0 {
		t.Fatalf("%v, %+v", err, refused)
	}
	bill := &Bill{AccountID: account, Lines: []Line{{AccountID: account, Service: "Amazon Simple Queue Service", Region: "eu-west-1"}}}
	for now, want := range map[time.Time]struct {
		class  Class
		lapsed int
	}{until.Add(-time.Second): {Baseline, 0}, until: {NonBaseline, 1}} {
		live.Cutoff = now
		report := Classify(bill, baseline, live, Options{})
		if line := report.Lines[0]; line.Class != want.class || report.Baseline.Lapsed != want.lapsed {
			t.Errorf("at %s: %s (%s), %d lapsed; want %+v", now, line.Class, line.Reason, report.Baseline.Lapsed, want)
		}
	}
}
