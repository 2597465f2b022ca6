package diff

import "time"

// recall takes what is remembered of a time into account, and returns all that is remembered, joined.
func (l *lookup) recall(about string, from, to time.Time) []Remembered {
	if l.options.Memory == nil {
		return nil
	}
	had := Joined(l.options.Memory.Recall(l.at.accountID, l.at.region, about))
	for _, r := range had {
		for _, e := range r.Events {
			if e.Time.Before(from) || e.Time.After(to) || l.early[e.EventID] {
				continue
			}
			if !e.Time.Before(r.Until) && e.EventID != "" {
				l.early[e.EventID] = true
			}
			l.suspects.read(e)
		}
	}
	return had
}

// remember keeps what was read.
func (l *lookup) remember(about string, got Remembered) {
	if got.Until.Before(got.From) {
		got.Until = got.From
	}
	if l.options.Memory != nil && (got.From.Before(got.Until) || len(got.Events) > 0) {
		l.options.Memory.Remember(l.at.accountID, l.at.region, about, got)
	}
}

// recalled names changes by what is remembered alone. all says that this is every write event since the baseline. Where it
// is not, what names a resource counts, and nothing is concluded from the rest.
func (l *lookup) recalled() (all bool) {
	some := false
	wholly := func(about string, from, to time.Time) bool {
		had := l.recall(about, from, to)
		some = some || len(had) > 0
		return len(missing(from, to, had)) == 0
	}
	current, missed := l.suspects.split()
	if len(current) > 0 {
		from, to := l.window(current)
		all = wholly("", from, to)
		l.known(current, all)
	}
	for _, one := range missed {
		from, to := l.window([]*suspect{one})
		one.known = wholly("", from, to)
	}
	for _, one := range l.suspects.all {
		if one.known {
			continue
		}
		from, to := l.window([]*suspect{one})
		one.known = true
		for _, name := range one.lookupNames() {
			one.known = wholly(name, from, to) && one.known
		}
	}
	if some {
		l.partly(l.at, l.suspects.all)
	}
	return all
}
