package kinds

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/ec2"

	"github.com/aws-baseline/aws-baseline/collect"
	"github.com/aws-baseline/aws-baseline/collect/snapshot"
)

// ec2Answer is an answer of EC2's, as its API reference has them.
func ec2Answer(operation, result string) string {
	return "<" + operation + `Response xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><requestId>59dbff89-35bd-4eac-99ed-be587EXAMPLE</requestId>` +
		result + "</" + operation + "Response>"
}

// settingLife is the life of a setting that moto lacks: one answer, and others.
func settingLife(kind, id, operation, result string, check func(*testing.T, *collect.Resource), changes ...change) life {
	return life{
		kind: kind, always: true, undated: true, untagged: true, keeps: true, unserved: "moto has no " + operation,
		create: func(e *estate) made {
			e.answer("ec2", operation, ec2Answer(operation, result))
			return made{ID: id}
		},
		check: check, changes: changes,
	}
}

// answers is a change of what such a setting answers with.
func answers(name, operation, from, to string, paths ...string) change {
	return swap(name, from, to, func(e *estate, _ made, result string) {
		e.Proxy.Heal() // the first answer would stand
		e.answer("ec2", operation, ec2Answer(operation, result))
	}, paths...)
}

func ec2AccountLives() []life {
	const (
		snapshots, images, metadata = "GetSnapshotBlockPublicAccessState", "GetImageBlockPublicAccessState", "GetInstanceMetadataDefaults"

		allBlocked  = "<state>block-all-sharing</state><managedBy>account</managedBy>"
		newBlocked  = "<imageBlockPublicAccessState>block-new-sharing</imageBlockPublicAccessState><managedBy>account</managedBy>"
		tokensAsked = "<accountLevel><httpTokens>required</httpTokens><httpPutResponseHopLimit>2</httpPutResponseHopLimit>" +
			"<httpTokensEnforced>enabled</httpTokensEnforced><managedBy>account</managedBy></accountLevel>"
		ownKey = "<kmsKeyId>arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab</kmsKeyId>"
	)
	return []life{
		{
			kind: "ec2:ebs-encryption-by-default", always: true, undated: true, untagged: true, keeps: true, fewer: "it is on or off",
			create: func(e *estate) made {
				encryptByDefault(e, true)
				return made{ID: "ebs-encryption-by-default"}
			},
			check:   func(t *testing.T, r *collect.Resource) { wantConfiguration(t, r, "EbsEncryptionByDefault", "true") },
			changes: []change{swap("whether", true, false, func(e *estate, _ made, on bool) { encryptByDefault(e, on) }, "EbsEncryptionByDefault")},
		},
		settingLife("ec2:ebs-default-kms-key", "ebs-default-kms-key", "GetEbsDefaultKmsKeyId", ownKey, nil,
			answers("the key", "GetEbsDefaultKmsKeyId", ownKey, "<kmsKeyId>alias/aws/ebs</kmsKeyId>", "KmsKeyId")),
		settingLife("ec2:snapshot-block-public-access", "snapshot-block-public-access", snapshots, allBlocked,
			func(t *testing.T, r *collect.Resource) { wantConfiguration(t, r, "State", "block-all-sharing") },
			answers("what it blocks", snapshots, allBlocked, "<state>unblocked</state><managedBy>account</managedBy>", "State"),
			answers("who manages it", snapshots, allBlocked, "<state>block-all-sharing</state><managedBy>declarative-policy</managedBy>", "ManagedBy")),
		settingLife("ec2:image-block-public-access", "image-block-public-access", images, newBlocked,
			func(t *testing.T, r *collect.Resource) {
				wantConfiguration(t, r, "ImageBlockPublicAccessState", "block-new-sharing")
			},
			answers("what it blocks", images, newBlocked, "<imageBlockPublicAccessState>unblocked</imageBlockPublicAccessState><managedBy>account</managedBy>", "ImageBlockPublicAccessState")),
		settingLife("ec2:instance-metadata-defaults", "instance-metadata-defaults", metadata, tokensAsked,
			func(t *testing.T, r *collect.Resource) {
				wantConfiguration(t, r, "HttpTokens", "required")
				wantConfiguration(t, r, "HttpPutResponseHopLimit", "2")
			},
			answers("tokens", metadata, tokensAsked, "<accountLevel><httpTokens>optional</httpTokens><httpPutResponseHopLimit>2</httpPutResponseHopLimit>"+
				"<httpTokensEnforced>enabled</httpTokensEnforced><managedBy>account</managedBy></accountLevel>", "HttpTokens"),
			answers("the whole", metadata, tokensAsked, "<accountLevel/>", "HttpPutResponseHopLimit", "HttpTokens", "HttpTokensEnforced", "ManagedBy")),
	}
}

