package collect

import (
	"cmp"
	"context"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/organizations"
	"github.com/aws/aws-sdk-go-v2/service/organizations/types"

	"github.com/aws-baseline/aws-baseline/collect/snapshot"
)

// OrganizationID asks which organisation the session's account belongs to. The error is AWS's.
func (s *Session) OrganizationID(ctx context.Context) (string, error) {
	out, err := organizations.NewFromConfig(s.Config).DescribeOrganization(ctx, &organizations.DescribeOrganizationInput{})
	if err != nil {
		return "", err
	}
	return aws.ToString(out.Organization.Id), nil
}

// Organization asks which organisation the session's account belongs to, and lists its active accounts, sorted by id.
// AWS answers the management account and delegated administrators only. The error is AWS's; a list that can't be read
// to its end is one, since the accounts that it lacks would read as closed.
func (s *Session) Organization(ctx context.Context) (*snapshot.Organization, []AccountRef, error) {
	id, err := s.OrganizationID(ctx)
	if err != nil {
		return nil, nil, err
	}
	c := organizations.NewFromConfig(s.Config)
	kind := &Kind{Name: "organizations:account"}
	scope := newRun(MaskKey{}).scope(ctx, s, kind, snapshot.Global)
	var members []AccountRef
	for account := range Pages[types.Account](scope, c.ListAccounts, &organizations.ListAccountsInput{MaxResults: aws.Int32(20)}) {
		if active(account) {
			members = append(members, AccountRef{ID: aws.ToString(account.Id), Name: aws.ToString(account.Name)})
		}
	}
	if err := scope.Err(); err != nil {
		return nil, nil, err
	}
	slices.SortFunc(members, func(a, b AccountRef) int { return cmp.Compare(a.ID, b.ID) })
	return &snapshot.Organization{ID: id, AllAccounts: true}, members, nil
}

// active leaves out accounts that are suspended or about to be closed: nobody can enter them.
func active(account types.Account) bool {
	if account.State != "" {
		return account.State == types.AccountStateActive
	}
	return account.Status == "" || account.Status == types.AccountStatusActive
}
