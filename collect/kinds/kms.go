package kinds

import (
	"iter"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/kms"
	"github.com/aws/aws-sdk-go-v2/service/kms/types"

	"github.com/aws-baseline/aws-baseline/collect"
	"github.com/aws-baseline/aws-baseline/collect/snapshot"
)

func kmsKinds() []collect.Kind {
	return []collect.Kind{kmsKey, kmsAlias}
}

// kmsKey: who manages a key, and whether it is about to go, is known from DescribeKey; AWS's own keys have an alias too,
// and never go. Of the keys that AWS manages nothing else is asked: there are some in every region, and nobody can set
// anything on them.
var kmsKey = collect.Kind{
	Name: "kms:key", CloudFormation: "AWS::KMS::Key", Aliases: []string{"AWS::KMS::ReplicaKey"}, Tagging: "kms:key",
	List: func(s *collect.Scope) {
		c := kms.NewFromConfig(s.Config)
		aliases, unlisted := aliasesOf(s)
		if unlisted != nil {
			aliases = nil // the kind that lists them says so; who manages a key is in its description too
		}
		collect.Each(s, collect.Pages[types.KeyListEntry](s, c.ListKeys, &kms.ListKeysInput{Limit: aws.Int32(1000)}), func(entry types.KeyListEntry) {
			id := entry.KeyId
			item := collect.Item{ID: id, UniqueID: id, ARN: entry.KeyArn}
			out, err := collect.Send(s, c.DescribeKey, &kms.DescribeKeyInput{KeyId: id})
			if collect.Classify(err) == collect.ClassNotFound {
				return
			}
			managed := managedByAlias(aliases, id)
			if err != nil {
				item.Unknown = append(item.Unknown, collect.Gap{Path: "Key", Err: err})
				item.Unsure, item.Protect = !managed, "who manages this key could not be read"
				out = new(kms.DescribeKeyOutput)
			}
			if metadata := out.KeyMetadata; metadata != nil {
				item.Created, item.Dead = metadata.CreationDate, dying(metadata.KeyState)
				managed = managed || metadata.KeyManager == types.KeyManagerTypeAws
			}
			if managed {
				item.Managed("AWS manages this key")
				s.Add(item, described{out.KeyMetadata})
				return
			}
			if err != nil && unlisted != nil { // if it is AWS's, what else there is to it is no change
				for _, part := range []collect.Path{"Policy", "Rotation", snapshot.TagsPath} {
					item.Unknown = append(item.Unknown, collect.Gap{Path: part, Err: err})
				}
				s.Add(item, described{})
				return
			}
			s.Add(item, described{out.KeyMetadata},
				collect.Ask(s, "Policy", c.GetKeyPolicy, &kms.GetKeyPolicyInput{KeyId: id, PolicyName: aws.String("default")}).Of("Policy"),
				collect.Through(collect.Ask(s, "Rotation", c.GetKeyRotationStatus, &kms.GetKeyRotationStatusInput{KeyId: id},
					"UnsupportedOperationException"), rotationOf),
				collect.AskTags(s, c.ListResourceTags, &kms.ListResourceTagsInput{KeyId: id}, collect.TagsIn))
		})
	},
	Weak: []collect.Weakness{
		{Rule: "key-policy-anybody", Path: "Policy", Check: snapshot.CheckKeyPolicy},
		{Rule: "key-rotation-off", Path: "Rotation.KeyRotationEnabled", Is: []string{"false"}},
		{Rule: "key-disabled", Path: "Key.Enabled", Is: []string{"false"}},
		{Rule: "key-removed", Guard: true},
	},
	Status: []collect.Path{"Key.KeyState", "Key.DeletionDate", "Key.CurrentKeyMaterialId"},
	Sets: map[collect.Path]string{
		"Key.EncryptionAlgorithms": "", "Key.SigningAlgorithms": "", "Key.MacAlgorithms": "", "Key.KeyAgreementAlgorithms": "",
		"Key.EncapsulationAlgorithms": "", "Key.MultiRegionConfiguration.ReplicaKeys": "Arn",
	},
	// A primary key waits for its replicas.
	Refs: map[collect.Path]string{"Key.MultiRegionConfiguration.PrimaryKey.Arn": "kms:key"},
	Late: true,
	Delete: func(s *collect.Scope, r *collect.Resource) error {
		return collect.Do(s, kms.NewFromConfig(s.Config).ScheduleKeyDeletion, &kms.ScheduleKeyDeletionInput{KeyId: &r.ID, PendingWindowInDays: aws.Int32(30)})
	},
}

// aliasesOf is the list that keys and aliases share.
func aliasesOf(s *collect.Scope) ([]types.AliasListEntry, error) {
	return collect.SharedList(s, "kms:ListAliases", func(s *collect.Scope) iter.Seq[types.AliasListEntry] {
		return collect.Pages[types.AliasListEntry](s, kms.NewFromConfig(s.Config).ListAliases, &kms.ListAliasesInput{Limit: aws.Int32(100)})
	})
}

// ofAWS reports whether an alias is one of those that only AWS makes.
func ofAWS(alias types.AliasListEntry) bool {
	return strings.HasPrefix(aws.ToString(alias.AliasName), "alias/aws/")
}

// managedByAlias reports whether one of AWS's aliases stands for a key.
func managedByAlias(aliases []types.AliasListEntry, id *string) bool {
	return slices.ContainsFunc(aliases, func(a types.AliasListEntry) bool { return ofAWS(a) && aws.ToString(a.TargetKeyId) == aws.ToString(id) })
}

// described puts a key's description where an aspect of that name would go.
type described struct {
	Key *types.KeyMetadata
}

// dying reports whether a key is scheduled for deletion: nobody can use it any more.
func dying(state types.KeyState) bool {
	return state == types.KeyStatePendingDeletion || state == types.KeyStatePendingReplicaDeletion
}

// rotation is what somebody set about a key's rotation.
type rotation struct {
	KeyRotationEnabled   bool
	RotationPeriodInDays *int32
}

func rotationOf(out *kms.GetKeyRotationStatusOutput) rotation {
	return rotation{out.KeyRotationEnabled, out.RotationPeriodInDays}
}

// kmsAlias has no tags: KMS doesn't tag aliases.
var kmsAlias = collect.Kind{
	Name: "kms:alias", CloudFormation: "AWS::KMS::Alias",
	List: func(s *collect.Scope) {
		aliases, err := aliasesOf(s)
		if err != nil {
			s.Fail(err)
		}
		for _, a := range aliases {
			item := collect.Item{ID: a.AliasName, ARN: a.AliasArn, Created: a.CreationDate}
			if ofAWS(a) {
				item.Managed("AWS's own alias")
				a.TargetKeyId = nil // AWS makes the key when a service first needs it
			}
			s.Add(item, a)
		}
	},
	Status: []collect.Path{"LastUpdatedDate"},
	Refs:   map[collect.Path]string{"TargetKeyId": "kms:key"},
	Delete: func(s *collect.Scope, r *collect.Resource) error {
		return collect.Do(s, kms.NewFromConfig(s.Config).DeleteAlias, &kms.DeleteAliasInput{AliasName: &r.ID})
	},
}
