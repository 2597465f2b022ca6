package main

import (
	"context"
	"fmt"
	"hash/fnv"
	"regexp"
	"slices"
	"strings"

	"github.com/aws-baseline/aws-baseline/collect"
	"github.com/aws-baseline/aws-baseline/collect/snapshot"
)

// roleFlags say how other accounts are entered.
type roleFlags struct {
	AssumeRole string `help:"Role to assume in other accounts (${defaultRole})." placeholder:"NAME"`
	ExternalID string `name:"external-id" help:"External id that the role asks for." placeholder:"ID"`
}

func (f *roleFlags) role() collect.Role {
	return collect.Role{Name: f.AssumeRole, ExternalID: f.ExternalID}
}

// roleName is what IAM takes for a role's name, with its path ("IAM and AWS STS quotas, name requirements").
var roleName = regexp.MustCompile(`^/?([!-.0-~]+/)*[\w+=,.@-]{1,64}$`)

// accountFlags choose accounts.
type accountFlags struct {
	Accounts []string `help:"Accounts; without it the one that the credentials are of." placeholder:"ID"`
	Org      bool     `help:"All active accounts of the organisation."`
	roleFlags
}

var accountID = regexp.MustCompile(`^[0-9]{12}$`)

func (f *roleFlags) check() error {
	if at := strings.LastIndex(f.AssumeRole, ":role/"); strings.HasPrefix(f.AssumeRole, "arn:") && at >= 0 {
		return usagef("--assume-role is the role's name in every account: give %s", f.AssumeRole[at+len(":role/"):])
	}
	if f.AssumeRole != "" && !roleName.MatchString(f.AssumeRole) {
		return usagef("--assume-role: %q is not the name of a role: letters, digits and +=,.@_-, with its path before it if it has one", f.AssumeRole)
	}
	return nil
}

func (f *accountFlags) check() error {
	if err := f.roleFlags.check(); err != nil {
		return err
	}
	for i, id := range f.Accounts {
		if !accountID.MatchString(id) {
			return usagef("--accounts: %q is not an account id: give 12 digits", id)
		}
		if slices.Contains(f.Accounts[:i], id) {
			return usagef("--accounts: %s is given twice", id)
		}
	}
	if f.Org && len(f.Accounts) > 0 {
		return usagef("--org is all accounts: give it or --accounts")
	}
	if !f.Org && len(f.Accounts) == 0 && (f.AssumeRole != "" || f.ExternalID != "") {
		return usagef("--assume-role and --external-id are for other accounts: give --accounts or --org, or a profile with that role")
	}
	return nil
}

// source is what is captured: one account, or a fleet of them.
type source struct {
	session *collect.Session
	fleet   *collect.Fleet // nil for the session's account alone
}

func (s source) capture(ctx context.Context, request collect.Request) (*snapshot.Snapshot, error) {
	if s.fleet != nil {
		return s.fleet.Capture(ctx, request)
	}
	return collect.Capture(ctx, s.session, request)
}

func (s source) expired() bool {
	return s.session.Expired() || s.fleet != nil && s.fleet.Expired()
}

// source opens what the flags choose.
func (f *accountFlags) source(a *app, session *collect.Session, part shard) (source, error) {
	var members []collect.AccountRef
	var organization *snapshot.Organization
	switch {
	case f.Org:
		var err error
		if organization, members, err = session.Organization(a.ctx); err != nil {
			return source{}, fmt.Errorf("the organisation's accounts can't be listed: %s; use the management account or a delegated administrator, or name them with --accounts", collect.Describe(err))
		}
	case len(f.Accounts) > 0:
		for _, id := range f.Accounts {
			members = append(members, collect.AccountRef{ID: id})
		}
	default:
		return source{session: session}, nil
	}
	if part.count > 1 {
		members = slices.DeleteFunc(members, func(m collect.AccountRef) bool { return !part.has(m.ID) })
		if len(members) == 0 {
			a.caution(fmt.Sprintf("no account falls into shard %s: this part is empty, and needed all the same to merge the whole", part))
		}
		if organization != nil {
			organization.AllAccounts, organization.Shard = false, part.String()
		}
	}
	fleet := collect.NewFleet(session, f.role(), members)
	fleet.Organization = organization
	return source{session, fleet}, nil
}

// sourceOf opens the accounts of a baseline, and those that joined its organisation since.
func (a *app) sourceOf(session *collect.Session, baseline *snapshot.Snapshot, role roleFlags) (source, error) {
	o := baseline.Organization
	all := o != nil && o.AllAccounts
	ids := baseline.AccountIDs()
	if !all && len(ids) == 1 && ids[0] == session.AccountID {
		return source{session: session}, nil
	}
	if !all && len(ids) == 1 && role.AssumeRole == "" {
		return source{}, fmt.Errorf("the baseline %s is of account %s, the credentials are of account %s; use that account's profile, or give --assume-role",
			baseline.Name, ids[0], session.AccountID)
	}
	var members []collect.AccountRef
	for _, account := range baseline.Accounts {
		members = append(members, collect.AccountRef{ID: account.AccountID, Name: account.Name})
	}
	if all {
		now, listed, err := session.Organization(a.ctx)
		if err != nil {
			return source{}, fmt.Errorf("the accounts of the organisation %s can't be listed: %s", o.ID, collect.Describe(err))
		}
		if now.ID != o.ID {
			return source{}, fmt.Errorf("the baseline %s is of the organisation %s, the credentials are of %s; use that organisation's profile", baseline.Name, o.ID, now.ID)
		}
		for _, member := range listed {
			if !slices.Contains(ids, member.ID) {
				members = append(members, member)
			}
		}
	}
	fleet := collect.NewFleet(session, role.role(), members)
	if all {
		fleet.Organization = &snapshot.Organization{ID: o.ID, AllAccounts: true}
	}
	return source{session, fleet}, nil
}

// accountSet names what the flags choose, as active baselines are filed.
func (f *accountFlags) accountSet(a *app, session *collect.Session) (string, error) {
	switch {
	case f.Org:
		id, err := session.OrganizationID(a.ctx)
		if err != nil {
			return "", fmt.Errorf("the organisation can't be asked for: %s; name the baseline", collect.Describe(err))
		}
		return id, nil
	case len(f.Accounts) > 0:
		return strings.Join(slices.Sorted(slices.Values(f.Accounts)), ","), nil
	}
	return session.AccountID, nil
}

// shard is one of several equal parts of a set of accounts; the zero value is all of them.
type shard struct{ index, count int }

func (s shard) String() string { return fmt.Sprintf("%d/%d", s.index, s.count) }

// has tells by the account's id alone, so that an account that joins moves no other.
func (s shard) has(accountID string) bool {
	sum := fnv.New32a()
	_, _ = sum.Write([]byte(accountID))
	return int(sum.Sum32()%uint32(s.count)) == s.index-1
}

// parseShard reads I/N, from 1/1 to N/N.
func parseShard(text string) (shard, error) {
	if text == "" {
		return shard{}, nil
	}
	var s shard
	if n, err := fmt.Sscanf(text, "%d/%d", &s.index, &s.count); n != 2 || err != nil || s.String() != text || s.index < 1 || s.index > s.count || s.count > 10000 {
		return s, usagef("--shard: %q is not I/N with I from 1 to N", text)
	}
	return s, nil
}
