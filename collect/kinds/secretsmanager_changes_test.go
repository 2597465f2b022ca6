package kinds

import (
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager/types"
)

func secretChanges() []change {
	client := func(e *estate) *secretsmanager.Client { return secretsmanager.NewFromConfig(e.Config) }
	var first, second *string // versions
	return []change{
		tagChange(func(e *estate, m made, key, value string) {
			must(client(e).TagResource(e, &secretsmanager.TagResourceInput{SecretId: &m.ARN, Tags: []types.Tag{{Key: &key, Value: &value}}}))(e)
		}),
		swap("its description", "for tests", "of orders", func(e *estate, m made, text string) {
			must(client(e).UpdateSecret(e, &secretsmanager.UpdateSecretInput{SecretId: &m.ARN, Description: &text}))(e)
		}, "Description"),
		swap("who may read it", readS3, readAll, func(e *estate, m made, document string) {
			must(client(e).PutResourcePolicy(e, &secretsmanager.PutResourcePolicyInput{SecretId: &m.ARN, ResourcePolicy: &document}))(e)
		}, "ResourcePolicy"),
		{
			name: "its value",
			do: func(e *estate, m made) {
				first = must(client(e).GetSecretValue(e, &secretsmanager.GetSecretValueInput{SecretId: &m.ARN}))(e).VersionId
				second = must(client(e).PutSecretValue(e, &secretsmanager.PutSecretValueInput{SecretId: &m.ARN, SecretString: aws.String("hunter3")}))(e).VersionId
			},
			undo: func(e *estate, m made) {
				must(client(e).UpdateSecretVersionStage(e, &secretsmanager.UpdateSecretVersionStageInput{
					SecretId: &m.ARN, VersionStage: aws.String("AWSCURRENT"), RemoveFromVersionId: second, MoveToVersionId: first,
				}))(e)
			},
			paths: []string{"CurrentVersionId"},
		},
	}
}
