package collect_test

import (
	"testing"
)

// A capture asks for little more than the least that AWS's APIs allow for, and is never throttled: whatever the size, and
// however many accounts. What it asks more is to be sure of what has no tags.
func TestCaptureAsksForLittle(t *testing.T) {
	for _, test := range []struct{ resources, accounts int }{{500, 1}, {2000, 1}, {500, 5}, {2000, 20}} {
		f := simulate(t, test.resources, test.accounts)
		if float64(f.calls) > 1.1*float64(f.least) {
			t.Errorf("%d resources in %d accounts: %d calls, more than a tenth over the least, %d", test.resources, test.accounts, f.calls, f.least)
		}
		if f.throttled > 0 {
			t.Errorf("%d resources in %d accounts: %d calls were throttled", test.resources, test.accounts, f.throttled)
		}
	}
}
