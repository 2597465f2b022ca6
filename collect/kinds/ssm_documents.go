package kinds

import (
	"iter"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ssm"
	"github.com/aws/aws-sdk-go-v2/service/ssm/types"

	"github.com/aws-baseline/aws-baseline/collect"
	"github.com/aws-baseline/aws-baseline/collect/snapshot"
)

// ssmDocument is one of the account's own. Its content is not read: people write passwords into scripts. That it changed
// shows in its hash. The date is that of the version that is described, so it moves when another becomes the default.
var ssmDocument = collect.Kind{
	Name: "ssm:document", CloudFormation: "AWS::SSM::Document", Approximate: true,
	List: func(s *collect.Scope) {
		c := ssm.NewFromConfig(s.Config)
		list := collect.Pages[types.DocumentIdentifier](s, c.ListDocuments, &ssm.ListDocumentsInput{
			Filters: []types.DocumentKeyValuesFilter{{Key: aws.String("Owner"), Values: []string{"Self"}}}, MaxResults: aws.Int32(50),
		})
		collect.Each(s, list, func(d types.DocumentIdentifier) {
			item := collect.Item{ID: d.Name, ARN: s.ARN("ssm", "document/"+aws.ToString(d.Name)), Tags: collect.TagsOf(d.Tags)}
			accounts, there := collect.Nested(s, &item, "SharedWith", func(s *collect.Scope) iter.Seq[string] { return accountsOf(s, c, d.Name) }, noDocument)
			if there {
				document := collect.Ask(s, "Document", c.DescribeDocument, &ssm.DescribeDocumentInput{Name: d.Name}).Of("Document")
				s.Add(item, sharedWith{accounts}, collect.Fill(document, func(item *collect.Item, described types.DocumentDescription) {
					item.Created = described.CreatedDate
				}))
			}
		})
	},
	Weak: []collect.Weakness{
		{Rule: "shared-with-account", Path: "SharedWith[]", Check: snapshot.CheckSharedWith, AtMost: "high"},
	},
	Status: []collect.Path{
		"Document.Status", "Document.StatusInformation", "Document.ReviewStatus", "Document.ReviewInformation", "Document.PendingReviewVersion",
	},
	Omit: []collect.Path{"Document.CreatedDate", "Document.Tags"},
	Sets: map[collect.Path]string{
		"SharedWith": "", "Document.Parameters": "Name", "Document.PlatformTypes": "", "Document.AttachmentsInformation": "Name", "Document.Requires": "",
		"Document.Category": "", "Document.CategoryEnum": "",
	},
	Secrets: []collect.Path{"Document.Parameters[].DefaultValue"},
	Delete:  deleteDocument,
}

// sharedWith are the accounts that may use a document; "all" is everybody.
type sharedWith struct {
	SharedWith []string
}

func accountsOf(s *collect.Scope, c *ssm.Client, name *string) iter.Seq[string] {
	return collect.PagesBy(s, c.DescribeDocumentPermission,
		&ssm.DescribeDocumentPermissionInput{Name: name, PermissionType: types.DocumentPermissionTypeShare},
		func(out *ssm.DescribeDocumentPermissionOutput) ([]string, *string) {
			return out.AccountIds, out.NextToken
		},
		func(in *ssm.DescribeDocumentPermissionInput, token *string) { in.NextToken = token })
}

// noDocument is what Systems Manager says of a document that does not exist.
const noDocument = "InvalidDocument"

// accountsAtOnce is the most that Systems Manager takes from a document in one call.
const accountsAtOnce = 20

// deleteDocument stops sharing a document, which Systems Manager wants first, and deletes all of its versions.
func deleteDocument(s *collect.Scope, r *collect.Resource) error {
	c := ssm.NewFromConfig(s.Config)
	var accounts []string
	err := collect.Every(s, accountsOf(s, c, &r.ID), func(account string) error { accounts = append(accounts, account); return nil })
	if collect.Code(err) == noDocument {
		return nil
	}
	if err != nil {
		return err
	}
	for some := range slices.Chunk(accounts, accountsAtOnce) {
		if err := collect.Do(s, c.ModifyDocumentPermission, &ssm.ModifyDocumentPermissionInput{
			Name: &r.ID, PermissionType: types.DocumentPermissionTypeShare, AccountIdsToRemove: some,
		}); err != nil {
			return err
		}
	}
	return collect.DoUnlessGone(s, c.DeleteDocument, &ssm.DeleteDocumentInput{Name: &r.ID}, noDocument)
}
