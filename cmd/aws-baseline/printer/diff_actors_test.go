package printer

import (
	"slices"
	"testing"
	"time"

	"github.com/aws-baseline/aws-baseline/diff"
)

func TestActorDetails(t *testing.T) {
	at := time.Date(2026, 11, 23, 15, 0, 1, 0, time.UTC)
	for _, test := range []struct {
		actor       diff.Actor
		short, wide string
	}{
		{diff.Actor{Principal: "arn:aws:iam::111122223333:role/Admin", Session: "alice@x", Event: "ec2:CreateTags", Time: at, SourceIP: "1.2.3.4", UserAgent: "cli", EventID: "e1", Confidence: diff.ByResourceAndAction},
			"by alice@x (role Admin) ec2:CreateTags 2026-11-23T15:00:01Z from 1.2.3.4 [exact]",
			`by arn:aws:iam::111122223333:role/Admin, session alice@x ec2:CreateTags 2026-11-23T15:00:01Z from 1.2.3.4 with "cli" event e1 [exact]`},
		{diff.Actor{Principal: "arn:aws:iam::111122223333:user/bob", Event: "sqs:CreateQueue", Time: at, Confidence: diff.ByResource},
			"by bob (user) sqs:CreateQueue 2026-11-23T15:00:01Z [resource]", "by arn:aws:iam::111122223333:user/bob sqs:CreateQueue 2026-11-23T15:00:01Z [resource]"},
		{diff.Actor{Principal: "arn:aws:iam::111122223333:root", Event: "iam:DeleteRole", Time: at, Confidence: diff.ByWindow},
			"by root of 111122223333 iam:DeleteRole 2026-11-23T15:00:01Z [window]", "by arn:aws:iam::111122223333:root iam:DeleteRole 2026-11-23T15:00:01Z [window]"},
		{diff.Actor{Principal: "autoscaling.amazonaws.com", Event: "ec2:RunInstances", Time: at, Confidence: diff.ByResource},
			"by autoscaling.amazonaws.com ec2:RunInstances 2026-11-23T15:00:01Z [resource]", "by autoscaling.amazonaws.com ec2:RunInstances 2026-11-23T15:00:01Z [resource]"},
	} {
		c := &diff.Change{Actors: []diff.Actor{test.actor}}
		if got := actorDetails(c, false); !slices.Equal(got, []string{test.short}) {
			t.Errorf("%q, want %q", got, test.short)
		}
		if got := actorDetails(c, true); !slices.Equal(got, []string{test.wide}) {
			t.Errorf("%q, want %q", got, test.wide)
		}
		if cells := actorCells(c); len(cells) != len(actorColumns()) || cells[0] != test.actor.Principal {
			t.Errorf("cells %q", cells)
		}
	}
	nobody := &diff.Change{Unattributed: true}
	if got := actorDetails(nobody, false); !slices.Equal(got, []string{"unattributed"}) || actorCells(nobody)[0] != "unattributed" {
		t.Errorf("%q, %q", got, actorCells(nobody))
	}
}
