package printer

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/aws-baseline/aws-baseline/collect/snapshot"
)

// Time is a time as tables and CSV show it: RFC 3339, UTC, whole seconds; empty where there is none.
func Time(t *time.Time) string {
	if t == nil || t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}

// Size is a number of bytes for people, in binary units.
func Size(bytes int64) string {
	if bytes < 1024 {
		return fmt.Sprintf("%d B", bytes)
	}
	value, unit := float64(bytes), -1
	for value >= 1023.95 && unit < 5 { // what would round to 1024.0 is one of the next unit
		value /= 1024
		unit++
	}
	return fmt.Sprintf("%.1f %ciB", value, "KMGTPE"[unit])
}

// count is a number and its noun: "1 scope", "2 scopes".
func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return strconv.Itoa(n) + " " + noun + "s"
}

// Some names up to n of many: "a, b and 3 more". It always says how many it does not name.
func Some(words []string, n int) string {
	if len(words) <= n+1 {
		return strings.Join(words, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(words[:n], ", "), len(words)-n)
}

// distinct returns what is there, each once, sorted.
func distinct(words []string) []string {
	sorted := slices.Clone(words)
	slices.Sort(sorted)
	return slices.Compact(sorted)
}

// pairs writes tags or the like as "a=1,b=2", sorted.
func pairs(m map[string]string) string {
	out := make([]string, 0, len(m))
	for key, value := range m {
		out = append(out, key+"="+value)
	}
	slices.Sort(out)
	return strings.Join(out, ",")
}

// jsonPairs writes tags as a JSON object with sorted keys; empty where there are none.
func jsonPairs(m map[string]string) string {
	if len(m) == 0 {
		return ""
	}
	tree := make(map[string]any, len(m))
	for key, value := range m {
		tree[key] = value
	}
	return string(snapshot.Canonical(tree))
}

// owner is an owner's kind and id: "autoscaling:group/web".
func owner(o *snapshot.Owner) string {
	if o == nil {
		return ""
	}
	return o.Kind + "/" + o.ID
}

func ownerKindAndID(o *snapshot.Owner) (kind, id string) {
	if o == nil {
		return "", ""
	}
	return o.Kind, o.ID
}
