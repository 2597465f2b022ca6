package testbed

import (
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	iamtypes "github.com/aws/aws-sdk-go-v2/service/iam/types"
	"github.com/aws/aws-sdk-go-v2/service/kms"
	kmstypes "github.com/aws/aws-sdk-go-v2/service/kms/types"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	secretstypes "github.com/aws/aws-sdk-go-v2/service/secretsmanager/types"
	"github.com/aws/aws-sdk-go-v2/service/ssm"
	ssmtypes "github.com/aws/aws-sdk-go-v2/service/ssm/types"
)

func (b *builder) iamTags() []iamtypes.Tag {
	return named(b, "", func(k, v *string) iamtypes.Tag { return iamtypes.Tag{Key: k, Value: v} })
}

// role makes a role for an AWS service, with an inline policy and with managed policies by ARN. It returns its ARN.
func (b *builder) role(name, service string, inline *string, managed ...string) string {
	c := iam.NewFromConfig(b.cfg)
	arn := do(b, c.CreateRole, &iam.CreateRoleInput{
		RoleName: &name, AssumeRolePolicyDocument: trustPolicy(service), Description: aws.String("Used by " + service), Tags: b.iamTags(),
	}).Role.Arn
	if inline != nil {
		do(b, c.PutRolePolicy, &iam.PutRolePolicyInput{RoleName: &name, PolicyName: aws.String("permissions"), PolicyDocument: inline})
	}
	for _, policy := range managed {
		do(b, c.AttachRolePolicy, &iam.AttachRolePolicyInput{RoleName: &name, PolicyArn: &policy})
	}
	return *arn
}

// policy makes a managed policy and returns its ARN.
func (b *builder) policy(name string, document *string) string {
	return *do(b, iam.NewFromConfig(b.cfg).CreatePolicy, &iam.CreatePolicyInput{PolicyName: &name, PolicyDocument: document, Tags: b.iamTags()}).Policy.Arn
}

// instanceProfile makes a profile that holds a role.
func (b *builder) instanceProfile(name, role string) {
	c := iam.NewFromConfig(b.cfg)
	do(b, c.CreateInstanceProfile, &iam.CreateInstanceProfileInput{InstanceProfileName: &name, Tags: b.iamTags()})
	do(b, c.AddRoleToInstanceProfile, &iam.AddRoleToInstanceProfileInput{InstanceProfileName: &name, RoleName: &role})
}

// user makes a user with an access key in a group that has a policy.
func (b *builder) user(name, group, policy string) {
	c := iam.NewFromConfig(b.cfg)
	do(b, c.CreateGroup, &iam.CreateGroupInput{GroupName: &group})
	do(b, c.AttachGroupPolicy, &iam.AttachGroupPolicyInput{GroupName: &group, PolicyArn: &policy})
	do(b, c.CreateUser, &iam.CreateUserInput{UserName: &name, Tags: b.iamTags()})
	do(b, c.AddUserToGroup, &iam.AddUserToGroupInput{UserName: &name, GroupName: &group})
	do(b, c.CreateAccessKey, &iam.CreateAccessKeyInput{UserName: &name})
}

// key makes a rotated KMS key that the account and some AWS services may use, and its alias. It returns the key's ARN.
func (b *builder) key(alias string, services ...string) string {
	c := kms.NewFromConfig(b.cfg)
	statements := `{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::` + b.account + `:root"},"Action":"kms:*","Resource":"*"}`
	for _, service := range services {
		statements += `,{"Effect":"Allow","Principal":{"Service":"` + service + `.amazonaws.com"},"Action":["kms:GenerateDataKey*","kms:Decrypt"],"Resource":"*"}`
	}
	key := do(b, c.CreateKey, &kms.CreateKeyInput{
		Description: aws.String(alias), Policy: aws.String(`{"Version":"2012-10-17","Statement":[` + statements + `]}`),
		Tags: named(b, "", func(k, v *string) kmstypes.Tag { return kmstypes.Tag{TagKey: k, TagValue: v} }),
	}).KeyMetadata
	do(b, c.EnableKeyRotation, &kms.EnableKeyRotationInput{KeyId: key.KeyId})
	do(b, c.CreateAlias, &kms.CreateAliasInput{AliasName: aws.String("alias/" + alias), TargetKeyId: key.KeyId})
	return *key.Arn
}

// secret makes a secret with a value and a policy, encrypted with a key.
func (b *builder) secret(name, value, key string) {
	c := secretsmanager.NewFromConfig(b.cfg)
	arn := do(b, c.CreateSecret, &secretsmanager.CreateSecretInput{
		Name: &name, SecretString: &value, KmsKeyId: &key,
		Tags: named(b, "", func(k, v *string) secretstypes.Tag { return secretstypes.Tag{Key: k, Value: v} }),
	}).ARN
	do(b, c.PutResourcePolicy, &secretsmanager.PutResourcePolicyInput{SecretId: arn, ResourcePolicy: aws.String(
		`{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Principal":"*","Action":"secretsmanager:DeleteSecret","Resource":"*"}]}`)})
}

func (b *builder) parameter(name, value string, sort ssmtypes.ParameterType) {
	do(b, ssm.NewFromConfig(b.cfg).PutParameter, &ssm.PutParameterInput{
		Name: &name, Value: &value, Type: sort,
		Tags: named(b, "", func(k, v *string) ssmtypes.Tag { return ssmtypes.Tag{Key: k, Value: v} }),
	})
}
