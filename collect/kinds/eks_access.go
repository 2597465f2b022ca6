package kinds

import (
	"iter"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eks"
	"github.com/aws/aws-sdk-go-v2/service/eks/types"

	"github.com/aws-baseline/aws-baseline/collect"
)

var eksAccessEntry = collect.Kind{
	Name: "eks:access-entry", CloudFormation: "AWS::EKS::AccessEntry",
	List: func(s *collect.Scope) {
		c := eks.NewFromConfig(s.Config)
		inClusters(s, func(s *collect.Scope, cluster *string) iter.Seq[string] {
			return accessEntries(s, c, cluster)
		}, func(cluster, principal *string) {
			out, ok := collect.Call(s, c.DescribeAccessEntry, &eks.DescribeAccessEntryInput{ClusterName: cluster, PrincipalArn: principal})
			if !ok || out.AccessEntry == nil {
				return
			}
			e := out.AccessEntry
			item := collect.Item{
				ID: aws.String(*principal + "|" + *cluster), ARN: e.AccessEntryArn, UniqueID: e.AccessEntryArn, Name: principal, Created: e.CreatedAt, Tags: e.Tags,
			}
			if strings.Contains(*principal, ":role/aws-service-role/") {
				item.Managed("EKS gives its own service-linked role access")
			}
			s.Add(item, e, collect.Ask(s, "AccessPolicies", c.ListAssociatedAccessPolicies, &eks.ListAssociatedAccessPoliciesInput{
				ClusterName: cluster, PrincipalArn: principal, MaxResults: aws.Int32(eksPage), // AWS has a handful of policies to choose from
			}).Of("AssociatedAccessPolicies"))
		})
	},
	Weak: []collect.Weakness{
		{Rule: "cluster-access", Unless: map[collect.Path]string{"Type": "EC2_LINUX"}},
		{Rule: "cluster-admin", Path: "AccessPolicies[].PolicyArn", Is: []string{"arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy", "arn:aws-cn:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy", "arn:aws-us-gov:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy", "arn:aws:eks::aws:cluster-access-policy/AmazonEKSAdminPolicy", "arn:aws-cn:eks::aws:cluster-access-policy/AmazonEKSAdminPolicy", "arn:aws-us-gov:eks::aws:cluster-access-policy/AmazonEKSAdminPolicy"}, Says: "an access policy"},
		{Rule: "cluster-admin", Path: "KubernetesGroups[]", Is: []string{"system:masters"}},
	},
	Status: []collect.Path{"ModifiedAt"},
	Refs:   map[collect.Path]string{"ClusterName": "eks:cluster"}, // as with add-ons
	Sets:   map[collect.Path]string{"KubernetesGroups": "", "AccessPolicies": "PolicyArn", "AccessPolicies[].AccessScope.Namespaces": ""},
	Delete: func(s *collect.Scope, r *collect.Resource) error {
		e, err := collect.Stored[types.AccessEntry](r)
		if err != nil {
			return err
		}
		return collect.Do(s, eks.NewFromConfig(s.Config).DeleteAccessEntry, &eks.DeleteAccessEntryInput{ClusterName: e.ClusterName, PrincipalArn: e.PrincipalArn})
	},
}

// accessEntries lists a cluster's entries. One that takes its access from a ConfigMap has none, and EKS calls the
// request invalid.
func accessEntries(s *collect.Scope, c *eks.Client, cluster *string) iter.Seq[string] {
	return func(yield func(string) bool) {
		entries, err := collect.All(s, func(s *collect.Scope) iter.Seq[string] {
			return collect.Pages[string](s, c.ListAccessEntries, &eks.ListAccessEntriesInput{ClusterName: cluster, MaxResults: aws.Int32(eksPage)})
		})
		if err != nil && collect.Code(err) != "InvalidRequestException" {
			s.Fail(err)
		}
		for _, entry := range entries {
			if !yield(entry) {
				return
			}
		}
	}
}
