package permissions

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/aws-baseline/aws-baseline/collect"
)

// Need is one IAM action that a purpose needs.
type Need struct {
	Action   string `json:"action"`   // "s3:GetEncryptionConfiguration"
	Resource string `json:"resource"` // "*", or a pattern of ARNs
	// Statement is the id of the statement that it goes into: "Read", "Cost", …
	Statement string `json:"statement"`
	// Operations are the calls that need it, as "S3: GetBucketEncryption", sorted.
	Operations []string `json:"operations"`
	// Kinds are the kinds that make these calls, sorted; empty for what the engine needs itself.
	Kinds []string `json:"kinds"`
	// Why says what the engine needs it for.
	Why string `json:"why,omitempty"`
}

// The statements of a policy, in their order. What may be left out stands apart.
const (
	read         = "Read"
	readFallback = "ReadFallback"
	actors       = "Actors"
	organization = "Organization"
	assume       = "AssumeRole"
	bucket       = "SnapshotBucket"
	objects      = "Snapshots"
	costs        = "Cost"
	remove       = "Restore"
	gateway      = "ApiGateway" // after the name of a statement
)

var order = []string{read, read + gateway, readFallback, actors, organization, assume, bucket, objects, costs, remove, remove + gateway}

// Request says what permissions are wanted for.
type Request struct {
	Purpose   Purpose
	Partition string // "aws", "aws-cn" or "aws-us-gov"
	Kinds     []*collect.Kind
	// Census says that captures also ask what there is beside the kinds.
	Census bool
	// Role, where it is not empty, is the name of the role that is assumed in an organisation's other accounts. The role
	// itself needs what a request without it lists.
	Role string
	// Store, where it is not empty, is where snapshots are kept in S3: a bucket, or "bucket/prefix".
	Store string
}

// Needs are the actions that a request needs, sorted by statement and action. An action that both reading and deleting
// need is listed once, as reading. The error says that something about a kind was not written down.
func Needs(r Request) ([]Need, error) {
	n := &needs{Request: r, found: make(map[string]*Need)}
	for _, o := range owns {
		if o.serves(r) {
			n.add(o.statement(), o.operation, "", o.why)
		}
	}
	n.kinds(read, func(c Calls) []string { return c.List })
	if r.Purpose == Restore {
		n.kinds(remove, func(c Calls) []string { return c.Delete })
	}
	if n.err != nil {
		return nil, n.err
	}
	var list []Need
	for _, need := range n.found {
		list = append(list, *need)
	}
	slices.SortFunc(list, func(a, b Need) int {
		return cmp.Or(slices.Index(order, a.Statement)-slices.Index(order, b.Statement), strings.Compare(a.Action, b.Action))
	})
	return list, nil
}

type needs struct {
	Request
	found map[string]*Need // by action and resource
	err   error
}

func (n *needs) kinds(statement string, of func(Calls) []string) {
	for _, kind := range n.Kinds {
		calls, err := CallsOf(kind.Name)
		if err != nil {
			n.err = cmp.Or(n.err, err)
			return
		}
		for _, operation := range of(calls) {
			n.add(statement, operation, kind.Name, "")
		}
	}
}

func (n *needs) add(statement, operation, kind, why string) {
	actions, resource, err := Actions(operation, n.Partition)
	if err != nil {
		n.err = cmp.Or(n.err, fmt.Errorf("%w; %s calls it", err, cmp.Or(kind, "the engine")))
		return
	}
	if resource != Anywhere {
		statement += gateway
	}
	switch statement {
	case assume:
		resource = "arn:" + n.Partition + ":iam::*:role/" + n.Role
	case bucket:
		name, _, _ := strings.Cut(n.Store, "/")
		resource = "arn:" + n.Partition + ":s3:::" + name
	case objects:
		resource = "arn:" + n.Partition + ":s3:::" + n.Store + "/*"
	}
	for _, action := range actions {
		need, ok := n.found[action+" "+resource]
		if !ok {
			need = &Need{Action: action, Resource: resource, Statement: statement, Kinds: []string{}}
			n.found[action+" "+resource] = need
		}
		if need.Why = cmp.Or(need.Why, why); need.Why != why && why != "" {
			need.Why += "; " + why
		}
		need.Operations = insert(need.Operations, operation)
		if kind != "" {
			need.Kinds = insert(need.Kinds, kind)
		}
	}
}

func insert(words []string, word string) []string {
	at, found := slices.BinarySearch(words, word)
	if found {
		return words
	}
	return slices.Insert(words, at, word)
}
