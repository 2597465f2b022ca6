package collect

import (
	"maps"
	"slices"
	"strings"

	"github.com/aws-baseline/aws-baseline/collect/snapshot"
)

// ownerTag is a tag that a controller puts on what it makes. A key that ends in "*" is a prefix, and what follows it is
// the owner's name.
type ownerTag struct {
	key, kind string
}

// ownerTags, in order: the first that a resource carries names its owner. Tags that start with "aws:" are set by AWS
// alone; the others anybody can set, so they only ever move a thing to the owned ones, which nothing deletes.
var ownerTags = []ownerTag{
	{"aws:autoscaling:groupName", "autoscaling:autoscalinggroup"},
	{"aws:eks:cluster-name", "eks:cluster"},
	{"aws:elasticmapreduce:job-flow-id", "elasticmapreduce:cluster"}, // instances and their volumes
	{"aws:cloudformation:stack-id", "cloudformation:stack"},
	{"eks:eks-cluster-name", "eks:cluster"},
	{"eks:cluster-name", "eks:cluster"}, // a managed node group's launch template
	{"kubernetes.io/cluster/*", "eks:cluster"},
	{"elbv2.k8s.aws/cluster", "eks:cluster"},
	{"karpenter.k8s.aws/cluster", "eks:cluster"},      // Karpenter's launch templates
	{"cluster.k8s.amazonaws.com/name", "eks:cluster"}, // interfaces of the VPC CNI that no instance has
	// These two don't name the cluster, so they come last.
	{"karpenter.sh/nodepool", "eks:cluster"},
	{"ebs.csi.aws.com/cluster", "eks:cluster"},
}

func ownerByTags(tags Tags) *snapshot.Owner {
	for _, rule := range ownerTags {
		prefix, glob := strings.CutSuffix(rule.key, "*")
		if !glob {
			if value, ok := tags[rule.key]; ok {
				return &snapshot.Owner{Kind: rule.kind, ID: value}
			}
			continue
		}
		for _, key := range slices.Sorted(maps.Keys(tags)) {
			// What a cluster shares with others (subnets) it only uses.
			if name, ok := strings.CutPrefix(key, prefix); ok && name != "" && tags[key] != "shared" {
				return &snapshot.Owner{Kind: rule.kind, ID: name}
			}
		}
	}
	return nil
}

// own sets the owner of every resource: what its kind said, what a stack lists, what its tags say. An owner is resolved
// to the resource that was captured. What a collected kind would have shown and did not (a stack that is gone) owns
// nothing.
func (f *finder) own(list []memberOf, complete func(account, region, kind string) bool) {
	m := f.members(list)
	for _, member := range list {
		for _, i := range m.of(member) {
			// What a stack lists is its own, whatever its kind took it for (the log group of a function).
			if r := &f.resources[i]; r.Owner == nil || r.Owner.Key == "" && member.CloudFormation != "" {
				owner := member.owner
				r.Owner = &owner
			}
		}
	}
	for i := range f.resources {
		r := &f.resources[i]
		if r.Owner == nil {
			r.Owner = ownerByTags(r.Tags)
		}
		if r.Owner == nil {
			continue
		}
		if r.Owner.Key == "" {
			if owner := f.find(r.AccountID, r.Region, r.Owner.Kind, r.Owner.ID); owner != nil {
				r.Owner.Key = owner.Key
			} else if complete(r.AccountID, r.Region, r.Owner.Kind) {
				r.Owner = nil
				continue
			}
		}
		if r.Owner.Key == r.Key {
			r.Owner = nil
			continue
		}
		r.Mark(snapshot.MarkOwned)
	}
}

func ownerPlace(key string) (account, region string) {
	account, region, _ = snapshot.SplitScope(key)
	return account, region
}
