package exporter

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/aws-baseline/aws-baseline/collect/history"
	"github.com/aws-baseline/aws-baseline/collect/snapshot"
	"github.com/aws-baseline/aws-baseline/diff"
)

// cloudTrail answers LookupEvents with what has happened, by region, and as late as CloudTrail does.
type cloudTrail struct {
	*testing.T
	url    string
	mutex  sync.Mutex
	events map[string][]trailEvent
	asked  []string          // regions, in order
	refuse map[string]string // region → error code
	now    func() time.Time
}

type trailEvent struct {
	at    time.Time
	late  time.Duration // after which it can be looked up
	id    string
	who   string
	vpcID string
}

func newCloudTrail(t *testing.T, now func() time.Time) *cloudTrail {
	c := &cloudTrail{T: t, events: make(map[string][]trailEvent), refuse: make(map[string]string), now: now}
	server := httptest.NewServer(http.HandlerFunc(c.answer))
	t.Cleanup(server.Close)
	c.url = server.URL
	return c
}

func (c *cloudTrail) answer(w http.ResponseWriter, r *http.Request) {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	var in struct{ StartTime, EndTime float64 }
	if err := json.NewDecoder(r.Body).Decode(&in); err != nil {
		c.Error(err)
	}
	region := strings.Split(r.Header.Get("Authorization"), "/")[2]
	c.asked = append(c.asked, region)
	w.Header().Set("Content-Type", "application/x-amz-json-1.1")
	if code := c.refuse[region]; code != "" {
		w.WriteHeader(http.StatusBadRequest)
		fmt.Fprintf(w, `{"__type":%q,"message":"no"}`, code)
		return
	}
	list := []map[string]any{}
	for _, e := range c.events[region] {
		if at := float64(e.at.Unix()); at < in.StartTime || at > in.EndTime || c.now().Before(e.at.Add(e.late)) {
			continue
		}
		record, err := json.Marshal(map[string]any{
			"eventTime": e.at.Format(time.RFC3339), "eventSource": "ec2.amazonaws.com", "eventName": "ModifyVpcAttribute", "awsRegion": region,
			"eventID": e.id, "readOnly": false, "recipientAccountId": account, "requestParameters": map[string]any{"vpcId": e.vpcID, "secret": "hunter2"},
			"userIdentity": map[string]any{"type": "IAMUser", "arn": "arn:aws:iam::" + account + ":user/" + e.who, "accountId": account},
		})
		if err != nil {
			c.Error(err)
		}
		list = append(list, map[string]any{"EventId": e.id, "EventTime": e.at.Unix(), "CloudTrailEvent": string(record)})
	}
	slices.SortFunc(list, func(a, b map[string]any) int { return int(b["EventTime"].(int64) - a["EventTime"].(int64)) })
	if err := json.NewEncoder(w).Encode(map[string]any{"Events": list}); err != nil {
		c.Error(err)
	}
}

// attribute is what the program hands to the exporter.
func (c *cloudTrail) attribute(ctx context.Context, _ string, r *diff.Report, options diff.ActorOptions) (Counts, error) {
	options.Config = func(context.Context, string) (aws.Config, error) {
		return aws.Config{BaseEndpoint: &c.url, Retryer: func() aws.Retryer { return aws.NopRetryer{} },
			Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
				return aws.Credentials{AccessKeyID: "AKIATEST", SecretAccessKey: "test"}, nil
			})}, nil
	}
	return Counts{Calls: 2}, diff.Attribute(ctx, r, options)
}

// calls are the regions that were asked since the last time.
func (c *cloudTrail) calls() string {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	slices.Sort(c.asked)
	asked := strings.Join(c.asked, " ")
	c.asked = nil
	return asked
}

func (c *cloudTrail) happens(region string, at time.Time, late time.Duration, who, vpcID string) {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	c.events[region] = append(c.events[region], trailEvent{at, late, fmt.Sprintf("%s-%d", region, len(c.events[region])), who, vpcID})
}

// watched is an exporter that asks a CloudTrail of the test.
func watched(t *testing.T, dir string) (*rig, *cloudTrail) {
	var trail *cloudTrail
	r := newRig(t, dir, func(r *rig, o *Options) {
		trail = newCloudTrail(t, func() time.Time { return r.now })
		o.Attribute = trail.attribute
	})
	return r, trail
}

