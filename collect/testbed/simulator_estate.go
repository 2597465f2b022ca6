package testbed

import (
	"strconv"
	"strings"
)

// SimulatedKind is a kind that a simulator has resources of.
type SimulatedKind struct {
	Name   string // "ec2:instance"
	Share  int    // of a hundred resources
	Global bool   // an account's, not a region's
	// Tagging is the type by which the Tagging API knows it, if it does.
	Tagging string

	id, arn string // shapes; the last digits of an id are the resource's number
}

// SimulatedKinds are the kinds of an estate. The shares are about those of an account that runs applications.
func SimulatedKinds() []SimulatedKind {
	return []SimulatedKind{
		{Name: "ec2:instance", Share: 10, id: "i-{hex8}0{hexn}"},
		{Name: "ec2:volume", Share: 14, id: "vol-{hex8}0{hexn}"},
		{Name: "ec2:security-group", Share: 12, id: "sg-{hex8}0{hexn}"},
		{Name: "iam:role", Share: 12, Global: true, id: "orders-role-{n}", arn: "arn:aws:iam::{account}:role/{id}"},
		{Name: "iam:policy", Share: 5, Global: true, id: "orders-policy-{n}", arn: "arn:aws:iam::{account}:policy/{id}"},
		{Name: "lambda:function", Share: 8, id: "orders-function-{n}", arn: "arn:aws:lambda:{region}:{account}:function:{id}"},
		{Name: "logs:log-group", Share: 12, Tagging: "logs", id: "/orders/service-{n}", arn: "arn:aws:logs:{region}:{account}:log-group:{id}"},
		{Name: "cloudwatch:alarm", Share: 8, Tagging: "cloudwatch:alarm", id: "orders-alarm-{n}", arn: "arn:aws:cloudwatch:{region}:{account}:alarm:{id}"},
		{Name: "ssm:parameter", Share: 6, Tagging: "ssm:parameter", id: "/orders/parameter-{n}", arn: "arn:aws:ssm:{region}:{account}:parameter{id}"},
		{Name: "secretsmanager:secret", Share: 3, id: "orders-secret-{n}", arn: "arn:aws:secretsmanager:{region}:{account}:secret:{id}"},
		{Name: "sqs:queue", Share: 3, Tagging: "sqs", id: "orders-queue-{n}", arn: "arn:aws:sqs:{region}:{account}:{id}"},
		{Name: "sns:topic", Share: 2, Tagging: "sns", id: "orders-topic-{n}", arn: "arn:aws:sns:{region}:{account}:{id}"},
		{Name: "dynamodb:table", Share: 1, Tagging: "dynamodb:table", id: "orders-table-{n}", arn: "arn:aws:dynamodb:{region}:{account}:table/{id}"},
		{Name: "kms:key", Share: 1, Tagging: "kms:key", id: "{hex8}-0000-4000-8000-0000{hexn}", arn: "arn:aws:kms:{region}:{account}:key/{id}"},
		{Name: "events:rule", Share: 2, Tagging: "events:rule", id: "orders-rule-{n}", arn: "arn:aws:events:{region}:{account}:rule/{id}"},
		{Name: "s3:bucket", Share: 1, Global: true, Tagging: "s3", id: "orders-{account}-bucket-{n}", arn: "arn:aws:s3:::{id}"},
	}
}

// Count is the number of resources of a kind in an account and, unless the kind is global, in a region, both by number.
func (e SimulatedEstate) Count(kind string, account, region int) int {
	return e.count(SimulatedKinds(), kind, account, region)
}

func (e SimulatedEstate) count(kinds []SimulatedKind, kind string, account, region int) int {
	before := 0
	for i := range kinds {
		k := &kinds[i]
		if k.Name != kind {
			before += k.Share
			continue
		}
		all := part(e.Resources, account, e.Accounts)
		n := all*(before+k.Share)/100 - all*before/100
		if !k.Global {
			n = part(n, region, len(e.Regions))
		}
		return n
	}
	return 0
}

// part is the size of one of several equal parts.
func part(n, at, of int) int { return n*(at+1)/of - n*at/of }

// tagged says which resources have tags: nine of ten.
func tagged(number int) bool { return number%10 != 9 }

// simulatedResource is a resource of an estate, made up from its number.
type simulatedResource struct {
	kind            *simulatedKind
	account, region string
	number          int
	id              string
}

// simulatedKind is a kind with its shapes read.
type simulatedKind struct {
	SimulatedKind
	idShape, arnShape shape
}

func simulatedKinds() map[string]*simulatedKind {
	kinds := make(map[string]*simulatedKind)
	for _, k := range SimulatedKinds() {
		if service, resource, _ := strings.Cut(k.Name, ":"); service == "ec2" {
			k.arn = "arn:aws:ec2:{region}:{account}:" + resource + "/{id}"
		}
		kinds[k.Name] = &simulatedKind{k, newShape(k.id), newShape(k.arn)}
	}
	return kinds
}

// resource makes a resource up.
func (k *simulatedKind) resource(account, region string, number int) simulatedResource {
	r := simulatedResource{kind: k, account: account, region: region, number: number}
	r.id = string(k.idShape.append(nil, &r))
	return r
}

// named is the resource of a name or an ARN, by the digits at its end.
func (k *simulatedKind) named(account, region, name string) (simulatedResource, bool) {
	base, digits := 10, 6
	if strings.Contains(k.id, "{hexn}") {
		base, digits = 16, 8
	}
	if len(name) < digits {
		return simulatedResource{}, false
	}
	number, err := strconv.ParseInt(name[len(name)-digits:], base, 64)
	if err != nil {
		return simulatedResource{}, false
	}
	r := k.resource(account, region, int(number))
	return r, strings.HasSuffix(name, r.id)
}

// hash mixes a resource's place into what looks like chance.
func (r *simulatedResource) hash(salt uint64) uint64 {
	h := salt ^ 0x9e3779b97f4a7c15
	for _, part := range []string{r.account, r.region, r.kind.Name} {
		for i := range len(part) {
			h = (h ^ uint64(part[i])) * 0x100000001b3
		}
	}
	h += uint64(r.number) * 0xbf58476d1ce4e5b9
	h = (h ^ h>>30) * 0x94d049bb133111eb
	return h ^ h>>27
}
