package history

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
	"hash/fnv"
	"strings"
	"time"

	"github.com/aws-baseline/aws-baseline/collect/snapshot"
)

// head is what is stored anew for every capture.
type head struct {
	// Snapshot is the capture without what the index names.
	Snapshot  snapshot.Snapshot `json:"snapshot"`
	Edited    bool              `json:"edited,omitempty"`
	Resources int               `json:"resources"`
	Index     sum               `json:"index"`
	// Statuses names the list of the pages' statuses. Only the newest capture of an account set has it.
	Statuses *sum `json:"statuses,omitempty"`
}

// index names the parts of a capture.
type index struct {
	Accounts   sum   `json:"accounts"`
	KnownPaths sum   `json:"knownPaths"`
	Coverage   sum   `json:"coverage"`
	Stubs      sum   `json:"stubs"`
	Pages      []sum `json:"pages"`
}

// A page is a list of entries: the sum of a resource without its configuration, then that of the configuration.
const entrySize = 2 * len(sum{})

// averagePage is how many resources a page has on average.
const averagePage = 64

// endsPage reports whether a page ends after a resource. The key decides, not the place in the list: a resource that
// comes or goes changes its page and leaves the others as they are.
func endsPage(key string) bool {
	hash := fnv.New32a()
	hash.Write([]byte(key))
	return hash.Sum32()%averagePage == 0
}

// pages cuts resources, sorted by key, into pages.
func pages(resources []snapshot.Resource) [][]snapshot.Resource {
	var out [][]snapshot.Resource
	start := 0
	for i := range resources {
		if endsPage(resources[i].Key) || i == len(resources)-1 {
			out = append(out, resources[start:i+1])
			start = i + 1
		}
	}
	return out
}

const headPrefix = "h/"

// headKey sorts by account set, then time.
func headKey(accounts string, at time.Time) []byte {
	return binary.BigEndian.AppendUint64(headsOf(accounts), uint64(at.UnixNano()))
}

// headsOf is the prefix of the heads of an account set; of all, where it is empty.
func headsOf(accounts string) []byte {
	if accounts == "" {
		return []byte(headPrefix)
	}
	return []byte(headPrefix + accounts + "/")
}

func splitHeadKey(key []byte) (accounts string, at time.Time, ok bool) {
	rest, found := strings.CutPrefix(string(key), headPrefix)
	if !found || len(rest) < 10 || rest[len(rest)-9] != '/' {
		return "", time.Time{}, false
	}
	nanoseconds := binary.BigEndian.Uint64([]byte(rest[len(rest)-8:]))
	return rest[:len(rest)-9], time.Unix(0, int64(nanoseconds)).UTC(), true
}

// timeOf is when a capture ended, or its cut-off where it doesn't say.
func timeOf(s *snapshot.Snapshot) (time.Time, error) {
	at := s.Metadata.CreatedAt
	if at.IsZero() {
		at = s.Cutoff
	}
	if at.Unix() <= 0 {
		return at, fmt.Errorf("a capture needs a time to be kept")
	}
	return at.UTC(), nil
}

// emptied keeps whether a list is nil, which the digest of a snapshot tells apart from empty.
func emptied[T any](list []T) []T {
	if list == nil {
		return nil
	}
	return []T{}
}

// bare is a resource without what is stored apart.
func bare(r snapshot.Resource) snapshot.Resource {
	r.Configuration, r.Status = nil, nil
	return r
}

// statuses of a page's resources, in order. A resource without one has null.
func statuses(page []snapshot.Resource) []json.RawMessage {
	list := make([]json.RawMessage, len(page))
	for i := range page {
		if len(page[i].Status) > 0 {
			list[i] = page[i].Status
		}
	}
	return list
}
