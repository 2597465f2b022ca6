package diff

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/aws-baseline/aws-baseline/collect/snapshot"
)

// told is what a report says of each resource: "class id".
func told(r *Report) string {
	var words []string
	for _, change := range r.Changes {
		words = append(words, string(change.Change)+" "+change.ID)
	}
	return strings.Join(words, ", ")
}

func TestClasses(t *testing.T) {
	hour := time.Hour
	stackKey := snapshot.ResourceKey(account, region, "ec2:thing", "owner")
	for _, test := range []struct {
		name             string
		baseline, target func(e estate) estate
		want             string
		incomplete       bool
		check            func(t *testing.T, r *Report)
	}{
		{name: "nothing differs",
			baseline: func(e estate) estate { return e.add("a", `{"X":1}`) },
			target:   func(e estate) estate { return e.add("a", `{"X":1}`) }},
		{name: "both empty"},
		{name: "made after the cut-off",
			target: func(e estate) estate { return e.add("a", `{}`, created(hour)) }, want: "added a"},
		{name: "made in the second of the cut-off counts as before",
			target: func(e estate) estate { return e.add("a", `{}`, created(900*time.Millisecond)) }, want: "missed a"},
		{name: "made before the cut-off",
			target: func(e estate) estate { return e.add("a", `{}`, created(-hour)) }, want: "missed a"},
		{name: "without a date",
			target: func(e estate) estate { return e.add("a", `{}`, marked(snapshot.MarkUndated)) }, want: "added a"},
		{name: "a date that can move, before the cut-off",
			target: func(e estate) estate { return e.add("a", `{}`, created(-hour), marked(snapshot.MarkApproximateDate)) }, want: "missed a"},
		{name: "a date that can move, after the cut-off, tells nothing",
			target: func(e estate) estate { return e.add("a", `{}`, created(hour), marked(snapshot.MarkApproximateDate)) }, want: "added a",
			check: func(t *testing.T, r *Report) {
				if r.Changes[0].Reason == "" {
					t.Error("no reason is given")
				}
			}},
		{name: "gone", baseline: func(e estate) estate { return e.add("a", `{}`) }, want: "removed a"},
		{name: "gone where nobody could look",
			baseline: func(e estate) estate { return e.add("a", `{}`) },
			target:   func(e estate) estate { return e.scope(snapshot.Denied) }, want: "unknown a", incomplete: true},
		{name: "gone from a list that broke off",
			baseline: func(e estate) estate { return e.add("a", `{}`) },
			target:   func(e estate) estate { return e.scope(snapshot.Partial) }, want: "unknown a", incomplete: true},
		{name: "gone where the service is",
			baseline: func(e estate) estate { return e.add("a", `{}`) },
			target:   func(e estate) estate { return e.scope(snapshot.Unavailable) }, want: "unknown a", incomplete: true},
		{name: "new where the baseline could not look",
			baseline: func(e estate) estate { return e.scope(snapshot.Failed) },
			target:   func(e estate) estate { return e.add("a", `{}`, created(hour)) }, want: "unknown a", incomplete: true},
		{name: "gone, and perhaps it was dying then",
			baseline: func(e estate) estate { return e.add("a", `{}`, marked(snapshot.MarkUnsure), unread("Key")) }, want: "unknown a", incomplete: true},
		{name: "new, and perhaps it is dying",
			target: func(e estate) estate {
				return e.add("a", `{}`, created(hour), marked(snapshot.MarkUnsure, snapshot.MarkProvider), unread("Key"))
			}, want: "unknown a", incomplete: true,
			check: func(t *testing.T, r *Report) {
				if want := "whether it is there still, or whose it is, could not be read: Key: AccessDenied: not authorized"; r.Changes[0].Reason != want {
					t.Errorf("the reason is %q, want %q", r.Changes[0].Reason, want)
				}
			}},
		{name: "a gap alone", target: func(e estate) estate { return e.scope(snapshot.Denied) }, incomplete: true},
		{name: "unavailable on both sides is no gap",
			baseline: func(e estate) estate { return e.scope(snapshot.Unavailable) },
			target:   func(e estate) estate { return e.scope(snapshot.Unavailable) }},
		{name: "the same name, another thing",
			baseline: func(e estate) estate { return e.add("a", `{}`, unique("1")) },
			target:   func(e estate) estate { return e.add("a", `{}`, unique("2")) }, want: "replaced a"},
		{name: "a unique id that one side lacks tells nothing",
			baseline: func(e estate) estate { return e.add("a", `{}`, unique("1")) },
			target:   func(e estate) estate { return e.add("a", `{}`) }},
		{name: "the same name and configuration, made anew",
			baseline: func(e estate) estate { return e.add("a", `{}`, created(-48*hour)) },
			target:   func(e estate) estate { return e.add("a", `{}`, created(hour)) }, want: "replaced a",
			check: func(t *testing.T, r *Report) {
				if want := "the creation date moved from 2026-10-30T12:00:00Z to 2026-11-01T13:00:00Z"; r.Changes[0].Reason != want {
					t.Errorf("the reason is %q, want %q", r.Changes[0].Reason, want)
				}
				if r.Summary.Unchanged != 0 {
					t.Error("it counts as unchanged too")
				}
			}},
		{name: "made anew, with other content and a part that could not be read",
			baseline: func(e estate) estate { return e.add("a", `{"X":1}`, created(-hour)) },
			target:   func(e estate) estate { return e.add("a", `{"X":2}`, created(hour), unread("Policy")) }, want: "replaced a, unknown a", incomplete: true},
		{name: "the same unique id goes before any date",
			baseline: func(e estate) estate { return e.add("a", `{}`, unique("1"), created(-hour)) },
			target:   func(e estate) estate { return e.add("a", `{}`, unique("1"), created(hour)) }},
		{name: "a unique id that one side lacks leaves the date",
			baseline: func(e estate) estate { return e.add("a", `{}`, unique("1"), created(-hour)) },
			target:   func(e estate) estate { return e.add("a", `{}`, created(hour)) }, want: "replaced a"},
		{name: "a date that is rounded",
			baseline: func(e estate) estate { return e.add("a", `{}`, created(-hour)) },
			target:   func(e estate) estate { return e.add("a", `{}`, created(999*time.Millisecond-hour)) }},
		{name: "a date that one side lacks",
			baseline: func(e estate) estate { return e.add("a", `{}`, marked(snapshot.MarkUndated)) },
			target:   func(e estate) estate { return e.add("a", `{}`, created(hour)) }},
		{name: "a date that can move is no evidence, and is told",
			baseline: func(e estate) estate { return e.add("a", `{}`, created(-hour), marked(snapshot.MarkApproximateDate)) },
			target:   func(e estate) estate { return e.add("a", `{}`, created(hour), marked(snapshot.MarkApproximateDate)) },
			check: func(t *testing.T, r *Report) {
				if len(r.Notes) != 1 || !strings.Contains(r.Notes[0], "ec2:thing: the creation date of 1 resource moved") || !r.NotCompared() {
					t.Errorf("notes %q, %+v", r.Notes, r.Summary)
				}
			}},
		{name: "a date that can move, and a change that explains it",
			baseline: func(e estate) estate {
				return e.add("a", `{"X":1}`, created(-hour), marked(snapshot.MarkApproximateDate))
			},
			target: func(e estate) estate {
				return e.add("a", `{"X":2}`, created(hour), marked(snapshot.MarkApproximateDate))
			}, want: "modified a",
			check: func(t *testing.T, r *Report) {
				if len(r.Notes) != 0 {
					t.Errorf("notes %q", r.Notes)
				}
			}},
		{name: "remade by a baseline owner",
			baseline: func(e estate) estate {
				return e.add("owner", `{}`).add("a", `{}`, created(-hour), owned("lambda:function", "f", stackKey))
			},
			target: func(e estate) estate {
				return e.add("owner", `{}`).add("a", `{}`, created(hour), owned("lambda:function", "f", stackKey))
			},
			check: func(t *testing.T, r *Report) {
				if r.Summary.Owned != 1 || r.Summary.Unchanged != 1 {
					t.Errorf("counted as %+v", r.Summary)
				}
			}},
		{name: "remade by a baseline owner, and not the same",
			baseline: func(e estate) estate {
				return e.add("owner", `{}`).add("a", `{"X":1}`, created(-hour), owned("lambda:function", "f", stackKey))
			},
			target: func(e estate) estate {
				return e.add("owner", `{}`).add("a", `{"X":2}`, created(hour), owned("lambda:function", "f", stackKey))
			}, want: "modified a"},
		{name: "a name that an owner took over is not remade",
			baseline: func(e estate) estate { return e.add("owner", `{}`).add("a", `{}`, created(-hour)) },
			target: func(e estate) estate {
				return e.add("owner", `{}`).add("a", `{}`, created(hour), owned("lambda:function", "f", stackKey))
			}, want: "replaced a"},
		{name: "a stack does not remake its members under the same name",
			baseline: func(e estate) estate {
				return e.add("owner", `{}`).add("a", `{}`, created(-hour), owned("cloudformation:stack", "s", stackKey))
			},
			target: func(e estate) estate {
				return e.add("owner", `{}`).add("a", `{}`, created(hour), owned("cloudformation:stack", "s", stackKey))
			}, want: "replaced a"},
		{name: "remade by AWS",
			baseline: func(e estate) estate { return e.add("a", `{}`, unique("1"), marked(snapshot.MarkProvider)) },
			target:   func(e estate) estate { return e.add("a", `{}`, unique("2"), marked(snapshot.MarkProvider)) },
			check: func(t *testing.T, r *Report) {
				if r.Summary.Provider != 1 {
					t.Errorf("counted as %+v", r.Summary)
				}
			}},
		{name: "gone, and the target did not select what has its name now",
			baseline: func(e estate) estate { return e.add("a", `{}`, created(-hour)) },
			target: func(e estate) estate {
				return e.stub("a", func(s *snapshot.Stub) { at := cutoff.Add(hour); s.CreatedAt = &at })
			}, want: "removed a"},
		{name: "new, and not selected by the target",
			target: func(e estate) estate { return e.stub("a") },
			check: func(t *testing.T, r *Report) {
				if len(r.Notes) != 1 || r.Summary.ResourcesNotCompared != 1 || !r.NotCompared() {
					t.Errorf("notes %q, %+v", r.Notes, r.Summary)
				}
			}},
		{name: "selected by neither side",
			baseline: func(e estate) estate { return e.stub("a") },
			target:   func(e estate) estate { return e.stub("a") },
			check: func(t *testing.T, r *Report) {
				if r.NotCompared() {
					t.Errorf("notes %q", r.Notes)
				}
			}},
		{name: "not selected by the baseline",
			baseline: func(e estate) estate { return e.stub("a") },
			target:   func(e estate) estate { return e.add("a", `{}`, created(-hour)) }, want: "outside a"},
		{name: "not selected, without a date",
			baseline: func(e estate) estate { return e.stub("a") },
			target:   func(e estate) estate { return e.add("a", `{}`, marked(snapshot.MarkUndated)) }, want: "outside a"},
		{name: "seen by the capture and made after a before-date",
			baseline: func(e estate) estate { return e.stub("a") },
			target:   func(e estate) estate { return e.add("a", `{}`, created(hour)) }, want: "added a"},
		{name: "a stub's name on another thing",
			baseline: func(e estate) estate { return e.stub("a", func(s *snapshot.Stub) { s.UniqueID = "1" }) },
			target:   func(e estate) estate { return e.add("a", `{}`, unique("2"), created(hour)) }, want: "added a"},
		{name: "a member that the target did not select",
			baseline: func(e estate) estate { return e.add("a", `{}`) },
			target:   func(e estate) estate { return e.stub("a") }, want: "unknown a", incomplete: true},
		{name: "made by AWS",
			baseline: func(e estate) estate { return e.add("gone", `{}`, marked(snapshot.MarkProvider)) },
			target:   func(e estate) estate { return e.add("new", `{}`, created(hour), marked(snapshot.MarkProvider)) },
			check: func(t *testing.T, r *Report) {
				if r.Summary.Provider != 2 {
					t.Errorf("%d are counted, want 2", r.Summary.Provider)
				}
			}},
		{name: "made by AWS and changed",
			baseline: func(e estate) estate { return e.add("a", `{"X":1}`, marked(snapshot.MarkProvider)) },
			target:   func(e estate) estate { return e.add("a", `{"X":2}`, marked(snapshot.MarkProvider)) }, want: "modified a"},
		{name: "children of a baseline owner come and go",
			baseline: func(e estate) estate {
				return e.add("owner", `{}`).add("gone", `{}`, owned("autoscaling:autoscalinggroup", "g", stackKey))
			},
			target: func(e estate) estate {
				return e.add("owner", `{}`).add("new", `{}`, created(hour), owned("autoscaling:autoscalinggroup", "g", stackKey))
			},
			check: func(t *testing.T, r *Report) {
				if r.Summary.Owned != 2 {
					t.Errorf("%d are counted, want 2", r.Summary.Owned)
				}
			}},
		{name: "an owner that no capture looked for, and the baseline has",
			baseline: func(e estate) estate {
				e.in("autoscaling:autoscalinggroup", region).scope(snapshot.Complete).add("g", `{}`)
				return e.add("gone", `{}`, owned("autoscaling:autoscalinggroup", "g", ""))
			},
			target: func(e estate) estate {
				e.in("autoscaling:autoscalinggroup", region).scope(snapshot.Denied)
				return e.add("new", `{}`, created(hour), owned("autoscaling:autoscalinggroup", "g", ""))
			}, want: "unknown g", incomplete: true,
			check: func(t *testing.T, r *Report) {
				if r.Summary.Owned != 2 {
					t.Errorf("%d are counted, want 2", r.Summary.Owned)
				}
			}},
		{name: "an owner that the baseline looked for and does not have",
			baseline: func(e estate) estate {
				e.in("autoscaling:autoscalinggroup", region).scope(snapshot.Complete)
				return e
			},
			target: func(e estate) estate {
				e.in("autoscaling:autoscalinggroup", region).scope(snapshot.Denied)
				return e.add("new", `{}`, created(hour), owned("autoscaling:autoscalinggroup", "g", ""))
			}, want: "added new", incomplete: true,
			check: func(t *testing.T, r *Report) { // it may be the child of one that the baseline has
				if reason := r.Changes[0].Reason; reason == "" {
					t.Error("no reason")
				}
			}},
		{name: "children of children of a baseline owner",
			baseline: func(e estate) estate { return e.add("owner", `{}`) },
			target: func(e estate) estate {
				key := func(id string) string { return snapshot.ResourceKey(account, region, "ec2:thing", id) }
				return e.add("owner", `{}`).add("instance", `{}`, created(hour), owned("x:group", "owner", stackKey)).
					add("volume", `{}`, created(hour), owned("ec2:thing", "instance", key("instance"))).
					add("lone", `{}`, created(hour)).add("of-lone", `{}`, created(hour), owned("ec2:thing", "lone", key("lone")))
			}, want: "added lone, added of-lone",
			check: func(t *testing.T, r *Report) {
				if r.Summary.Owned != 2 {
					t.Errorf("%d are counted, want 2", r.Summary.Owned)
				}
			}},
		{name: "an owner that the baseline has in another region",
			baseline: func(e estate) estate {
				e.in("autoscaling:autoscalinggroup", "us-east-1").scope(snapshot.Complete).add("g", `{}`)
				e.in("autoscaling:autoscalinggroup", region).scope(snapshot.Complete)
				return e
			},
			target: func(e estate) estate {
				e.in("autoscaling:autoscalinggroup", "us-east-1").scope(snapshot.Complete).add("g", `{}`)
				e.in("autoscaling:autoscalinggroup", region).scope(snapshot.Complete)
				return e.add("new", `{}`, created(hour), owned("autoscaling:autoscalinggroup", "g", ""))
			}, want: "added new"},
		{name: "an owner that the baseline could not see hides nothing",
			baseline: func(e estate) estate {
				e.in("autoscaling:autoscalinggroup", region).scope(snapshot.Denied)
				return e
			},
			target: func(e estate) estate {
				e.in("autoscaling:autoscalinggroup", region).scope(snapshot.Complete).add("g", `{}`)
				return e.add("new", `{}`, created(hour), owned("autoscaling:autoscalinggroup", "g", snapshot.ResourceKey(account, region, "autoscaling:autoscalinggroup", "g")))
			}, want: "unknown g, added new", incomplete: true,
			check: func(t *testing.T, r *Report) {
				for _, change := range r.Changes {
					if change.Change == Added && change.Reason == "" {
						t.Error("an added thing of an owner that is unknown has no reason")
					}
				}
			}},
		{name: "an owner that nobody looked for hides nothing",
			baseline: func(e estate) estate { return e.add("gone", `{}`, owned("autoscaling:autoscalinggroup", "g", "")) },
			target: func(e estate) estate {
				return e.add("new", `{}`, created(hour), owned("autoscaling:autoscalinggroup", "g", ""))
			}, want: "added new, removed gone",
			check: func(t *testing.T, r *Report) {
				for _, change := range r.Changes {
					if change.Reason != "made by the autoscaling:autoscalinggroup g, and whether that is the baseline's is not known" {
						t.Errorf("%s: reason %q", change.ID, change.Reason)
					}
				}
			}},
		{name: "a stack does not remake its members",
			baseline: func(e estate) estate {
				return e.add("owner", `{}`).add("gone", `{}`, owned("cloudformation:stack", "s", stackKey))
			},
			target: func(e estate) estate { return e.add("owner", `{}`) }, want: "removed gone"},
		{name: "an owner that is new itself",
			target: func(e estate) estate {
				return e.add("owner", `{}`, created(hour)).add("child", `{}`, created(hour), owned("autoscaling:autoscalinggroup", "g", stackKey))
			}, want: "added child, added owner"},
		{name: "a kind that the baseline does not cover",
			target: func(e estate) estate {
				return e.in("sqs:queue", region).scope(snapshot.Complete).add("q", `{}`, created(hour))
			}},
		{name: "a region enabled since counts as complete and empty",
			target: func(e estate) estate {
				return e.in("ec2:thing", "af-south-1").scope(snapshot.Complete).add("a", `{}`, created(hour))
			}, want: "added a"},
		{name: "a region enabled since that can't be seen",
			target: func(e estate) estate { return e.in("ec2:thing", "af-south-1").scope(snapshot.Denied) }, incomplete: true},
		{name: "tags that could not be read are not removed",
			baseline: func(e estate) estate { return e.add("a", `{}`, tags("k", "v")) },
			target:   func(e estate) estate { return e.add("a", `{}`, unread("Tags")) }, want: "unknown a", incomplete: true},
		{name: "a part that could not be read is not removed, and the rest is compared",
			baseline: func(e estate) estate { return e.add("a", `{"Policy":"{}","X":1}`) },
			target:   func(e estate) estate { return e.add("a", `{"X":2}`, unread("Policy")) }, want: "modified a, unknown a", incomplete: true},
	} {
		t.Run(test.name, func(t *testing.T) {
			baseline, target := newEstate(), newEstate()
			if test.baseline != nil {
				baseline = test.baseline(baseline)
			}
			if test.target != nil {
				target = test.target(target)
			}
			r := compared(t, baseline, target, Options{Live: true})
			if got := told(r); got != test.want {
				t.Fatalf("got %q, want %q", got, test.want)
			}
			if r.Incomplete() != test.incomplete {
				t.Errorf("incomplete: %v, want %v (%+v)", r.Incomplete(), test.incomplete, r.Coverage)
			}
			if test.check != nil {
				test.check(t, r)
			}
		})
	}
}

