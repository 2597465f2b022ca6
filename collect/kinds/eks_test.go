package kinds

import (
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/autoscaling"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/eks"
	"github.com/aws/aws-sdk-go-v2/service/eks/types"
	"github.com/aws/aws-sdk-go-v2/service/iam"

	"github.com/aws-baseline/aws-baseline/collect"
	"github.com/aws-baseline/aws-baseline/collect/testbed"
)

// roleFor makes a role that a service may take.
func roleFor(e *estate, name, service string) *string {
	return must(iam.NewFromConfig(e.Config).CreateRole(e, &iam.CreateRoleInput{RoleName: &name, AssumeRolePolicyDocument: aws.String(
		`{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"Service": "` + service + `.amazonaws.com"}, "Action": "sts:AssumeRole"}]}`,
	)}))(e).Role.Arn
}

func makeKubernetes(e *estate, name string) *types.Cluster {
	network := defaultNetwork(e).AwsvpcConfiguration
	return must(eks.NewFromConfig(e.Config).CreateCluster(e, &eks.CreateClusterInput{
		Name: &name, RoleArn: roleFor(e, name, "eks"), Tags: teamTags,
		ResourcesVpcConfig: &types.VpcConfigRequest{SubnetIds: network.Subnets, SecurityGroupIds: network.SecurityGroups,
			EndpointPublicAccess: aws.Bool(true), EndpointPrivateAccess: aws.Bool(true), PublicAccessCidrs: []string{"198.51.100.0/24"}},
	}))(e).Cluster
}

func eksTagChange() change {
	return tagChange(func(e *estate, m made, key, value string) {
		must(eks.NewFromConfig(e.Config).TagResource(e, &eks.TagResourceInput{ResourceArn: &m.ARN, Tags: map[string]string{key: value}}))(e)
	})
}

