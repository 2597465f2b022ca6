package diff

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws-baseline/aws-baseline/collect/snapshot"
)

// A second run asks for what is new alone, and knows what the first one saw.
func TestMemory(t *testing.T) {
	f := newFakeTrail(t)
	memory := make(mapMemory)
	change := changed(Modified, "sqs:queue", "eu-west-1", "orders", "")
	f.event("eu-west-1", 5, "sqs", "SetQueueAttributes", "alice", object{"queueUrl": "https://sqs/orders"}, nil)
	f.attribute(ActorOptions{Memory: memory}, change)
	all := memory["111122223333/eu-west-1/"]
	if len(all) != 1 {
		t.Fatalf("kept %+v", all)
	}
	kept := all[0]
	if !kept.From.Equal(lastCut) || !kept.Until.Equal(nowThen.Add(-Delivery)) || len(kept.Events) != 1 {
		t.Fatalf("kept %+v", kept)
	}
	f.events["eu-west-1"] = nil // what is remembered is not asked for again
	r := f.attribute(ActorOptions{Memory: memory}, change)
	if got := by(r.Changes[0]); got != "user/alice sqs:SetQueueAttributes exact" {
		t.Errorf("it was %q", got)
	}
}

type mapMemory map[string][]Remembered

func (m mapMemory) Recall(accountID, region, about string) []Remembered {
	return m[accountID+"/"+region+"/"+about]
}
func (m mapMemory) Remember(accountID, region, about string, events Remembered) {
	key := accountID + "/" + region + "/" + about
	m[key] = Joined(append(m[key], events))
}

// span is a time in minutes after the cut-off, with events that are called by their minute.
func span(from, until int, events ...int) Remembered {
	at := func(minute int) time.Time { return lastCut.Add(time.Duration(minute) * time.Minute) }
	r := Remembered{From: at(from), Until: at(until)}
	for _, minute := range events {
		r.Events = append(r.Events, Event{Actor: Actor{EventID: fmt.Sprint(minute), Time: at(minute)}})
	}
	return r
}

// spans is how times are written in these tests.
func spans(times []Remembered) string {
	var words []string
	minute := func(at time.Time) int { return int(at.Sub(lastCut).Minutes()) }
	for _, r := range times {
		text := fmt.Sprintf("%d-%d", minute(r.From), minute(r.Until))
		for _, e := range r.Events {
			text += " " + e.EventID
		}
		words = append(words, text)
	}
	return strings.Join(words, "; ")
}