// capturingAnd makes a capture an hour number after the start, with VPCs that have values, and asks who changed them.
func (r *rig) capturingAnd(hour float64, vpcs ...string) {
	r.t.Helper()
	r.capturing(capture(start.Add(time.Duration(hour*float64(time.Hour))),
		scope{region: "eu-west-1", kind: "ec2:vpc", ids: vpcs}, scope{region: "eu-central-1", kind: "ec2:vpc"}))
	select {
	case s := <-r.fresh:
		r.askWho(r.t.Context(), s)
	default:
		r.t.Fatal("nobody is told of the capture")
	}
}

// who is who the history says changed a VPC between two captures, by their hours; "?" where it does not know.
func (r *rig) who(from, to float64) string {
	r.t.Helper()
	at := func(hour float64) *snapshot.Snapshot {
		s, _, err := r.store.At(account, start.Add(time.Duration(hour*float64(time.Hour))))
		if err != nil {
			r.t.Fatal(err)
		}
		return s
	}
	baseline, target := at(from), at(to)
	report, err := diff.Compare(r.t.Context(), baseline, target, diff.Options{})
	if err != nil {
		r.t.Fatal(err)
	}
	err = diff.Attribute(r.t.Context(), report, diff.ActorOptions{
		Baseline: baseline, Target: target, Memory: memory{store: r.store, failed: func(err error) { r.t.Error(err) }}, Now: r.exporter.options.Now,
	})
	if err != nil {
		r.t.Fatal(err)
	}
	var words []string
	for _, c := range report.Changes {
		who := "?"
		if c.Unattributed {
			who = diff.Unattributed
		}
		for i, a := range c.Actors {
			if i == 0 {
				who = ""
			}
			who += a.Principal[strings.LastIndexByte(a.Principal, '/')+1:]
		}
		words = append(words, c.ID+" "+who)
	}
	return strings.Join(words, ", ")
}

// later asks again once all events can be looked up, and returns which regions were asked.
func (r *rig) later(trail *cloudTrail) string {
	r.t.Helper()
	trail.calls()
	r.now = r.now.Add(diff.Delivery)
	r.askAgain(r.t.Context())
	return trail.calls()
}

// Who changed things is asked after a capture where something changed, and of all regions once all events are there. It is
// known past CloudTrail's days, after a restart too, up to the newest capture.
func TestWhoChangedThings(t *testing.T) {
	dir := t.TempDir()
	r, trail := watched(t, dir)
	r.capturingAnd(0, "a=1", "b")
	if got := trail.calls() + r.later(trail); got != "" {
		t.Errorf("after the first capture were asked %q", got)
	}
	trail.happens("eu-west-1", start.Add(2*time.Hour), 0, "alice", "a")
	r.capturingAnd(6, "a=2", "b")
	if got := trail.calls(); got != "eu-west-1" {
		t.Errorf("after a change were asked %q", got)
	}
	if got := r.later(trail); got != "eu-central-1 eu-west-1" {
		t.Errorf("later were asked %q", got)
	}
	r.capturingAnd(12, "a=2", "b")
	if got := trail.calls(); got != "" {
		t.Errorf("without a change were asked %q", got)
	}
	if got := r.later(trail); got != "eu-central-1 eu-west-1" {
		t.Errorf("without a change were asked later %q", got)
	}
	if got := r.later(trail); got != "" {
		t.Errorf("nothing is open, and asked were %q", got)
	}
	trail.happens("eu-west-1", start.Add(20*time.Hour), 0, "bob", "a")
	r.capturingAnd(24, "a=3")
	r.later(trail)
	r.capturingAnd(30, "a=3")
	r.later(trail)
	text := r.scrape()
	for _, want := range []string{
		fmt.Sprintf("aws_baseline_actors_last_success_timestamp_seconds{account_id=%q} %v\n", account, float64(r.now.Unix())),
		"aws_baseline_api_calls_total{account_id=\"111111111111\"} 12\n",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("no %s in\n%s", want, text)
		}
	}
	pieces, err := r.store.Events(account, "eu-west-1")
	if err != nil || len(pieces) != 1 || strings.Contains(string(pieces[0].Data), "hunter2") || pieces[0].Count != 2 {
		t.Errorf("kept are %+v, %v", pieces, err)
	}
	r.store.Close()

	r, trail = watched(t, dir)
	r.now = start.Add(300 * 24 * time.Hour)
	for _, c := range []struct {
		from, to float64
		want     string
	}{
		{0, 6, "a alice"}, {0, 18, "a alice"}, {18, 24, "b unattributed, a bob"}, {0, 30, "b unattributed, a bobalice"}, {6, 24, "b unattributed, a bob"},
	} {
		if got := r.who(c.from, c.to); got != c.want {
			t.Errorf("from %v to %v: %q, want %q", c.from, c.to, got, c.want)
		}
	}
	if got := trail.calls(); got != "" {
		t.Errorf("were asked %q", got)
	}
}

