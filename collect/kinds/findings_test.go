package kinds

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws-baseline/aws-baseline/collect"
	"github.com/aws-baseline/aws-baseline/collect/snapshot"
	"github.com/aws-baseline/aws-baseline/diff"
)

// side is a snapshot in the making, of one account and a region.
type side struct{ *snapshot.Snapshot }

func newSide() side {
	return side{&snapshot.Snapshot{
		Cutoff: time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC), MaskKeyID: "k1",
		Accounts: []snapshot.Account{{AccountID: "111122223333", AllRegions: true, Regions: []snapshot.Region{{Name: "eu-west-1", Captured: true}}}},
	}}
}

// covers says that a kind's scope was seen.
func (s side) covers(place, kind string) {
	s.Coverage = append(s.Coverage, snapshot.Coverage{
		Scope: snapshot.ScopeKey("111122223333", place, kind), AccountID: "111122223333", Region: place, Kind: kind, State: snapshot.Complete,
	})
}

func (s side) add(place, kind, id, configuration string) {
	s.Resources = append(s.Resources, snapshot.Resource{
		Key: snapshot.ResourceKey("111122223333", place, kind, id), Scope: snapshot.ScopeKey("111122223333", place, kind), Kind: kind, ID: id,
		AccountID: "111122223333", Region: place, Configuration: json.RawMessage(configuration), ConfigurationHash: snapshot.Hash(json.RawMessage(configuration)),
	})
}

// findingsBetween compares a resource of a kind in two states; "" is no resource.
func findingsBetween(t testing.TB, kind, old, found string, edits ...func(baseline, target side)) []diff.Finding {
	t.Helper()
	place := "eu-west-1"
	for _, k := range All() {
		if k.Name == kind && k.Global {
			place = snapshot.Global
		}
	}
	baseline, target := newSide(), newSide()
	for s, configuration := range map[side]string{baseline: old, target: found} {
		s.covers(place, kind)
		if configuration != "" {
			s.add(place, kind, "x", configuration)
		}
	}
	for _, edit := range edits {
		edit(baseline, target)
	}
	report, err := diff.Compare(t.Context(), baseline.Snapshot, target.Snapshot, diff.Options{Rules: collect.Rules(All())})
	if err != nil {
		t.Fatal(err)
	}
	var out []diff.Finding
	for _, change := range report.Changes {
		if change.ID == "x" {
			out = append(out, change.Findings...)
		}
	}
	return out
}

func toldFindings(findings []diff.Finding) string {
	var out []string
	for _, f := range findings {
		word := string(f.Severity)
		if f.Better {
			word = "better " + word
		}
		out = append(out, word+" "+f.Rule+": "+f.Text)
	}
	return strings.Join(out, "\n")
}

// quoted is a policy as a configuration holds it.
func quoted(policy string) string {
	text, err := json.Marshal(policy)
	if err != nil {
		panic(err) // a string always encodes
	}
	return string(text)
}

func allow(principal, action, condition string) string {
	if condition != "" {
		condition = `,"Condition":` + condition
	}
	return `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":` + principal + `,"Action":` + action + `,"Resource":"*"` + condition + `}]}`
}

func trusting(principal, condition string) string {
	return `{"AssumeRolePolicyDocument":` + quoted(allow(principal, `"sts:AssumeRole"`, condition)) + `}`
}

func ingress(port int, cidr string) string {
	return fmt.Sprintf(`{"IpPermissions":[{"IpProtocol":"tcp","FromPort":%d,"ToPort":%d,"IpRanges":[{"CidrIp":%q}]}]}`, port, port, cidr)
}

func ingress2(from, to int) string {
	return fmt.Sprintf(`{"IpPermissions":[{"IpProtocol":"tcp","FromPort":%d,"ToPort":%d,"IpRanges":[{"CidrIp":"0.0.0.0/0"}]}]}`, from, to)
}

// findingCase is one weakening; the other way round it is an improvement.
type findingCase struct {
	name, kind, strong, weak string
	want                     string
}