func TestShowOwned(t *testing.T) {
	key := snapshot.ResourceKey(account, region, "ec2:thing", "owner")
	baseline := newEstate().add("owner", `{}`)
	target := newEstate().add("owner", `{}`).add("child", `{}`, created(time.Hour), owned("autoscaling:autoscalinggroup", "g", key))
	r := compared(t, baseline, target, Options{Live: true, ShowOwned: true})
	if got := told(r); got != "added child" {
		t.Errorf("got %q", got)
	}
	r.HideOwned()
	if r.Differences() || r.Summary.Owned != 1 {
		t.Errorf("hidden again: %+v", r.Summary)
	}
	baseline = baseline.add("child", `{}`, created(-time.Hour), owned("autoscaling:autoscalinggroup", "g", key))
	r = compared(t, baseline, target, Options{Live: true, ShowOwned: true})
	if got := told(r); got != "replaced child" {
		t.Errorf("made anew: got %q", got)
	}
	r.HideOwned()
	if r.Differences() || r.Summary.Owned != 1 {
		t.Errorf("made anew and hidden: %+v", r.Summary)
	}
}

// A live target that lacks a scope is a gap; between two snapshots it was a choice.
func TestScopeNotCaptured(t *testing.T) {
	baseline := newEstate().add("a", `{}`)
	baseline.in("sqs:queue", region).scope(snapshot.Complete).add("q", `{}`)
	target := newEstate().add("a", `{}`)
	if r := compared(t, baseline, target, Options{Live: true}); told(r) != "unknown q" || len(r.Coverage) != 1 {
		t.Errorf("live: %q, gaps %+v", told(r), r.Coverage)
	}
	if r := compared(t, baseline, target, Options{}); told(r) != "" || r.Incomplete() || len(r.Notes) != 1 || r.Summary.ScopesNotCompared != 1 || !r.NotCompared() {
		t.Errorf("snapshot: %q, gaps %+v, notes %q, %+v", told(r), r.Coverage, r.Notes, r.Summary)
	}
}

