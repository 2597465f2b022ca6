package kinds

import (
	"iter"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eks"
	"github.com/aws/aws-sdk-go-v2/service/eks/types"

	"github.com/aws-baseline/aws-baseline/collect"
	"github.com/aws-baseline/aws-baseline/collect/snapshot"
)

func eksKinds() []collect.Kind {
	return []collect.Kind{eksCluster, eksNodegroup, eksAddon, eksFargateProfile, eksAccessEntry, eksPodIdentity}
}

// eksPage is the most that EKS lists in one call.
const eksPage = 100

// eksCluster: two clusters of the same name differ in their OIDC issuers. What was registered from elsewhere (EKS
// Connector) is listed too.
var eksCluster = collect.Kind{
	Name: "eks:cluster", CloudFormation: "AWS::EKS::Cluster",
	List: func(s *collect.Scope) {
		c := eks.NewFromConfig(s.Config)
		list := collect.Pages[string](s, c.ListClusters, &eks.ListClustersInput{Include: []string{"all"}, MaxResults: aws.Int32(eksPage)})
		collect.Each(s, list, func(name string) {
			out, ok := collect.Call(s, c.DescribeCluster, &eks.DescribeClusterInput{Name: &name})
			if !ok || out.Cluster == nil {
				return
			}
			cluster := out.Cluster
			item := collect.Item{ID: cluster.Name, ARN: cluster.Arn, Created: cluster.CreatedAt, Tags: cluster.Tags}
			if cluster.Identity != nil && cluster.Identity.Oidc != nil {
				item.UniqueID = cluster.Identity.Oidc.Issuer
			}
			s.Add(item, cluster)
		})
	},
	Weak: []collect.Weakness{
		{Rule: "endpoint-open", Path: "ResourcesVpcConfig.PublicAccessCidrs[]", When: map[collect.Path]string{"ResourcesVpcConfig.EndpointPublicAccess": "true"}, Check: snapshot.CheckWorldCIDR},
		{Rule: "deletion-protection-off", Path: "DeletionProtection", Is: []string{"false"}},
		{Rule: "log-type-off", Path: "Logging.ClusterLogging[].Types[]", Guard: true, When: map[collect.Path]string{"Logging.ClusterLogging[].Enabled": "true"}},
		{Rule: "encryption-key-dropped", Path: "EncryptionConfig", Absent: true},
	},
	Status: []collect.Path{"Status", "Health", "PlatformVersion"}, // AWS rolls out new platform versions by itself
	Omit:   []collect.Path{"ClientRequestToken"},
	// The role stays until the cluster is gone: EKS takes it to remove what it made.
	Refs: map[collect.Path]string{
		"ResourcesVpcConfig.VpcId": "ec2:vpc", "ResourcesVpcConfig.SubnetIds[]": "ec2:subnet",
		"ResourcesVpcConfig.SecurityGroupIds[]": "ec2:security-group", "RoleArn": "iam:role",
	},
	Addresses: []collect.Path{"Endpoint", "Identity.Oidc.Issuer"},
	Sets: map[collect.Path]string{
		"ResourcesVpcConfig.SubnetIds": "", "ResourcesVpcConfig.SecurityGroupIds": "", "ResourcesVpcConfig.PublicAccessCidrs": "",
		"Logging.ClusterLogging": "Enabled", "Logging.ClusterLogging[].Types": "", "EncryptionConfig": "", "ComputeConfig.NodePools": "",
	},
	Secrets:   []collect.Path{"ConnectorConfig.ActivationCode"},
	Protected: map[collect.Path]string{"DeletionProtection": "true"},
	// Its own security group and interfaces go with it; in Auto Mode its nodes do.
	Takes: []string{
		"ec2:security-group", "ec2:network-interface", "ec2:instance", "elasticloadbalancing:loadbalancer",
		"eks:addon", "eks:access-entry", "eks:podidentityassociation",
	},
	Delete: func(s *collect.Scope, r *collect.Resource) error {
		cluster, err := collect.Stored[types.Cluster](r)
		if err != nil {
			return err
		}
		c := eks.NewFromConfig(s.Config)
		if cluster.ConnectorConfig != nil {
			return collect.Do(s, c.DeregisterCluster, &eks.DeregisterClusterInput{Name: &r.ID})
		}
		return collect.Do(s, c.DeleteCluster, &eks.DeleteClusterInput{Name: &r.ID})
	},
}

