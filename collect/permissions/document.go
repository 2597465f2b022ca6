package permissions

import "encoding/json"

// MaxCharacters is what a managed policy holds, white space not counted; MaxInline is what a role's inline policies hold
// together (IAM User Guide, "IAM and AWS STS quotas").
const (
	MaxCharacters = 6144
	MaxInline     = 10240
)

// Document is an IAM policy document. Its JSON is what IAM takes.
type Document struct {
	Version   string      `json:"Version"`
	Statement []Statement `json:"Statement"`
}

// Statement allows actions on a resource.
type Statement struct {
	Sid      string   `json:"Sid"`
	Effect   string   `json:"Effect"`
	Action   []string `json:"Action"`
	Resource string   `json:"Resource"`
}

// Policy makes one document of needs, however long.
func Policy(list []Need) Document {
	d := Document{Version: "2012-10-17", Statement: []Statement{}}
	for _, need := range list {
		d.allow(need)
	}
	return d
}

// Split parts needs, in their order, into as few lists as make policies that fit into managed policies.
func Split(list []Need) [][]Need {
	parts := [][]Need{nil}
	for _, need := range list {
		last := &parts[len(parts)-1]
		if with := append(*last, need); Policy(with).Characters() <= MaxCharacters {
			*last = with
			continue
		}
		parts = append(parts, []Need{need})
	}
	return parts
}

// Characters is the document's length as IAM counts it.
func (d Document) Characters() int {
	text, err := json.Marshal(d)
	if err != nil {
		panic(err) // strings only
	}
	return len(text)
}

// allow adds an action to its statement.
func (d *Document) allow(need Need) {
	last := len(d.Statement) - 1
	if last < 0 || d.Statement[last].Sid != need.Statement {
		d.Statement = append(d.Statement, Statement{Sid: need.Statement, Effect: "Allow", Resource: need.Resource})
		last++
	}
	d.Statement[last].Action = append(d.Statement[last].Action, need.Action)
}
