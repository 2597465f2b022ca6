package history

import (
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/dgraph-io/badger/v4"
)

// Events are what is known of who did what in a region of an account within a time. What they look like is up to those who
// write and read them.
type Events struct {
	About string          `json:"about,omitempty"` // a resource; empty for all of the region
	From  time.Time       `json:"from"`
	Until time.Time       `json:"until"`
	Count int             `json:"count"`
	Data  json.RawMessage `json:"data"`
}

// The bounds of what is kept of a region. What is older goes first, a piece at a time.
const (
	mostEvents = 20_000 // that are about all of it
	mostNamed  = 5_000  // that are about resources
)

const eventPrefix = "e/"

// partOfKey is what accounts and regions look like.
var partOfKey = regexp.MustCompile(`^[a-z0-9-]{1,40}$`)

// The key of events ends with a hash of what they are about, their end, their start and their number, so that pruning
// reads keys alone.
const (
	aboutSize    = 8
	eventKeyTail = aboutSize + 8 + 8 + 4
)

func eventsOf(accountID, region string) []byte {
	return []byte(eventPrefix + accountID + "/" + region + "/")
}

func aboutOf(about string) []byte {
	if about == "" {
		return make([]byte, aboutSize)
	}
	hash := sha256.Sum256([]byte(about))
	return hash[:aboutSize]
}

func (e Events) key(accountID, region string) []byte {
	key := append(eventsOf(accountID, region), aboutOf(e.About)...)
	key = binary.BigEndian.AppendUint64(key, uint64(e.Until.UnixNano()))
	key = binary.BigEndian.AppendUint64(key, uint64(e.From.UnixNano()))
	return binary.BigEndian.AppendUint32(key, uint32(e.Count)) //nolint:gosec // checked by PutEvents
}

// eventKey is what a key says.
type eventKey struct {
	accountID, region string
	about             string // its hash
	from, until       time.Time
	count             int
	whole             []byte
}

func splitEventKey(key []byte) (k eventKey, ok bool) {
	rest, found := strings.CutPrefix(string(key), eventPrefix)
	if !found || len(rest) < eventKeyTail {
		return k, false
	}
	tail := []byte(rest[len(rest)-eventKeyTail:])
	names := strings.Split(rest[:len(rest)-eventKeyTail], "/")
	if len(names) != 3 || names[2] != "" {
		return k, false
	}
	at := func(from int) time.Time {
		return time.Unix(0, int64(binary.BigEndian.Uint64(tail[from:]))).UTC() //nolint:gosec // as it was written
	}
	return eventKey{
		accountID: names[0], region: names[1], about: string(tail[:aboutSize]), until: at(aboutSize), from: at(aboutSize + 8),
		count: int(binary.BigEndian.Uint32(tail[aboutSize+16:])), whole: key,
	}, true
}

// named is the value of events. What else there is to say is in the key.
type named struct {
	About string          `json:"about,omitempty"`
	Data  json.RawMessage `json:"data"`
}

// PutEvents keeps events in place of others, which may be none. When it returns without an error they are on the disk;
// after an error, or a crash, all is as it was.
func (s *Store) PutEvents(accountID, region string, events Events, instead []Events) error {
	switch {
	case !partOfKey.MatchString(accountID) || !partOfKey.MatchString(region):
		return fmt.Errorf("can't keep events of the account %q and the region %q", accountID, region)
	case events.From.Unix() <= 0 || events.Until.Before(events.From) || events.Count < 0 || int64(events.Count) > int64(^uint32(0)):
		return fmt.Errorf("can't keep events from %s to %s", events.From, events.Until)
	}
	data, err := json.Marshal(named{events.About, events.Data})
	if err != nil {
		return err
	}
	sum := sha256.Sum256(data)
	s.writing.Lock()
	defer s.writing.Unlock()
	return s.writeError(s.db.Update(func(txn *badger.Txn) error {
		for _, old := range instead {
			if err := txn.Delete(old.key(accountID, region)); err != nil {
				return err
			}
		}
		return txn.Set(events.key(accountID, region), append(sum[:], data...))
	}))
}