// Two sides that looked at nothing in common are no comparison. A region that was enabled since is one.
func TestNothingShared(t *testing.T) {
	queues := func(region string) estate {
		e := newEstate()
		e.Coverage = nil
		return e.in("sqs:queue", region).scope(snapshot.Complete)
	}
	nothing := newEstate()
	nothing.Coverage = nil
	for _, test := range []struct {
		name             string
		baseline, target estate
		live             bool
		want             []string // nothing where they are compared
	}{
		{"other kinds", newEstate(), queues(region), false, []string{"monday covers ec2:thing in eu-west-1", "friday covers sqs:queue in eu-west-1", "the same types and regions"}},
		{"other regions", queues("us-east-1"), queues(region), false, []string{"sqs:queue in us-east-1", "sqs:queue in eu-west-1"}},
		{"nothing at all", newEstate(), nothing, false, []string{"friday covers nothing"}},
		{"live, of a region that is not enabled now", queues("af-south-1"), nothing, true, []string{"the account now covers nothing", "the region is no longer enabled"}},
		{"live, of what was filtered away", nothing, queues(region), true, []string{"monday covers nothing"}},
		{"a region enabled since", queues(region), queues("af-south-1"), true, nil},
		{"one scope of several", queues(region), queues(region).in("ec2:thing", region).scope(snapshot.Complete), false, nil},
		{"a scope that neither could see", newEstate().scope(snapshot.Denied), newEstate().scope(snapshot.Denied), true, nil},
	} {
		test.baseline.Name = "monday"
		if !test.live {
			test.target.Name = "friday"
		}
		_, err := Compare(t.Context(), test.baseline.Snapshot, test.target.Snapshot, Options{Live: test.live})
		if errors.Is(err, ErrNothingShared) != (test.want != nil) {
			t.Errorf("%s: %v", test.name, err)
			continue
		}
		for _, words := range test.want {
			if !strings.Contains(err.Error(), words) || strings.Contains(err.Error(), "\n") {
				t.Errorf("%s: %q does not say %q in one line", test.name, err, words)
			}
		}
	}
}

