package diff

import (
	"encoding/json"
	"errors"
	"regexp"
	"slices"
	"strings"
	"time"
)

// Event is what is kept of a CloudTrail event that may have changed something: who made it, and which resources it
// names. Of its request nothing else is kept, since that can hold secrets. It may be stored; its JSON is stable.
type Event struct {
	Actor           // without a confidence
	Region string   `json:"region"` // where it was recorded
	Names  []Naming `json:"names,omitempty"`
}

// Naming is a resource's name, id or ARN as an event has it.
type Naming struct {
	Key   string `json:"key,omitempty"` // the field's name ("groupId"), or a type of CloudFormation's; empty for an ARN
	Value string `json:"value"`
	// Made says that the answer has it: what was made gets its id there.
	Made bool `json:"made,omitempty"`
}

// record is the part of a CloudTrail record that is read, as "CloudTrail record contents for management, data, and network
// activity events" (CloudTrail User Guide) describes it.
type record struct {
	UserIdentity       identity        `json:"userIdentity"`
	EventTime          time.Time       `json:"eventTime"`
	EventSource        string          `json:"eventSource"`
	EventName          string          `json:"eventName"`
	AWSRegion          string          `json:"awsRegion"`
	SourceIPAddress    string          `json:"sourceIPAddress"`
	UserAgent          string          `json:"userAgent"`
	ErrorCode          string          `json:"errorCode"`
	ReadOnly           json.RawMessage `json:"readOnly"` // a boolean; emulators write a string
	ManagementEvent    *bool           `json:"managementEvent"`
	EventCategory      string          `json:"eventCategory"`
	EventID            string          `json:"eventID"`
	RecipientAccountID string          `json:"recipientAccountId"`
	RequestParameters  json.RawMessage `json:"requestParameters"`
	ResponseElements   json.RawMessage `json:"responseElements"`
	Resources          []struct {
		ARN string `json:"ARN"`
	} `json:"resources"`
}

var errNoEvent = errors.New("it has no name, source or time")

// readEvent reads one CloudTrail record. ok is false for what changed nothing: reads, data events and refused calls.
func readEvent(text []byte) (event Event, accountID string, ok bool, err error) {
	var r record
	if err := json.Unmarshal(text, &r); err != nil {
		return Event{}, "", false, err
	}
	if r.EventName == "" || r.EventSource == "" || r.EventTime.IsZero() {
		return Event{}, "", false, errNoEvent
	}
	if r.ErrorCode != "" || r.reads() || (r.ManagementEvent != nil && !*r.ManagementEvent) ||
		(r.EventCategory != "" && r.EventCategory != "Management") {
		return Event{}, "", false, nil
	}
	service, _, _ := strings.Cut(r.EventSource, ".")
	event = Event{Region: r.AWSRegion, Actor: r.UserIdentity.actor()}
	event.SourceIP, event.UserAgent, event.EventID = r.SourceIPAddress, r.UserAgent, r.EventID
	event.Event, event.Time = service+":"+r.EventName, r.EventTime.UTC()
	for _, resource := range r.Resources {
		event.name("", resource.ARN, false)
	}
	event.namesIn(r.RequestParameters, false)
	event.namesIn(r.ResponseElements, true)
	return event, r.RecipientAccountID, true, nil
}

// reads reports whether a record is of a call that only read. Old ones do not say so.
func (r *record) reads() bool {
	switch strings.Trim(string(r.ReadOnly), `"`) {
	case "true":
		return true
	case "false":
		return false
	}
	return slices.ContainsFunc([]string{"Get", "List", "Describe", "Head", "Lookup", "BatchGet"}, func(verb string) bool {
		return strings.HasPrefix(r.EventName, verb)
	})
}

// The bounds of what is kept of one event: a name is as long as an ARN can be, and a call names so many things at most.
const (
	maxNameLength = 2048
	maxNames      = 500
	maxDepth      = 20
)

// nameField is how the fields are called that hold names of resources. Values of other fields are not looked at: they
// can be anything, secrets among them.
var nameField = regexp.MustCompile(`(?i)(id|ids|arn|arns|name|names|identifier|identifiers|url|bucket|cluster|service|table|function|rule|resource|resources|resourcearnlist|trail|alarms)(\.[0-9]+)?$`)

// secretField is how fields are called that must not be kept even if they look like names.
var secretField = regexp.MustCompile(`(?i)(password|token|credential|secretaccesskey|passphrase|privatekey|value)`)

// nameText is how names of resources look: one word of the letters that ARNs, names and URLs are made of. A question mark
// would begin a URL's query.
var nameText = regexp.MustCompile(`^[A-Za-z0-9_./:@=+,*#$<>~\[\]|-]+$`)

func (e *Event) name(key, value string, made bool) {
	if value == "" || len(value) > maxNameLength || len(e.Names) >= maxNames || !nameText.MatchString(value) {
		return
	}
	if strings.Contains(value, "://") { // a queue is named by its URL
		if strings.Contains(value, "@") {
			return
		}
		if last := value[strings.LastIndexByte(value, '/')+1:]; last != "" {
			e.name(key, last, made)
		}
		return
	}
	naming := Naming{Key: key, Value: value, Made: made}
	if !slices.Contains(e.Names, naming) {
		e.Names = append(e.Names, naming)
	}
}

// namesIn gathers the names from the parameters of a request or of its answer.
func (e *Event) namesIn(parameters json.RawMessage, made bool) {
	var tree any
	if len(parameters) == 0 || json.Unmarshal(parameters, &tree) != nil {
		return
	}
	e.walk("", tree, made, 0)
}

func (e *Event) walk(key string, value any, made bool, depth int) {
	if depth > maxDepth || secretField.MatchString(key) {
		return
	}
	switch v := value.(type) {
	case string:
		if nameField.MatchString(key) {
			e.name(key, v, made)
		}
	case []any:
		for _, element := range v {
			e.walk(key, element, made, depth+1)
		}
	case map[string]any:
		for _, field := range sortedFields(v) {
			switch strings.ToLower(field) {
			case "tags", "tagset", "tagspecificationset", "environment", "variables": // keys of the user's own choice
				continue
			}
			e.walk(field, v[field], made, depth+1)
		}
	}
}

func sortedFields(object map[string]any) []string {
	fields := make([]string, 0, len(object))
	for field := range object {
		fields = append(fields, field)
	}
	slices.Sort(fields)
	return fields
}
