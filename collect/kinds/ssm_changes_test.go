package kinds

import (
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ssm"
	"github.com/aws/aws-sdk-go-v2/service/ssm/types"
)

func ssmTagChange(of types.ResourceTypeForTagging) change {
	return tagChange(func(e *estate, m made, key, value string) {
		must(ssm.NewFromConfig(e.Config).AddTagsToResource(e, &ssm.AddTagsToResourceInput{
			ResourceType: of, ResourceId: &m.ID, Tags: []types.Tag{{Key: &key, Value: &value}},
		}))(e)
	})
}

func parameterChanges() []change {
	put := func(e *estate, m made, in ssm.PutParameterInput) {
		in.Name, in.Overwrite = &m.ID, aws.Bool(true)
		must(ssm.NewFromConfig(e.Config).PutParameter(e, &in))(e)
	}
	return []change{
		ssmTagChange(types.ResourceTypeForTaggingParameter),
		swap("its value", "hunter2", "hunter3", func(e *estate, m made, value string) {
			put(e, m, ssm.PutParameterInput{Value: &value})
		}, "Value"),
		swap("what it may be", "", "^hunter", func(e *estate, m made, pattern string) {
			put(e, m, ssm.PutParameterInput{Value: aws.String("hunter2"), AllowedPattern: &pattern})
		}, "AllowedPattern"),
		swap("its tier", types.ParameterTierStandard, types.ParameterTierAdvanced, func(e *estate, m made, tier types.ParameterTier) {
			put(e, m, ssm.PutParameterInput{Value: aws.String("hunter2"), Tier: tier})
		}, "Tier"),
	}
}

func documentChanges() []change {
	client := func(e *estate) *ssm.Client { return ssm.NewFromConfig(e.Config) }
	share := func(e *estate, m made, add, remove []string) {
		must(client(e).ModifyDocumentPermission(e, &ssm.ModifyDocumentPermissionInput{
			Name: &m.ID, PermissionType: types.DocumentPermissionTypeShare, AccountIdsToAdd: add, AccountIdsToRemove: remove,
		}))(e)
	}
	before, other := []string{"111111111111"}, []string{"222222222222"}
	return []change{
		ssmTagChange(types.ResourceTypeForTaggingDocument),
		{
			name:  "who may use it",
			do:    func(e *estate, m made) { share(e, m, other, nil) },
			undo:  func(e *estate, m made) { share(e, m, nil, other) },
			paths: []string{"SharedWith[]"},
		},
		{
			name: "another version",
			do: func(e *estate, m made) {
				now := must(client(e).GetDocument(e, &ssm.GetDocumentInput{Name: &m.ID}))(e)
				must(client(e).UpdateDocument(e, &ssm.UpdateDocumentInput{
					Name: &m.ID, DocumentFormat: types.DocumentFormatJson, DocumentVersion: aws.String("$LATEST"),
					Content: aws.String(strings.ReplaceAll(*now.Content, "hunter2", "hunter3")),
				}))(e)
			},
			undo: func(e *estate, m made) {
				share(e, m, nil, before) // moto deletes no version of a document that is shared
				defer share(e, m, before, nil)
				must(client(e).DeleteDocument(e, &ssm.DeleteDocumentInput{Name: &m.ID, DocumentVersion: aws.String("2")}))(e)
			},
			paths: []string{"Document.LatestVersion"},
		},
	}
}