// Events that come late are asked for again, though nothing changed between: later, or by the next process, or after the
// next capture. Until then nothing is said of what they would name.
func TestEventsThatComeLate(t *testing.T) {
	for name, again := range map[string]func(r *rig, trail *cloudTrail) *rig{
		"later":                  func(r *rig, trail *cloudTrail) *rig { r.later(trail); return r },
		"after the next capture": func(r *rig, _ *cloudTrail) *rig { r.capturingAnd(12, "a=2", "b=2"); return r },
		"by the next process": func(r *rig, trail *cloudTrail) *rig {
			r.store.Close()
			next, other := watched(r.t, r.exporter.options.History)
			other.events = trail.events
			next.state.setAccount(account)
			next.now = r.now.Add(time.Hour)
			next.askAgain(r.t.Context())
			return next
		},
		"by the next process, after a capture": func(r *rig, trail *cloudTrail) *rig {
			r.store.Close()
			next, other := watched(r.t, r.exporter.options.History)
			other.events = trail.events
			next.capturingAnd(12, "a=2", "b=2")
			return next
		},
	} {
		t.Run(name, func(t *testing.T) {
			r, trail := watched(t, t.TempDir())
			r.capturingAnd(0, "a=1", "b=1")
			trail.happens("eu-west-1", start.Add(350*time.Minute), 0, "alice", "a")
			trail.happens("eu-west-1", start.Add(355*time.Minute), 15*time.Minute, "bob", "b")
			r.capturingAnd(6, "a=2", "b=2")
			if got := r.who(0, 6); got != "a alice, b ?" {
				t.Errorf("at first: %q", got)
			}
			r = again(r, trail)
			if got := r.who(0, 6); got != "a alice, b bob" {
				t.Errorf("then: %q", got)
			}
		})
	}
}

// A capture shows what changed while it went on, after its cut-off.
func TestChangesDuringACapture(t *testing.T) {
	r, trail := watched(t, t.TempDir())
	r.capturingAnd(0, "a=1", "b")
	trail.happens("eu-west-1", start.Add(6*time.Hour-30*time.Second), 0, "alice", "a")
	r.capturingAnd(6, "a=2")
	r.later(trail)
	if got := r.who(0, 6); got != "b unattributed, a alice" {
		t.Errorf("it was %q", got)
	}
}

// Captures that follow each other faster than events come: asking again names what they changed.
func TestCapturesFasterThanEvents(t *testing.T) {
	r, trail := watched(t, t.TempDir())
	r.capturingAnd(0, "a=1")
	trail.happens("eu-west-1", start.Add(2*time.Minute), 9*time.Minute, "alice", "a")
	r.capturingAnd(0.1, "a=2")
	r.capturingAnd(0.2, "a=2")
	if got := trail.calls(); got != "eu-west-1" {
		t.Errorf("asked were %q", got)
	}
	if got := r.later(trail); got != "eu-central-1 eu-west-1" {
		t.Errorf("asked were later %q", got)
	}
	if got := r.who(0, 0.1) + ", " + r.who(0, 0.2); got != "a alice, a alice" {
		t.Errorf("it was %q", got)
	}
	if pieces, err := r.store.Events(account, "eu-west-1"); err != nil || len(pieces) != 1 || pieces[0].Count != 1 {
		t.Errorf("kept are %+v, %v", pieces, err)
	}
}

