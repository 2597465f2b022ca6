package kinds

import (
	"iter"

	"github.com/aws/aws-sdk-go-v2/service/emr"
	"github.com/aws/aws-sdk-go-v2/service/emr/types"

	"github.com/aws-baseline/aws-baseline/collect"
)

func emrKinds() []collect.Kind {
	return []collect.Kind{emrCluster}
}

// emrCluster: EMR lists what was terminated for two months; those are left out. Steps are not read: they are work, not
// what somebody set.
var emrCluster = collect.Kind{
	Name: "elasticmapreduce:cluster", CloudFormation: "AWS::EMR::Cluster", Aliases: []string{"emr:cluster"},
	List: func(s *collect.Scope) {
		c := emr.NewFromConfig(s.Config)
		list := collect.Pages[types.ClusterSummary](s, c.ListClusters, &emr.ListClustersInput{ClusterStates: []types.ClusterState{
			types.ClusterStateStarting, types.ClusterStateBootstrapping, types.ClusterStateRunning, types.ClusterStateWaiting, types.ClusterStateTerminating,
		}})
		collect.Each(s, list, func(summary types.ClusterSummary) {
			out, ok := collect.Call(s, c.DescribeCluster, &emr.DescribeClusterInput{ClusterId: summary.Id})
			if !ok || out.Cluster == nil {
				return
			}
			cluster := out.Cluster
			item := collect.Item{ID: cluster.Id, ARN: cluster.ClusterArn, UniqueID: cluster.Id, Name: cluster.Name, Tags: collect.TagsOf(cluster.Tags)}
			if status := cluster.Status; status != nil {
				item.Dead = status.State == types.ClusterStateTerminated || status.State == types.ClusterStateTerminatedWithErrors
				if status.Timeline != nil {
					item.Created = status.Timeline.CreationDateTime
				}
			}
			if item.Dead {
				return
			}
			nodes := emrNodesOf(s, c, cluster, &item)
			s.Add(item, cluster, nodes,
				collect.Ask(s, "ManagedScalingPolicy", c.GetManagedScalingPolicy, &emr.GetManagedScalingPolicyInput{ClusterId: summary.Id}).Of("ManagedScalingPolicy"),
				collect.Ask(s, "AutoTerminationPolicy", c.GetAutoTerminationPolicy, &emr.GetAutoTerminationPolicyInput{ClusterId: summary.Id}).Of("AutoTerminationPolicy"))
		})
	},
	Weak: []collect.Weakness{
		{Rule: "deletion-protection-off", Path: "TerminationProtected", Is: []string{"false"}},
		{Rule: "encryption-off", Path: "SecurityConfiguration", Absent: true, OnChange: true},
	},
	// Scaling policies move the counts and targets.
	Status: []collect.Path{
		"Status", "NormalizedInstanceHours", "MasterPublicDnsName",
		"InstanceGroups[].Status", "InstanceGroups[].RunningInstanceCount", "InstanceGroups[].RequestedInstanceCount", "InstanceGroups[].AutoScalingPolicy.Status",
		"InstanceGroups[].LastSuccessfullyAppliedConfigurations", "InstanceGroups[].LastSuccessfullyAppliedConfigurationsVersion",
		"InstanceFleets[].Status", "InstanceFleets[].ProvisionedOnDemandCapacity", "InstanceFleets[].ProvisionedSpotCapacity",
		"InstanceFleets[].TargetOnDemandCapacity", "InstanceFleets[].TargetSpotCapacity",
	},
	// Its instances have interfaces in the subnet and in the groups, and EMR takes the role to remove them.
	Refs: map[collect.Path]string{
		"Ec2InstanceAttributes.Ec2SubnetId": "ec2:subnet", "ServiceRole": "iam:role",
		"Ec2InstanceAttributes.EmrManagedMasterSecurityGroup":    "ec2:security-group",
		"Ec2InstanceAttributes.EmrManagedSlaveSecurityGroup":     "ec2:security-group",
		"Ec2InstanceAttributes.ServiceAccessSecurityGroup":       "ec2:security-group",
		"Ec2InstanceAttributes.AdditionalMasterSecurityGroups[]": "ec2:security-group",
		"Ec2InstanceAttributes.AdditionalSlaveSecurityGroups[]":  "ec2:security-group",
	},
	Names: map[collect.Path]string{
		"AutoScalingRole": "iam:role", "Ec2InstanceAttributes.Ec2KeyName": "ec2:key-pair", "Ec2InstanceAttributes.IamInstanceProfile": "iam:instance-profile",
	},
	Addresses: []collect.Path{"MasterPublicDnsName"},
	Sets: map[collect.Path]string{
		"Applications": "Name", "InstanceGroups": "Id", "InstanceFleets": "Id", "InstanceFleets[].InstanceTypeSpecifications": "InstanceType",
		"PlacementGroups": "InstanceRole", "Ec2InstanceAttributes.RequestedEc2SubnetIds": "", "Ec2InstanceAttributes.RequestedEc2AvailabilityZones": "",
		"Ec2InstanceAttributes.AdditionalMasterSecurityGroups": "", "Ec2InstanceAttributes.AdditionalSlaveSecurityGroups": "",
	},
	// Classifications hold metastores' passwords and exported variables, bootstrap actions whatever a script takes.
	Secrets: []collect.Path{
		"Configurations[].Properties", "Configurations[].Configurations", "BootstrapActions[].Args",
		"InstanceGroups[].Configurations[].Properties", "InstanceGroups[].Configurations[].Configurations",
		"InstanceFleets[].InstanceTypeSpecifications[].Configurations[].Properties", "InstanceFleets[].InstanceTypeSpecifications[].Configurations[].Configurations",
		"KerberosAttributes.KdcAdminPassword", "KerberosAttributes.ADDomainJoinPassword", "KerberosAttributes.CrossRealmTrustPrincipalPassword",
	},
	Protected: map[collect.Path]string{"TerminationProtected": "true"},
	Takes:     []string{"ec2:instance", "ec2:volume", "ec2:network-interface"},
	Delete: func(s *collect.Scope, r *collect.Resource) error {
		return collect.Do(s, emr.NewFromConfig(s.Config).TerminateJobFlows, &emr.TerminateJobFlowsInput{JobFlowIds: []string{r.ID}})
	},
}