// A capture of some regions keeps only their buckets: of the others it says nothing.
func TestBucketsOfOtherRegions(t *testing.T) {
	everywhere, some := newEstate(), newEstate()
	some.Accounts[0].AllRegions = false
	for _, e := range []estate{everywhere, some} {
		e.in("s3:bucket", snapshot.Global).scope(snapshot.Complete)
	}
	elsewhere := func(r *snapshot.Resource) { r.Region = "us-east-1" }
	everywhere.in("s3:bucket", snapshot.Global).add("b", `{}`, elsewhere, created(time.Hour))
	for _, pair := range [][2]estate{{everywhere, some}, {some, everywhere}} {
		r := compared(t, pair[0], pair[1], Options{})
		if told(r) != "" || len(r.Notes) != 1 || !strings.HasSuffix(r.Notes[0], "1 resource is not compared") || r.Summary.ResourcesNotCompared != 1 {
			t.Errorf("got %q, notes %q, %+v", told(r), r.Notes, r.Summary)
		}
	}
}

func TestSecondLook(t *testing.T) {
	baseline := newEstate().add("stays", `{"X":1}`).add("gone", `{}`)
	target := newEstate().add("brief", `{}`, created(time.Hour)).add("new", `{}`, created(time.Hour))
	again := newEstate().add("stays", `{"X":2}`).add("new", `{}`, created(time.Hour))
	var asked []string
	options := Options{Live: true, Reread: func(_ context.Context, scopes []string) (*snapshot.Snapshot, error) {
		asked = scopes
		return again.Snapshot, nil
	}}
	if got, want := told(compared(t, baseline, target, options)), "added new, removed gone, modified stays"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if len(asked) != 1 {
		t.Errorf("asked again for %q, want one scope", asked)
	}
	again.scope(snapshot.Denied)
	if got := told(compared(t, baseline, target, options)); strings.Contains(got, "removed") {
		t.Errorf("a second look that was denied says removed: %q", got)
	}
}