func eksLives() []life {
	inCluster := func(kind, deletes string, create func(e *estate, cluster *types.Cluster) made) life {
		return life{
			kind: kind, with: []string{"eks:cluster"}, refs: []collect.Path{"ClusterName"}, deletes: deletes,
			create: func(e *estate) made { return create(e, makeKubernetes(e, strings.ReplaceAll(kind, ":", "-")+"-life")) },
		}
	}
	nodegroup := inCluster("eks:nodegroup", "", func(e *estate, cluster *types.Cluster) made {
		out := must(eks.NewFromConfig(e.Config).CreateNodegroup(e, &eks.CreateNodegroupInput{
			ClusterName: cluster.Name, NodegroupName: aws.String("nodes"), Subnets: cluster.ResourcesVpcConfig.SubnetIds, Tags: teamTags,
			NodeRole: roleFor(e, "eks-nodegroup-life-nodes", "ec2"), ScalingConfig: &types.NodegroupScalingConfig{
				MinSize: aws.Int32(1), MaxSize: aws.Int32(3), DesiredSize: aws.Int32(2),
			},
		}))(e)
		return made{ID: *cluster.Name + "/nodes", ARN: *out.Nodegroup.NodegroupArn}
	})
	nodegroup.with, nodegroup.refs = append(nodegroup.with, "ec2:subnet", "iam:role"), append(nodegroup.refs, "Subnets[]", "NodeRole")
	nodegroup.check = func(t *testing.T, r *collect.Resource) { wantStatus(t, r, "ScalingConfig.DesiredSize", "2") }

	nodegroup.fewer = "moto has no UpdateNodegroupVersion, and tags clusters only once they are made"
	nodegroup.changes = []change{
		flip("most", func(e *estate, m made, changed bool) {
			must(eks.NewFromConfig(e.Config).UpdateNodegroupConfig(e, &eks.UpdateNodegroupConfigInput{
				ClusterName: aws.String("eks-nodegroup-life"), NodegroupName: aws.String("nodes"), ScalingConfig: &types.NodegroupScalingConfig{
					MinSize: aws.Int32(1), MaxSize: aws.Int32(either[int32](changed, 9, 3)), DesiredSize: aws.Int32(2),
				},
			}))(e)
		}, "ScalingConfig.MaxSize"),
		flip("a label", func(e *estate, m made, changed bool) {
			in := &types.UpdateLabelsPayload{}
			if changed {
				in.AddOrUpdateLabels = map[string]string{"tier": "web"}
			} else {
				in.RemoveLabels = []string{"tier"}
			}
			must(eks.NewFromConfig(e.Config).UpdateNodegroupConfig(e, &eks.UpdateNodegroupConfigInput{
				ClusterName: aws.String("eks-nodegroup-life"), NodegroupName: aws.String("nodes"), Labels: in,
			}))(e)
		}, "Labels.tier"),
	}

	profile := inCluster("eks:fargateprofile", "", func(e *estate, cluster *types.Cluster) made {
		out := must(eks.NewFromConfig(e.Config).CreateFargateProfile(e, &eks.CreateFargateProfileInput{
			ClusterName: cluster.Name, FargateProfileName: aws.String("pods"), Subnets: cluster.ResourcesVpcConfig.SubnetIds, Tags: teamTags,
			PodExecutionRoleArn: roleFor(e, "eks-fargateprofile-life-pods", "eks-fargate-pods"),
			Selectors:           []types.FargateProfileSelector{{Namespace: aws.String("web")}},
		}))(e)
		return made{ID: *cluster.Name + "|pods", ARN: *out.FargateProfile.FargateProfileArn}
	})
	profile.with, profile.refs = append(profile.with, "ec2:subnet"), append(profile.refs, "Subnets[]")

	profile.fewer = "a Fargate profile is made anew, not changed, and moto tags clusters only"

	addon := inCluster("eks:addon", "DeleteAddon", func(e *estate, cluster *types.Cluster) made {
		arn := "arn:aws:eks:us-east-1:" + e.Account + ":addon/eks-addon-life/vpc-cni/12345678-1234-1234-1234-123456789012"
		e.answer("eks", "ListAddons", `{"addons": ["vpc-cni"]}`)
		e.answer("eks", "DescribeAddon", `{"addon": {"addonName": "vpc-cni", "clusterName": "eks-addon-life", "status": "ACTIVE", "addonVersion": "v1.7.5-eksbuild.1",
			"health": {"issues": []}, "addonArn": "`+arn+`", "createdAt": 1607049091.000, "modifiedAt": 1607049092.000, "configurationValues": "{\"key\":\"hunter2\"}",
			"serviceAccountRoleArn": "arn:aws:iam::`+e.Account+`:role/cni", "tags": {"team": "blue", "cost centre": "7"}}}`)
		e.answer("eks", "DeleteAddon", `{}`)
		return made{ID: "eks-addon-life|vpc-cni", ARN: arn}
	})
	addon.unserved = "moto has no add-ons"
	addon.check = func(t *testing.T, r *collect.Resource) {
		if strings.Contains(string(r.Configuration), "hunter2") {
			t.Errorf("a vendor's key is in %s", r.Configuration)
		}
	}

	entry := inCluster("eks:access-entry", "DeleteAccessEntry", func(e *estate, cluster *types.Cluster) made {
		principal := "arn:aws:iam::" + e.Account + ":role/my-role"
		arn := "arn:aws:eks:us-east-1:" + e.Account + ":access-entry/eks-access-entry-life/role/" + e.Account + "/my-role/abc12345-1234-1234-1234-abc123456789"
		e.answer("eks", "ListAccessEntries", `{"accessEntries": ["`+principal+`"]}`)
		e.answer("eks", "DescribeAccessEntry", `{"accessEntry": {"clusterName": "eks-access-entry-life", "principalArn": "`+principal+`",
			"kubernetesGroups": [], "accessEntryArn": "`+arn+`", "createdAt": 1700000000.0, "modifiedAt": 1700000001.0,
			"tags": {"team": "blue", "cost centre": "7"}, "username": "arn:aws:sts::`+e.Account+`:assumed-role/my-role/{{SessionName}}", "type": "STANDARD"}}`)
		e.answer("eks", "ListAssociatedAccessPolicies", `{"clusterName": "eks-access-entry-life", "principalArn": "`+principal+`", "associatedAccessPolicies": [
			{"policyArn": "arn:aws:eks::aws:cluster-access-policy/AmazonEKSAdminPolicy", "accessScope": {"type": "namespace", "namespaces": ["web"]},
			 "associatedAt": 1700000000.0, "modifiedAt": 1700000000.0}]}`)
		e.answer("eks", "DeleteAccessEntry", `{}`)
		return made{ID: principal + "|eks-access-entry-life", ARN: arn}
	})
	entry.unserved = "moto has no access entries"
	entry.check = func(t *testing.T, r *collect.Resource) {
		wantConfiguration(t, r, "AccessPolicies[].AccessScope.Namespaces[]", "web")
	}

	identity := inCluster("eks:podidentityassociation", "DeletePodIdentityAssociation", func(e *estate, cluster *types.Cluster) made {
		arn := "arn:aws:eks:us-east-1:" + e.Account + ":podidentityassociation/eks-podidentityassociation-life/a-1exampleabcdefgh"
		e.answer("eks", "ListPodIdentityAssociations", `{"associations": [{"clusterName": "eks-podidentityassociation-life", "namespace": "web",
			"serviceAccount": "web", "associationArn": "`+arn+`", "associationId": "a-1exampleabcdefgh"}]}`)
		e.answer("eks", "DescribePodIdentityAssociation", `{"association": {"clusterName": "eks-podidentityassociation-life", "namespace": "web",
			"serviceAccount": "web", "roleArn": "arn:aws:iam::`+e.Account+`:role/my-role", "associationArn": "`+arn+`",
			"associationId": "a-1exampleabcdefgh", "tags": {"team": "blue", "cost centre": "7"}, "createdAt": 1700000000.0, "modifiedAt": 1700000000.0}}`)
		e.answer("eks", "DeletePodIdentityAssociation", `{}`)
		return made{ID: arn, ARN: arn}
	})
	identity.unserved = "moto has no pod identities"

	return []life{{
		kind: "eks:cluster", with: []string{"ec2:subnet", "ec2:security-group", "iam:role"},
		refs: []collect.Path{"ResourcesVpcConfig.SubnetIds[]", "ResourcesVpcConfig.SecurityGroupIds[]", "RoleArn"},
		create: func(e *estate) made {
			cluster := makeKubernetes(e, "eks-cluster-life")
			return made{ID: "eks-cluster-life", ARN: *cluster.Arn}
		},
		check: func(t *testing.T, r *collect.Resource) { wantStatus(t, r, "Status", "ACTIVE") },
		changes: []change{
			eksTagChange(),
			flip("from everywhere", func(e *estate, m made, changed bool) {
				c := eks.NewFromConfig(e.Config)
				now := must(c.DescribeCluster(e, &eks.DescribeClusterInput{Name: &m.ID}))(e).Cluster.ResourcesVpcConfig
				must(c.UpdateClusterConfig(e, &eks.UpdateClusterConfigInput{Name: &m.ID, ResourcesVpcConfig: &types.VpcConfigRequest{
					SubnetIds: now.SubnetIds, SecurityGroupIds: now.SecurityGroupIds, // which moto forgets otherwise
					EndpointPublicAccess: aws.Bool(true), EndpointPrivateAccess: aws.Bool(true),
					PublicAccessCidrs: []string{either(changed, "0.0.0.0/0", "198.51.100.0/24")},
				}}))(e)
			}, "ResourcesVpcConfig.PublicAccessCidrs[]"),
			flip("logs", func(e *estate, m made, changed bool) {
				must(eks.NewFromConfig(e.Config).UpdateClusterConfig(e, &eks.UpdateClusterConfigInput{
					Name: &m.ID, Logging: &types.Logging{ClusterLogging: []types.LogSetup{{Enabled: &changed, Types: types.LogType("").Values()}}},
				}))(e)
			}, "Logging.ClusterLogging[Enabled=false]", "Logging.ClusterLogging[Enabled=true]"),
		},
	}, nodegroup, profile, addon, entry, identity}
}

