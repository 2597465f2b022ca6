package kinds

import (
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager/types"

	"github.com/aws-baseline/aws-baseline/collect"
	"github.com/aws-baseline/aws-baseline/collect/snapshot"
)

func secretsManagerKinds() []collect.Kind {
	return []collect.Kind{secret}
}

// secret: values are never read. That a value changed shows in the id of the current version, which is configuration
// unless something rotates the secret.
var secret = collect.Kind{
	Name: "secretsmanager:secret", CloudFormation: "AWS::SecretsManager::Secret",
	List: func(s *collect.Scope) {
		c := secretsmanager.NewFromConfig(s.Config)
		// Without IncludePlannedDeletion the list has no dead ones.
		list := collect.Pages[types.SecretListEntry](s, c.ListSecrets, &secretsmanager.ListSecretsInput{MaxResults: aws.Int32(100)})
		collect.Each(s, list, func(e types.SecretListEntry) {
			item := collect.Item{ID: e.Name, ARN: e.ARN, UniqueID: e.ARN, Created: e.CreatedDate, Tags: collect.TagsOf(e.Tags)}
			if service := aws.ToString(e.OwningService); service != "" {
				item.Managed(service + " manages this secret")
			}
			if primary := aws.ToString(e.PrimaryRegion); primary != "" && primary != s.Region {
				item.Protect = "a replica goes with its primary secret in " + primary
				item.Owner = &snapshot.Owner{Kind: "secretsmanager:secret", ID: strings.Replace(aws.ToString(e.ARN), ":"+s.Region+":", ":"+primary+":", 1)}
			}
			s.Add(item, e, secretValue{currentVersion(e)},
				collect.Ask(s, "ResourcePolicy", c.GetResourcePolicy, &secretsmanager.GetResourcePolicyInput{SecretId: e.ARN}).Of("ResourcePolicy"))
		})
	},
	Weak: []collect.Weakness{
		{Rule: "key-policy-anybody", Path: "ResourcePolicy", Check: snapshot.CheckKeyPolicy},
		{Rule: "secret-rotation-off", Path: "RotationEnabled", Is: []string{"false"}, Absent: true},
		{Rule: "encryption-key-dropped", Path: "KmsKeyId", Absent: true},
	},
	Status: []collect.Path{"LastAccessedDate", "LastChangedDate", "LastRotatedDate", "NextRotationDate", "SecretVersionsToStages"},
	Sets:   map[collect.Path]string{"ExternalSecretRotationMetadata": "Key"},
	Delete: deleteSecret,
}

// secretValue stands for a secret's value.
type secretValue struct {
	CurrentVersionId *string
}

// currentVersion is the version that is current, where nothing rotates the secret.
func currentVersion(e types.SecretListEntry) *string {
	if aws.ToBool(e.RotationEnabled) {
		return nil
	}
	for version, stages := range e.SecretVersionsToStages {
		if slices.Contains(stages, "AWSCURRENT") {
			return &version
		}
	}
	return nil
}

// deleteSecret schedules a secret for deletion with the longest window. Replicas go first: they hold it.
func deleteSecret(s *collect.Scope, r *collect.Resource) error {
	c := secretsmanager.NewFromConfig(s.Config)
	now, err := c.DescribeSecret(s.Context, &secretsmanager.DescribeSecretInput{SecretId: &r.ARN})
	if err != nil {
		return err
	}
	if len(now.ReplicationStatus) > 0 {
		var regions []string
		for _, replica := range now.ReplicationStatus {
			regions = append(regions, aws.ToString(replica.Region))
		}
		if err := collect.Do(s, c.RemoveRegionsFromReplication, &secretsmanager.RemoveRegionsFromReplicationInput{
			SecretId: &r.ARN, RemoveReplicaRegions: regions,
		}); err != nil {
			return err
		}
	}
	if now.DeletedDate != nil {
		return nil
	}
	return collect.Do(s, c.DeleteSecret, &secretsmanager.DeleteSecretInput{SecretId: &r.ARN, RecoveryWindowInDays: aws.Int64(30)})
}