// Tags that were read from an index which lags are read once more before a difference is said.
func TestSecondLookAtTags(t *testing.T) {
	team := func(name string) func(*snapshot.Resource) { return tags("team", name) }
	for _, test := range []struct {
		name   string
		change func(again estate)
		want   string
	}{
		{"the index lagged", func(again estate) { again.add("a", `{}`, team("old")) }, ""},
		{"they did change", func(again estate) { again.add("a", `{}`, team("new")) }, "modified a"},
		{"it went meanwhile", func(again estate) {}, "removed a"},
		{"the second look failed", func(again estate) { again.scope(snapshot.Denied) }, "unknown a"},
	} {
		baseline, target, again := newEstate().add("a", `{}`, team("old")), newEstate().add("a", `{}`, team("new")), newEstate()
		test.change(again)
		rules := snapshot.Rules{}
		for _, r := range target.Resources {
			rules[r.Kind] = snapshot.KindRules{TagsLag: true}
		}
		looks := 0
		options := Options{Live: true, Rules: rules, Reread: func(context.Context, []string) (*snapshot.Snapshot, error) {
			looks++
			return again.Snapshot, nil
		}}
		look := func() string {
			r, err := Compare(t.Context(), baseline.Snapshot, target.Snapshot, options)
			if err != nil {
				t.Fatal(err)
			}
			return told(r)
		}
		if got := look(); got != test.want || looks != 1 {
			t.Errorf("%s: got %q after %d looks, want %q", test.name, got, looks, test.want)
		}
		options.Rules = nil
		if got := look(); got != "modified a" || looks != 1 {
			t.Errorf("%s: where tags don't lag: got %q after %d looks", test.name, got, looks)
		}
	}
}

