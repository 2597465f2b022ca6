package testbed

import (
	"encoding/json"
	"fmt"
)

var otherChecks = map[string]check{
	"ecs:DeleteCluster":                       clusterInUse,
	"elasticloadbalancing:DeleteLoadBalancer": balancerProtected,
	"cloudformation:DeleteStack":              stackProtected,
	"rds:DeleteDBSubnetGroup":                 subnetGroupInUse,
}

const ecsTarget = "AmazonEC2ContainerServiceV20141113."

func clusterInUse(k asker) *refusal {
	name := k.c.Param("cluster")
	if k.activeServices(name) {
		return &refusal{400, "ClusterContainsServicesException", "The Cluster cannot be deleted while Services are active."}
	}
	cluster, _ := json.Marshal(map[string]string{"cluster": name})
	for _, h := range []struct{ operation, list, code, message string }{
		{"ListTasks", "taskArns", "ClusterContainsTasksException", "The Cluster cannot be deleted while Tasks are active."},
		{"ListContainerInstances", "containerInstanceArns", "ClusterContainsContainerInstancesException",
			"The Cluster cannot be deleted while Container Instances are active or draining."},
	} {
		out := k.json("ecs", ecsTarget+h.operation, string(cluster))
		if len(out.under(h.list)) > 0 {
			return &refusal{400, h.code, h.message}
		}
	}
	return nil
}

// activeServices looks at each service, since moto goes on listing inactive ones.
func (k asker) activeServices(cluster string) bool {
	body, _ := json.Marshal(map[string]string{"cluster": cluster})
	for _, arn := range k.json("ecs", ecsTarget+"ListServices", string(body)).under("serviceArns") {
		body, _ := json.Marshal(map[string]any{"cluster": cluster, "services": []string{arn.text()}})
		for _, s := range k.json("ecs", ecsTarget+"DescribeServices", string(body)).under("services") {
			if s.at("status").text() != "INACTIVE" {
				return true
			}
		}
	}
	return false
}

func balancerProtected(k asker) *refusal {
	arn := k.c.Param("LoadBalancerArn")
	out := k.query("elasticloadbalancing", "2015-12-01", "DescribeLoadBalancerAttributes", "LoadBalancerArn", arn)
	for _, a := range out.under("Attributes") {
		if a.at("Key").text() == "deletion_protection.enabled" && a.at("Value").text() == "true" {
			return &refusal{400, "OperationNotPermitted", fmt.Sprintf("Load balancer '%s' cannot be deleted because deletion protection is enabled", arn)}
		}
	}
	return nil
}

// stackProtected knows the protection that CreateStack gave: moto has no UpdateTerminationProtection.
func stackProtected(k asker) *refusal {
	name := k.c.Param("StackName")
	for _, s := range k.query("cloudformation", "2010-05-15", "DescribeStacks", "StackName", name).under("Stacks") {
		if s.at("EnableTerminationProtection").text() == "true" {
			return &refusal{400, "ValidationError", fmt.Sprintf("Stack [%s] cannot be deleted while TerminationProtection is enabled", s.at("StackName").text())}
		}
	}
	return nil
}

func subnetGroupInUse(k asker) *refusal {
	group := k.c.Param("DBSubnetGroupName")
	for _, d := range k.query("rds", "2014-10-31", "DescribeDBInstances").under("DBInstances") {
		if d.at("DBSubnetGroup/DBSubnetGroupName").text() == group {
			return &refusal{400, "InvalidDBSubnetGroupStateFault",
				fmt.Sprintf("Cannot delete the subnet group '%s' because at least one database instance: %s is still using it.",
					group, d.at("DBInstanceIdentifier").text())}
		}
	}
	return nil
}
