package testbed

// The codes and messages are those of
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html.

var ec2Checks = map[string]check{
	"ec2:DeleteSecurityGroup":    securityGroupInUse,
	"ec2:DeleteNetworkInterface": interfaceAttached,
	"ec2:ReleaseAddress":         addressAssociated,
	"ec2:DeleteSubnet":           subnetInUse,
}

func dependency(what string) *refusal { return &refusal{400, "DependencyViolation", what} }

// live says whether an instance still holds what it uses.
func live(instance *node) bool { return instance.at("instanceState/name").text() != "terminated" }

func (k asker) instances() []*node {
	var all []*node
	for _, r := range k.ec2("DescribeInstances").under("reservationSet") {
		for _, i := range r.under("instancesSet") {
			if live(i) {
				all = append(all, i)
			}
		}
	}
	return all
}

// interfaces leaves out those of terminated instances and deleted NAT gateways, which moto keeps.
func (k asker) interfaces() []*node {
	held := map[string]bool{"": true}
	for _, i := range k.instances() {
		held[i.at("instanceId").text()] = true
	}
	left := k.leftovers()
	var all []*node
	for _, e := range k.ec2("DescribeNetworkInterfaces").under("networkInterfaceSet") {
		if held[e.at("attachment/instanceId").text()] && !left[e.at("networkInterfaceId").text()] {
			all = append(all, e)
		}
	}
	return all
}

// leftovers has the ids of interfaces of deleted NAT gateways.
func (k asker) leftovers() map[string]bool {
	ids := map[string]bool{}
	for _, g := range k.ec2("DescribeNatGateways").under("natGatewaySet") {
		if g.at("state").text() == "deleted" {
			for _, a := range g.under("natGatewayAddressSet") {
				ids[a.at("networkInterfaceId").text()] = true
			}
		}
	}
	return ids
}

// services returns what has interfaces on AWS that moto doesn't make.
func (k asker) services() []*node {
	return []*node{
		k.query("elasticloadbalancing", "2015-12-01", "DescribeLoadBalancers"),
		k.query("rds", "2014-10-31", "DescribeDBInstances"),
		k.get("lambda", RESTJSON, "/2015-03-31/functions"),
	}
}

func securityGroupInUse(k asker) *refusal {
	id := k.c.Param("GroupId")
	groups := k.ec2("DescribeSecurityGroups").under("securityGroupInfo")
	for _, g := range groups {
		name := g.at("groupName").text()
		if id == "" && name == k.c.Param("GroupName") {
			id = g.at("groupId").text()
		}
		if g.at("groupId").text() == id && name == "default" {
			return &refusal{400, "CannotDelete", `the specified group: "` + id + `" name: "default" cannot be deleted by a user`}
		}
	}
	refused := dependency("resource " + id + " has a dependent object")
	for _, g := range groups {
		if g.at("groupId").text() == id {
			continue // a group may name itself
		}
		for _, rules := range []string{"ipPermissions", "ipPermissionsEgress"} {
			if r := g.at(rules); r != nil && r.has(id, "groupId") {
				return refused
			}
		}
	}
	for _, x := range append(k.interfaces(), k.instances()...) {
		if x.has(id, "groupId") {
			return refused
		}
	}
	for _, s := range k.services() {
		if s.has(id) {
			return refused
		}
	}
	return nil
}

func interfaceAttached(k asker) *refusal {
	id := k.c.Param("NetworkInterfaceId")
	for _, e := range k.interfaces() {
		if e.at("networkInterfaceId").text() == id && e.at("attachment/attachmentId").text() != "" {
			return &refusal{400, "InvalidParameterValue", "Network interface '" + id + "' is currently in use."}
		}
	}
	return nil
}

func addressAssociated(k asker) *refusal {
	for _, a := range k.ec2("DescribeAddresses").under("addressesSet") {
		ip := a.at("publicIp").text()
		if a.at("allocationId").text() != k.c.Param("AllocationId") && ip != k.c.Param("PublicIp") {
			continue
		}
		associated := a.at("associationId").text() != "" && !k.leftovers()[a.at("networkInterfaceId").text()]
		if associated || k.natOf(a.at("allocationId").text()) {
			return &refusal{400, "InvalidIPAddress.InUse", "Address " + ip + " is in use."}
		}
	}
	return nil
}

// gateways returns the NAT gateways that aren't deleted.
func (k asker) gateways() []*node {
	var all []*node
	for _, g := range k.ec2("DescribeNatGateways").under("natGatewaySet") {
		if state := g.at("state").text(); state != "deleted" && state != "failed" {
			all = append(all, g)
		}
	}
	return all
}

func (k asker) natOf(allocation string) bool {
	for _, g := range k.gateways() {
		if allocation != "" && g.has(allocation, "allocationId") {
			return true
		}
	}
	return false
}

func subnetInUse(k asker) *refusal {
	id := k.c.Param("SubnetId")
	refused := dependency("The subnet '" + id + "' has dependencies and cannot be deleted.")
	for _, x := range append(append(k.interfaces(), k.instances()...), k.gateways()...) {
		if x.has(id, "subnetId") {
			return refused
		}
	}
	for _, e := range k.endpoints() {
		if e.has(id) {
			return refused
		}
	}
	services := k.services()
	for _, s := range services[:1] { // a database's subnet group names subnets in which it has no interface
		if s.has(id) {
			return refused
		}
	}
	if services[2].has(id) {
		return refused
	}
	return nil
}
