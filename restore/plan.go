// Package restore brings an account back to its baseline. For now that means deleting what was added; what was removed
// or modified is listed and left.
//
// It never deletes across a gap: a resource goes only if its scope was seen wholly on both sides, nothing that stays
// names it, nothing guards it, and AWS shows it unchanged right before. A plan is a file that says what will be done; an
// apply does what the file says and nothing else.
package restore

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/aws-baseline/aws-baseline/collect/snapshot"
	"github.com/aws-baseline/aws-baseline/diff"
)

// Document is what the document field of a plan says.
const Document = "restore-plan"

// Errors of plans.
var (
	ErrNotPlan      = errors.New("not a restore plan")
	ErrEditedPlan   = errors.New("the plan was edited after it was written; make a new one with restore plan")
	ErrOtherAccount = errors.New("another account")
	ErrEdited       = errors.New("the baseline was edited after it was written, so it can't be restored to before it is sealed (snapshot seal)")
	ErrTooMany      = errors.New("too many deletions")
	// ErrNothingExcluded refuses an exclusion that nothing goes by.
	ErrNothingExcluded = errors.New("--exclude names nothing")
)

// Plan says what a restore does, in which order, and what it leaves and why. Keys identify resources; see
// [snapshot.ResourceKey].
type Plan struct {
	Document      string       `json:"document"`
	SchemaVersion int          `json:"schemaVersion"`
	Digest        string       `json:"digest"`
	CreatedAt     time.Time    `json:"createdAt"`
	AccountID     string       `json:"accountId"`
	CallerARN     string       `json:"callerArn"`
	Baseline      BaselineID   `json:"baseline"`
	Filter        Filter       `json:"filter"`
	Summary       PlanSummary  `json:"summary"`
	Actions       []Action     `json:"actions"`
	Held          []Held       `json:"held"` // differences that are not touched, and why
	Left          []Left       `json:"left"` // differences that restore can't put back
	Coverage      []diff.Gap   `json:"coverage"`
	Notes         []string     `json:"notes,omitempty"` // what to know before it is carried out
	Report        *diff.Report `json:"-"`

	judge *builder // who made it; nil in one that was read
}

// BaselineID says which baseline a plan restores.
type BaselineID struct {
	Name   string    `json:"name"`
	Digest string    `json:"digest"`
	Cutoff time.Time `json:"cutoff"`
}

// PlanSummary counts.
type PlanSummary struct {
	Deletions int `json:"deletions"`
	Held      int `json:"held"`
	Left      int `json:"left"`
	Gaps      int `json:"gaps"`
}

// Filter chooses what of the additions is planned. The capture always covers the whole baseline, or what names a
// resource would be missed.
type Filter struct {
	Kinds       []string          `json:"kinds,omitempty"`
	Regions     []string          `json:"regions,omitempty"`
	Exclude     []string          `json:"exclude,omitempty"` // ARNs or keys
	ExcludeTags map[string]string `json:"excludeTags,omitempty"`
	// Ignore are the rules of the configuration: what one hides as a whole in a diff is left alone.
	Ignore []diff.Ignore `json:"ignore,omitempty"`
}

// Do is what an action does.
type Do string

// The actions.
const (
	Delete Do = "delete"
	Unlink Do = "unlink" // undo one reference between two resources that both go, to break a cycle
)

// Action is one line of a plan. Actions of one step don't wait for each other.
type Action struct {
	Step              int                 `json:"step"`
	Do                Do                  `json:"do"`
	Key               string              `json:"key"`
	ARN               string              `json:"arn,omitempty"`
	Kind              string              `json:"kind"`
	ID                string              `json:"id"`
	Name              string              `json:"name,omitempty"`
	AccountID         string              `json:"accountId"`
	Region            string              `json:"region"`
	Scope             string              `json:"scope"`
	UniqueID          string              `json:"uniqueId,omitempty"`
	ConfigurationHash string              `json:"configurationHash"`
	Tags              map[string]string   `json:"tags,omitempty"`
	CreatedAt         *time.Time          `json:"createdAt,omitempty"`
	Marks             []string            `json:"marks,omitempty"`
	Reason            string              `json:"reason"`
	After             []string            `json:"after,omitempty"` // keys that must be gone before
	Reference         *snapshot.Reference `json:"reference,omitempty"`
}

// Label is what people call the resource.
func (a *Action) Label() string {
	if a.ARN != "" {
		return a.ARN
	}
	return a.Key
}

// Held is an addition (or what looks like one) that a restore does not touch.
type Held struct {
	Key    string     `json:"key"`
	ARN    string     `json:"arn,omitempty"`
	Kind   string     `json:"kind"`
	ID     string     `json:"id"`
	Name   string     `json:"name,omitempty"`
	Region string     `json:"region"`
	Change diff.Class `json:"change"`
	Reason string     `json:"reason"`
}

// Left is a difference that restore can't put back: something removed, modified or replaced.
type Left struct {
	Key        string     `json:"key"`
	ARN        string     `json:"arn,omitempty"`
	Kind       string     `json:"kind"`
	ID         string     `json:"id"`
	Name       string     `json:"name,omitempty"`
	Region     string     `json:"region"`
	Change     diff.Class `json:"change"`
	Properties []string   `json:"properties,omitempty"`
}

// seal computes the digest over everything else.
func (p *Plan) seal() (string, error) {
	plain := *p
	plain.Digest = ""
	data, err := json.Marshal(&plain)
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(data)
	return "sha256:" + hex.EncodeToString(sum[:]), nil
}

// Encode seals the plan and writes it as its file holds it.
func (p *Plan) Encode() ([]byte, error) {
	digest, err := p.seal()
	if err != nil {
		return nil, err
	}
	p.Digest = digest
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(p); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

// ReadPlan reads a plan and refuses one that was edited: what a plan names must have been judged by the guards.
func ReadPlan(data []byte) (*Plan, error) {
	p := new(Plan)
	if err := json.Unmarshal(data, p); err != nil {
		return nil, fmt.Errorf("%w: %v", ErrNotPlan, err)
	}
	if p.Document != Document {
		return nil, fmt.Errorf("%w: the field document does not say %q", ErrNotPlan, Document)
	}
	if p.SchemaVersion > snapshot.SchemaVersion {
		return nil, fmt.Errorf("%w: %w of aws-baseline", ErrNotPlan, snapshot.ErrNewer)
	}
	digest, err := p.seal()
	if err != nil {
		return nil, err
	}
	if digest != p.Digest {
		return nil, ErrEditedPlan
	}
	return p, nil
}
