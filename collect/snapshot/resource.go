package snapshot

import (
	"encoding/json"
	"fmt"
	"slices"
	"time"
)

// Marks of a resource.
const (
	MarkOwned           = "owned"            // a controller makes and remakes it
	MarkProvider        = "provider"         // AWS or a landing zone service made it
	MarkProtected       = "protected"        // AWS or its owner guards it against deletion
	MarkUndated         = "undated"          // AWS does not say when it was created
	MarkApproximateDate = "approximate date" // AWS's date can move, forwards only
	MarkUnsure          = "unsure"           // whether it is there still, or whose it is, could not be read
)

// Resource is one thing in AWS as a capture saw it.
type Resource struct {
	Key      string `json:"key"`
	Scope    string `json:"scope"` // where it was found; coverage is looked up by this, never by Region
	ARN      string `json:"arn,omitempty"`
	UniqueID string `json:"uniqueId,omitempty"` // differs when a thing of the same name is made anew
	Kind     string `json:"kind"`
	ID       string `json:"id"`
	Name     string `json:"name,omitempty"`

	AccountID string            `json:"accountId"`
	Region    string            `json:"region"`
	CreatedAt *time.Time        `json:"createdAt,omitempty"`
	Tags      map[string]string `json:"tags,omitempty"`

	// Configuration is what somebody set: AWS's field names, nil dropped and nothing else, secrets masked.
	Configuration     json.RawMessage `json:"configuration"`
	ConfigurationHash string          `json:"configurationHash"`
	// Status is what changes by itself. It is neither hashed nor compared nor written to snapshot files.
	Status json.RawMessage `json:"-"`

	References []Reference `json:"references,omitempty"`
	Owner      *Owner      `json:"owner,omitempty"`
	Marks      []string    `json:"marks,omitempty"`
	// Protection says in words what guards it, where the mark protected is set.
	Protection string    `json:"protection,omitempty"`
	BillIDs    []string  `json:"billIds,omitempty"` // how a bill names it
	Unknown    []Unknown `json:"unknown,omitempty"`
}

// Marked reports whether a resource carries a mark.
func (r *Resource) Marked(mark string) bool { return slices.Contains(r.Marks, mark) }

// Mark sets a mark once.
func (r *Resource) Mark(mark string) {
	if !r.Marked(mark) {
		r.Marks = append(r.Marks, mark)
		slices.Sort(r.Marks)
	}
}

// Unread reports whether a path of the resource could not be read, or lies in a part that could not.
func (r *Resource) Unread(path Path) bool {
	return slices.ContainsFunc(r.Unknown, func(u Unknown) bool { return path.Under(u.Path) })
}

// UnsureReason says why a resource has the mark unsure.
func (r *Resource) UnsureReason() string {
	why := "whether it is there still, or whose it is, could not be read"
	if len(r.Unknown) > 0 {
		u := r.Unknown[0]
		why += fmt.Sprintf(": %s: %s: %s", u.Path, u.Code, u.Message)
	}
	return why
}

// Label is what people call a resource: its ARN, or its key where AWS gives it none.
func (r *Resource) Label() string {
	if r.ARN != "" {
		return r.ARN
	}
	return r.Key
}

// Reference says that a resource's configuration names another thing.
type Reference struct {
	Path Path   `json:"path"`
	Kind string `json:"kind,omitempty"`
	ID   string `json:"id"`            // as it is written there
	Key  string `json:"key,omitempty"` // of the resource, where the capture saw it
	// Scanned marks what the generic scan for ids and ARNs found: it holds deletions back and never orders them.
	Scanned bool `json:"scanned,omitempty"`
}

// Owner is the controller that makes and remakes a resource.
type Owner struct {
	Kind string `json:"kind"`
	ID   string `json:"id"`
	Key  string `json:"key,omitempty"` // where the capture saw it
}

// Unknown is a part of a resource that could not be read. Path is its place in the configuration, or "Tags".
type Unknown struct {
	Path    Path   `json:"path"`
	Code    string `json:"code"`
	Message string `json:"message"`
}

// TagsPath is the path under which a resource's unread tags are unknown.
const TagsPath Path = "Tags"
