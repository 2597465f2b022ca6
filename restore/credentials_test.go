package restore

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/aws-baseline/aws-baseline/collect/snapshot"
)

// The account of these tests: a user in a group, with a policy; a role that a user may take, with a policy, in a
// profile of an instance, made by a stack; and as much again that nobody uses.
func identities() *snapshot.Snapshot {
	resource := func(kind, id string, named ...string) snapshot.Resource {
		r := snapshot.Resource{Key: kind + "/" + id, Kind: kind, ID: id}
		for _, key := range named {
			r.References = append(r.References, snapshot.Reference{Key: key, Scanned: strings.HasPrefix(key, "iam:user")})
		}
		return r
	}
	role := resource("iam:role", "app", "iam:policy/app", "iam:user/taker")
	role.Owner = &snapshot.Owner{Kind: "cloudformation:stack", ID: "app", Key: "cloudformation:stack/app"}
	return &snapshot.Snapshot{Resources: []snapshot.Resource{
		resource("iam:user", "bob", "iam:group/devs", "iam:policy/bob"),
		resource("iam:group", "devs", "iam:policy/devs"),
		resource("iam:policy", "bob"), resource("iam:policy", "devs"), resource("iam:policy", "app"), resource("iam:policy", "other"),
		role, resource("iam:user", "taker", "iam:policy/taker"), resource("iam:policy", "taker"),
		resource("iam:instance-profile", "app", "iam:role/app"), resource("ec2:instance", "i-1", "iam:instance-profile/app"),
		resource("lambda:function", "runs-as-app", "iam:role/app"), resource("cloudformation:stack", "app"),
		resource("iam:user", "shares", "iam:policy/bob"), resource("iam:role", "other", "iam:policy/other"),
		resource("lambda:function", "runs-as-other", "iam:role/other"),
	}}
}

func TestOwnCredentials(t *testing.T) {
	ofRole := []string{
		"cloudformation:stack/app", "ec2:instance/i-1", "iam:instance-profile/app", "iam:policy/app", "iam:policy/taker", "iam:role/app",
		"iam:user/taker", "lambda:function/runs-as-app",
	}
	for _, test := range []struct {
		caller string
		want   []string
	}{
		{"arn:aws:iam::123456789012:user/bob", []string{"iam:group/devs", "iam:policy/bob", "iam:policy/devs", "iam:user/bob"}},
		{"arn:aws:iam::123456789012:user/some/path/bob", []string{"iam:group/devs", "iam:policy/bob", "iam:policy/devs", "iam:user/bob"}},
		{"arn:aws-cn:iam::123456789012:user/bob", []string{"iam:group/devs", "iam:policy/bob", "iam:policy/devs", "iam:user/bob"}},
		{"arn:aws:sts::123456789012:assumed-role/app/session", ofRole},
		{"arn:aws:sts::123456789012:assumed-role/app/i-0123456789abcdef0", ofRole},
		{"arn:aws:sts::123456789012:assumed-role/app/session/with/slashes", ofRole},
		{"arn:aws:sts::123456789012:federated-user/who", []string{
			"iam:group/devs", "iam:policy/bob", "iam:policy/devs", "iam:policy/taker", "iam:user/bob", "iam:user/shares", "iam:user/taker",
		}},
		{"arn:aws:iam::123456789012:user/bo", nil},
		{"arn:aws:sts::123456789012:assumed-role/bob/session", nil},
		{"arn:aws:iam::123456789012:root", nil},
		{"", nil},
		{"nonsense", nil},
	} {
		got := slices.Sorted(maps.Keys(ownCredentials(test.caller, nil, identities())))
		if !slices.Equal(got, test.want) {
			t.Errorf("%s rests on\n%q, want\n%q", test.caller, got, test.want)
		}
	}
}

// Who can't see itself can't tell what its access rests on.
func TestOwnCredentialsUnseen(t *testing.T) {
	s := identities()
	s.Resources = slices.DeleteFunc(s.Resources, func(r snapshot.Resource) bool { return r.Kind == "iam:user" })
	s.Coverage = []snapshot.Coverage{{Kind: "iam:user", State: snapshot.Denied}, {Kind: "iam:role", State: snapshot.Complete}}
	own := ownCredentials("arn:aws:iam::123456789012:user/bob", nil, s)
	for _, key := range []string{"iam:policy/bob", "iam:group/devs", "iam:role/other"} {
		if !strings.Contains(own[key], "iam:user") {
			t.Errorf("%s may go: %q", key, own[key])
		}
	}
	if own := ownCredentials("arn:aws:sts::123456789012:assumed-role/other/s", nil, s); own["iam:policy/bob"] != "" || own["iam:policy/other"] == "" {
		t.Errorf("the role was seen: %q", own)
	}
}

// The key of the profile through which a role was taken, and its user, are in use too.
func TestOwnKeys(t *testing.T) {
	user := snapshot.Resource{Key: "user", Kind: "iam:user", ID: "ops"}
	key := snapshot.Resource{Key: "key", Kind: "iam:access-key", ID: "AKIA1", References: []snapshot.Reference{{Path: "UserName", Kind: "iam:user", ID: "ops", Key: "user"}}}
	other := snapshot.Resource{Key: "other", Kind: "iam:access-key", ID: "AKIA2"}
	own := ownCredentials("arn:aws:sts::123456789012:assumed-role/admin/s", []string{"AKIA1", "ASIA9"}, &snapshot.Snapshot{Resources: []snapshot.Resource{user, key, other}})
	if own["key"] == "" || own["user"] == "" || own["other"] != "" {
		t.Errorf("held: %v", own)
	}
}
