package diff

import (
	"slices"
	"time"
)

// Severity says how bad a change is that opens or weakens something.
type Severity string

// The severities, from the least.
const (
	Low      Severity = "low"
	Medium   Severity = "medium"
	High     Severity = "high"
	Critical Severity = "critical"
)

// Severities are all severities, from the least.
func Severities() []Severity { return []Severity{Low, Medium, High, Critical} }

// AtLeast reports whether a severity is as bad as another or worse. No severity is the least of all.
func (s Severity) AtLeast(other Severity) bool {
	return slices.Index(Severities(), s) >= slices.Index(Severities(), other)
}

// Finding says what a change opens or weakens, or, where Better is set, what it closes or strengthens.
type Finding struct {
	Rule     string   `json:"rule"` // a stable name: "ingress-from-anywhere"
	Severity Severity `json:"severity"`
	Better   bool     `json:"better,omitempty"`
	Path     string   `json:"path,omitempty"` // of the property, as in [Property]; empty where the whole resource is meant
	Text     string   `json:"text"`           // one sentence
}

// Worst is the severity of the worst finding that weakens something, or "".
func (c *Change) Worst() Severity {
	var worst Severity
	for _, f := range c.Findings {
		if !f.Better && f.Severity.AtLeast(worst) {
			worst = f.Severity
		}
	}
	return worst
}

// Confidence says how sure it is that an event made a change.
type Confidence string

// The confidences, from the surest.
const (
	ByResourceAndAction Confidence = "exact"    // the event names the resource, and its action makes such changes
	ByResource          Confidence = "resource" // the event names the resource
	ByWindow            Confidence = "window"   // an event of that service in the time between the two captures, and no other
)

// Actor is who made a change, as CloudTrail tells it.
type Actor struct {
	Principal  string     `json:"principal"`           // ARN of the user or role, or the service that acted
	Session    string     `json:"session,omitempty"`   // the role session's name
	AccountID  string     `json:"accountId,omitempty"` // the principal's
	SourceIP   string     `json:"sourceIp,omitempty"`
	UserAgent  string     `json:"userAgent,omitempty"`
	Event      string     `json:"event"` // "ec2:AuthorizeSecurityGroupIngress"
	EventID    string     `json:"eventId,omitempty"`
	Time       time.Time  `json:"time"`
	Confidence Confidence `json:"confidence"`

	made bool // the event made the resource
}