// emrNodes are what a cluster's instances are made of: groups or fleets, never both.
type emrNodes struct {
	InstanceGroups   []types.InstanceGroup
	InstanceFleets   []types.InstanceFleet
	BootstrapActions []types.Command
}

// emrNodesOf reads them; what could not be read is unknown to the item.
func emrNodesOf(s *collect.Scope, c *emr.Client, cluster *types.Cluster, item *collect.Item) (nodes emrNodes) {
	gap := func(path collect.Path, err error) {
		if err != nil {
			item.Unknown = append(item.Unknown, collect.Gap{Path: path, Err: err})
		}
	}
	var err error
	if cluster.InstanceCollectionType == types.InstanceCollectionTypeInstanceFleet {
		nodes.InstanceFleets, err = collect.All(s, func(s *collect.Scope) iter.Seq[types.InstanceFleet] {
			return collect.Pages[types.InstanceFleet](s, c.ListInstanceFleets, &emr.ListInstanceFleetsInput{ClusterId: cluster.Id})
		})
		gap("InstanceFleets", err)
	} else { // EMR refuses to list the other
		nodes.InstanceGroups, err = collect.All(s, func(s *collect.Scope) iter.Seq[types.InstanceGroup] {
			return collect.Pages[types.InstanceGroup](s, c.ListInstanceGroups, &emr.ListInstanceGroupsInput{ClusterId: cluster.Id})
		})
		gap("InstanceGroups", err)
	}
	nodes.BootstrapActions, err = collect.All(s, func(s *collect.Scope) iter.Seq[types.Command] {
		return collect.Pages[types.Command](s, c.ListBootstrapActions, &emr.ListBootstrapActionsInput{ClusterId: cluster.Id})
	})
	gap("BootstrapActions", err)
	return nodes
}