// inClusters visits what lies in every cluster of EKS's own: registered ones have nothing there. That the clusters could
// be listed says nothing of what lies in them.
func inClusters(s *collect.Scope, list func(s *collect.Scope, cluster *string) iter.Seq[string], visit func(cluster, name *string)) {
	clusters, err := collect.SharedList(s, "eks:ListClusters", func(s *collect.Scope) iter.Seq[string] {
		return collect.Pages[string](s, eks.NewFromConfig(s.Config).ListClusters, &eks.ListClustersInput{MaxResults: aws.Int32(eksPage)})
	})
	if err != nil {
		s.Fail(err)
	}
	collect.Each(s, slices.Values(clusters), func(cluster string) {
		names := collect.Children(s, func(s *collect.Scope) iter.Seq[string] { return list(s, &cluster) })
		collect.Each(s, slices.Values(names), func(name string) { visit(&cluster, &name) })
	})
}

// eksNodegroup: its Auto Scaling groups are its own. An autoscaler in the cluster moves the desired size.
var eksNodegroup = collect.Kind{
	Name: "eks:nodegroup", CloudFormation: "AWS::EKS::Nodegroup",
	List: func(s *collect.Scope) {
		c := eks.NewFromConfig(s.Config)
		inClusters(s, func(s *collect.Scope, cluster *string) iter.Seq[string] {
			return collect.Pages[string](s, c.ListNodegroups, &eks.ListNodegroupsInput{ClusterName: cluster, MaxResults: aws.Int32(eksPage)})
		}, func(cluster, name *string) {
			out, ok := collect.Call(s, c.DescribeNodegroup, &eks.DescribeNodegroupInput{ClusterName: cluster, NodegroupName: name})
			if !ok || out.Nodegroup == nil {
				return
			}
			n := out.Nodegroup
			s.Add(collect.Item{
				ID: aws.String(*cluster + "/" + *name), ARN: n.NodegroupArn, UniqueID: n.NodegroupArn, Name: name, Created: n.CreatedAt, Tags: n.Tags,
				Members: nodegroupMembers(n),
			}, n)
		})
	},
	Status: []collect.Path{"Status", "Health", "ModifiedAt", "ScalingConfig.DesiredSize"},
	Refs: map[collect.Path]string{
		"ClusterName": "eks:cluster", "NodeRole": "iam:role", "Subnets[]": "ec2:subnet", "RemoteAccess.SourceSecurityGroups[]": "ec2:security-group",
	},
	Names: map[collect.Path]string{"RemoteAccess.Ec2SshKey": "ec2:key-pair"},
	Sets: map[collect.Path]string{
		"InstanceTypes": "", "Subnets": "", "Taints": "", "RemoteAccess.SourceSecurityGroups": "", "Resources.AutoScalingGroups": "Name",
	},
	Takes: []string{"autoscaling:autoscalinggroup", "ec2:instance", "ec2:launch-template", "ec2:security-group"},
	Delete: func(s *collect.Scope, r *collect.Resource) error {
		n, err := collect.Stored[types.Nodegroup](r)
		if err != nil {
			return err
		}
		return collect.Do(s, eks.NewFromConfig(s.Config).DeleteNodegroup, &eks.DeleteNodegroupInput{ClusterName: n.ClusterName, NodegroupName: n.NodegroupName})
	},
}

func nodegroupMembers(n *types.Nodegroup) []collect.Member {
	if n.Resources == nil {
		return nil
	}
	var members []collect.Member
	for _, group := range n.Resources.AutoScalingGroups {
		members = append(members, collect.Member{Kind: autoScalingGroup.Name, ID: aws.ToString(group.Name)})
	}
	if id := aws.ToString(n.Resources.RemoteAccessSecurityGroup); id != "" {
		members = append(members, collect.Member{Kind: securityGroup.Name, ID: id})
	}
	return members
}

var eksAddon = collect.Kind{
	Name: "eks:addon", CloudFormation: "AWS::EKS::Addon",
	List: func(s *collect.Scope) {
		c := eks.NewFromConfig(s.Config)
		inClusters(s, func(s *collect.Scope, cluster *string) iter.Seq[string] {
			return collect.Pages[string](s, c.ListAddons, &eks.ListAddonsInput{ClusterName: cluster, MaxResults: aws.Int32(eksPage)})
		}, func(cluster, name *string) {
			out, ok := collect.Call(s, c.DescribeAddon, &eks.DescribeAddonInput{ClusterName: cluster, AddonName: name})
			if !ok || out.Addon == nil {
				return
			}
			a := out.Addon
			s.Add(collect.Item{
				ID: aws.String(*cluster + "|" + *name), ARN: a.AddonArn, UniqueID: a.AddonArn, Name: name, Created: a.CreatedAt, Tags: a.Tags,
			}, a)
		})
	},
	Status:  []collect.Path{"Status", "Health", "ModifiedAt"},
	Refs:    map[collect.Path]string{"ClusterName": "eks:cluster"}, // it goes with its cluster, and can't go while that does
	Sets:    map[collect.Path]string{"PodIdentityAssociations": ""},
	Secrets: []collect.Path{"ConfigurationValues"}, // vendors' add-ons take their keys there
	Takes:   []string{"eks:podidentityassociation"},
	Delete: func(s *collect.Scope, r *collect.Resource) error {
		a, err := collect.Stored[types.Addon](r)
		if err != nil {
			return err
		}
		return collect.Do(s, eks.NewFromConfig(s.Config).DeleteAddon, &eks.DeleteAddonInput{ClusterName: a.ClusterName, AddonName: a.AddonName})
	},
}