func findingCases() []findingCase {
	own, other := `{"AWS":"arn:aws:iam::111122223333:root"}`, `{"AWS":"arn:aws:iam::999988887777:root"}`
	policy := func(field, principal, action, condition string) string {
		return `{"` + field + `":` + quoted(allow(principal, action, condition)) + `}`
	}
	identity := func(statement string) string {
		return `{"RolePolicyList":[{"PolicyName":"p","PolicyDocument":` + quoted(`{"Statement":`+statement+`}`) + `}]}`
	}
	githubProvider := `{"Federated":"arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com"}`
	github := func(subject string) string {
		return trusting(githubProvider, `{"StringLike":{"token.actions.githubusercontent.com:sub":"`+subject+`"}}`)
	}
	const all = "0.0.0.0/0"
	entry := func(number int, action, protocol string, from, to int, cidr string) string {
		return fmt.Sprintf(`{"RuleNumber":%d,"RuleAction":%q,"Protocol":%q,"Egress":false,"PortRange":{"From":%d,"To":%d},"CidrBlock":%q}`, number, action, protocol, from, to, cidr)
	}
	entries := func(list ...string) string { return `{"Entries":[` + strings.Join(list, ",") + `]}` }
	owner := `{"Grantee":{"Type":"CanonicalUser","ID":"fedcba9876543210"},"Permission":"FULL_CONTROL"}`
	grants := func(list ...string) string { return `{"Acl":[` + strings.Join(list, ",") + `]}` }
	blocked := func(bucket string) string {
		return strings.TrimSuffix(bucket, "}") + `,"PublicAccessBlock":{"IgnorePublicAcls":true}}`
	}
	none := `{"IpPermissions":[]}`
	return []findingCase{
		{"SSH", "ec2:security-group", none, ingress(22, "0.0.0.0/0"), "high ingress-from-anywhere: port 22 (SSH) is open to the world (0.0.0.0/0)"},
		{"HTTPS", "ec2:security-group", none, ingress(443, "0.0.0.0/0"), "low ingress-from-anywhere: port 443 is open to the world (0.0.0.0/0)"},
		{"some port", "ec2:security-group", none, ingress(8080, "0.0.0.0/0"), "medium ingress-from-anywhere: port 8080 is open to the world (0.0.0.0/0)"},
		{"half the world is the world", "ec2:security-group", none, ingress(3389, "128.0.0.0/1"), "high ingress-from-anywhere: port 3389 (RDP) is open to the world (128.0.0.0/1)"},
		{"a network", "ec2:security-group", none, ingress(22, "10.0.0.0/8"), ""},
		{"every port", "ec2:security-group", none, `{"IpPermissions":[{"IpProtocol":"-1","Ipv6Ranges":[{"CidrIpv6":"::/0"}]}]}`, "critical ingress-from-anywhere: every port is open to the world (::/0)"},
		{"a list that nobody captured", "ec2:security-group", none, `{"IpPermissions":[{"IpProtocol":"tcp","FromPort":22,"ToPort":22,"PrefixListIds":[{"PrefixListId":"pl-1"}]}]}`,
			"low ingress-from-unknown-list: port 22 (SSH) is open to the prefix list pl-1, whose entries are not known"},
		{"network ACL", "ec2:network-acl", `{"Entries":[]}`, `{"Entries":[{"CidrBlock":"0.0.0.0/0","Egress":false,"Protocol":"-1","RuleAction":"allow","RuleNumber":100}]}`,
			"medium network-acl-open: the network ACL lets the world (0.0.0.0/0) in on every port"},
		{"network ACL, denied before", "ec2:network-acl", `{"Entries":[{"CidrBlock":"0.0.0.0/0","Egress":false,"Protocol":"-1","RuleAction":"deny","RuleNumber":1}]}`,
			`{"Entries":[{"CidrBlock":"0.0.0.0/0","Egress":false,"Protocol":"-1","RuleAction":"deny","RuleNumber":1},{"CidrBlock":"0.0.0.0/0","Egress":false,"Protocol":"-1","RuleAction":"allow","RuleNumber":100}]}`, ""},
		{"network ACL, a deny less", "ec2:network-acl", `{"Entries":[{"CidrBlock":"203.0.113.0/24","Egress":false,"Protocol":"-1","RuleAction":"deny","RuleNumber":1}]}`, `{"Entries":[]}`,
			"low network-acl-deny-removed: every port from 203.0.113.0/24 is not denied any more"},
		{"network ACL, in another order", "ec2:network-acl", entries(entry(100, "deny", "6", 22, 22, all), entry(200, "allow", "6", 0, 65535, all)),
			entries(entry(100, "allow", "6", 0, 65535, all), entry(200, "deny", "6", 22, 22, all)), "medium network-acl-open: the network ACL lets the world (0.0.0.0/0) in on port 22 (SSH)\nlow network-acl-deny-removed: port 22 (SSH) from 0.0.0.0/0 is not denied any more"},
		{"network ACL, a deny for the world less", "ec2:network-acl", entries(entry(100, "deny", "6", 3389, 3389, all), entry(110, "deny", "6", 22, 22, all), entry(200, "allow", "-1", 0, 0, all)),
			entries(entry(110, "deny", "6", 22, 22, all), entry(200, "allow", "-1", 0, 0, all)), "medium network-acl-open: the network ACL lets the world (0.0.0.0/0) in on port 3389 (RDP)\nlow network-acl-deny-removed: port 3389 (RDP) from 0.0.0.0/0 is not denied any more"},
		{"network ACL, all but some", "ec2:network-acl", entries(), entries(entry(100, "deny", "6", 22, 22, all), entry(200, "allow", "-1", 0, 0, all)), "medium network-acl-open: the network ACL lets the world (0.0.0.0/0) in on every port but port 22 (SSH)\nbetter low network-acl-deny-removed: port 22 (SSH) from 0.0.0.0/0 is denied"},
		{"network ACL, all in one for some in two", "ec2:network-acl", entries(entry(100, "allow", "6", 0, 1023, all), entry(110, "allow", "6", 1024, 65535, all)), entries(entry(100, "allow", "6", 0, 65535, all)), ""},
		{"network ACL, one port more", "ec2:network-acl", entries(entry(100, "allow", "6", 443, 443, all)), entries(entry(100, "allow", "6", 443, 443, all), entry(110, "allow", "6", 80, 80, all)), "low network-acl-open: the network ACL lets the world (0.0.0.0/0) in on port 80"},
		{"network ACL, other numbers", "ec2:network-acl", entries(entry(100, "deny", "6", 22, 22, all), entry(200, "allow", "6", 0, 65535, all)), entries(entry(10, "deny", "6", 22, 22, all), entry(20, "allow", "6", 0, 65535, all)), ""},
		{"network ACL, a deny for some less", "ec2:network-acl", entries(entry(100, "deny", "-1", 0, 0, "203.0.113.0/24"), entry(200, "allow", "-1", 0, 0, all)),
			entries(entry(100, "allow", "-1", 0, 0, all), entry(200, "deny", "-1", 0, 0, "203.0.113.0/24")), "low network-acl-deny-removed: every port from 203.0.113.0/24 is not denied any more"},
		{"network ACL, half denied by the whole", "ec2:network-acl", entries(entry(100, "deny", "6", 0, 65535, all)), entries(entry(100, "deny", "6", 0, 65535, all), entry(200, "allow", "-1", 0, 0, "128.0.0.0/1")), "medium network-acl-open: the network ACL lets the world (128.0.0.0/1) in on every port but all TCP ports"},
		{"network ACL, every protocol for one", "ec2:network-acl", entries(entry(100, "allow", "6", 0, 65535, all)), entries(entry(100, "allow", "-1", 0, 0, all)), "medium network-acl-open: the network ACL lets the world (0.0.0.0/0) in on every port but all TCP ports"},
		{"network ACL, a protocol more", "ec2:network-acl", entries(entry(100, "allow", "50", 0, 0, all)), entries(entry(100, "allow", "50", 0, 0, all), entry(110, "allow", "1", 0, 0, all)), "low network-acl-open: the network ACL lets the world (0.0.0.0/0) in on ICMP"},
		{"prefix list", "ec2:prefix-list", `{"Entries":[]}`, `{"Entries":[{"Cidr":"0.0.0.0/0"}]}`, "medium prefix-list-open: it is open to the world (0.0.0.0/0)"},

		{"trust", "iam:role", trusting(own, ""), trusting(other, ""), "high trust-another-account: another account (999988887777) may assume this role"},
		{"trust of a service", "iam:role", trusting(own, ""), trusting(`{"Service":"ec2.amazonaws.com"}`, ""), ""},
		{"trust of a role there", "iam:role", trusting(own, ""), trusting(`{"AWS":"arn:aws:iam::999988887777:role/ci"}`, ""), "high trust-another-account: role/ci of another account (999988887777) may assume this role"},
		{"trust with an external id", "iam:role", trusting(own, ""), trusting(other, `{"StringEquals":{"sts:ExternalId":"e"}}`),
			"medium trust-another-account: another account (999988887777) may assume this role (with conditions: sts:ExternalId)"},
		{"trust loses its condition", "iam:role", trusting(other, `{"Bool":{"aws:MultiFactorAuthPresent":"true"}}`), trusting(other, ""),
			"high trust-another-account: another account (999988887777) may assume this role"},
		{"trust of everybody", "iam:role", trusting(own, ""), trusting(`"*"`, ""), "critical trust-anybody: anybody may assume this role"},
		{"trust of an organisation", "iam:role", trusting(own, ""), trusting(`{"AWS":"*"}`, `{"StringEquals":{"aws:PrincipalOrgID":"o-1"}}`),
			"high trust-another-account: everybody in an organisation (o-1) may assume this role (with conditions: aws:PrincipalOrgID)"},
		{"trust of a provider's every token", "iam:role", trusting(own, ""),
			trusting(`{"Federated":"arn:aws:iam::111122223333:oidc-provider/token.example.com"}`, `{"StringEquals":{"token.example.com:aud":"sts.amazonaws.com"}}`),
			"high trust-federated: whoever token.example.com vouches for may assume this role (with conditions: token.example.com:aud)"},
		{"trust of a provider's one subject", "iam:role", trusting(own, ""),
			trusting(`{"Federated":"arn:aws:iam::111122223333:oidc-provider/token.example.com"}`, `{"StringLike":{"token.example.com:sub":"repo:org/app:*"}}`),
			"low trust-federated: whoever token.example.com vouches for may assume this role (with conditions: token.example.com:sub)"},
		{"trust of all but one", "iam:role", trusting(own, ""),
			`{"AssumeRolePolicyDocument":` + quoted(`{"Statement":{"Effect":"Allow","NotPrincipal":{"AWS":"111122223333"},"Action":"sts:AssumeRole"}}`) + `}`,
			"critical trust-anybody: everybody but some may assume this role"},
		{"trust of another repository", "iam:role", github("repo:acme/app:ref:refs/heads/main"), github("repo:acme/*"), "low trust-federated: whoever token.actions.githubusercontent.com vouches for may assume this role under other conditions (token.actions.githubusercontent.com:sub repo:acme/*)"},
		{"trust of another organisation", "iam:role", github("repo:acme/app:ref:refs/heads/main"), github("repo:evil/app:*"), "medium trust-federated: whoever token.actions.githubusercontent.com vouches for may assume this role under other conditions (token.actions.githubusercontent.com:sub repo:evil/app:*)\nbetter medium trust-federated: whoever token.actions.githubusercontent.com vouches for may no longer assume this role under earlier conditions (token.actions.githubusercontent.com:sub repo:acme/app:ref:refs/heads/main)"},
		{"trust of names that go on", "iam:role", github("repo:acme/app:ref:refs/heads/main"), github("repo:acme*"), "medium trust-federated: whoever token.actions.githubusercontent.com vouches for may assume this role (with conditions: token.actions.githubusercontent.com:sub)"},
		{"trust of every organisation", "iam:role", github("repo:acme/app:ref:refs/heads/main"), github("repo:?*:*"), "high trust-federated: whoever token.actions.githubusercontent.com vouches for may assume this role (with conditions: token.actions.githubusercontent.com:sub)"},
		{"trust of every repository", "iam:role", github("repo:acme/app:ref:refs/heads/main"), github("repo:*"), "high trust-federated: whoever token.actions.githubusercontent.com vouches for may assume this role (with conditions: token.actions.githubusercontent.com:sub)"},
		{"trust of a name that goes on, and of another", "iam:role", github("repo:acme*"), github("repo:evil/app:*"), "medium trust-federated: whoever token.actions.githubusercontent.com vouches for may assume this role under other conditions (token.actions.githubusercontent.com:sub repo:evil/app:*)\nbetter medium trust-federated: less than before: whoever token.actions.githubusercontent.com vouches for may assume this role (with conditions: token.actions.githubusercontent.com:sub)"},
		{"trust of one by another operator", "iam:role", github("repo:acme/app:*"),
			trusting(githubProvider, `{"StringEquals":{"token.actions.githubusercontent.com:sub":"repo:acme/app:ref:refs/heads/main"}}`), "better low trust-federated: whoever token.actions.githubusercontent.com vouches for may no longer assume this role under earlier conditions (token.actions.githubusercontent.com:sub repo:acme/app:*)"},
		{"trust of its own account without a second factor", "iam:role", trusting(own, `{"Bool":{"aws:MultiFactorAuthPresent":"true"}}`), trusting(own, ""), "high mfa-removed: its own account may assume this role without a second factor"},
		{"trust of its own role without a second factor", "iam:role", trusting(`{"AWS":"arn:aws:iam::111122223333:role/ops"}`, `{"Bool":{"aws:MultiFactorAuthPresent":"true"}}`),
			trusting(`{"AWS":"arn:aws:iam::111122223333:role/ops"}`, `{"BoolIfExists":{"aws:MultiFactorAuthPresent":"true"}}`), "high mfa-removed: role/ops of its own account may assume this role without a second factor"},
		{"trust of somebody else of its own account", "iam:role", trusting(own, `{"Bool":{"aws:MultiFactorAuthPresent":"true"}}`), trusting(`{"AWS":"arn:aws:iam::111122223333:role/ops"}`, ""), ""},
		{"trust with another external id", "iam:role", trusting(other, `{"StringEquals":{"sts:ExternalId":"e"}}`), trusting(other, `{"StringEquals":{"sts:ExternalId":"f"}}`), "medium trust-another-account: another account (999988887777) may assume this role under other conditions (sts:ExternalId f)\nbetter medium trust-another-account: another account (999988887777) may no longer assume this role under earlier conditions (sts:ExternalId e)"},
		{"trust without one of two conditions", "iam:role", trusting(other, `{"StringEquals":{"sts:ExternalId":"e"},"Bool":{"aws:MultiFactorAuthPresent":"true"}}`), trusting(other, `{"StringEquals":{"sts:ExternalId":"e"}}`), "medium trust-another-account: another account (999988887777) may assume this role without the condition on aws:MultiFactorAuthPresent"},
		{"trust and tags of sessions", "iam:role", trusting(other, `{"StringEquals":{"sts:ExternalId":"e"}}`),
			`{"AssumeRolePolicyDocument":` + quoted(`{"Statement":[{"Effect":"Allow","Principal":`+other+`,"Action":"sts:AssumeRole","Condition":{"StringEquals":{"sts:ExternalId":"e"}}},{"Effect":"Allow","Principal":`+other+`,"Action":"sts:TagSession"}]}`) + `}`, ""},
		{"trust of every account's roles", "iam:role", trusting(own, ""), trusting(`"*"`, `{"ArnLike":{"aws:PrincipalArn":"arn:aws:iam::*:role/*"}}`), "critical trust-anybody: anybody may assume this role"},
		{"trust of every ARN", "iam:role", trusting(own, ""), trusting(`"*"`, `{"StringLike":{"aws:PrincipalArn":"arn:aws:*"}}`), "critical trust-anybody: anybody may assume this role"},
		{"trust of a role of every account", "iam:role", trusting(own, ""), trusting(`"*"`, `{"ArnLike":{"aws:PrincipalArn":"arn:aws:iam::*:role/deploy"}}`), "high trust-anybody: anybody may assume this role (with conditions: aws:PrincipalArn)"},
		{"trust of a service, for another account", "iam:role", trusting(own, ""), trusting(`{"Service":"s3.amazonaws.com"}`, `{"StringEquals":{"aws:SourceAccount":"999988887777"}}`), "high trust-another-account: s3.amazonaws.com, for another account (999988887777), may assume this role (with conditions: aws:SourceAccount)"},
		{"administrator", "iam:role", `{"AttachedManagedPolicies":[]}`, `{"AttachedManagedPolicies":[{"PolicyArn":"arn:aws:iam::aws:policy/AdministratorAccess","PolicyName":"AdministratorAccess"}]}`,
			"high admin-policy: AWS's policy AdministratorAccess is attached"},
		{"every action", "iam:role", `{"RolePolicyList":[]}`, identity(`{"Effect":"Allow","Action":"*","Resource":["*"]}`), "high admin-policy: it allows every action"},
		{"every action but IAM's", "iam:role", `{"RolePolicyList":[]}`, identity(`{"Effect":"Allow","NotAction":"iam:*","Resource":"*"}`), "medium admin-policy: it allows every action but iam:*"},
		{"every action on one thing", "iam:role", `{"RolePolicyList":[]}`, identity(`{"Effect":"Allow","Action":"*","Resource":"arn:aws:s3:::one/*"}`), ""},
		{"every action with a condition", "iam:role", `{"RolePolicyList":[]}`, identity(`{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"Bool":{"aws:MultiFactorAuthPresent":"true"}}}`),
			"medium admin-policy: it allows every action (with conditions: aws:MultiFactorAuthPresent)"},
		{"a deny less", "iam:role", identity(`{"Effect":"Deny","Action":"iam:*","Resource":"*"}`), `{"RolePolicyList":[]}`, "medium policy-deny-removed: a statement that denied iam:* is gone"},
		{"a deny narrowed", "iam:role", identity(`{"Sid":"Guard","Effect":"Deny","Action":"s3:*","Resource":"*"}`), identity(`{"Sid":"Guard","Effect":"Deny","Action":"s3:DeleteBucket","Resource":"*"}`),
			"medium policy-deny-removed: a statement that denied s3:* (Guard) denies less"},
		{"a deny that lets somebody through", "iam:role", identity(`{"Effect":"Deny","Action":"iam:*","Resource":"*","Condition":{"ArnNotLike":{"aws:PrincipalArn":["arn:aws:iam::*:role/admin"]}}}`),
			identity(`{"Effect":"Deny","Action":"iam:*","Resource":"*","Condition":{"ArnNotLike":{"aws:PrincipalArn":["arn:aws:iam::*:role/admin","arn:aws:iam::*:role/dev"]}}}`),
			"medium policy-deny-removed: a statement that denied iam:* denies less"},
		{"a deny in other words", "iam:role", identity(`{"Effect":"Deny","Action":["s3:deletebucket","s3:DeleteObject"],"Resource":["*"]}`), identity(`{"Effect":"Deny","Action":["s3:DeleteObject","s3:DeleteBucket"],"Resource":"*"}`), ""},
		{"a deny in two statements", "iam:role", identity(`[{"Effect":"Deny","Action":"s3:*","Resource":"*"},{"Effect":"Deny","Action":"s3:DeleteBucket","Resource":"*"}]`), identity(`{"Effect":"Deny","Action":"s3:*","Resource":"*"}`), ""},
		{"every action on every ARN", "iam:role", `{"RolePolicyList":[]}`, identity(`{"Effect":"Allow","Action":"*","Resource":"arn:aws:*:*:*:*"}`), "high admin-policy: it allows every action"},
		{"every action of some letters", "iam:role", `{"RolePolicyList":[]}`, identity(`{"Effect":"Allow","Action":"?*","Resource":"arn:*"}`), "high admin-policy: it allows every action"},
		{"all of IAM on all of it", "iam:role", `{"RolePolicyList":[]}`, identity(`{"Effect":"Allow","Action":"IAM:*","Resource":"arn:aws:iam::111122223333:*"}`),
			"high admin-policy: it allows every action of IAM on all of arn:aws:iam::111122223333:*"},
		{"every action but one of S3", "iam:role", `{"RolePolicyList":[]}`, identity(`{"Effect":"Allow","NotAction":"s3:DeleteBucket","Resource":"*"}`), "high admin-policy: it allows every action but s3:DeleteBucket"},
		{"giving itself more", "iam:role", `{"RolePolicyList":[]}`, identity(`{"Effect":"Allow","Action":["iam:PutRolePolicy","iam:GetRole"],"Resource":"*"}`),
			"high privilege-escalation: its holder may give itself more rights: iam:PutRolePolicy"},
		{"giving all roles more", "iam:role", `{"RolePolicyList":[]}`, identity(`{"Effect":"Allow","Action":"iam:Attach*","Resource":"arn:aws:iam::*:role/*"}`),
			"high privilege-escalation: its holder may give itself more rights: iam:AttachGroupPolicy, iam:AttachRolePolicy, iam:AttachUserPolicy"},
		{"giving one role more", "iam:role", `{"RolePolicyList":[]}`, identity(`{"Effect":"Allow","Action":"iam:Attach*","Resource":"arn:aws:iam::*:role/app-*"}`), ""},
		{"giving more within a boundary", "iam:role", `{"RolePolicyList":[]}`, identity(`{"Effect":"Allow","Action":"iam:PutRolePolicy","Resource":"*","Condition":{"StringEquals":{"iam:PermissionsBoundary":"arn:aws:iam::111122223333:policy/b"}}}`),
			"medium privilege-escalation: its holder may give itself more rights: iam:PutRolePolicy (with conditions: iam:PermissionsBoundary)"},
		{"giving oneself more", "iam:role", `{"RolePolicyList":[]}`, identity(`{"Effect":"Allow","Action":["iam:PutUserPolicy","iam:CreateAccessKey"],"Resource":"arn:aws:iam::*:user/${aws:username}"}`),
			"high privilege-escalation: its holder may give itself more rights: iam:PutUserPolicy"},
		{"one's own keys", "iam:role", `{"RolePolicyList":[]}`, identity(`{"Effect":"Allow","Action":["iam:CreateAccessKey","iam:UpdateLoginProfile"],"Resource":"arn:aws:iam::*:user/${aws:username}"}`), ""},
		{"giving more without the boundary", "iam:role", identity(`{"Effect":"Allow","Action":["iam:PutRolePolicy","iam:PutUserPolicy"],"Resource":"*","Condition":{"StringEquals":{"iam:PermissionsBoundary":"arn:aws:iam::111122223333:policy/b"}}}`),
			identity(`{"Effect":"Allow","Action":["iam:PutRolePolicy","iam:PutUserPolicy"],"Resource":"*"}`), "high privilege-escalation: its holder may give itself more rights: iam:PutRolePolicy, iam:PutUserPolicy"},
		{"passing any role", "iam:role", `{"RolePolicyList":[]}`, identity(`{"Effect":"Allow","Action":["iam:PassRole","ec2:RunInstances"],"Resource":"*"}`),
			"medium role-lending: its holder may act by any role that lets it, or a service, in: iam:PassRole"},
		{"more ways to more", "iam:role", identity(`{"Effect":"Allow","Action":"iam:PutRolePolicy","Resource":"*"}`), identity(`{"Effect":"Allow","Action":["iam:PutRolePolicy","iam:CreateAccessKey"],"Resource":"*"}`),
			"high privilege-escalation: its holder may give itself more rights: iam:CreateAccessKey"},
		{"one call, and all of IAM's", "iam:role", identity(`{"Effect":"Allow","Action":"iam:PutUserPolicy","Resource":"*"}`), identity(`{"Effect":"Allow","Action":"iam:*","Resource":"*"}`),
			"high admin-policy: it allows every action of IAM"},
		{"all of IAM's, and all there is", "iam:role", identity(`{"Effect":"Allow","Action":"iam:*","Resource":"*"}`), identity(`{"Effect":"Allow","Action":"*","Resource":"*"}`),
			"high admin-policy: it allows every action"},
		{"a deny in two halves", "iam:role", identity(`{"Effect":"Deny","Action":["s3:DeleteBucket","s3:DeleteObject"],"Resource":["a","b"]}`),
			identity(`[{"Effect":"Deny","Action":"s3:DeleteBucket","Resource":["a","b"]},{"Effect":"Deny","Action":"s3:DeleteObject","Resource":["a","b"]}]`), ""},
		{"trust of an account, and of a role there", "iam:role", trusting(`{"AWS":"arn:aws:iam::999988887777:role/ci"}`, ""), trusting(other, ""),
			"high trust-another-account: another account (999988887777) may assume this role"},
		{"trust of everybody, and of an account", "iam:role", trusting(other, ""), trusting(`"*"`, ""), "critical trust-anybody: anybody may assume this role"},
		{"trust of everybody, and of an organisation", "iam:role", trusting(`{"AWS":"*"}`, `{"StringEquals":{"aws:PrincipalOrgID":"o-1"}}`), trusting(`"*"`, ""),
			"critical trust-anybody: anybody may assume this role"},
		{"everybody but somebody, and somebody", "iam:role", `{"AssumeRolePolicyDocument":` + quoted(`{"Statement":{"Effect":"Allow","NotPrincipal":{"AWS":"999988887777"},"Action":"sts:AssumeRole"}}`) + `}`,
			`{"AssumeRolePolicyDocument":` + quoted(`{"Statement":[{"Effect":"Allow","NotPrincipal":{"AWS":"999988887777"},"Action":"sts:AssumeRole"},{"Effect":"Allow","Principal":{"AWS":"999988887777"},"Action":"sts:AssumeRole"}]}`) + `}`,
			"high trust-another-account: another account (999988887777) may assume this role"},
		{"ports in two rules", "ec2:security-group", ingress2(22, 23), `{"IpPermissions":[{"IpProtocol":"tcp","FromPort":22,"ToPort":22,"IpRanges":[{"CidrIp":"0.0.0.0/0"}]},{"IpProtocol":"tcp","FromPort":23,"ToPort":23,"IpRanges":[{"CidrIp":"0.0.0.0/0"}]}]}`, ""},
		{"the default version", "iam:policy", `{"DefaultVersionId":"v1","PolicyVersionList":[{"VersionId":"v1","Document":"{\"Statement\":[]}"},{"VersionId":"v2","Document":"{\"Statement\":{\"Effect\":\"Allow\",\"Action\":\"*\",\"Resource\":\"*\"}}"}]}`,
			`{"DefaultVersionId":"v2","PolicyVersionList":[{"VersionId":"v1","Document":"{\"Statement\":[]}"},{"VersionId":"v2","Document":"{\"Statement\":{\"Effect\":\"Allow\",\"Action\":\"*\",\"Resource\":\"*\"}}"}]}`,
			"high admin-policy: it allows every action"},
		{"boundary", "iam:role", `{"PermissionsBoundary":{"PermissionsBoundaryArn":"arn:aws:iam::111122223333:policy/b"}}`, `{}`, "medium permissions-boundary-removed: no permissions boundary limits it any more"},
		{"password length", "iam:account-password-policy", `{"MinimumPasswordLength":14,"RequireSymbols":true}`, `{"MinimumPasswordLength":8,"RequireSymbols":false}`,
			"medium password-policy-weakened: passwords may be weaker: the least length, symbols"},
		{"SAML certificate", "iam:saml-provider", `{"Provider":{"SAMLMetadataDocument":"<m/>"}}`, `{"Provider":{"SAMLMetadataDocument":"<m xmlns:ds='d'><ds:X509Certificate>TUlJ</ds:X509Certificate></m>"}}`,
			"medium identity-provider-trust: the provider also takes a certificate (SHA-256 acee0a606a39dd28)"},

		{"public bucket", "s3:bucket", `{"Policy":""}`, policy("Policy", `"*"`, `"s3:GetObject"`, ""), "high public-bucket: anybody has access: s3:GetObject"},
		{"bucket that everybody writes to", "s3:bucket", `{"Policy":""}`, policy("Policy", `"*"`, `["s3:GetObject","s3:PutObject"]`, ""), "critical public-bucket: anybody has access: s3:GetObject, s3:PutObject"},
		{"reading becomes writing", "s3:bucket", policy("Policy", `"*"`, `"s3:GetObject"`, ""), policy("Policy", `"*"`, `"s3:*"`, ""), "critical public-bucket: anybody has access: s3:*"},
		{"bucket for a network", "s3:bucket", `{"Policy":""}`, policy("Policy", `"*"`, `"s3:GetObject"`, `{"IpAddress":{"aws:SourceIp":"203.0.113.0/24"}}`),
			"low public-bucket: anybody has access: s3:GetObject (with conditions: aws:SourceIp)"},
		{"bucket for every address", "s3:bucket", `{"Policy":""}`, policy("Policy", `"*"`, `"s3:GetObject"`, `{"IpAddress":{"aws:SourceIp":"0.0.0.0/0"}}`), "high public-bucket: anybody has access: s3:GetObject"},
		{"bucket for its own account", "s3:bucket", `{"Policy":""}`, policy("Policy", `"*"`, `"s3:GetObject"`, `{"StringEquals":{"aws:PrincipalAccount":"111122223333"}}`), ""},
		{"bucket behind its block", "s3:bucket", `{"Policy":"","PublicAccessBlock":{"RestrictPublicBuckets":true}}`,
			`{"Policy":` + quoted(allow(`"*"`, `"s3:GetObject"`, "")) + `,"PublicAccessBlock":{"RestrictPublicBuckets":true}}`, ""},
		{"a condition that may be absent", "s3:bucket", `{"Policy":""}`, policy("Policy", `"*"`, `"s3:GetObject"`, `{"StringEqualsIfExists":{"aws:PrincipalOrgID":"o-1"}}`),
			"high public-bucket: anybody has access: s3:GetObject (with conditions: aws:PrincipalOrgID)"},
		{"bucket for a wider network", "s3:bucket", policy("Policy", `"*"`, `"s3:GetObject"`, `{"IpAddress":{"aws:SourceIp":"198.51.100.0/24"}}`),
			policy("Policy", `"*"`, `"s3:GetObject"`, `{"IpAddress":{"aws:SourceIp":"198.0.0.0/7"}}`), "low public-bucket: anybody has access under other conditions (aws:SourceIp 198.0.0.0/7): s3:GetObject"},
		{"bucket for another endpoint", "s3:bucket", policy("Policy", `"*"`, `"s3:GetObject"`, `{"StringEquals":{"aws:SourceVpce":"vpce-1"}}`),
			policy("Policy", `"*"`, `"s3:GetObject"`, `{"StringEquals":{"aws:SourceVpce":"vpce-2"}}`), "low public-bucket: anybody has access under other conditions (aws:SourceVpce vpce-2): s3:GetObject\nbetter low public-bucket: anybody no longer has access under earlier conditions (aws:SourceVpce vpce-1): s3:GetObject"},
		{"bucket for every endpoint", "s3:bucket", policy("Policy", `"*"`, `"s3:GetObject"`, `{"StringEquals":{"aws:SourceVpce":"vpce-1"}}`),
			policy("Policy", `"*"`, `"s3:GetObject"`, `{"StringLike":{"aws:SourceVpce":"vpce-*"}}`), "high public-bucket: anybody has access: s3:GetObject"},
		{"bucket for a bucket's events", "s3:bucket", `{"Policy":""}`, policy("Policy", `"*"`, `"s3:GetObject"`, `{"ArnLike":{"aws:SourceArn":"arn:aws:s3:::b/*"}}`), "low public-bucket: anybody has access: s3:GetObject (with conditions: aws:SourceArn)"},
		{"bucket for a second account", "s3:bucket", policy("Policy", `"*"`, `"s3:GetObject"`, `{"StringEquals":{"aws:PrincipalAccount":["999988887777"]}}`),
			policy("Policy", `"*"`, `"s3:GetObject"`, `{"StringEquals":{"aws:PrincipalAccount":["999988887777","999988886666"]}}`), "medium policy-another-account: another account (999988886666) has access: s3:GetObject (with conditions: aws:PrincipalAccount)"},
		{"bucket for a service of another account", "s3:bucket", `{"Policy":""}`, policy("Policy", `{"Service":"s3.amazonaws.com"}`, `"s3:PutObject"`, `{"StringEquals":{"aws:SourceAccount":"999988887777"}}`), "medium policy-another-account: s3.amazonaws.com, for another account (999988887777), has access: s3:PutObject (with conditions: aws:SourceAccount)"},
		{"bucket for a service of its own", "s3:bucket", `{"Policy":""}`, policy("Policy", `{"Service":"s3.amazonaws.com"}`, `"s3:PutObject"`, `{"StringEquals":{"aws:SourceAccount":"111122223333"}}`), ""},
		{"bucket for logs", "s3:bucket", `{"Policy":""}`, policy("Policy", `{"Service":["cloudtrail.amazonaws.com","config.amazonaws.com","delivery.logs.amazonaws.com","logging.s3.amazonaws.com"]}`, `"s3:PutObject"`, ""), ""},
		{"bucket for a service of whoever", "s3:bucket", policy("Policy", `{"Service":"s3.amazonaws.com"}`, `"s3:PutObject"`, `{"StringEquals":{"aws:SourceAccount":"111122223333"}}`),
			policy("Policy", `{"Service":"s3.amazonaws.com"}`, `"s3:PutObject"`, ""), "low policy-another-account: s3.amazonaws.com, for whoever's resources, has access: s3:PutObject"},
		{"block taken away", "s3:bucket", `{"PublicAccessBlock":{"BlockPublicAcls":true,"BlockPublicPolicy":true,"IgnorePublicAcls":true,"RestrictPublicBuckets":true}}`, `{}`,
			"high public-access-block-off: the public access block is off: BlockPublicAcls, IgnorePublicAcls, BlockPublicPolicy, RestrictPublicBuckets"},
		{"the account's block loses a part", "s3:account-public-access-block", `{"BlockPublicAcls":true,"BlockPublicPolicy":true,"IgnorePublicAcls":true,"RestrictPublicBuckets":true}`,
			`{"BlockPublicAcls":true,"BlockPublicPolicy":true,"IgnorePublicAcls":true,"RestrictPublicBuckets":false}`,
			"high public-access-block-off: the public access block is off: RestrictPublicBuckets"},
		{"the account's block taken away", "s3:account-public-access-block", `{"BlockPublicAcls":true,"BlockPublicPolicy":true,"IgnorePublicAcls":true,"RestrictPublicBuckets":true}`, `{}`,
			"high public-access-block-off: the public access block is off: BlockPublicAcls, IgnorePublicAcls, BlockPublicPolicy, RestrictPublicBuckets"},
		{"public grant", "s3:bucket", `{"Acl":[]}`, `{"Acl":[{"Grantee":{"Type":"Group","URI":"http://acs.amazonaws.com/groups/global/AllUsers"},"Permission":"WRITE"}]}`, "critical public-bucket: the access control list gives everybody WRITE"},
		{"grant to a user", "s3:bucket", grants(owner), grants(owner, `{"Grantee":{"Type":"CanonicalUser","ID":"0123456789abcdef"},"Permission":"FULL_CONTROL"}`), "medium policy-another-account: the access control list gives a user whose account is not known (canonical id 0123456789ab) FULL_CONTROL"},
		{"grant to a user, behind the block", "s3:bucket", blocked(grants(owner)), blocked(grants(owner, `{"Grantee":{"Type":"CanonicalUser","ID":"0123456789abcdef"},"Permission":"READ"}`)), "medium policy-another-account: the access control list gives a user whose account is not known (canonical id 0123456789ab) READ"},
		{"grant to what delivers logs", "s3:bucket", grants(owner), grants(owner, `{"Grantee":{"Type":"CanonicalUser","ID":"c4c1ede66af53448b93c283ce9448c4ba468c9432aa01d700d3878632f77d2d0"},"Permission":"FULL_CONTROL"}`,
			`{"Grantee":{"Type":"Group","URI":"http://acs.amazonaws.com/groups/s3/LogDelivery"},"Permission":"WRITE"}`), ""},
		{"versioning", "s3:bucket", `{"Versioning":{"Status":"Enabled"}}`, `{"Versioning":{"Status":"Suspended"}}`, "medium versioning-off: versioning is off: what is overwritten or deleted is gone"},
		{"object lock", "s3:bucket", `{"ObjectLock":{"ObjectLockEnabled":"Enabled","Rule":{"DefaultRetention":{"Mode":"COMPLIANCE","Days":9}}}}`, `{"ObjectLock":{"ObjectLockEnabled":"Enabled","Rule":{"DefaultRetention":{"Mode":"GOVERNANCE","Days":9}}}}`,
			"high object-lock-off: the lock against deletion is off or weaker (default retention)"},

		{"queue for everybody", "sqs:queue", `{"Attributes":{}}`, `{"Attributes":{"Policy":` + quoted(allow(`"*"`, `"sqs:SendMessage"`, "")) + `}}`, "critical policy-anybody: anybody has access: sqs:SendMessage"},
		{"queue for its own topic", "sqs:queue", `{"Attributes":{}}`, `{"Attributes":{"Policy":` + quoted(allow(`"*"`, `"sqs:SendMessage"`, `{"ArnEquals":{"aws:SourceArn":"arn:aws:sns:eu-west-1:111122223333:t"}}`)) + `}}`, ""},
		{"queue for another's topic", "sqs:queue", `{"Attributes":{}}`, `{"Attributes":{"Policy":` + quoted(allow(`"*"`, `"sqs:SendMessage"`, `{"ArnEquals":{"aws:SourceArn":"arn:aws:sns:eu-west-1:999988887777:t"}}`)) + `}}`,
			"medium policy-another-account: another account (999988887777) has access: sqs:SendMessage (with conditions: aws:SourceArn)"},
		{"topic, as SNS makes it", "sns:topic", `{"Attributes":{}}`, `{"Attributes":{"Policy":` + quoted(allow(`{"AWS":"*"}`, `["SNS:Publish"]`, `{"StringEquals":{"AWS:SourceOwner":"111122223333"}}`)) + `}}`, ""},
		{"function for another account", "lambda:function", `{"Policy":""}`, policy("Policy", other, `"lambda:InvokeFunction"`, ""), "medium policy-another-account: another account (999988887777) has access: lambda:InvokeFunction"},
		{"function for another account's bucket", "lambda:function", `{"Policy":""}`, policy("Policy", `{"Service":"s3.amazonaws.com"}`, `"lambda:InvokeFunction"`, `{"StringEquals":{"AWS:SourceAccount":"999988887777"},"ArnLike":{"AWS:SourceArn":"arn:aws:s3:::b"}}`), "low policy-another-account: s3.amazonaws.com, for another account (999988887777), has access: lambda:InvokeFunction (with conditions: AWS:SourceAccount, AWS:SourceArn)"},
		{"queue for another's topic, by the service", "sqs:queue", `{"Attributes":{}}`, `{"Attributes":{"Policy":` + quoted(allow(`{"Service":"sns.amazonaws.com"}`, `"sqs:SendMessage"`, `{"ArnEquals":{"aws:SourceArn":"arn:aws:sns:eu-west-1:999988887777:t"}}`)) + `}}`, "medium policy-another-account: sns.amazonaws.com, for another account (999988887777), has access: sqs:SendMessage (with conditions: aws:SourceArn)"},
		{"queue for a topic of one more account", "sqs:queue", `{"Attributes":{"Policy":` + quoted(allow(`"*"`, `"sqs:SendMessage"`, `{"ArnEquals":{"aws:SourceArn":["arn:aws:sns:eu-west-1:999988887777:t"]}}`)) + `}}`,
			`{"Attributes":{"Policy":` + quoted(allow(`"*"`, `"sqs:SendMessage"`, `{"ArnEquals":{"aws:SourceArn":["arn:aws:sns:eu-west-1:999988887777:t","arn:aws:sns:eu-west-1:999988886666:t"]}}`)) + `}}`, "medium policy-another-account: another account (999988886666) has access: sqs:SendMessage (with conditions: aws:SourceArn)"},
		{"queue for another topic of another", "sqs:queue", `{"Attributes":{"Policy":` + quoted(allow(`"*"`, `"sqs:SendMessage"`, `{"ArnEquals":{"aws:SourceArn":"arn:aws:sns:eu-west-1:999988887777:t"}}`)) + `}}`,
			`{"Attributes":{"Policy":` + quoted(allow(`"*"`, `"sqs:SendMessage"`, `{"ArnLike":{"aws:SourceArn":"arn:aws:sns:eu-west-1:999988887777:*"}}`)) + `}}`, "medium policy-another-account: another account (999988887777) has access under other conditions (aws:SourceArn arn:aws:sns:eu-west-1:999988887777:*): sqs:SendMessage"},
		{"queue for every topic", "sqs:queue", `{"Attributes":{}}`, `{"Attributes":{"Policy":` + quoted(allow(`{"Service":"sns.amazonaws.com"}`, `"sqs:SendMessage"`, "")) + `}}`, "low policy-another-account: sns.amazonaws.com, for whoever's resources, has access: sqs:SendMessage"},
		{"key for every topic", "kms:key", policy("Policy", own, `"kms:*"`, ""), policy("Policy", `{"Service":"sns.amazonaws.com"}`, `"kms:Decrypt"`, ""), ""},
		{"key", "kms:key", policy("Policy", own, `"kms:*"`, ""), policy("Policy", other, `"kms:*"`, ""), "high key-policy-another-account: another account (999988887777) has access: kms:*"},
		{"key, for more", "kms:key", policy("Policy", other, `"kms:Decrypt"`, ""), policy("Policy", other, `["kms:Decrypt","kms:ScheduleKeyDeletion"]`, ""),
			"high key-policy-another-account: another account (999988887777) has access to more: kms:ScheduleKeyDeletion"},
		{"key, for another of its own", "kms:key", `{"Policy":` + quoted(`{"Statement":{"Effect":"Allow","Principal":{"AWS":["111122223333","999988887777"]},"Action":"kms:Decrypt","Resource":"*"}}`) + `}`,
			`{"Policy":` + quoted(`{"Statement":{"Effect":"Allow","Principal":{"AWS":["arn:aws:iam::111122223333:role/x","999988887777"]},"Action":"kms:decrypt","Resource":"*"}}`) + `}`, ""},
		{"key rotation", "kms:key", `{"Rotation":{"KeyRotationEnabled":true}}`, `{"Rotation":{"KeyRotationEnabled":false}}`, "medium key-rotation-off: the key is not rotated"},
		{"key disabled", "kms:key", `{"Key":{"Enabled":true}}`, `{"Key":{"Enabled":false}}`, "high key-disabled: the key is disabled: what it encrypts can't be read"},
		{"domain in a network", "es:domain", `{"VPCOptions":{"VPCId":"vpc-1"}}`, `{"VPCOptions":{"VPCId":"vpc-1"},"AccessPolicies":` + quoted(allow(`"*"`, `"es:*"`, "")) + `}`,
			"high policy-anybody: anybody has access: es:*, from inside its network"},
		{"function URL", "lambda:function-url", `{"AuthType":"AWS_IAM"}`, `{"AuthType":"NONE"}`, "high public-function-url: anybody may call the function by its URL: it asks for no authentication"},
		{"secret rotation", "secretsmanager:secret", `{"RotationEnabled":true}`, `{"RotationEnabled":false}`, "medium secret-rotation-off: the secret is not rotated"},

		{"database", "rds:db", `{"PubliclyAccessible":false,"DeletionProtection":true,"BackupRetentionPeriod":7}`, `{"PubliclyAccessible":true,"DeletionProtection":false,"BackupRetentionPeriod":0}`,
			"high public-database: the database is publicly accessible\nmedium backup-off: backups are off\nmedium deletion-protection-off: deletion protection is off\nlow retention-shortened: kept for less time: 7, now 0 (days of backups)"},
		{"database's logs", "rds:db", `{"EnabledCloudwatchLogsExports":["audit","error"]}`, `{"EnabledCloudwatchLogsExports":["error"]}`, "low log-type-off: not logged any more: audit"},
		{"snapshot for everybody", "rds:snapshot", `{"Attributes":[{"AttributeName":"restore","AttributeValues":[]}]}`, `{"Attributes":[{"AttributeName":"restore","AttributeValues":["all"]}]}`, "critical shared-with-anybody: it is shared with everybody"},
		{"image for an account", "ec2:image", `{"LaunchPermissions":[]}`, `{"LaunchPermissions":[{"UserId":"999988887777"}]}`, "medium shared-with-account: it is shared with another account (999988887777)"},
		{"disk snapshot", "ec2:snapshot", `{"Public":false}`, `{"Public":true}`, "critical public-snapshot: everybody can copy the snapshot"},
		{"volumes by default", "ec2:ebs-encryption-by-default", `{"EbsEncryptionByDefault":true}`, `{"EbsEncryptionByDefault":false}`, "medium encryption-off: data at rest is not encrypted (new volumes)"},
		{"volumes' default key", "ec2:ebs-default-kms-key", `{"KmsKeyId":"arn:aws:kms:eu-west-1:111122223333:key/k"}`, `{"KmsKeyId":"alias/aws/ebs"}`,
			"low encryption-key-dropped: the account's own key does not encrypt it any more (new volumes)"},
		{"sharing of snapshots", "ec2:snapshot-block-public-access", `{"State":"block-new-sharing"}`, `{"State":"unblocked"}`, "high public-access-block-off: the public access block is off: snapshots that will be shared"},
		{"shared snapshots", "ec2:snapshot-block-public-access", `{"State":"block-all-sharing"}`, `{"State":"block-new-sharing"}`, "high public-access-block-off: the public access block is off: snapshots that are shared already"},
		{"all snapshots", "ec2:snapshot-block-public-access", `{"State":"block-all-sharing"}`, `{"State":"unblocked"}`,
			"high public-access-block-off: the public access block is off: snapshots that are shared already, snapshots that will be shared"},
		{"sharing of images", "ec2:image-block-public-access", `{"ImageBlockPublicAccessState":"block-new-sharing"}`, `{"ImageBlockPublicAccessState":"unblocked"}`,
			"high public-access-block-off: the public access block is off: images that will be shared"},
		{"IMDSv1 by default", "ec2:instance-metadata-defaults", `{"HttpTokens":"required","HttpTokensEnforced":"enabled"}`, `{"HttpTokens":"optional","HttpTokensEnforced":"disabled"}`,
			"medium imdsv1-by-default: what is launched may answer the metadata service without a token (IMDSv1): by default, whatever its image asks for, on request"},
		{"IMDSv1 by no default", "ec2:instance-metadata-defaults", `{"HttpTokens":"required"}`, `{}`,
			"medium imdsv1-by-default: what is launched may answer the metadata service without a token (IMDSv1): by default"},
		{"IMDSv1 over images", "ec2:instance-metadata-defaults", `{}`, `{"HttpTokens":"optional"}`,
			"medium imdsv1-by-default: what is launched may answer the metadata service without a token (IMDSv1): whatever its image asks for"},
		{"who manages a setting", "ec2:instance-metadata-defaults", `{"HttpTokens":"required","ManagedBy":"declarative-policy"}`, `{"HttpTokens":"required","ManagedBy":"account"}`, ""},
		{"IMDSv1", "ec2:instance", `{"MetadataOptions":{"HttpTokens":"required"}}`, `{"MetadataOptions":{"HttpTokens":"optional"}}`, "medium imdsv1: the metadata service answers without a token (IMDSv1)"},
		{"IMDSv1 of what does not answer", "ec2:instance", `{"MetadataOptions":{"HttpTokens":"required","HttpEndpoint":"disabled"}}`, `{"MetadataOptions":{"HttpTokens":"optional","HttpEndpoint":"disabled"}}`, ""},
		{"IMDSv1 that the default version had", "ec2:launch-template", `{"DefaultVersion":{"MetadataOptions":{"HttpTokens":"optional"}}}`,
			`{"DefaultVersion":{"MetadataOptions":{"HttpTokens":"optional"}},"LatestVersion":{"MetadataOptions":{"HttpTokens":"optional"}}}`, ""},
		{"trail", "cloudtrail:trail", `{"Logging":{"IsLogging":true},"IsMultiRegionTrail":true,"LogFileValidationEnabled":true}`, `{"Logging":{"IsLogging":false},"IsMultiRegionTrail":false,"LogFileValidationEnabled":false}`,
			"critical trail-stopped: the trail does not log\nmedium trail-weakened: the trail does less: all regions, validation of its files"},
		{"load balancer's attribute", "elasticloadbalancing:loadbalancer", `{"Attributes":[{"Key":"deletion_protection.enabled","Value":"true"}]}`, `{"Attributes":[{"Key":"deletion_protection.enabled","Value":"false"}]}`,
			"medium deletion-protection-off: deletion protection is off (deletion_protection.enabled)"},
		{"listener", "elasticloadbalancing:listener", `{"Protocol":"HTTPS"}`, `{"Protocol":"HTTP"}`, "medium plain-http: plain HTTP is served"},
		{"listener that redirects", "elasticloadbalancing:listener", `{"Protocol":"HTTPS","DefaultActions":[{"Type":"redirect"}]}`, `{"Protocol":"HTTP","DefaultActions":[{"Type":"redirect"}]}`, ""},
		{"old TLS", "elasticloadbalancing:listener", `{"SslPolicy":"ELBSecurityPolicy-TLS13-1-2-2021-06"}`, `{"SslPolicy":"ELBSecurityPolicy-2016-08"}`, "medium weak-tls: TLS older than 1.2 is accepted (ELBSecurityPolicy-2016-08)"},
		{"log retention", "logs:log-group", `{}`, `{"RetentionInDays":7}`, "low retention-shortened: kept for less time: without end, now 7 (days)"},
		{"detector's feature", "guardduty:detector", `{"Detector":{"Features":[{"Name":"S3_DATA_EVENTS","Status":"ENABLED"}]}}`, `{"Detector":{"Features":[{"Name":"S3_DATA_EVENTS","Status":"DISABLED"}]}}`,
			"medium detector-part-off: no detection any more by S3_DATA_EVENTS"},
		{"web ACL", "wafv2:webacl", `{"WebACL":{"DefaultAction":{"Block":{}}},"LoadBalancers":["arn:lb"]}`, `{"WebACL":{"DefaultAction":{"Allow":{}}},"LoadBalancers":[]}`,
			"medium waf-weakened: the web ACL does less: it blocks by default, arn:lb"},
		{"cluster's endpoint", "eks:cluster", `{"ResourcesVpcConfig":{"EndpointPublicAccess":false,"PublicAccessCidrs":["0.0.0.0/0"]}}`, `{"ResourcesVpcConfig":{"EndpointPublicAccess":true,"PublicAccessCidrs":["0.0.0.0/0"]}}`,
			"high endpoint-open: it is open to the world (0.0.0.0/0)"},
		{"guests", "cognito-identity:identitypool", `{"IdentityPool":{"AllowUnauthenticatedIdentities":false}}`, `{"IdentityPool":{"AllowUnauthenticatedIdentities":true}}`, "high unauthenticated-access: who did not sign in is let in"},
		{"no authorization", "apigateway:restapi", `{"Resources":[{"Path":"/a","ResourceMethods":{"GET":{"AuthorizationType":"AWS_IAM"}}}]}`, `{"Resources":[{"Path":"/a","ResourceMethods":{"GET":{"AuthorizationType":"NONE"},"OPTIONS":{"AuthorizationType":"NONE"}}}]}`,
			"medium api-without-authorization: no authorization is asked for: /a GET"},
		{"what is no policy says nothing", "sqs:queue", `{"Attributes":{}}`, `{"Attributes":{"Policy":"{\"Statement\":[7]}"}}`, ""},
		{"a masked policy says nothing", "sqs:queue", `{"Attributes":{}}`, `{"Attributes":{"Policy":"masked:k1:aaaa"}}`, ""},
	}
}

