package kinds

import (
	"slices"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/kms"
	"github.com/aws/aws-sdk-go-v2/service/kms/types"

	"github.com/aws-baseline/aws-baseline/collect"
	"github.com/aws-baseline/aws-baseline/collect/snapshot"
)

func makeKey(e *estate) *types.KeyMetadata {
	tags := tagList(func(k, v *string) types.Tag { return types.Tag{TagKey: k, TagValue: v} })
	return must(kms.NewFromConfig(e.Config).CreateKey(e, &kms.CreateKeyInput{Description: aws.String("for tests"), Tags: tags}))(e).KeyMetadata
}

func kmsLives() []life {
	var first, second string // keys, for the alias to stand for
	return []life{{
		kind: "kms:key",
		create: func(e *estate) made {
			k := makeKey(e)
			must(kms.NewFromConfig(e.Config).EnableKeyRotation(e, &kms.EnableKeyRotationInput{KeyId: k.KeyId}))(e)
			return made{ID: *k.KeyId, ARN: *k.Arn, UniqueID: *k.KeyId}
		},
		check: func(t *testing.T, r *collect.Resource) {
			wantConfiguration(t, r, "Key.Description", "for tests")
			wantConfiguration(t, r, "Rotation.KeyRotationEnabled", "true")
		},
		changes: keyChanges(),
	}, {
		kind: "kms:alias", untagged: true, undated: true, // moto has no date for aliases; AWS has
		with: []string{"kms:key"}, refs: []collect.Path{"TargetKeyId"},
		create: func(e *estate) made {
			first, second = *makeKey(e).KeyId, *makeKey(e).KeyId
			must(kms.NewFromConfig(e.Config).CreateAlias(e, &kms.CreateAliasInput{AliasName: aws.String("alias/alias-life"), TargetKeyId: &first}))(e)
			return made{ID: "alias/alias-life", ARN: "arn:aws:kms:us-east-1:" + e.Account + ":alias/alias-life"}
		},
		changes: []change{swap("the key that it stands for", &first, &second, func(e *estate, m made, key *string) {
			must(kms.NewFromConfig(e.Config).UpdateAlias(e, &kms.UpdateAliasInput{AliasName: &m.ID, TargetKeyId: key}))(e)
		}, "TargetKeyId")},
		fewer: "an alias has nothing but its key",
	}}
}

// TestKeyOfUnknownManager: where DescribeKey is denied, nobody knows whose key it is, so it is not free to delete.
func TestKeyOfUnknownManager(t *testing.T) {
	e := newEstate(t)
	k := makeKey(e)
	e.Proxy.Deny("kms", "DescribeKey")
	found := of(e.capture("kms:key"), "kms:key")
	if len(found) != 1 {
		t.Fatalf("got %d keys, want one", len(found))
	}
	for _, r := range found {
		if r.ID != *k.KeyId || !r.Unread("Key.Description") || r.Unread("Policy") || !r.Marked(snapshot.MarkProtected) {
			t.Errorf("got %s, unknown %v, marks %v", r.ID, r.Unknown, r.Marks)
		}
	}
}

// TestKeyOfAWSUnread: AWS's own keys have an alias, by which they are known where DescribeKey is denied. Where the aliases
// are too, nothing more is asked, since what a key of AWS's has besides is not in a baseline.
func TestKeyOfAWSUnread(t *testing.T) {
	e := newEstate(t)
	const keys = `{"Keys":[{"KeyId":"k","KeyArn":"arn:aws:kms:eu-west-1:111122223333:key/k"}],"Truncated":false}`
	e.answer("kms", "ListKeys", keys)
	e.answer("kms", "ListAliases", `{"Aliases":[{"AliasName":"alias/aws/s3","TargetKeyId":"k"}],"Truncated":false}`)
	e.Proxy.Deny("kms", "DescribeKey")
	check := func(unsure bool, unread ...snapshot.Path) {
		t.Helper()
		found := of(e.capture("kms:key"), "kms:key")
		if len(found) != 1 {
			t.Fatalf("got %d keys, want one", len(found))
		}
		for _, r := range found {
			var paths []snapshot.Path
			for _, u := range r.Unknown {
				paths = append(paths, u.Path)
			}
			if r.Marked(snapshot.MarkProvider) == unsure || r.Marked(snapshot.MarkUnsure) != unsure || !r.Marked(snapshot.MarkProtected) || !slices.Equal(paths, unread) {
				t.Errorf("got marks %v, unknown %v, want unsure %v, unknown %v", r.Marks, paths, unsure, unread)
			}
		}
	}
	check(false, "Key")
	e.Proxy.Heal()
	e.answer("kms", "ListKeys", keys)
	e.Proxy.Deny("kms", "DescribeKey")
	e.Proxy.Deny("kms", "ListAliases")
	check(true, "Key", "Policy", "Rotation", snapshot.TagsPath)
}
