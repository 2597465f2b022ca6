package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/aws-baseline/aws-baseline/collect/history"
	"github.com/aws-baseline/aws-baseline/collect/snapshot"
	"github.com/aws-baseline/aws-baseline/diff"
)

// weekOfHistory makes a history of the stored snapshots of Monday and Friday, with events of CloudTrail if there are some.
func weekOfHistory(t *testing.T, events ...history.Events) (w *world) {
	t.Helper()
	var captures []*snapshot.Snapshot
	for _, name := range []string{"monday", "friday"} {
		data, err := os.ReadFile(filepath.Join("testdata", "snapshots", name+".json"))
		if err != nil {
			t.Fatal(err)
		}
		captures = append(captures, no(snapshot.Read(data))(t))
	}
	w = &world{T: t, folder: t.TempDir()}
	isolate(t, w.folder)
	for name, value := range map[string]string{
		"AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": "", "AWS_PROFILE": "", "AWS_CONFIG_FILE": os.DevNull, "AWS_SHARED_CREDENTIALS_FILE": os.DevNull,
		"AWS_EC2_METADATA_DISABLED": "true",
	} {
		t.Setenv(name, value)
	}
	store, err := history.Open("history", history.Options{Retention: time.Hour})
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	for _, s := range captures {
		no(store.Put(s))(t)
	}
	for _, e := range events {
		if err := store.PutEvents("111122223333", "eu-west-1", e, nil); err != nil {
			t.Fatal(err)
		}
	}
	return w
}

// eventsOf are all events of a time in November 2026: somebody made the queue scratch, and somebody changed the group.
func eventsOf(t *testing.T, from, until string) history.Events {
	t.Helper()
	at := func(text string) time.Time { return no(time.Parse("02T15:04", text))(t).AddDate(2026, 10, 0) }
	list := []diff.Event{
		{Region: "eu-west-1", Actor: diff.Actor{Principal: "arn:aws:iam::111122223333:user/alice", Event: "sqs:CreateQueue", EventID: "1", Time: at("18T14:00")},
			Names: []diff.Naming{{Key: "queueName", Value: "scratch"}}},
		{Region: "eu-west-1", Actor: diff.Actor{Principal: "arn:aws:iam::111122223333:user/bob", Event: "ec2:AuthorizeSecurityGroupIngress", EventID: "2", Time: at("17T09:00")},
			Names: []diff.Naming{{Key: "groupId", Value: "sg-0web"}}},
	}
	return history.Events{From: at(from), Until: at(until), Count: len(list), Data: no(json.Marshal(list))(t)}
}

// whose is who a report says made each change, by id.
func whose(r *diff.Report) map[string]string {
	who := make(map[string]string)
	for _, c := range r.Changes {
		switch {
		case len(c.Actors) > 0:
			who[c.ID] = c.Actors[0].Principal[strings.LastIndexByte(c.Actors[0].Principal, '/')+1:] + " " + string(c.Actors[0].Confidence)
		case c.Unattributed:
			who[c.ID] = diff.Unattributed
		default:
			who[c.ID] = "?"
		}
	}
	return who
}

const week = "--from=2026-11-16T09:00Z --to=2026-11-21 --history=history"

// Two captures of the history are named by the events that it has, without AWS: there are no credentials here.
func TestHistoryKnowsWho(t *testing.T) {
	args := strings.Fields(week)
	for name, c := range map[string]struct {
		events history.Events
		want   map[string]string
		notes  int
	}{
		"all of the time":  {eventsOf(t, "16T08:00", "20T17:01"), map[string]string{"scratch": "alice exact", "sg-0web": "bob exact", "returns": "unattributed"}, 2},
		"the most of it":   {eventsOf(t, "16T08:00", "20T16:40"), map[string]string{"scratch": "alice exact", "sg-0web": "bob exact", "returns": "?"}, 3},
		"another time":     {history.Events{From: time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC), Until: time.Date(2026, 11, 2, 0, 0, 0, 0, time.UTC), Data: json.RawMessage("[]")}, map[string]string{"scratch": "?", "sg-0web": "?", "returns": "?"}, 3},
		"what is no event": {history.Events{From: time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC), Until: time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC), Data: json.RawMessage("7")}, map[string]string{"scratch": "?", "sg-0web": "?", "returns": "?"}, 2},
	} {
		t.Run(name, func(t *testing.T) {
			w := weekOfHistory(t, c.events)
			r := w.diff(1, args...)
			got := whose(r)
			for id, want := range c.want {
				if got[id] != want {
					t.Errorf("%s: %q, want %q", id, got[id], want)
				}
			}
			if len(r.Notes) != c.notes {
				t.Errorf("notes %q", r.Notes)
			}
			for id, who := range whose(w.diff(1, append(args, "--no-actors")...)) {
				if who != "?" {
					t.Errorf("--no-actors, and yet %s is %s", id, who)
				}
			}
		})
	}
}