func encryptByDefault(e *estate, on bool) {
	c := ec2.NewFromConfig(e.Config)
	if on {
		must(c.EnableEbsEncryptionByDefault(e, &ec2.EnableEbsEncryptionByDefaultInput{}))(e)
		return
	}
	must(c.DisableEbsEncryptionByDefault(e, &ec2.DisableEbsEncryptionByDefaultInput{}))(e)
}

// TestDefaultKeyOfAWS: the key that AWS makes at the first need is told by its alias before and after, and where nobody
// may list the aliases, whose key it is is unknown.
func TestDefaultKeyOfAWS(t *testing.T) {
	const key = "arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"
	e := newEstate(t)
	aliases := func(name string) {
		e.answer("kms", "ListAliases", `{"Aliases": [{"AliasName": "`+name+`", "TargetKeyId": "1234abcd-12ab-34cd-56ef-1234567890ab"}]}`)
	}
	for _, test := range []struct{ answer, alias, want string }{
		{"alias/aws/ebs", "alias/ours", "alias/aws/ebs"},
		{"arn:aws:kms:us-east-1:123456789012:alias/aws/ebs", "alias/ours", "alias/aws/ebs"},
		{key, "alias/aws/ebs", "alias/aws/ebs"},
		{key, "alias/ours", key},
	} {
		e.answer("ec2", "GetEbsDefaultKmsKeyId", ec2Answer("GetEbsDefaultKmsKeyId", "<kmsKeyId>"+test.answer+"</kmsKeyId>"))
		aliases(test.alias)
		for _, r := range of(e.capture(ebsDefaultKey.Name), ebsDefaultKey.Name) {
			wantConfiguration(t, r, "KmsKeyId", test.want)
		}
		e.Proxy.Heal()
	}
	e.answer("ec2", "GetEbsDefaultKmsKeyId", ec2Answer("GetEbsDefaultKmsKeyId", "<kmsKeyId>"+key+"</kmsKeyId>"))
	e.Proxy.Deny("kms", "ListAliases")
	for _, r := range of(e.capture(ebsDefaultKey.Name), ebsDefaultKey.Name) {
		if !r.Unread("KmsKeyId") || string(r.Configuration) != "{}" {
			t.Errorf("got %s, unknown %+v", r.Configuration, r.Unknown)
		}
	}
}

// What nobody may ask about is a gap, of that setting alone.
func TestUnreadAccountSetting(t *testing.T) {
	e := newEstate(t)
	e.answer("ec2", "GetImageBlockPublicAccessState", ec2Answer("GetImageBlockPublicAccessState", "<imageBlockPublicAccessState>unblocked</imageBlockPublicAccessState>"))
	e.Proxy.Deny("ec2", "GetSnapshotBlockPublicAccessState")
	s, err := collect.Capture(t.Context(), e.session, collect.Request{
		Kinds: kindsNamed(t, imageBlock.Name, snapshotBlock.Name), Regions: []string{testRegion}, MaskKey: collect.NewMaskKey("the key of the settings' test"),
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, scope := range s.Coverage {
		want := map[string]snapshot.State{imageBlock.Name: snapshot.Complete, snapshotBlock.Name: snapshot.Denied}[scope.Kind]
		if scope.State != want {
			t.Errorf("%s: got %s, want %s", scope.Kind, scope.State, want)
		}
	}
}