func TestJoined(t *testing.T) {
	for name, c := range map[string]struct {
		times []Remembered
		want  string
	}{
		"nothing":                       {nil, ""},
		"what was never remembered":     {[]Remembered{{}}, ""},
		"one after the other":           {[]Remembered{span(0, 10, 5), span(10, 20, 15)}, "0-20 15 5"},
		"in any order":                  {[]Remembered{span(10, 20, 15), span(0, 10, 5)}, "0-20 15 5"},
		"over each other":               {[]Remembered{span(0, 15, 12, 5), span(10, 20, 15, 12)}, "0-20 15 12 5"},
		"one within the other":          {[]Remembered{span(0, 20, 15, 5), span(5, 10, 5)}, "0-20 15 5"},
		"a hole":                        {[]Remembered{span(0, 10, 5), span(11, 20, 15)}, "11-20 15; 0-10 5"},
		"an event after the end":        {[]Remembered{span(0, 10, 12, 5), span(10, 20, 12)}, "0-20 12 5"},
		"nothing but such":              {[]Remembered{span(0, 0, 5), span(0, 10, 5)}, "0-10 5"},
		"nothing but such, and no more": {[]Remembered{span(0, 0, 5)}, "0-0 5"},
	} {
		if got := spans(Joined(c.times)); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

func TestKeepDropsTheOld(t *testing.T) {
	times := []Remembered{span(0, 10, 7, 5), span(20, 30, 35, 25, 22)}
	for _, c := range []struct {
		since, most int
		want        string
	}{
		{0, 9, "20-30 35 25 22; 0-10 7 5"},
		{6, 9, "20-30 35 25 22; 6-10 7"},
		{15, 9, "20-30 35 25 22"},
		{33, 9, "33-33 35"},
		{40, 9, ""},
		{0, 4, "20-30 35 25 22; 5-10 7"},
		{0, 3, "20-30 35 25 22; 7-10"},
		{0, 2, "22-30 35 25; 7-10"},
	} {
		if got := spans(Keep(times, span(c.since, 0).From, c.most)); got != c.want {
			t.Errorf("since %d, %d events: %q, want %q", c.since, c.most, got, c.want)
		}
	}
}

func TestMissingTimes(t *testing.T) {
	had := Joined([]Remembered{span(10, 20), span(30, 40), span(35, 35, 36), span(50, 50, 55)})
	for _, c := range []struct {
		from, to int
		want     string
	}{
		{12, 18, ""}, {10, 20, ""}, {0, 5, "0-5"}, {0, 10, "0-10"}, {20, 30, "20-30"}, {15, 35, "20-30"},
		{0, 60, "40-60; 20-30; 0-10"}, {45, 60, "45-60"}, {35, 45, "40-45"},
	} {
		var gaps []Remembered
		for _, gap := range missing(span(c.from, 0).From, span(c.to, 0).From, had) {
			gaps = append(gaps, Remembered{From: gap.from, Until: gap.to})
		}
		if got := spans(gaps); got != c.want {
			t.Errorf("%d to %d: %q, want %q", c.from, c.to, got, c.want)
		}
	}
}

// captures is a comparison of two captures: the baseline's and one a number of minutes later.
func captures(later int) ActorOptions {
	side := func(minute int) *snapshot.Snapshot {
		return &snapshot.Snapshot{Cutoff: span(minute, 0).From, Accounts: []snapshot.Account{{AccountID: testAccount}}}
	}
	return ActorOptions{Baseline: side(0), Target: side(later)}
}

// offline attributes by what is remembered alone.
func (f *fakeTrail) offline(memory Memory, later int, changes ...Change) *Report {
	f.Helper()
	r := &Report{Changes: changes}
	options := captures(later)
	options.Memory, options.Kinds, options.Now = memory, testKinds, func() time.Time { return nowThen.AddDate(1, 0, 0) }
	if err := Attribute(f.Context(), r, options); err != nil {
		f.Fatal(err)
	}
	return r
}

// What was remembered of the whole time says as much as CloudTrail, a year later: who by the resource, who by the only
// event of the service, and nobody. What was remembered of a part names, and says no more.
func TestOffline(t *testing.T) {
	f := newFakeTrail(t)
	f.event("eu-west-1", 5, "sqs", "SetQueueAttributes", "alice", object{"queueUrl": "https://sqs/orders"}, nil)
	f.event("eu-west-1", 6, "kms", "ReplicateKey", "bob", object{"other": "x"}, nil)
	f.event("eu-west-1", 90, "sqs", "SetQueueAttributes", "carol", object{"queueUrl": "https://sqs/orders"}, nil)
	queue := changed(Modified, "sqs:queue", "eu-west-1", "orders", "")
	key := changed(Modified, "kms:key", "eu-west-1", "0f3a", "")
	role := changed(Modified, "iam:role", "global", "ops", "")
	group := changed(Modified, "ec2:security-group", "eu-west-1", "sg-0123456789abcdef0", "")
	memory := make(mapMemory)
	asked := captures(60)
	asked.Memory = memory
	asked.Gather = []Gather{{testAccount, "eu-west-1", lastCut}, {testAccount, "us-east-1", lastCut}}
	live := f.attribute(asked, queue, key, role, group)
	calls := len(f.calls)
	told := func(r *Report) string {
		var words []string
		for _, c := range r.Changes {
			words = append(words, c.ID+": "+by(c))
		}
		return strings.Join(words, "\n")
	}
	const want = `orders: user/alice sqs:SetQueueAttributes exact
0f3a: user/bob kms:ReplicateKey window
ops: unattributed
sg-0123456789abcdef0: unattributed`
	if told(live) != want {
		t.Fatalf("CloudTrail says\n%s", told(live))
	}
	if got := f.offline(memory, 60, queue, key, role, group); told(got) != want || len(got.Notes) > 0 {
		t.Errorf("the memory says\n%s\n%q", told(got), got.Notes)
	}
	// It reaches to nowThen, but for what was too young: up to then it is as good, and carol is the latest.
	if got := f.offline(memory, 300, queue, group); told(got) != "orders: user/carol sqs:SetQueueAttributes exact; user/alice sqs:SetQueueAttributes exact\nsg-0123456789abcdef0: unattributed" {
		t.Errorf("later, the memory says\n%s", told(got))
	}
	got := f.offline(memory, 350, queue, group)
	if told(got) != "orders: user/carol sqs:SetQueueAttributes exact; user/alice sqs:SetQueueAttributes exact\nsg-0123456789abcdef0: " {
		t.Errorf("of a time that is not wholly remembered, the memory says\n%s", told(got))
	}
	if len(got.Notes) != 1 || !strings.HasPrefix(got.Notes[0], "not all of CloudTrail's events of the time are kept of account 111122223333, eu-west-1: ") {
		t.Errorf("notes %q", got.Notes)
	}
	elsewhere := changed(Modified, "sqs:queue", "ap-south-1", "orders", "")
	if got := f.offline(memory, 60, elsewhere); told(got) != "orders: " || len(got.Notes) > 0 {
		t.Errorf("of a region that is not remembered: %s, %q", told(got), got.Notes)
	}
	if len(f.calls) != calls {
		t.Errorf("%d calls were made", len(f.calls)-calls)
	}
}

// What came by name is remembered by name.
func TestOfflineByName(t *testing.T) {
	f := newFakeTrail(t)
	f.page = 1
	for i := range 30 {
		f.event("eu-west-1", i, "sqs", "SetQueueAttributes", "ci", object{"queueUrl": "https://sqs/other"}, nil)
	}
	f.event("eu-west-1", 0, "ec2", "CreateTags", "alice", object{"resourcesSet": object{"items": []any{object{"resourceId": "sg-0123456789abcdef0"}}}}, nil, "sg-0123456789abcdef0")
	group := changed(Modified, "ec2:security-group", "eu-west-1", "sg-0123456789abcdef0", "")
	queue := changed(Modified, "sqs:queue", "eu-west-1", "orders", "")
	memory := make(mapMemory)
	options := captures(60)
	options.Memory = memory
	f.attribute(options, group)
	if n := len(f.calls); n > 4 {
		t.Fatalf("%d calls: by name there are less", n)
	}
	got := f.offline(memory, 60, group, queue)
	if by(got.Changes[0]) != "user/alice ec2:CreateTags exact" || by(got.Changes[1]) != "" {
		t.Errorf("the memory says %q and %q", by(got.Changes[0]), by(got.Changes[1]))
	}
}

// Times of which everything is wanted are read wholly, whether or not something changed there, and what was read counts
// also where there is more than may be read.
func TestGather(t *testing.T) {
	f := newFakeTrail(t)
	f.page = 1
	for i := range 30 {
		f.event("eu-west-1", i, "sqs", "SetQueueAttributes", "ci", object{"queueUrl": "https://sqs/other"}, nil)
	}
	group := changed(Modified, "ec2:security-group", "eu-west-1", "sg-0123456789abcdef0", "")
	gather := []Gather{{testAccount, "eu-west-1", lastCut}, {testAccount, "eu-central-1", lastCut}}
	memory := make(mapMemory)
	options := captures(60)
	options.Memory, options.Gather = memory, gather
	f.attribute(options, group)
	for region, events := range map[string]int{"eu-west-1": 30, "eu-central-1": 0} {
		if kept := memory[testAccount+"/"+region+"/"]; len(kept) != 1 || len(kept[0].Events) != events ||
			!kept[0].From.Equal(lastCut) || !kept[0].Until.Equal(nowThen.Add(-Delivery)) {
			t.Errorf("of %s is kept %s", region, spans(kept))
		}
	}
	// With few calls: the youngest, and one by name.
	memory = make(mapMemory)
	options.Memory, options.MaxCalls = memory, 8
	r := f.attribute(options, group)
	kept := memory[testAccount+"/eu-west-1/"]
	if len(kept) != 1 || kept[0].From.Before(span(20, 0).From) || len(kept[0].Events) == 0 || len(memory[testAccount+"/eu-west-1/sg-0123456789abcdef0"]) != 1 {
		t.Errorf("of few calls is kept %s", spans(kept))
	}
	if by(r.Changes[0]) != Unattributed {
		t.Errorf("by name it is %q", by(r.Changes[0]))
	}
}

// What was too young to be there yet is asked for again, and what was there already is known until then.
func TestYoungEventsAreRemembered(t *testing.T) {
	f := newFakeTrail(t)
	minute := int(nowThen.Sub(lastCut).Minutes())
	f.event("eu-west-1", minute-10, "sqs", "SetQueueAttributes", "alice", object{"queueUrl": "https://sqs/orders"}, nil)
	queue := changed(Modified, "sqs:queue", "eu-west-1", "orders", "")
	memory := make(mapMemory)
	options := captures(minute - 5)
	options.Memory, options.Baseline.Cutoff = memory, nowThen.Add(-15*time.Minute)
	options.Gather = []Gather{{testAccount, "eu-west-1", options.Baseline.Cutoff}}
	f.attribute(options, queue)
	offline := func(now time.Time) string {
		r := &Report{Changes: []Change{queue, changed(Modified, "sqs:queue", "eu-west-1", "late", "")}}
		o := options
		o.Gather, o.Config, o.Kinds, o.Now = nil, nil, testKinds, func() time.Time { return now }
		if err := Attribute(t.Context(), r, o); err != nil {
			t.Fatal(err)
		}
		return by(r.Changes[0]) + "; " + by(r.Changes[1])
	}
	if got := offline(nowThen); got != "user/alice sqs:SetQueueAttributes exact; " {
		t.Errorf("at first it is %q", got)
	}
	f.event("eu-west-1", minute-9, "sqs", "SetQueueAttributes", "bob", object{"queueUrl": "https://sqs/late"}, nil)
	again := &Report{}
	o := options
	o.Config, o.Kinds, o.Now = f.config, testKinds, func() time.Time { return nowThen.Add(time.Hour) }
	if err := Attribute(t.Context(), again, o); err != nil {
		t.Fatal(err)
	}
	if got := offline(nowThen.Add(time.Hour)); got != "user/alice sqs:SetQueueAttributes exact; user/bob sqs:SetQueueAttributes exact" {
		t.Errorf("then it is %q", got)
	}
	if kept := memory[testAccount+"/eu-west-1/"]; len(kept) != 1 || len(kept[0].Events) != 2 {
		t.Errorf("kept %s", spans(kept))
	}
}

// A capture shows what changed while it went on: events count up to its end, whichever side it is.
func TestEventsDuringACapture(t *testing.T) {
	f := newFakeTrail(t)
	f.event("eu-west-1", 62, "sqs", "SetQueueAttributes", "alice", object{"queueUrl": "https://sqs/orders"}, nil)
	f.event("eu-west-1", 66, "sqs", "SetQueueAttributes", "bob", object{"queueUrl": "https://sqs/orders"}, nil)
	options := captures(60)
	options.Target.Metadata.CreatedAt = span(65, 0).From
	for range 2 {
		r := f.attribute(options, changed(Modified, "sqs:queue", "eu-west-1", "orders", ""))
		if got := by(r.Changes[0]); got != "user/alice sqs:SetQueueAttributes exact" {
			t.Errorf("it was %q", got)
		}
		options.Baseline, options.Target = options.Target, options.Baseline
	}
}

// Who is told of failures is told of every region; what is remembered names all the same.
func TestFailedRegions(t *testing.T) {
	f := newFakeTrail(t)
	f.event("eu-west-1", 5, "sqs", "SetQueueAttributes", "alice", object{"queueUrl": "https://sqs/orders"}, nil)
	queue := changed(Modified, "sqs:queue", "eu-west-1", "orders", "")
	memory := make(mapMemory)
	f.attribute(ActorOptions{Memory: memory}, queue)
	var failed []string
	f.refuse["ap-south-1"] = "AccessDeniedException"
	r := f.attribute(ActorOptions{
		Memory: memory, Gather: []Gather{{testAccount, "ap-south-1", lastCut}},
		Failed: func(accountID, region string, err error) {
			if !Denied(err) {
				t.Error(err)
			}
			failed = append(failed, accountID+" "+region)
		},
	}, queue)
	if got := by(r.Changes[0]); got != "user/alice sqs:SetQueueAttributes exact" {
		t.Errorf("it was %q", got)
	}
	if want := []string{testAccount + " ap-south-1", testAccount + " eu-west-1"}; !slices.Equal(failed, want) {
		t.Errorf("failed %q", failed)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := Attribute(ctx, r, ActorOptions{Baseline: captures(0).Baseline, Memory: memory}); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
}