// Without the permission one line says so, CloudTrail is left alone for a day, and captures go on. What was not asked is
// made up for.
func TestWhoChangedThingsIsDenied(t *testing.T) {
	r, trail := watched(t, t.TempDir())
	r.capturingAnd(0, "a=1")
	trail.refuse["eu-central-1"], trail.refuse["eu-west-1"] = "AccessDeniedException", "AccessDeniedException"
	trail.happens("eu-west-1", start.Add(2*time.Hour), 0, "alice", "a")
	r.capturingAnd(6, "a=2")
	if got := trail.calls(); got != "eu-west-1" {
		t.Errorf("asked were %q", got)
	}
	r.capturingAnd(12, "a=3")
	r.capturingAnd(24, "a=4")
	if got := trail.calls() + r.later(trail); got != "" {
		t.Errorf("after a refusal %q", got)
	}
	r.capturingAnd(31, "a=5")
	if got := trail.calls(); got != "eu-central-1" { // the first region alone
		t.Errorf("after a day %q", got)
	}
	if n := strings.Count(r.log.String(), "cloudtrail:LookupEvents is refused"); n != 1 || strings.Contains(r.log.String(), "level=ERROR") {
		t.Errorf("%d lines:\n%s", n, &r.log)
	}
	if text := r.scrape(); strings.Contains(text, "aws_baseline_actors_last_success") || !strings.Contains(text, `result="success"} 5`) {
		t.Errorf("%s", text)
	}
	clear(trail.refuse)
	r.capturingAnd(60, "a=5")
	if got := r.who(0, 6); got != "a alice" {
		t.Errorf("made up for: %q", got)
	}
}

// A failure in one region leaves it open, and the others are kept.
func TestARegionCanNotBeAsked(t *testing.T) {
	r, trail := watched(t, t.TempDir())
	r.capturingAnd(0, "a=1")
	trail.happens("eu-west-1", start.Add(2*time.Hour), 0, "alice", "a")
	trail.refuse["eu-west-1"] = "InternalFailure"
	r.capturingAnd(6, "a=2")
	r.later(trail)
	r.capturingAnd(12, "a=2")
	r.later(trail)
	if got := r.who(0, 6); got != "a ?" {
		t.Errorf("it was %q", got)
	}
	if n := strings.Count(r.log.String(), "is asked again after the next capture"); n < 1 {
		t.Errorf("%d lines:\n%s", n, &r.log)
	}
	clear(trail.refuse)
	trail.calls()
	r.capturingAnd(18, "a=2")
	if got := trail.calls(); got != "eu-west-1" {
		t.Errorf("asked were %q", got)
	}
	if got := r.who(0, 6); got != "a alice" {
		t.Errorf("then it was %q", got)
	}
}

// A region that is not captured any more is not asked any more; where it comes back nothing is missing.
func TestARegionThatGoesAway(t *testing.T) {
	r, trail := watched(t, t.TempDir())
	r.capturingAnd(0, "a=1")
	r.capturingAnd(6, "a=1")
	trail.refuse["eu-central-1"] = "UnrecognizedClientException"
	r.later(trail)
	r.capturing(capture(start.Add(12*time.Hour), scope{region: "eu-west-1", kind: "ec2:vpc", ids: []string{"a=1"}}))
	r.askWho(t.Context(), <-r.fresh)
	if got := trail.calls() + r.later(trail); got != "eu-west-1" {
		t.Errorf("asked were %q", got)
	}
	clear(trail.refuse)
	r.capturingAnd(18, "a=1")
	if got := r.later(trail); got != "eu-central-1 eu-west-1" {
		t.Errorf("asked were %q", got)
	}
}

// A capture does not wait for who changed things, and what waits is the newest.
func TestCapturesDoNotWait(t *testing.T) {
	r := newRig(t, t.TempDir(), func(_ *rig, o *Options) {
		o.Attribute = func(context.Context, string, *diff.Report, diff.ActorOptions) (Counts, error) {
			t.Error("it is asked by a capture")
			return Counts{}, nil
		}
	})
	for hour := range 3 {
		r.capturing(capture(start.Add(time.Duration(hour)*time.Hour), oneVPC))
	}
	if s := <-r.fresh; !endOf(s).Equal(start.Add(2 * time.Hour)) {
		t.Errorf("the capture of %s waits", endOf(s))
	}
	select {
	case s := <-r.fresh:
		t.Errorf("another waits, of %s", endOf(s))
	default:
	}
}

// Captures that were skipped are not left out: the next one is compared with the last that was asked about.
func TestSkippedCaptures(t *testing.T) {
	r, trail := watched(t, t.TempDir())
	r.capturingAnd(0, "a=1")
	trail.happens("eu-west-1", start.Add(2*time.Hour), 0, "alice", "a")
	r.capturing(capture(start.Add(6*time.Hour), scope{region: "eu-west-1", kind: "ec2:vpc", ids: []string{"a=2"}}, scope{region: "eu-central-1", kind: "ec2:vpc"}))
	r.capturingAnd(12, "a=2")
	if got := r.who(0, 6); got != "a alice" {
		t.Errorf("it was %q", got)
	}
}