// Every weakening is told, the other way round it is an improvement of the same rules and severities, what stays says
// nothing, and nothing is said across what could not be read.
func TestFindings(t *testing.T) {
	for _, test := range findingCases() {
		t.Run(test.kind+" "+test.name, func(t *testing.T) {
			found := findingsBetween(t, test.kind, test.strong, test.weak)
			if got := toldFindings(found); got != test.want {
				t.Errorf("told\n%s\nwant\n%s", got, test.want)
			}
			back := findingsBetween(t, test.kind, test.weak, test.strong)
			if got, want := turned(back), sums(found); got != want {
				t.Errorf("the other way round\n%s\nwant the opposite of\n%s", toldFindings(back), toldFindings(found))
			}
			for _, same := range []string{test.weak, test.strong} {
				if got := findingsBetween(t, test.kind, same, same); len(got) > 0 {
					t.Errorf("nothing changed, and told is\n%s", toldFindings(got))
				}
			}
			for _, f := range found {
				place := snapshot.Path(beforeLists(f.Path))
				for at := range 2 {
					got := findingsBetween(t, test.kind, test.strong, test.weak, func(baseline, target side) {
						r := &[]side{baseline, target}[at].Resources[0]
						r.Unknown = append(r.Unknown, snapshot.Unknown{Path: place, Code: "AccessDenied", Message: "not authorized"})
					})
					for _, said := range got {
						if beforeLists(said.Path) == string(place) {
							t.Errorf("%s was not read on side %d, and told is %s", place, at, said.Text)
						}
					}
				}
			}
		})
	}
}