var eksFargateProfile = collect.Kind{
	Name: "eks:fargateprofile", CloudFormation: "AWS::EKS::FargateProfile", Aliases: []string{"eks:fargate-profile"},
	List: func(s *collect.Scope) {
		c := eks.NewFromConfig(s.Config)
		inClusters(s, func(s *collect.Scope, cluster *string) iter.Seq[string] {
			return collect.Pages[string](s, c.ListFargateProfiles, &eks.ListFargateProfilesInput{ClusterName: cluster, MaxResults: aws.Int32(eksPage)})
		}, func(cluster, name *string) {
			out, ok := collect.Call(s, c.DescribeFargateProfile, &eks.DescribeFargateProfileInput{ClusterName: cluster, FargateProfileName: name})
			if !ok || out.FargateProfile == nil {
				return
			}
			p := out.FargateProfile
			s.Add(collect.Item{
				ID: aws.String(*cluster + "|" + *name), ARN: p.FargateProfileArn, UniqueID: p.FargateProfileArn, Name: name, Created: p.CreatedAt, Tags: p.Tags,
			}, p)
		})
	},
	Status: []collect.Path{"Status", "Health"},
	Refs:   map[collect.Path]string{"ClusterName": "eks:cluster", "Subnets[]": "ec2:subnet"},
	Sets:   map[collect.Path]string{"Subnets": "", "Selectors": ""},
	// EKS deletes one of a cluster's profiles at a time, and calls the others in use meanwhile.
	Delete: func(s *collect.Scope, r *collect.Resource) error {
		p, err := collect.Stored[types.FargateProfile](r)
		if err != nil {
			return err
		}
		return collect.Do(s, eks.NewFromConfig(s.Config).DeleteFargateProfile, &eks.DeleteFargateProfileInput{
			ClusterName: p.ClusterName, FargateProfileName: p.FargateProfileName,
		})
	},
}

var eksPodIdentity = collect.Kind{
	Name: "eks:podidentityassociation", CloudFormation: "AWS::EKS::PodIdentityAssociation", Aliases: []string{"eks:pod-identity-association"},
	List: func(s *collect.Scope) {
		c := eks.NewFromConfig(s.Config)
		inClusters(s, func(s *collect.Scope, cluster *string) iter.Seq[string] {
			return collect.PagesBy(s, c.ListPodIdentityAssociations, &eks.ListPodIdentityAssociationsInput{ClusterName: cluster, MaxResults: aws.Int32(eksPage)},
				func(out *eks.ListPodIdentityAssociationsOutput) (ids []string, token *string) {
					for _, a := range out.Associations {
						ids = append(ids, aws.ToString(a.AssociationId))
					}
					return ids, out.NextToken
				}, func(in *eks.ListPodIdentityAssociationsInput, token *string) { in.NextToken = token })
		}, func(cluster, id *string) {
			out, ok := collect.Call(s, c.DescribePodIdentityAssociation, &eks.DescribePodIdentityAssociationInput{ClusterName: cluster, AssociationId: id})
			if !ok || out.Association == nil {
				return
			}
			a := out.Association
			item := collect.Item{
				ID: a.AssociationArn, ARN: a.AssociationArn, UniqueID: a.AssociationArn, Created: a.CreatedAt, Tags: a.Tags,
				Name: aws.String(aws.ToString(a.Namespace) + "/" + aws.ToString(a.ServiceAccount)),
			}
			if owner := aws.ToString(a.OwnerArn); owner != "" {
				item.Owner = &snapshot.Owner{Kind: "eks:addon", ID: owner}
			}
			s.Add(item, a)
		})
	},
	Status: []collect.Path{"ModifiedAt"},
	Refs:   map[collect.Path]string{"ClusterName": "eks:cluster"}, // as with add-ons
	Delete: func(s *collect.Scope, r *collect.Resource) error {
		a, err := collect.Stored[types.PodIdentityAssociation](r)
		if err != nil {
			return err
		}
		return collect.Do(s, eks.NewFromConfig(s.Config).DeletePodIdentityAssociation, &eks.DeletePodIdentityAssociationInput{
			ClusterName: a.ClusterName, AssociationId: a.AssociationId,
		})
	},
}