// --actor goes by what the history has, and where it has nothing it takes --actors or a trail, as between two snapshots.
func TestActorsOfTheHistory(t *testing.T) {
	stored := os.DirFS(no(filepath.Abs(filepath.Join("testdata", "snapshots")))(t))
	w := weekOfHistory(t, eventsOf(t, "16T08:00", "20T17:01"))
	args := strings.Fields(week)
	if r := w.diff(1, append(args, "--actor", "*/alice")...); len(r.Changes) != 1 || r.Changes[0].ID != "scratch" {
		t.Errorf("alice made %q", told(r))
	}
	if r := w.diff(1, append(args, "--actor", "unattributed")...); len(r.Changes) != 2 {
		t.Errorf("nobody made %q", told(r))
	}
	if got := w.must(80, append([]string{"diff", "--assume-role", "audit", "--accounts", "111122223333"}, args...)...); !strings.Contains(got.stderr, "two captures are compared without asking AWS: ") {
		t.Errorf("%s", got.stderr)
	}
	// Without credentials nobody can ask.
	w.must(3, append([]string{"diff", "--actors"}, args...)...)
	// Of two snapshots --since asks the history what there was, and who.
	if err := os.CopyFS(os.Getenv("AWS_BASELINE_SNAPSHOT_DIR"), stored); err != nil {
		t.Fatal(err)
	}
	r := w.diff(1, "monday", "friday", "--since", "2026-11-18", "--history", "history")
	if got := whose(r); got["scratch"] != "alice exact" || got["sg-0web"] != "" || got["returns"] != diff.Unattributed {
		t.Errorf("since Wednesday: %v, notes %q", got, r.Notes)
	}
	for id, who := range whose(w.diff(1, "monday", "friday")) {
		if who != "?" {
			t.Errorf("two snapshots, and yet %s is %s", id, who)
		}
	}
}

// What the history has and what the person's cache has counts together, and only the cache is added to.
func TestHistoryBesideTheCache(t *testing.T) {
	weekOfHistory(t, eventsOf(t, "16T08:00", "20T17:01"))
	cache := eventCache{folder: "cache"}
	k := (&diffCmd{modeFlags: modeFlags{History: "history", Since: moment{text: "7d"}}}).kept(&app{ctx: t.Context()})
	k.beside = cache
	now := time.Now().UTC().Truncate(time.Second)
	k.Remember("111122223333", "eu-west-1", "", diff.Remembered{From: now.Add(-time.Hour), Until: now})
	k.Remember("111122223333", "eu-west-1", "scratch", diff.Remembered{From: now.Add(-time.Hour), Until: now})
	if got := diff.Joined(k.Recall("111122223333", "eu-west-1", "")); len(got) != 2 || len(got[1].Events) != 2 || !got[0].Until.Equal(now) {
		t.Errorf("recalled %+v", got)
	}
	if got := k.Recall("111122223333", "eu-west-1", "scratch"); len(got) != 1 {
		t.Errorf("recalled by name %+v", got)
	}
	if got := cache.Recall("111122223333", "eu-west-1", ""); len(got) != 1 || k.none() || k.why() != nil {
		t.Errorf("the cache has %+v; %v", got, k.why())
	}
	for name, c := range map[string]*diffCmd{
		"without a time": {modeFlags: modeFlags{History: "history"}}, "without a history": {modeFlags: modeFlags{Since: moment{text: "7d"}}},
		"told not to": {modeFlags: modeFlags{History: "history", Since: moment{text: "7d"}}, actorFlags: actorFlags{NoActors: true}},
	} {
		if c.kept(&app{ctx: t.Context()}) != nil {
			t.Errorf("%s the history is asked", name)
		}
	}
}

