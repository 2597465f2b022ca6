package diff

import (
	"context"
	"errors"
	"regexp"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudtrail"
	"github.com/aws/aws-sdk-go-v2/service/cloudtrail/types"
)

// lookup asks CloudTrail for the events of one region of an account: in one pass over the time between the two captures,
// or by the names of the resources that changed where the first pages show that this is cheaper. It makes no more calls
// than the options allow.
type lookup struct {
	*attribution
	at       site
	suspects *suspects

	calls int
	early map[string]bool // ids of events that were remembered and may be read once more
	ask   func(context.Context, *cloudtrail.LookupEventsInput, ...func(*cloudtrail.Options)) (*cloudtrail.LookupEventsOutput, error)
}

// pageSize is the most that LookupEvents returns ("LookupEvents", CloudTrail API Reference).
const pageSize = 50

var errSameToken = errors.New("LookupEvents returned the same page token twice")

// run asks. all says that every write event of the time was read, so that nothing else can have been.
func (l *lookup) run(ctx context.Context) (all bool, err error) {
	cfg, err := l.options.Config(ctx, l.at.accountID)
	if err != nil {
		return false, err
	}
	cfg = cfg.Copy()
	cfg.Region = l.at.region
	l.ask = cloudtrail.NewFromConfig(cfg).LookupEvents

	current, missed := l.suspects.split()
	if len(current) > 0 || !l.suspects.gather.IsZero() {
		if all, err = l.current(ctx, current); err != nil {
			return false, err
		}
	}
	if l.options.Trail == nil { // which has what is old
		err = l.byName(ctx, missed)
	}
	return all, err
}

// window is the time in which changes were made.
func (l *lookup) window(changes []*suspect) (from, to time.Time) {
	for i, one := range changes {
		if i == 0 {
			from, to = one.from, one.to
		}
		from = earliest(from, one.from)
		if one.to.IsZero() || to.IsZero() {
			to = time.Time{}
		} else {
			to = latest(to, one.to)
		}
	}
	if to.IsZero() {
		to = l.now
	}
	if l.options.Trail != nil {
		from = latest(from, l.now.Add(-Delivery))
	}
	return from, to
}

// askable are the parts of times that CloudTrail still has; whole says that these are all of them.
func (l *lookup) askable(gaps []between) (left []between, whole bool) {
	whole = true
	oldest := l.now.Add(-retention)
	for _, gap := range gaps {
		if gap.from.Before(oldest) {
			gap.from, whole = oldest, false
			l.note("CloudTrail keeps 90 days: who made changes before %s is not known without a trail's log files (--trail)", oldest.Truncate(24*time.Hour).Format("2006-01-02"))
		}
		if gap.from.Before(gap.to) {
			left = append(left, gap)
		}
	}
	return left, whole
}

// current looks for changes since the baseline: first in what is remembered, then in a pass over the rest of the time.
func (l *lookup) current(ctx context.Context, changes []*suspect) (all bool, err error) {
	from, to := l.window(changes)
	if gather := l.suspects.gather; !gather.IsZero() {
		if to = l.now; len(changes) == 0 || gather.Before(from) {
			from = gather
		}
	}
	if !from.Before(to) {
		return true, nil
	}
	gaps, whole := l.askable(missing(from, to, l.recall("", from, to)))
	l.known(changes, whole)
	names := l.namesOf(changes)
	for _, gap := range gaps {
		got, done, err := l.pass(ctx, gap, nil, names)
		l.remember("", got)
		if err != nil {
			return false, err
		}
		if !done {
			return false, l.instead(ctx, changes, gap, got, names)
		}
	}
	return whole, nil
}

// known marks what is read wholly. What a trail did not tell stays unknown.
func (l *lookup) known(changes []*suspect, whole bool) {
	for _, one := range changes {
		one.known = whole && (l.options.Trail == nil || one.known)
	}
}

// instead goes on by names where a pass takes too long, as far as calls are left.
func (l *lookup) instead(ctx context.Context, changes []*suspect, gap between, got Remembered, names int) error {
	if names <= l.options.MaxCalls-l.calls {
		return l.byName(ctx, changes)
	}
	l.known(changes, false)
	since := gap.to
	if n := len(got.Events); n > 0 {
		since = got.Events[n-1].Time
	}
	l.note("account %s, %s: CloudTrail has more events than were read (%d pages): who made changes before %s is not known",
		l.at.accountID, l.at.region, l.calls, since.Format(time.RFC3339))
	return nil
}

