package diff

import (
	"slices"

	"github.com/aws-baseline/aws-baseline/collect/snapshot"
)

// groups of S3's grants (S3 User Guide, "Access control list (ACL) overview").
const (
	allUsers           = "http://acs.amazonaws.com/groups/global/AllUsers"
	authenticatedUsers = "http://acs.amazonaws.com/groups/global/AuthenticatedUsers"
)

// logDelivery are the ids by which CloudFront writes logs to buckets, in the partitions that have it (CloudFront Developer
// Guide, "Configure standard logging (legacy)").
var logDelivery = [...]string{
	"c4c1ede66af53448b93c283ce9448c4ba468c9432aa01d700d3878632f77d2d0", "a52cb28745c0c06e84ec548334e44bfa7fc2a85c54af20cd59e4969344b7af56",
}

// bucketACLPoints judges grants to everybody, which S3 passes over with IgnorePublicAcls, and to users by their canonical ids.
// The owner has one too, and is not known: a grant counts where it came or went, and not where its bucket did.
func bucketACLPoints(v *view, w *snapshot.Weakness) ([]point, bool) {
	ignored := v.isTrue("PublicAccessBlock.IgnorePublicAcls") || v.accountBlocks("IgnorePublicAcls")
	var points []point
	for _, f := range walkTo(v.tree, w.Path.Join(snapshot.Each), "") {
		grant, ok := f.value.(map[string]any)
		if !ok {
			continue
		}
		permission, _ := text(grant["Permission"])
		add := func(p point, id, who string) {
			p.path, p.subject, p.whole = string(w.Path), "acl "+id+" "+permission, true
			p.weak = "the access control list gives " + who + " " + permission
			p.strong = "the access control list does not give " + who + " " + permission + " any more"
			points = append(points, p)
		}
		grantee, _ := grant["Grantee"].(map[string]any)
		uri, _ := text(grantee["URI"])
		id, _ := text(grantee["ID"])
		who := map[string]string{allUsers: "everybody", authenticatedUsers: "everybody with an AWS account"}[uri]
		switch {
		case who != "" && !ignored:
			severity := High
			if permission != "READ" && permission != "READ_ACP" {
				severity = Critical
			}
			add(point{rule: "public-bucket", severity: severity}, who, who)
		case id != "" && !slices.Contains(logDelivery[:], id):
			add(point{rule: "policy-another-account", severity: Medium, onChange: true}, "canonical "+id, unknownUser(id))
		}
	}
	return points, true
}