// Events reads the events of a region, the latest end first; with resources' names those about them, where the empty name
// is for those about all of the region.
func (s *Store) Events(accountID, region string, about ...string) ([]Events, error) {
	var list []Events
	prefixes := [][]byte{eventsOf(accountID, region)}
	if len(about) > 0 {
		prefixes = nil
	}
	for _, name := range about {
		prefixes = append(prefixes, append(eventsOf(accountID, region), aboutOf(name)...))
	}
	err := s.db.View(func(txn *badger.Txn) error {
		for _, prefix := range prefixes {
			if err := (reader{s.dir, txn}).events(prefix, &list); err != nil {
				return err
			}
		}
		return nil
	})
	slices.SortStableFunc(list, func(a, b Events) int { return cmp.Or(b.Until.Compare(a.Until), b.From.Compare(a.From)) })
	return list, err
}

func (r reader) events(prefix []byte, list *[]Events) error {
	options := badger.DefaultIteratorOptions
	options.Prefix = prefix
	items := r.txn.NewIterator(options)
	defer items.Close()
	for items.Rewind(); items.Valid(); items.Next() {
		key, ok := splitEventKey(items.Item().KeyCopy(nil))
		if !ok {
			return damaged(r.dir, fmt.Sprintf("%q is the key of no events", items.Item().Key()))
		}
		data, err := items.Item().ValueCopy(nil)
		if err != nil {
			return damaged(r.dir, firstLine(err.Error()))
		}
		if len(data) < len(sum{}) || sum(data[:len(sum{})]) != sha256.Sum256(data[len(sum{}):]) {
			return damaged(r.dir, fmt.Sprintf("the events of account %s, %s up to %s are not what was written", key.accountID, key.region, key.until.Format(time.RFC3339)))
		}
		var value named
		if err := r.decode(data[len(sum{}):], &value); err != nil {
			return err
		}
		*list = append(*list, Events{About: value.About, From: key.from, Until: key.until, Count: key.count, Data: value.Data})
	}
	return nil
}

// pastEvents are the keys of the events that no capture reaches back to, and of those beyond the bounds.
func (r reader) pastEvents() ([][]byte, error) {
	oldest, err := r.oldestCutoffs()
	if err != nil {
		return nil, err
	}
	options := badger.DefaultIteratorOptions
	options.PrefetchValues = false
	options.Prefix = []byte(eventPrefix)
	items := r.txn.NewIterator(options)
	defer items.Close()
	var keys []eventKey
	for items.Rewind(); items.Valid(); items.Next() {
		key, ok := splitEventKey(items.Item().KeyCopy(nil))
		if !ok {
			return nil, damaged(r.dir, fmt.Sprintf("%q is the key of no events", items.Item().Key()))
		}
		keys = append(keys, key)
	}
	slices.SortStableFunc(keys, func(a, b eventKey) int { return b.until.Compare(a.until) })
	counts := make(map[string]int)
	var past [][]byte
	for _, key := range keys {
		of, most := key.accountID+"/"+key.region, mostEvents
		if key.about != string(aboutOf("")) {
			of, most = of+"/named", mostNamed
		}
		if counts[of] += key.count; counts[of] > most || !oldest.before(key) {
			past = append(past, key.whole)
		}
	}
	return past, nil
}

// cutoffs are those of the oldest captures, by account set.
type cutoffs map[string]time.Time

// before reports whether there is a capture of a key's account that is not newer than the end of its time. Which accounts the
// captures of an organisation have is not looked up.
func (c cutoffs) before(key eventKey) bool {
	for accounts, at := range c {
		if (strings.HasPrefix(accounts, "o-") || slices.Contains(strings.Split(accounts, ","), key.accountID)) && !at.After(key.until) {
			return true
		}
	}
	return false
}

func (r reader) oldestCutoffs() (cutoffs, error) {
	oldest := make(cutoffs)
	return oldest, r.heads("", func(h found) error {
		if at, ok := oldest[h.accounts]; !ok || h.head.Snapshot.Cutoff.Before(at) {
			oldest[h.accounts] = h.head.Snapshot.Cutoff
		}
		return nil
	})
}