// byName asks for the events of each resource by itself.
func (l *lookup) byName(ctx context.Context, changes []*suspect) error {
	for i, one := range changes {
		one.known = false
		from, to := l.window([]*suspect{one})
		if !from.Before(to) {
			continue
		}
		if one.change.Change == Missed && len(missing(from, to, l.recall("", from, to))) == 0 {
			one.known = true
			continue
		}
		whole := true
		for _, name := range one.lookupNames() {
			gaps, all := l.askable(missing(from, to, l.recall(name, from, to)))
			whole = whole && all
			for _, gap := range gaps {
				got, done, err := l.pass(ctx, gap, &name, 0)
				l.remember(name, got)
				if err != nil {
					return err
				}
				if !done {
					l.note("account %s, %s: CloudTrail was not asked for more than %d pages of events: who made %s is not known",
						l.at.accountID, l.at.region, l.calls, count(len(changes)-i, "change", "changes"))
					return nil
				}
			}
		}
		one.known = whole
	}
	return nil
}

// namesOf is how many calls it takes at least to ask for changes by name.
func (l *lookup) namesOf(changes []*suspect) int {
	calls := 0
	for _, one := range changes {
		calls += len(one.lookupNames())
	}
	return calls
}

// hexID is how the ids of EC2 look, which are never named otherwise.
var hexID = regexp.MustCompile(`^[a-z]+-[0-9a-f]{8,}$`)

// lookupNames are the names under which CloudTrail may have filed a resource: services differ in whether it is the id or
// the ARN.
func (s *suspect) lookupNames() []string {
	names := []string{s.change.ID}
	if s.change.ARN != "" && !hexID.MatchString(s.change.ID) {
		names = append(names, s.change.ARN)
	}
	return slices.DeleteFunc(slices.Compact(names), func(name string) bool { return name == "" })
}

// pass reads the write events of a time, the latest first, and returns what it read also where it did not come to the
// end. With a name it reads those of one resource. done is false where it gave up: no calls are left, or, where instead
// is not 0, so many calls by name would be fewer than it takes.
func (l *lookup) pass(ctx context.Context, gap between, name *string, instead int) (got Remembered, done bool, err error) {
	in := &cloudtrail.LookupEventsInput{
		StartTime: &gap.from, EndTime: &gap.to, MaxResults: aws.Int32(pageSize),
		LookupAttributes: []types.LookupAttribute{{AttributeKey: types.LookupAttributeKeyReadOnly, AttributeValue: aws.String("false")}},
	}
	if name != nil {
		in.LookupAttributes = []types.LookupAttribute{{AttributeKey: types.LookupAttributeKeyResourceName, AttributeValue: name}}
	}
	// What is too young may not be there yet: it is asked for again. What is older than the pages that were read is missing.
	got = Remembered{From: gap.to, Until: earliest(gap.to, l.now.Add(-Delivery))}
	for pages := 1; ; pages++ {
		if l.calls >= l.options.MaxCalls {
			return got, false, nil
		}
		l.calls++
		out, err := l.ask(ctx, in)
		if err != nil {
			return got, false, err
		}
		oldest := l.page(out.Events, &got)
		token := aws.ToString(out.NextToken)
		if !oldest.IsZero() {
			got.From = latest(gap.from, oldest.Add(time.Second)) // others of the same second may be on the next page
		}
		switch {
		case token == "":
			got.From = gap.from
			return got, true, nil
		case token == aws.ToString(in.NextToken):
			return got, false, errSameToken
		}
		if instead > 0 && !oldest.IsZero() && instead <= l.options.MaxCalls-l.calls && pagesLeft(pages, gap, oldest) > l.affordable(instead) {
			return got, false, nil
		}
		in.NextToken = &token
	}
}

// affordable is how many pages are read rather than asking by name: as many as that would take, or, where all events are
// wanted, as many as leave enough calls for it.
func (l *lookup) affordable(names int) int {
	if l.suspects.gather.IsZero() {
		return names
	}
	return l.options.MaxCalls - l.calls - names
}

// pagesLeft estimates the pages of the rest of a time by those of its youngest part; there is one at least.
func pagesLeft(pages int, gap between, oldest time.Time) int {
	read := max(gap.to.Sub(oldest), time.Second)
	return max(1, int(float64(pages)*float64(max(oldest.Sub(gap.from), 0))/float64(read)))
}

// page takes a page's events into account and returns the time of the oldest. An event that can't be read is left out: its
// own text is AWS's.
func (l *lookup) page(events []types.Event, got *Remembered) time.Time {
	var oldest time.Time
	for _, wrapped := range events {
		if at := aws.ToTime(wrapped.EventTime); !at.IsZero() && (oldest.IsZero() || at.Before(oldest)) {
			oldest = at
		}
		e, _, ok, err := readEvent([]byte(aws.ToString(wrapped.CloudTrailEvent)))
		if err != nil {
			l.note("account %s, %s: CloudTrail's event %s can't be read: %s", l.at.accountID, l.at.region, aws.ToString(wrapped.EventId), inOneLine(err))
		}
		if !ok {
			continue
		}
		for _, resource := range wrapped.Resources {
			e.name(aws.ToString(resource.ResourceType), aws.ToString(resource.ResourceName), false)
		}
		got.Events = append(got.Events, e)
		if !l.early[e.EventID] {
			l.suspects.read(e)
		}
	}
	return oldest
}
