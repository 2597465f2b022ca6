package collect

import (
	"strings"
	"time"

	"github.com/aws-baseline/aws-baseline/collect/snapshot"
)

// Resource is a stored resource; kinds meet it when they delete.
type Resource = snapshot.Resource

// Path names places in a configuration; see [snapshot.Path].
type Path = snapshot.Path

// Weakness is a way in which a resource can be open or weak; see [snapshot.Weakness].
type Weakness = snapshot.Weakness

// Tags are a resource's tags.
type Tags = map[string]string

// Kind is everything the tool knows of one type of resource.
type Kind struct {
	// Name is AWS's ARN spelling, or Resource Explorer's where ARNs have none: "ec2:security-group".
	Name string
	// CloudFormation is the type's CloudFormation name: "AWS::EC2::SecurityGroup".
	CloudFormation string
	// Aliases are other names that people type, the AWS CLI's above all ("elbv2:load-balancer").
	Aliases []string
	// Global kinds have one scope an account, in the region "global".
	Global bool

	// List calls s.Add for everything that is there. It has no error path: helpers record into the scope.
	List func(s *Scope)
	// Tagging, for kinds that ask for the tags of each (AskTags), is the resource type by which the Resource Groups Tagging
	// API knows them ("sqs:queue", or "sqs" where it has that only): a hundred a call instead. Only for kinds whose every
	// tagged resource it lists (Developer Guide, "Services that support the Resource Groups Tagging API").
	Tagging string
	// BulkTags, where tags come by the batch, is called after List with the ARNs added.
	BulkTags *BulkTags
	// Approximate says that AWS's creation date can move, forwards only.
	Approximate bool

	// Refs are the places that name other resources and which AWS refuses to break: the named one can't be deleted
	// while this one exists. The value is the kind that is named. Only these order deletions.
	Refs map[Path]string
	// Names are the places that name others by what is neither an id nor an ARN, where AWS lets the named one go: a
	// trail's bucket, an alias record's load balancer. They hold the named one back and order nothing. The value is the
	// kind that is named, "" for whatever has that address, or [Everything] for whatever services are told by such a name
	// (environment variables). Ids, ARNs, URLs, images and s3:// need no such entry: they are looked for everywhere.
	Names map[Path]string
	// Addresses are the places with DNS names, IP addresses and URLs by which others may name this one.
	Addresses []Path
	// UsedBy are the places that name what uses this one, where AWS's API tells it from this side only: a route table's
	// subnets, an address's interface. While such a user stays, this one does.
	UsedBy []Path
	// Status are the places that change by themselves: kept apart, never hashed or compared.
	Status []Path
	// Omit are places that are stored elsewhere in the resource (tags, say) or only echo the request.
	Omit []Path
	// Sets are the lists whose order means nothing. The value is the field that identifies an element, or several joined by
	// "+"; "" for whole elements.
	Sets map[Path]string
	// Defaults are the values that mean the same as absence, in JSON.
	Defaults map[Path]string
	// Secrets are masked before anything is stored: every string at or below these places.
	Secrets []Path
	// Weak are the ways in which one can be open or weak, for a diff to say how bad a change is.
	Weak []Weakness

	// Protected are the places whose value makes AWS refuse a deletion ("DeletionProtection": "true"), in JSON. Where
	// such a place is unknown, so is the protection.
	Protected map[Path]string
	// Protect asks AWS what no list tells (termination protection): when planning, and again before deleting. It
	// returns what guards the resource, or "".
	Protect func(s *Scope, r *Resource) (string, error)
	// Unlink undoes one reference, to break a cycle before deleting. Only resources that are about to go are unlinked.
	Unlink func(s *Scope, r *Resource, ref snapshot.Reference) error
	// Delete asks AWS to delete and returns when AWS accepts. Whether the thing is gone is seen by listing again.
	Delete func(s *Scope, r *Resource) error
	// Takes are the kinds of what can go with this one when AWS deletes it, or [Everything]: what is of the baseline among
	// them must be seen not to be this one's.
	Takes []string
	// Late kinds are deleted after everything else: keys that others need to die, log groups that come back.
	Late bool
	// NoDelete says why a kind has no Delete.
	NoDelete string
}

// Everything stands for all kinds, in [Kind.Takes].
const Everything = "*"

// BulkTags reads the tags of several resources at once.
type BulkTags struct {
	Size int // ARNs a call
	Get  func(s *Scope, arns []string) (map[string]Tags, error)
}

// Service is the part of the name before the colon.
func (k *Kind) Service() string {
	service, _, _ := strings.Cut(k.Name, ":")
	return service
}

// Item is what is typed about a resource and isn't configuration.
type Item struct {
	ID       *string // how the service calls it; required
	ARN      *string // empty where AWS gives none
	UniqueID *string // differs when a thing of the same name is made anew
	Name     *string // what people call it, where that isn't the ID
	Region   string  // if not the scope's (a bucket's)
	Created  *time.Time
	Tags     Tags
	Owner    *snapshot.Owner
	Provider bool     // AWS or a landing zone service made it
	Protect  string   // what guards it, where the list tells
	BillIDs  []string // how a bill names it, where that isn't the ARN or ID
	Called   []string // further names by which others call it: a family's ARN, a queue's URL
	Names    []Naming // what it names, where only code can tell the kind; see [Kind.Names]
	Members  []Member // what it makes and remakes (a stack's resources)
	Dead     bool     // still listed, but gone or about to go (PendingDeletion): it is not stored
	Unknown  []Gap    // parts that the list could not read
	Unsure   bool     // whether it is Dead or Provider could not be read: it neither came nor went, to a diff
}

// Managed marks what AWS, a landing zone service or another account made or runs: nobody's drift, and nobody's to
// delete. Why says so to a person.
func (i *Item) Managed(why string) { i.Provider, i.Protect = true, why }

// Naming is a name of another resource, and where it stands.
type Naming struct {
	Path Path
	Kind string
	ID   string
}

// Gap is a part of a resource that could not be read, and why.
type Gap struct {
	Path Path
	Err  error
}

// Member is a resource that an owner made, as the owner names it.
type Member struct {
	CloudFormation string // its CloudFormation type, or
	Kind           string // its kind
	ID             string // physical id: id, name or ARN
}

// Rules makes the comparison rules of kinds.
func Rules(kinds []*Kind) snapshot.Rules {
	rules := make(snapshot.Rules, len(kinds))
	for _, kind := range kinds {
		rules[kind.Name] = snapshot.KindRules{
			Sets: kind.Sets, Volatile: kind.Status, Defaults: kind.Defaults, Service: kind.Service(), TagsLag: kind.Tagging != "",
			Weak: kind.Weak,
		}
	}
	return rules
}