// TestClusterWithoutAccessEntries: a cluster that takes its access from a ConfigMap has no entries, and the list is
// complete.
func TestClusterWithoutAccessEntries(t *testing.T) {
	e := newEstate(t)
	makeKubernetes(e, "old")
	e.Proxy.Error("eks", "ListAccessEntries", 400, "InvalidRequestException",
		"The cluster's authentication mode must be set to one of [API, API_AND_CONFIG_MAP] to perform this operation.")
	if found := of(e.capture("eks:access-entry"), "eks:access-entry"); len(found) != 0 {
		t.Errorf("got %v", found)
	}
}

// TestNodesOfCluster: what EKS made for a node group belongs to it or to its cluster.
func TestNodesOfCluster(t *testing.T) {
	e := newEstate(t)
	cluster := makeKubernetes(e, "prod")
	group := must(eks.NewFromConfig(e.Config).CreateNodegroup(e, &eks.CreateNodegroupInput{
		ClusterName: cluster.Name, NodegroupName: aws.String("nodes"), Subnets: cluster.ResourcesVpcConfig.SubnetIds, NodeRole: roleFor(e, "nodes", "ec2"),
	}))(e).Nodegroup.Resources.AutoScalingGroups[0].Name
	image := must(ec2.NewFromConfig(e.Config).RegisterImage(e, &ec2.RegisterImageInput{Name: aws.String("nodes")}))(e).ImageId
	c := autoscaling.NewFromConfig(e.Config)
	must(c.CreateLaunchConfiguration(e, &autoscaling.CreateLaunchConfigurationInput{
		LaunchConfigurationName: group, ImageId: image, InstanceType: aws.String("t3.micro"),
	}))(e)
	must(c.CreateAutoScalingGroup(e, &autoscaling.CreateAutoScalingGroupInput{
		AutoScalingGroupName: group, LaunchConfigurationName: group, MinSize: aws.Int32(0), MaxSize: aws.Int32(1),
		VPCZoneIdentifier: &cluster.ResourcesVpcConfig.SubnetIds[0],
	}))(e)
	s := e.capture("eks:nodegroup", "autoscaling:autoscalinggroup")
	for _, r := range of(s, "autoscaling:autoscalinggroup") {
		if r.Owner == nil || r.Owner.Kind != "eks:nodegroup" || r.Owner.Key == "" {
			t.Errorf("the owner of %s: got %+v, want the node group", r.ID, r.Owner)
		}
	}
}

// TestRegisteredCluster: what EKS only knows from elsewhere is deregistered.
func TestRegisteredCluster(t *testing.T) {
	e := newEstate(t)
	e.answer("eks", "ListClusters", `{"clusters": ["elsewhere"]}`)
	e.answer("eks", "DescribeCluster", `{"cluster": {"name": "elsewhere", "arn": "arn:aws:eks:us-east-1:`+e.Account+`:cluster/elsewhere", "status": "ACTIVE",
		"connectorConfig": {"provider": "OTHER", "activationId": "a-1", "activationCode": "hunter2"}}}`)
	e.answer("eks", "DeregisterCluster", `{}`)
	for _, r := range of(e.capture("eks:cluster"), "eks:cluster") {
		if strings.Contains(string(r.Configuration), "hunter2") {
			t.Errorf("the activation code is in %s", r.Configuration)
		}
		if err := eksCluster.Delete(e.session.Scope(e, &eksCluster, testRegion), r); err != nil {
			t.Error(err)
		}
	}
	if !slices.ContainsFunc(e.Proxy.Calls(), func(c testbed.Record) bool { return c.Operation == "DeregisterCluster" }) {
		t.Error("it was not deregistered")
	}
}
