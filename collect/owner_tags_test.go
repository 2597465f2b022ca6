package collect

import "testing"

func TestOwnerByTags(t *testing.T) {
	for name, test := range map[string]struct {
		tags     Tags
		kind, id string
	}{
		"nobody's":                {Tags{"team": "blue", "kubernetes.io/cluster/": "owned"}, "", ""},
		"an Auto Scaling group's": {Tags{"aws:autoscaling:groupName": "web", "aws:cloudformation:stack-id": "stack"}, "autoscaling:autoscalinggroup", "web"},
		"a volume of the EBS CSI driver": {
			Tags{"ebs.csi.aws.com/cluster": "true", "kubernetes.io/cluster/prod": "owned"}, "eks:cluster", "prod",
		},
		"a node of Karpenter": {
			Tags{"karpenter.sh/nodepool": "general", "eks:eks-cluster-name": "prod", "kubernetes.io/cluster/prod": "owned"}, "eks:cluster", "prod",
		},
		"a node group's launch template": {Tags{"eks:cluster-name": "prod", "eks:nodegroup-name": "nodes"}, "eks:cluster", "prod"},
		"Karpenter's launch template":    {Tags{"karpenter.k8s.aws/cluster": "prod", "karpenter.sh/nodepool": "general"}, "eks:cluster", "prod"},
		"a loose interface of the VPC CNI": {
			Tags{"cluster.k8s.amazonaws.com/name": "prod", "node.k8s.amazonaws.com/instance_id": "i-0123456789abcdef0"}, "eks:cluster", "prod",
		},
		"a node of EMR": {
			Tags{"aws:elasticmapreduce:job-flow-id": "j-2AXXXXXXGAPLF", "aws:elasticmapreduce:instance-group-role": "CORE"},
			"elasticmapreduce:cluster", "j-2AXXXXXXGAPLF",
		},
		"a subnet that clusters share": {Tags{"kubernetes.io/cluster/prod": "shared", "kubernetes.io/cluster/test": "shared"}, "", ""},
		"shared, and made by one":      {Tags{"kubernetes.io/cluster/prod": "shared", "kubernetes.io/cluster/test": "owned"}, "eks:cluster", "test"},
		"of some cluster":              {Tags{"ebs.csi.aws.com/cluster": "true"}, "eks:cluster", "true"},
	} {
		owner := ownerByTags(test.tags)
		switch {
		case owner == nil && test.kind != "":
			t.Errorf("%s: got none, want %s %s", name, test.kind, test.id)
		case owner != nil && (owner.Kind != test.kind || owner.ID != test.id):
			t.Errorf("%s: got %+v, want %s %s", name, *owner, test.kind, test.id)
		}
	}
}
