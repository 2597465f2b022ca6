package permissions

import (
	"slices"
	"strings"

	"github.com/aws-baseline/aws-baseline/collect"
)

// Purpose is what somebody wants to do.
type Purpose string

// The purposes, by the commands that have them.
const (
	Snapshot Purpose = "snapshot" // and diff, and doctor
	Cost     Purpose = "cost"
	Restore  Purpose = "restore"
	Exporter Purpose = "exporter"
)

// Purposes are all purposes.
func Purposes() []Purpose { return []Purpose{Snapshot, Cost, Restore, Exporter} }

// own is a call that aws-baseline makes itself, outside the kinds.
type own struct {
	operation string
	purposes  []Purpose // nil for all
	why       string
	fallback  bool // made only where another call was refused
	tagging   bool // made only for kinds whose tags the Tagging API tells
	census    bool // made only where no kinds were chosen
	org       bool // made only for other accounts than that of the credentials
	bySDK     bool // made by the SDK, on our behalf
	store     bool // made only where snapshots are kept in a bucket
	actors    bool // made by diff and the exporter, which go on without
}

// owns are the engine's own calls. A test holds that they are all that its code has.
var owns = []own{
	{operation: "STS: GetCallerIdentity", why: "who the credentials are"},
	{operation: "EC2: DescribeRegions", why: "which regions are enabled"},
	{operation: "Account: ListRegions", why: "which regions are enabled, asked only where ec2:DescribeRegions is refused", fallback: true},
	{operation: "Resource Groups Tagging API: GetResources", why: "the tags of a hundred resources a call", tagging: true},
	{operation: "Resource Explorer 2: ListIndexes", purposes: []Purpose{Snapshot}, census: true, why: "what else there is, where Resource Explorer is on"},
	{operation: "Resource Explorer 2: ListResources", purposes: []Purpose{Snapshot}, census: true, why: "what else there is, where Resource Explorer is on"},
	{operation: "Organizations: DescribeOrganization", why: "whose accounts they are", org: true},
	{operation: "Organizations: ListAccounts", why: "which accounts there are", org: true},
	{operation: "STS: AssumeRole", why: "to enter the other accounts", org: true, bySDK: true},
	{operation: "S3: HeadBucket", why: "the region of the snapshots' bucket", store: true},
	{operation: "S3: ListObjectsV2", why: "which snapshots there are", store: true},
	{operation: "S3: GetObject", why: "to read snapshots", store: true},
	{operation: "S3: PutObject", why: "to write snapshots", store: true},
	{operation: "S3: DeleteObject", why: "to delete and rename snapshots", store: true},
	{operation: "CloudTrail: LookupEvents", purposes: []Purpose{Snapshot, Exporter}, why: "who made the changes that diff shows", actors: true},
	{operation: "Cost Explorer: GetCostAndUsage", purposes: []Purpose{Cost, Exporter}, why: "the bill; USD 0.01 a page"},
}

// serves reports whether a request needs the call.
func (o own) serves(r Request) bool {
	tagged := slices.ContainsFunc(r.Kinds, func(k *collect.Kind) bool { return k.Tagging != "" })
	return (o.purposes == nil || slices.Contains(o.purposes, r.Purpose)) && (!o.tagging || tagged) && (!o.census || r.Census) &&
		(!o.org || r.Role != "") && (!o.store || r.Store != "")
}

// statement is where the call's action goes.
func (o own) statement() string {
	switch {
	case o.store && strings.HasSuffix(o.operation, "Object"):
		return objects
	case o.store:
		return bucket
	case o.actors:
		return actors
	case o.fallback:
		return readFallback
	case o.org && o.bySDK:
		return assume
	case o.org:
		return organization
	case slices.Contains(o.purposes, Cost):
		return costs
	}
	return read
}
