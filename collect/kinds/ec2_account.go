package kinds

import (
	"cmp"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/aws-baseline/aws-baseline/collect"
)

// ec2Account are the settings that an account has in each region for whatever is made there: a kind each, since each is a
// call and a permission of its own. CloudFormation has a type for one of them; the other names are our own, after the calls.
func ec2Account() []collect.Kind {
	return []collect.Kind{ebsEncryption, ebsDefaultKey, snapshotBlock, imageBlock, metadataDefaults}
}

// accountSetting is the item of what every account has from the start: nobody makes it, so that a region that was enabled
// since adds nothing, while a change to it is somebody's.
func accountSetting(id string) collect.Item {
	item := collect.Item{ID: &id}
	item.Managed("every account has it")
	return item
}

// changedOnly is why there is nothing to delete.
const changedOnly = "every account has it in every region: it can be changed, not deleted"

var ebsEncryption = collect.Kind{
	Name: "ec2:ebs-encryption-by-default", CloudFormation: "AWS::EC2::EbsEncryptionByDefault",
	List: func(s *collect.Scope) {
		out, ok := collect.Call(s, ec2.NewFromConfig(s.Config).GetEbsEncryptionByDefault, &ec2.GetEbsEncryptionByDefaultInput{})
		if ok {
			s.Add(accountSetting("ebs-encryption-by-default"), out)
		}
	},
	Weak:     []collect.Weakness{{Rule: "encryption-off", Path: "EbsEncryptionByDefault", Is: []string{"false"}, Says: "new volumes"}},
	Omit:     []collect.Path{"SseType"}, // "Reserved for future use", API reference
	NoDelete: changedOnly,
}

// ebsDefaultKey encrypts where nobody names a key. While the account sets none of its own it is AWS's, which has an ARN from
// the day on which AWS makes it: it is told by its alias before and after.
var ebsDefaultKey = collect.Kind{
	Name: "ec2:ebs-default-kms-key", CloudFormation: "AWS::EC2::EbsDefaultKmsKey",
	List: func(s *collect.Scope) {
		out, ok := collect.Call(s, ec2.NewFromConfig(s.Config).GetEbsDefaultKmsKeyId, &ec2.GetEbsDefaultKmsKeyIdInput{})
		if !ok {
			return
		}
		item, key := accountSetting("ebs-default-kms-key"), struct{ KmsKeyId *string }{out.KmsKeyId}
		if _, id, made := strings.Cut(aws.ToString(key.KmsKeyId), ":key/"); made {
			aliases, err := aliasesOf(s)
			switch {
			case err != nil:
				item.Unknown, key.KmsKeyId = append(item.Unknown, collect.Gap{Path: "KmsKeyId", Err: err}), nil
			case managedByAlias(aliases, &id):
				key.KmsKeyId = aws.String(keyOfAWS)
			}
		} else if strings.HasSuffix(aws.ToString(key.KmsKeyId), ":"+keyOfAWS) {
			key.KmsKeyId = aws.String(keyOfAWS)
		}
		s.Add(item, key)
	},
	Weak:     []collect.Weakness{{Rule: "encryption-key-dropped", Path: "KmsKeyId", Is: []string{keyOfAWS}, Says: "new volumes"}},
	NoDelete: changedOnly,
}

// keyOfAWS is the alias of the key that AWS manages for volumes.
const keyOfAWS = "alias/aws/ebs"

var snapshotBlock = collect.Kind{
	Name: "ec2:snapshot-block-public-access", CloudFormation: "AWS::EC2::SnapshotBlockPublicAccess",
	List: func(s *collect.Scope) {
		out, ok := collect.Call(s, ec2.NewFromConfig(s.Config).GetSnapshotBlockPublicAccessState, &ec2.GetSnapshotBlockPublicAccessStateInput{})
		if ok {
			s.Add(accountSetting("snapshot-block-public-access"), out)
		}
	},
	Weak: []collect.Weakness{
		{Rule: "public-access-block-off", Path: "State", Is: []string{string(types.SnapshotBlockPublicAccessStateUnblocked)}, Says: "snapshots that will be shared"},
		{Rule: "public-access-block-off", Path: "State", Not: []string{string(types.SnapshotBlockPublicAccessStateBlockAllSharing)}, Says: "snapshots that are shared already"},
	},
	NoDelete: changedOnly,
}

var imageBlock = collect.Kind{
	Name: "ec2:image-block-public-access", CloudFormation: "AWS::EC2::ImageBlockPublicAccess",
	List: func(s *collect.Scope) {
		out, ok := collect.Call(s, ec2.NewFromConfig(s.Config).GetImageBlockPublicAccessState, &ec2.GetImageBlockPublicAccessStateInput{})
		if ok {
			s.Add(accountSetting("image-block-public-access"), out)
		}
	},
	Weak: []collect.Weakness{
		{Rule: "public-access-block-off", Path: "ImageBlockPublicAccessState", Is: []string{string(types.ImageBlockPublicAccessDisabledStateUnblocked)}, Says: "images that will be shared"},
	},
	NoDelete: changedOnly,
}

// metadataDefaults hold for what is launched without a word about it, and before what its image says. What nobody set is
// absent ("Order of precedence for instance metadata options", EC2 User Guide).
var metadataDefaults = collect.Kind{
	Name: "ec2:instance-metadata-defaults", CloudFormation: "AWS::EC2::InstanceMetadataDefaults",
	List: func(s *collect.Scope) {
		out, ok := collect.Call(s, ec2.NewFromConfig(s.Config).GetInstanceMetadataDefaults, &ec2.GetInstanceMetadataDefaultsInput{})
		if ok {
			s.Add(accountSetting("instance-metadata-defaults"), cmp.Or(out.AccountLevel, new(types.InstanceMetadataDefaultsResponse)))
		}
	},
	Weak: []collect.Weakness{
		{Rule: "imdsv1-by-default", Path: "HttpTokens", Not: []string{string(types.HttpTokensStateRequired)}, Absent: true, Says: "by default"},
		{Rule: "imdsv1-by-default", Path: "HttpTokens", Is: []string{string(types.HttpTokensStateOptional)}, Says: "whatever its image asks for"},
		{Rule: "imdsv1-by-default", Path: "HttpTokensEnforced", Not: []string{string(types.HttpTokensEnforcedStateEnabled)}, Absent: true, Says: "on request"},
	},
	NoDelete: changedOnly,
}
