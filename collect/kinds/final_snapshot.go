package kinds

import (
	"strings"
	"time"
)

// finalSnapshotMark is in the names of the last copies that deletions take.
const finalSnapshotMark = "-aws-baseline-final-"

// finalSnapshotName names the last copy of what is about to go.
func finalSnapshotName(id string, now time.Time) string {
	return id + finalSnapshotMark + now.UTC().Format("20060102-150405")
}

// finalSnapshotHolder says why a snapshot stays that a deletion took, or "": the next restore would otherwise delete it as
// an addition.
func finalSnapshotHolder(name string) string {
	if strings.Contains(name, finalSnapshotMark) {
		return "a restore took it before it deleted the original: delete it yourself"
	}
	return ""
}
