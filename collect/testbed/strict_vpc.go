package testbed

var vpcChecks = map[string]check{
	"ec2:DeleteVpc":             vpcInUse,
	"ec2:DeleteRouteTable":      routeTableInUse,
	"ec2:DetachInternetGateway": addressesMapped,
}

// endpoints returns the VPC endpoints that aren't deleted.
func (k asker) endpoints() []*node {
	var all []*node
	for _, e := range k.ec2("DescribeVpcEndpoints").under("vpcEndpointSet") {
		if e.at("state").text() != "deleted" {
			all = append(all, e)
		}
	}
	return all
}

// vpcInUse knows that AWS deletes the default group and network ACL and the main route table with the VPC.
func vpcInUse(k asker) *refusal {
	id := k.c.Param("VpcId")
	refused := dependency("The vpc '" + id + "' has dependencies and cannot be deleted.")
	in := func(n *node) bool { return n.at("vpcId").text() == id }
	for _, x := range append(append(k.interfaces(), k.gateways()...), k.endpoints()...) {
		if in(x) {
			return refused
		}
	}
	for _, g := range k.ec2("DescribeSecurityGroups").under("securityGroupInfo") {
		if in(g) && g.at("groupName").text() != "default" {
			return refused
		}
	}
	for _, a := range k.ec2("DescribeNetworkAcls").under("networkAclSet") {
		if in(a) && a.at("default").text() != "true" {
			return refused
		}
	}
	for _, t := range k.ec2("DescribeRouteTables").under("routeTableSet") {
		if in(t) && !isMain(t) {
			return refused
		}
	}
	for action, list := range map[string]string{
		"DescribeSubnets":                    "subnetSet",
		"DescribeInternetGateways":           "internetGatewaySet",
		"DescribeEgressOnlyInternetGateways": "egressOnlyInternetGatewaySet",
		"DescribeVpnGateways":                "vpnGatewaySet",
	} {
		for _, x := range k.ec2(action).under(list) {
			if x.has(id, "vpcId") {
				return refused
			}
		}
	}
	for _, c := range k.ec2("DescribeVpcPeeringConnections").under("vpcPeeringConnectionSet") {
		if state := c.at("status/code").text(); c.has(id, "vpcId") && (state == "active" || state == "pending-acceptance") {
			return refused
		}
	}
	return nil
}

func isMain(table *node) bool {
	for _, a := range table.under("associationSet") {
		if a.at("main").text() == "true" {
			return true
		}
	}
	return false
}

func routeTableInUse(k asker) *refusal {
	id := k.c.Param("RouteTableId")
	for _, t := range k.ec2("DescribeRouteTables").under("routeTableSet") {
		if t.at("routeTableId").text() == id && len(t.under("associationSet")) > 0 {
			return dependency("The routeTable '" + id + "' has dependencies and cannot be deleted.")
		}
	}
	return nil
}

func addressesMapped(k asker) *refusal {
	vpc := k.c.Param("VpcId")
	refused := dependency("Network " + vpc + " has some mapped public address(es). Please unmap those before detaching the gateway.")
	for _, i := range k.instances() {
		if i.at("vpcId").text() == vpc && i.at("ipAddress").text() != "" {
			return refused
		}
	}
	for _, e := range k.interfaces() {
		if e.at("vpcId").text() == vpc && e.at("association/publicIp").text() != "" {
			return refused
		}
	}
	for _, g := range k.gateways() {
		if g.at("vpcId").text() == vpc && g.at("connectivityType").text() != "private" {
			return refused
		}
	}
	return nil
}