// beforeLists is a path up to its first list or map.
func beforeLists(path string) string {
	if end := strings.IndexAny(path, "[*"); end >= 0 {
		path = path[:end]
	}
	return strings.TrimSuffix(path, ".")
}

// sums are the findings without their words; turned are those of the opposite direction.
func sums(findings []diff.Finding) string {
	var out []string
	for _, f := range findings {
		out = append(out, fmt.Sprint(f.Rule, f.Severity, f.Better))
	}
	slices.Sort(out)
	return strings.Join(out, " ")
}

func turned(findings []diff.Finding) string {
	opposite := slices.Clone(findings)
	for i := range opposite {
		opposite[i].Better = !opposite[i].Better
	}
	return sums(opposite)
}

// What came is judged by what it is, what went by what it guarded.
func TestFindingsOfWhatCameAndWent(t *testing.T) {
	for _, test := range []struct{ name, kind, configuration, came, went string }{
		{"an open group", "ec2:security-group", ingress(22, "0.0.0.0/0"), "high ingress-from-anywhere: port 22 (SSH) is open to the world (0.0.0.0/0)", "better high ingress-from-anywhere: gone with it: port 22 (SSH) is open to the world (0.0.0.0/0)"},
		{"a bucket as it comes", "s3:bucket", `{"Versioning":{}}`, "", ""},
		{"a bucket, with its owner's grant", "s3:bucket", `{"Acl":[{"Grantee":{"Type":"CanonicalUser","ID":"fedcba9876543210"},"Permission":"FULL_CONTROL"}]}`, "", ""},
		{"a table without protection", "dynamodb:table", `{"Table":{"DeletionProtectionEnabled":false}}`, "", ""},
		{"a console password", "iam:login-profile", `{"UserName":"u"}`, "medium console-password: the user can sign in to the console with a password",
			"better medium console-password: the user has no password for the console any more"},
		{"a trail", "cloudtrail:trail", `{"Logging":{"IsLogging":true}}`, "better critical trail-removed: there is a trail", "critical trail-removed: the trail is gone"},
		{"a log group, which makes nothing better", "logs:log-group", `{}`, "", "low log-group-removed: the log group is gone, with its logs"},
		{"an access key", "iam:access-key", `{"Status":"Active","UserName":"u"}`, "medium access-key: an access key is active: a credential that does not expire", "better medium access-key: gone with it: an access key is active: a credential that does not expire"},
		{"a statement that denies", "sqs:queue", `{"Attributes":{"Policy":` + quoted(`{"Statement":{"Effect":"Deny","Principal":"*","Action":"*","Resource":"*"}}`) + `}}`, "", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := toldFindings(findingsBetween(t, test.kind, "", test.configuration)); got != test.came {
				t.Errorf("when it came: %s\nwant %s", got, test.came)
			}
			if got := toldFindings(findingsBetween(t, test.kind, test.configuration, "")); got != test.went {
				t.Errorf("when it went: %s\nwant %s", got, test.went)
			}
		})
	}
}