func TestOtherAccount(t *testing.T) {
	other := newEstate()
	other.Accounts[0].AccountID = "999999999999"
	if _, err := Compare(t.Context(), newEstate().Snapshot, other.Snapshot, Options{}); err == nil {
		t.Error("two accounts are compared")
	}
}

func TestNarrow(t *testing.T) {
	baseline := newEstate().add("gone", `{}`, tags("team", "a"))
	target := newEstate().add("new", `{}`, created(time.Hour), tags("team", "b"))
	for _, test := range []struct {
		filter Filter
		want   string
	}{
		{Filter{}, "added new, removed gone"},
		{Filter{Changes: []Class{Added}}, "added new"},
		{Filter{Tags: map[string]string{"team": "a"}}, "removed gone"},
		{Filter{Tags: map[string]string{"team": "*"}}, "added new, removed gone"},
		{Filter{Regions: []string{"us-east-1"}}, ""},
		{Filter{Kinds: []string{"iam:role"}}, ""},
	} {
		r := compared(t, baseline, target, Options{Live: true})
		r.Narrow(test.filter)
		if got := told(r); got != test.want {
			t.Errorf("%+v: got %q, want %q", test.filter, got, test.want)
		}
		if r.Summary.Added+r.Summary.Removed != len(r.Changes) {
			t.Errorf("%+v: the summary counts %+v", test.filter, r.Summary)
		}
		byScope := len(test.filter.Kinds)+len(test.filter.Regions) > 0
		if left := 2 - len(r.Changes); r.Summary.FilteredOut != left && !byScope {
			t.Errorf("%+v: %d are counted as filtered out, want %d", test.filter, r.Summary.FilteredOut, left)
		}
	}
}

