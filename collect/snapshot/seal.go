package snapshot

import "time"

// Seal says who accepted an edit of a snapshot's file, and what could be told of it.
type Seal struct {
	At     time.Time `json:"at"`
	By     Person    `json:"by"`
	Reason string    `json:"reason,omitempty"`
	Digest string    `json:"digest"` // of the content before the edit, as the file had it
	// Found says in sentences what shows that it was edited. What the content was can't be told.
	Found []string `json:"found"`
	Tool  string   `json:"toolVersion"`
}