// One bucket is as good as another: that a trail leaves one is told, whichever way.
func TestFindingsOfATrailThatMoves(t *testing.T) {
	for _, test := range []struct{ old, found, want string }{
		{`{"S3BucketName":"a"}`, `{"S3BucketName":"b"}`, "medium trail-moved: its log files do not go to the bucket a any more"},
		{`{"S3BucketName":"b"}`, `{"S3BucketName":"a"}`, "medium trail-moved: its log files do not go to the bucket b any more"},
		{`{"S3BucketName":"a"}`, `{"S3BucketName":"a","S3KeyPrefix":"p"}`, ""},
		{"", `{"S3BucketName":"a"}`, "better critical trail-removed: there is a trail"},
	} {
		if got := toldFindings(findingsBetween(t, "cloudtrail:trail", test.old, test.found)); got != test.want {
			t.Errorf("%s to %s: told %s, want %s", test.old, test.found, got, test.want)
		}
	}
}

// A customer's policy is judged by what it says, where it was captured; a covered account is less strange than others.
func TestFindingsByOthers(t *testing.T) {
	admin := `{"DefaultVersionId":"v1","PolicyVersionList":[{"VersionId":"v1","Document":"{\"Statement\":{\"Effect\":\"Allow\",\"Action\":\"*\",\"Resource\":\"*\"}}"}]}`
	arn := "arn:aws:iam::111122223333:policy/all"
	attached := `{"AttachedManagedPolicies":[{"PolicyArn":"` + arn + `"}]}`
	got := toldFindings(findingsBetween(t, "iam:role", `{}`, attached, func(baseline, target side) {
		baseline.add(snapshot.Global, "iam:policy", arn, admin)
		target.add(snapshot.Global, "iam:policy", arn, admin)
	}))
	if want := "high admin-policy: the policy all is attached: it allows every action"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if got := findingsBetween(t, "iam:role", `{}`, attached); len(got) > 0 {
		t.Errorf("the policy was not captured, and told is %s", toldFindings(got))
	}
	got = toldFindings(findingsBetween(t, "iam:role", `{}`, trusting(`"999988887777"`, ""), func(_, target side) {
		target.Accounts = append(target.Accounts, snapshot.Account{AccountID: "999988887777"})
	}))
	if want := "medium trust-another-account: another account (999988887777) may assume this role"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// A bucket that is open to the public is not told as that where the account's own block stops it, if both sides know.
func TestFindingsBehindTheAccountsBlock(t *testing.T) {
	const kind, id = "s3:account-public-access-block", "account-public-access-block"
	open := `{"Policy":` + quoted(allow(`"*"`, `"s3:GetObject"`, "")) + `,"Acl":[{"Grantee":{"URI":"http://acs.amazonaws.com/groups/global/AllUsers"},"Permission":"READ"}]}`
	blocked := `{"RestrictPublicBuckets":true,"IgnorePublicAcls":true,"BlockPublicAcls":true,"BlockPublicPolicy":true}`
	for name, test := range map[string]struct {
		baseline, target string
		findings         int
	}{
		"both sides blocked": {blocked, blocked, 0}, "neither blocked": {`{}`, `{}`, 2}, "only one side looked": {"", blocked, 2}, "nobody looked": {"", "", 2},
	} {
		got := findingsBetween(t, "s3:bucket", `{"Policy":"","Acl":[]}`, open, func(baseline, target side) {
			for s, block := range map[side]string{baseline: test.baseline, target: test.target} {
				if block != "" {
					s.add(snapshot.Global, kind, id, block)
				}
			}
		})
		if len(got) != test.findings {
			t.Errorf("%s: told %s, want %d findings", name, toldFindings(got), test.findings)
		}
	}
}

// A side whose collector did not know a place says nothing of it.
func TestFindingsAcrossVersions(t *testing.T) {
	older := func(baseline, _ side) {
		baseline.KnownPaths = map[string][]snapshot.Path{"rds:db": {"Engine"}}
	}
	if got := findingsBetween(t, "rds:db", `{"Engine":"mysql"}`, `{"Engine":"postgres","PubliclyAccessible":true}`, older); len(got) > 0 {
		t.Errorf("told: %s", toldFindings(got))
	}
}

// What is less bad than before is there still, and the sentence says so.
func TestFindingsThatAreLess(t *testing.T) {
	identity := func(condition string) string {
		return `{"RolePolicyList":[{"PolicyName":"p","PolicyDocument":` + quoted(`{"Statement":{"Effect":"Allow","Action":["iam:PutRolePolicy","iam:PutUserPolicy"],"Resource":"*"`+condition+`}}`) + `}]}`
	}
	got := toldFindings(findingsBetween(t, "iam:role", identity(""), identity(`,"Condition":{"StringEquals":{"iam:PermissionsBoundary":"arn:aws:iam::111122223333:policy/b"}}`)))
	if want := "better high privilege-escalation: less than before: its holder may give itself more rights: iam:PutRolePolicy, iam:PutUserPolicy (with conditions: iam:PermissionsBoundary)"; got != want {
		t.Errorf("told\n%s\nwant\n%s", got, want)
	}
}