// What is unknown is trouble for everybody who asked for what it could be.
func TestNarrowUnknown(t *testing.T) {
	baseline := newEstate().add("part", `{}`, tags("team", "a")).add("left", `{}`)
	target := newEstate().add("part", `{}`, unread("Policy"), tags("team", "a")).stub("left")
	for _, test := range []struct {
		filter     Filter
		incomplete bool
	}{
		{Filter{Changes: []Class{Added, Missed, Outside}}, false},
		{Filter{Changes: []Class{Removed}}, true},
		{Filter{Changes: []Class{Modified}}, true},
		{Filter{Changes: []Class{Unknown}}, true},
		{Filter{Tags: map[string]string{"team": "b"}}, false},
		{Filter{Tags: map[string]string{"team": "a"}, Changes: []Class{Added}}, false},
		{Filter{Tags: map[string]string{"team": "a"}, Changes: []Class{Replaced}}, true},
	} {
		r := compared(t, baseline, target, Options{Live: true})
		r.Narrow(test.filter)
		if r.Incomplete() != test.incomplete {
			t.Errorf("%+v: incomplete is %v: %+v", test.filter, r.Incomplete(), r.Summary)
		}
	}
	// Tags that could not be read may be those that were asked for.
	r := compared(t, newEstate().add("a", `{}`, unread("Tags")), newEstate().add("a", `{}`, unread("Tags")), Options{Live: true})
	if r.Narrow(Filter{Tags: map[string]string{"team": "a"}}); told(r) != "unknown a" {
		t.Errorf("got %q", told(r))
	}
}
