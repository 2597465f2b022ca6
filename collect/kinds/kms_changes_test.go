package kinds

import (
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/kms"
	"github.com/aws/aws-sdk-go-v2/service/kms/types"
)

func keyChanges() []change {
	client := func(e *estate) *kms.Client { return kms.NewFromConfig(e.Config) }
	policy := func(e *estate, who string) *string {
		return aws.String(strings.ReplaceAll(`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"WHO"},"Action":"kms:*","Resource":"*"}]}`, "WHO", who))
	}
	var before *string
	return []change{
		tagChange(func(e *estate, m made, key, value string) {
			must(client(e).TagResource(e, &kms.TagResourceInput{KeyId: &m.ID, Tags: []types.Tag{{TagKey: &key, TagValue: &value}}}))(e)
		}),
		swap("its description", "for tests", "of orders", func(e *estate, m made, text string) {
			must(client(e).UpdateKeyDescription(e, &kms.UpdateKeyDescriptionInput{KeyId: &m.ID, Description: &text}))(e)
		}, "Key.Description"),
		{
			name: "rotation",
			do: func(e *estate, m made) {
				must(client(e).DisableKeyRotation(e, &kms.DisableKeyRotationInput{KeyId: &m.ID}))(e)
			},
			undo: func(e *estate, m made) {
				must(client(e).EnableKeyRotation(e, &kms.EnableKeyRotationInput{KeyId: &m.ID}))(e)
			},
			paths: []string{"Rotation.KeyRotationEnabled"},
		},
		{
			name:  "whether it can be used",
			do:    func(e *estate, m made) { must(client(e).DisableKey(e, &kms.DisableKeyInput{KeyId: &m.ID}))(e) },
			undo:  func(e *estate, m made) { must(client(e).EnableKey(e, &kms.EnableKeyInput{KeyId: &m.ID}))(e) },
			paths: []string{"Key.Enabled"},
		},
		{
			name: "who may use it",
			do: func(e *estate, m made) {
				before = must(client(e).GetKeyPolicy(e, &kms.GetKeyPolicyInput{KeyId: &m.ID, PolicyName: aws.String("default")}))(e).Policy
				must(client(e).PutKeyPolicy(e, &kms.PutKeyPolicyInput{KeyId: &m.ID, PolicyName: aws.String("default"), Policy: policy(e, "210987654321")}))(e)
			},
			undo: func(e *estate, m made) {
				must(client(e).PutKeyPolicy(e, &kms.PutKeyPolicyInput{KeyId: &m.ID, PolicyName: aws.String("default"), Policy: before}))(e)
			},
			paths: []string{"Policy"},
		},
	}
}
