package kinds

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager/types"

	"github.com/aws-baseline/aws-baseline/collect"
)

func secretLives() []life {
	return []life{{
		kind: "secretsmanager:secret",
		create: func(e *estate) made {
			tags := tagList(func(k, v *string) types.Tag { return types.Tag{Key: k, Value: v} })
			c := secretsmanager.NewFromConfig(e.Config)
			out := must(c.CreateSecret(e, &secretsmanager.CreateSecretInput{Name: aws.String("secret/life"), Description: aws.String("for tests"), SecretString: aws.String("hunter2"), Tags: tags}))(e)
			must(c.PutResourcePolicy(e, &secretsmanager.PutResourcePolicyInput{SecretId: out.ARN, ResourcePolicy: aws.String(readS3)}))(e)
			return made{ID: "secret/life", ARN: *out.ARN, UniqueID: *out.ARN}
		},
		check: func(t *testing.T, r *collect.Resource) {
			wantConfiguration(t, r, "ResourcePolicy", readS3)
			if strings.Contains(string(r.Configuration), "hunter2") || strings.Contains(string(r.Status), "hunter2") {
				t.Errorf("it holds the secret: %s, %s", r.Configuration, r.Status)
			}
		},
		changes: secretChanges(),
	}}
}

// TestSecretValueChanges: another value is another configuration, though nobody read either.
func TestSecretValueChanges(t *testing.T) {
	e := newEstate(t)
	c := secretsmanager.NewFromConfig(e.Config)
	must(c.CreateSecret(e, &secretsmanager.CreateSecretInput{Name: aws.String("token"), SecretString: aws.String("one")}))(e)
	hash := func() string {
		for _, r := range of(e.capture("secretsmanager:secret"), "secretsmanager:secret") {
			return r.ConfigurationHash
		}
		return ""
	}
	before := hash()
	must(c.PutSecretValue(e, &secretsmanager.PutSecretValueInput{SecretId: aws.String("token"), SecretString: aws.String("two")}))(e)
	if after := hash(); before == "" || after == before {
		t.Errorf("the configuration hash was %q and is %q", before, after)
	}
	if n := e.Proxy.Count("secretsmanager", "GetSecretValue"); n > 0 {
		t.Errorf("the value was read %d times", n)
	}
}

func TestCurrentVersion(t *testing.T) {
	versions := map[string][]string{"v1": {"AWSPREVIOUS"}, "v2": {"mine", "AWSCURRENT"}}
	if got := currentVersion(types.SecretListEntry{SecretVersionsToStages: versions}); aws.ToString(got) != "v2" {
		t.Errorf("got %q, want v2", aws.ToString(got))
	}
	if got := currentVersion(types.SecretListEntry{SecretVersionsToStages: versions, RotationEnabled: aws.Bool(true)}); got != nil {
		t.Errorf("rotated: got %q, want none", *got)
	}
	if got := currentVersion(types.SecretListEntry{}); got != nil {
		t.Errorf("without a value: got %q, want none", *got)
	}
}