func TestActorOfAHistoryWithoutEvents(t *testing.T) {
	w := weekOfHistory(t)
	args := strings.Fields(week)
	for id, who := range whose(w.diff(1, args...)) {
		if who != "?" {
			t.Errorf("%s is %s", id, who)
		}
	}
	got := w.must(80, append([]string{"diff", "--actor", "*/alice"}, args...)...)
	const want = "aws-baseline: error: --actor needs to know who made the changes, and the history in history has no events of CloudTrail: give --actors, which asks CloudTrail, or --trail\n"
	if got.stderr != want || got.stdout != "" {
		t.Errorf("it says %q and %q", got.stderr, got.stdout)
	}
	// A trail's log files say it.
	folder := filepath.Join("trail", "AWSLogs", "111122223333", "CloudTrail", "eu-west-1", "2026", "11", "18")
	if err := os.MkdirAll(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	record := `{"Records":[{"eventName":"CreateQueue","eventSource":"sqs.amazonaws.com","eventTime":"2026-11-18T14:00:00Z","readOnly":false,
		"eventID":"1","userIdentity":{"type":"IAMUser","arn":"arn:aws:iam::111122223333:user/alice"},"requestParameters":{"queueName":"scratch"}}]}`
	if err := os.WriteFile(filepath.Join(folder, "111122223333_CloudTrail_eu-west-1_20261118T1405Z_Mu0KsOhtH1ar15ZZ.json"), []byte(record), 0o600); err != nil {
		t.Fatal(err)
	}
	if r := w.diff(1, append(args, "--trail", "trail", "--actor", "*/alice")...); len(r.Changes) != 1 || whose(r)["scratch"] != "alice exact" {
		t.Errorf("with a trail: %v, %q", whose(r), r.Notes)
	}
}

// The exporter keeps who changed things: a diff of two captures names the users while it runs, over its socket, and after
// it ended, when CloudTrail is not there to be asked.
func TestExporterKeepsWho(t *testing.T) {
	w, users, keys := newMinistack(t)
	admin := sqs.NewFromConfig(users["admin"])
	queue := func(name string) *sqs.CreateQueueInput { return &sqs.CreateQueueInput{QueueName: aws.String(name)} }
	old := no(admin.CreateQueue(t.Context(), queue("old")))(t).QueueUrl
	nextSecondOf(t, os.Getenv("AWS_ENDPOINT_URL"))
	w.must(0, "snapshot", "create", "before", "--regions", home, "--types", "sqs:queue")
	p := w.start(nil, "--history", "history", "--regions", home, "--interval", "1s")
	p.until(captured)
	nextSecondOf(t, os.Getenv("AWS_ENDPOINT_URL"))
	between := stamp(time.Now())
	nextSecondOf(t, os.Getenv("AWS_ENDPOINT_URL"))
	no(sqs.NewFromConfig(users["bob"]).CreateQueue(t.Context(), queue("orders")))(t)
	p.until(func(m string) bool { return strings.HasSuffix(line(m, queues), " 2") })
	no(sqs.NewFromConfig(users["alice"]).DeleteQueue(t.Context(), &sqs.DeleteQueueInput{QueueUrl: old}))(t)
	p.until(func(m string) bool { return strings.HasSuffix(line(m, queues), " 1") })

	args := []string{"--from", between, "--history", "history"}
	both := func(r *diff.Report) bool {
		made := make(map[string]string)
		for _, c := range r.Changes {
			if len(c.Actors) == 1 {
				made[c.ID] = string(c.Change) + " " + c.Actors[0].Principal[strings.LastIndexByte(c.Actors[0].Principal, '/')+1:] + " " + string(c.Actors[0].Confidence)
			}
		}
		return len(r.Changes) == 2 && made["orders"] == "added "+keys["bob"]+" exact" && made["old"] == "removed "+keys["alice"]+" exact"
	}
	p.until(func(string) bool { return both(w.diff(1, args...)) }) // who did it is asked right after a capture
	if m := p.until(captured); line(m, "aws_baseline_actors_last_success_timestamp_seconds{") == "" {
		t.Errorf("no time of its success: %s", m)
	}
	w.must(0, "snapshot", "create", "after", "--regions", home, "--types", "sqs:queue")
	p.stop()
	t.Setenv("AWS_ENDPOINT_URL", "http://"+freeAddress(t)) // nobody is there
	if r := w.diff(1, args...); !both(r) {
		t.Errorf("after it ended: %v, notes %q", whose(r), r.Notes)
	}
	if r := w.diff(1, append(args, "--actor", "*"+keys["bob"])...); len(r.Changes) != 1 || r.Changes[0].ID != "orders" {
		t.Errorf("bob made %q", told(r))
	}
	// --since goes by them too: both came after the time, and before another.
	if r := w.diff(1, "before", "after", "--since", between, "--history", "history"); !both(r) {
		t.Errorf("since then: %v, notes %q", whose(r), r.Notes)
	}
	if r := w.diff(0, "before", "after", "--since", "now", "--history", "history"); len(r.Changes) > 0 || r.Summary.FilteredOut != 2 {
		t.Errorf("since now: %q, notes %q", told(r), r.Notes)
	}
}

// Two captures that no exporter asked about are asked about with --actors, and so is the live account since one.
func TestActorsBetweenCaptures(t *testing.T) {
	w, users, keys := newMinistack(t)
	args := []string{"--history", "history", "--regions", home, "--interval", "1s", "--no-actors"}
	p := w.start(nil, args...)
	p.until(captured)
	nextSecondOf(t, os.Getenv("AWS_ENDPOINT_URL"))
	between := stamp(time.Now())
	nextSecondOf(t, os.Getenv("AWS_ENDPOINT_URL"))
	no(sqs.NewFromConfig(users["bob"]).CreateQueue(t.Context(), &sqs.CreateQueueInput{QueueName: aws.String("orders")}))(t)
	shown := p.until(func(m string) bool { return strings.HasSuffix(line(m, queues), " 1") })
	p.until(func(m string) bool { return line(m, lastTime) != line(shown, lastTime) }) // a capture of a later second than the event
	p.stop()
	for name, c := range map[string]struct {
		flags []string
		want  string
	}{
		"by default": {nil, "?"}, "asked": {[]string{"--actors"}, keys["bob"] + " exact"}, "live": {[]string{"--live"}, keys["bob"] + " exact"},
	} {
		r := w.diff(1, append([]string{"--from", between, "--history", "history"}, c.flags...)...)
		if len(r.Changes) != 1 {
			t.Errorf("%s: %q", name, told(r))
			continue
		}
		for _, who := range whose(r) {
			if !strings.HasSuffix(who, c.want) {
				t.Errorf("%s: it was %q, want %q; notes %q", name, who, c.want, r.Notes)
			}
		}
	}
}
