package history

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/aws-baseline/aws-baseline/collect/snapshot"
)

// Whatever happens in between, the latest capture of an account is the one that was put last, and every older one reads
// as it was put: through changes, restarts, crashes and prunes.
func TestLatestIsTheLastPut(t *testing.T) {
	for seed := range uint64(4) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			random := rand.New(rand.NewPCG(seed, 99))
			dir, now := t.TempDir(), start
			options := Options{Retention: 3 * day, Now: func() time.Time { return now }}
			s := mustOpen(t, dir, options)
			defer func() { s.Close() }()
			kept := map[string][]*snapshot.Snapshot{}
			for range 30 {
				account := []string{"111111111111", "222222222222"}[random.IntN(2)]
				switch random.IntN(6) {
				case 0:
					now = now.Add(day)
					if _, err := s.Prune(); err != nil {
						t.Fatal(err)
					}
				case 1:
					if err := s.Close(); err != nil {
						t.Fatal(err)
					}
					s = mustOpen(t, dir, options)
				case 2:
					crashed := copyFolder(t, dir)
					s.Close()
					dir = crashed
					s = mustOpen(t, dir, options)
				default:
					now = now.Add(time.Duration(1+random.IntN(9)) * time.Hour)
					capture := next(random, account, now, kept[account])
					put(t, s, capture)
					kept[account] = append(kept[account], capture)
				}
				for account, captures := range kept {
					check(t, s, account, captures, now.Add(-options.Retention))
				}
			}
		})
	}
}

// next changes a few resources of the capture before.
func next(random *rand.Rand, account string, at time.Time, before []*snapshot.Snapshot) *snapshot.Snapshot {
	capture := estate(random, account, at, 0)
	if len(before) == 0 {
		return estate(random, account, at, 80)
	}
	for _, r := range before[len(before)-1].Resources {
		switch random.IntN(50) {
		case 0: // gone
		case 1:
			capture.Resources = append(capture.Resources, resource(random, account, r.ID))
		default:
			capture.Resources = append(capture.Resources, r)
		}
	}
	for i := range random.IntN(5) {
		capture.Resources = append(capture.Resources, resource(random, account, fmt.Sprintf("vpc-%d-%d", at.Unix(), i)))
	}
	return capture
}

func check(t *testing.T, s *Store, account string, captures []*snapshot.Snapshot, limit time.Time) {
	t.Helper()
	last := captures[len(captures)-1]
	got, at, err := s.Latest(account)
	if err != nil {
		t.Fatal(err)
	}
	last.Sort()
	same(t, got, last, true)
	if !at.Equal(last.Metadata.CreatedAt) {
		t.Fatalf("the latest is of %v, want %v", at, last.Metadata.CreatedAt)
	}
	// Two of the older ones: reading all of them after every step takes long.
	older := captures[:len(captures)-1]
	for i := range min(2, len(older)) {
		capture := older[len(older)*i/2]
		if capture.Metadata.CreatedAt.Before(limit) {
			continue // may be gone
		}
		got, _, err := s.At(account, capture.Metadata.CreatedAt)
		if err != nil {
			t.Fatal(err)
		}
		same(t, got, capture, false)
	}
}