// Many events are kept in several pieces, so that one more does not write all of them anew.
func TestMemoryInPieces(t *testing.T) {
	r := newRig(t, t.TempDir(), nil)
	m := memory{store: r.store, since: start, failed: func(err error) { t.Error(err) }}
	at := func(minute int) time.Time { return start.Add(time.Duration(minute) * time.Minute) }
	add := func(from, until, events int) {
		span := diff.Remembered{From: at(from), Until: at(until)}
		for i := range events {
			id := fmt.Sprintf("%d-%d", from, i)
			span.Events = append(span.Events, diff.Event{Actor: diff.Actor{EventID: id, Time: at(from)}})
		}
		m.Remember(account, "eu-west-1", "", span)
	}
	add(-20, -10, 5) // older than what is kept
	add(0, 10, mostInPiece-10)
	add(10, 20, 8)
	add(20, 30, 8)
	add(30, 40, mostInPiece+500)
	add(50, 60, 1)
	add(60, 70, 0)
	pieces, err := r.store.Events(account, "eu-west-1")
	if err != nil {
		t.Fatal(err)
	}
	var counts []int
	for _, piece := range pieces {
		counts = append(counts, piece.Count)
	}
	if want := []int{1, mostInPiece + 500, 8, mostInPiece - 2}; !slices.Equal(counts, want) {
		t.Errorf("pieces of %v, want %v", counts, want)
	}
	times := diff.Joined(m.Recall(account, "eu-west-1", ""))
	if len(times) != 2 || len(times[1].Events) != 2*mostInPiece+506 || !times[1].From.Equal(at(0)) || !times[1].Until.Equal(at(40)) || !times[0].Until.Equal(at(70)) {
		t.Errorf("%d times", len(times))
	}
	// What is no events is told, and the rest is read.
	if err := r.store.PutEvents(account, "eu-west-1", history.Events{From: at(80), Until: at(90), Data: json.RawMessage(`"x"`)}, nil); err != nil {
		t.Fatal(err)
	}
	var failure error
	m.failed = func(err error) { failure = errors.Join(failure, err) }
	if got := m.Recall(account, "eu-west-1", ""); len(got) != 4 || failure == nil {
		t.Errorf("%d pieces, %v", len(got), failure)
	}
}

// While an exporter has the history open others read events over its socket; afterwards, from the folder.
func TestEventsOverTheSocket(t *testing.T) {
	dir := t.TempDir()
	r := newRig(t, dir, nil)
	r.capturing(capture(start, oneVPC))
	want := history.Events{About: "a", From: start, Until: start.Add(time.Hour), Count: 1, Data: json.RawMessage(`[{"x":"zürich"}]`)}
	if err := r.store.PutEvents(account, "eu-west-1", want, nil); err != nil {
		t.Fatal(err)
	}
	check := func(when string, reader history.Reader) {
		t.Helper()
		for region, n := range map[string]int{"eu-west-1": 1, "eu-west-2": 0} {
			got, err := reader.Events(t.Context(), account, region)
			if err != nil || len(got) != n {
				t.Fatalf("%s, %s: %v, %v", when, region, got, err)
			}
			if n > 0 && (got[0].About != "a" || !got[0].From.Equal(want.From) || !got[0].Until.Equal(want.Until) || got[0].Count != 1 || string(got[0].Data) != string(want.Data)) {
				t.Errorf("%s: %+v, data %s", when, got[0], got[0].Data)
			}
		}
		if err := reader.Close(); err != nil {
			t.Error(err)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan bool)
	go func() {
		r.answerOthers(ctx)
		close(ended)
	}()
	reader, err := history.OpenReader(t.Context(), dir)
	for errors.Is(err, history.ErrInUse) && t.Context().Err() == nil { // until the socket is there
		reader, err = history.OpenReader(t.Context(), dir)
	}
	if err != nil {
		t.Fatal(err)
	}
	check("over the socket", reader)
	cancel()
	<-ended
	r.store.Close()
	if reader, err = history.OpenReader(t.Context(), dir); err != nil {
		t.Fatal(err)
	}
	check("from the folder", reader)
}
