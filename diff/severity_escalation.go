package diff

import (
	"slices"
	"strings"
)

const (
	ruleEscalation = "privilege-escalation"
	ruleLending    = "role-lending"
)

// escalating are the calls by which their caller gets rights that it does not have, where it may make them for whatever
// there is: by changing what identities may do, or by getting their credentials (IAM User Guide, "Permissions management";
// Service Authorization Reference, the access level "Permissions management" of IAM).
var escalating = [...]string{
	"iam:AddUserToGroup", "iam:AttachGroupPolicy", "iam:AttachRolePolicy", "iam:AttachUserPolicy", "iam:CreateAccessKey",
	"iam:CreateLoginProfile", "iam:CreatePolicyVersion", "iam:DeleteRolePermissionsBoundary", "iam:DeleteUserPermissionsBoundary",
	"iam:PutGroupPolicy", "iam:PutRolePermissionsBoundary", "iam:PutRolePolicy", "iam:PutUserPermissionsBoundary", "iam:PutUserPolicy",
	"iam:SetDefaultPolicyVersion", "iam:UpdateAssumeRolePolicy", "iam:UpdateLoginProfile",
}

// ownEscalating are those that give their caller more rights where it may make them for itself alone. That users look after
// their own keys and passwords is usual.
var ownEscalating = [...]string{
	"iam:AttachUserPolicy", "iam:DeleteUserPermissionsBoundary", "iam:PutUserPermissionsBoundary", "iam:PutUserPolicy",
}

// lending are the calls by which their caller acts with the rights of roles that let it, or a service, in.
var lending = [...]string{"iam:PassRole", "sts:AssumeRole"}

// escalations are the points of a statement whose holder can come by rights that it does not have: one for each call.
func escalations(s *statement) []point {
	type group struct {
		calls    []string
		rule     string
		severity Severity
	}
	groups := []group{{escalating[:], ruleEscalation, High}, {lending[:], ruleLending, Medium}}
	if !slices.ContainsFunc(s.resources, everyIdentity) && len(s.notResources) == 0 {
		if !slices.ContainsFunc(s.resources, func(r string) bool { return strings.HasSuffix(r, ":user/${aws:username}") }) {
			return nil
		}
		groups = []group{{ownEscalating[:], ruleEscalation, High}}
	}
	var points []point
	for _, group := range groups {
		for _, call := range group.calls {
			if !s.allowsCall(call) {
				continue
			}
			p := point{rule: group.rule, severity: group.severity, subject: call}
			if s.condition.any() {
				p.severity = lower(p.severity, 1)
				p.weak = strings.Trim(s.condition.words(), " ()")
			}
			points = append(points, p)
		}
	}
	return points
}

// allowsCall reports whether a statement's actions have a call.
func (s *statement) allowsCall(call string) bool {
	if len(s.notActions) > 0 {
		return !slices.ContainsFunc(s.notActions, func(a string) bool { return fitsAction(a, call) })
	}
	return slices.ContainsFunc(s.actions, func(a string) bool { return fitsAction(a, call) })
}

// implied are points that are said by another one: who may do everything may do these, and that is no news besides.
func implied(points ...point) []point {
	for i := range points {
		points[i].implied = true
	}
	return points
}

// fitsAction reports whether a policy's pattern of actions fits a call. Case means nothing.
func fitsAction(pattern, call string) bool {
	return patternTakesIn(strings.ToLower(pattern), strings.ToLower(call))
}

// everyAction reports whether a pattern fits every action there is.
func everyAction(pattern string) bool {
	service, name, both := strings.Cut(pattern, ":")
	return anyText(service) && (!both || anyText(name))
}

// everyIAMAction reports whether a pattern fits every action of IAM.
func everyIAMAction(pattern string) bool {
	service, name, _ := strings.Cut(pattern, ":")
	return fitsAction(service, "iam") && anyText(name)
}

// anyText reports whether a pattern fits whatever there is that is long enough.
func anyText(pattern string) bool {
	return strings.Contains(pattern, "*") && strings.Trim(pattern, "*?") == ""
}

// everyResource reports whether a pattern fits every resource there is: "*", "arn:*", "arn:aws:*:*:*:*".
func everyResource(pattern string) bool { return everyARN(pattern, anyText) }

// everyIdentity reports whether a pattern fits every resource of IAM, or all of a sort: "arn:aws:iam::111122223333:role/*".
func everyIdentity(pattern string) bool {
	return everyARN(pattern, func(service string) bool { return anyText(service) || fitsAction(service, "iam") })
}

// everyARN reports whether a pattern fits every ARN of the services that one fits. A star in ARNs goes on over colons.
func everyARN(pattern string, service func(string) bool) bool {
	if anyText(pattern) {
		return true
	}
	parts := strings.SplitN(pattern, ":", 6)
	if len(parts) < 6 && !strings.HasSuffix(pattern, "*") {
		return false
	}
	for i, part := range parts {
		var fits bool
		switch i {
		case 0:
			fits = fitsAction(part, "arn")
		case 1:
			fits = slices.ContainsFunc([]string{"aws", "aws-cn", "aws-us-gov"}, func(partition string) bool { return fitsAction(part, partition) })
		case 2:
			fits = service(part)
		case 3:
			fits = part == "" && fitsAction(parts[2], "iam") || anyText(part)
		case 4:
			fits = anyText(part) || isAccount(part) && fitsAction(parts[2], "iam") && !anyText(parts[2])
		default:
			sort, name, named := strings.Cut(part, "/")
			fits = anyText(part) || named && anyText(name) && (anyText(sort) || slices.Contains([]string{"role", "user", "group", "policy"}, sort) && !anyText(parts[2]))
		}
		if !fits {
			return false
		}
	}
	return true
}
