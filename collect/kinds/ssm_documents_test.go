package kinds

import (
	"fmt"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ssm"
	"github.com/aws/aws-sdk-go-v2/service/ssm/types"

	"github.com/aws-baseline/aws-baseline/collect"
)

// makeDocument makes a document with a password for a default.
func makeDocument(e *estate, name string) {
	tags := tagList(func(k, v *string) types.Tag { return types.Tag{Key: k, Value: v} })
	must(ssm.NewFromConfig(e.Config).CreateDocument(e, &ssm.CreateDocumentInput{
		Name: &name, DocumentType: types.DocumentTypeCommand, DocumentFormat: types.DocumentFormatJson, Tags: tags,
		Content: aws.String(`{"schemaVersion":"2.2","description":"orders","parameters":{"Token":{"type":"String","description":"a token","default":"hunter2"}},
			"mainSteps":[{"action":"aws:runShellScript","name":"run","inputs":{"runCommand":["echo hunter2"]}}]}`),
	}))(e)
}

func ssmLives() []life {
	return []life{{
		kind: "ssm:document",
		create: func(e *estate) made {
			makeDocument(e, "document-life")
			must(ssm.NewFromConfig(e.Config).ModifyDocumentPermission(e, &ssm.ModifyDocumentPermissionInput{
				Name: aws.String("document-life"), PermissionType: types.DocumentPermissionTypeShare, AccountIdsToAdd: []string{"111111111111"},
			}))(e)
			return made{ID: "document-life", ARN: "arn:aws:ssm:us-east-1:" + e.Account + ":document/document-life"}
		},
		check: func(t *testing.T, r *collect.Resource) {
			wantConfiguration(t, r, "SharedWith[]", "111111111111")
			wantConfiguration(t, r, "Document.Parameters[].Name", "Token")
			wantNoSecret(t, r)
		},
		changes: documentChanges(),
	}}
}

// More documents than an answer holds are all seen.
func TestManyDocuments(t *testing.T) {
	e := newEstate(t)
	const many = 55
	for i := range many {
		makeDocument(e, fmt.Sprintf("orders-%02d", i))
	}
	if found := of(e.capture("ssm:document"), "ssm:document"); len(found) != many {
		t.Errorf("got %d documents, want %d", len(found), many)
	}
}

// A document that went between list and describe is gone, and deleting it again is nothing.
func TestDocumentsOfTheGone(t *testing.T) {
	e := newEstate(t)
	makeDocument(e, "orders")
	e.Proxy.Error("ssm", "DescribeDocumentPermission", 400, "InvalidDocument", "Document with name orders does not exist.")
	if seen := e.capture("ssm:document"); len(seen.Resources) != 0 {
		t.Errorf("got %d documents", len(seen.Resources))
	}
	if err := deleteDocument(e.session.Scope(e, &ssmDocument, testRegion), &collect.Resource{ID: "orders"}); err != nil {
		t.Error(err)
	}
}
