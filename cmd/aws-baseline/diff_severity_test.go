package main

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	ec2types "github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/aws-baseline/aws-baseline/diff"
)

// What was opened by API is told with its severity, and is told as better when it is the baseline that was open.
func TestSeverityOnMoto(t *testing.T) {
	w := newWorld(t)
	cfg := w.proxy.Config(home)
	firewall, people, storage := ec2.NewFromConfig(cfg), iam.NewFromConfig(cfg), s3.NewFromConfig(cfg)
	group := w.group("web")
	w.role("deploy")
	bucket := w.bucket("files")
	w.baseline("--types", "ec2:security-group,iam:role,s3:bucket")
	if r := w.diff(0); r.Summary.Severities != (diff.SeverityCounts{}) {
		t.Errorf("nothing was changed, and told is %+v", r.Summary.Severities)
	}
	rule := []ec2types.IpPermission{{
		IpProtocol: aws.String("tcp"), FromPort: aws.Int32(22), ToPort: aws.Int32(22), IpRanges: []ec2types.IpRange{{CidrIp: aws.String("0.0.0.0/0")}},
	}}
	no(firewall.AuthorizeSecurityGroupIngress(t.Context(), &ec2.AuthorizeSecurityGroupIngressInput{GroupId: &group, IpPermissions: rule}))(t)
	open := strings.Replace(trust, `{"Service":"ec2.amazonaws.com"}`, `{"AWS":"arn:aws:iam::999988887777:root"}`, 1)
	no(people.UpdateAssumeRolePolicy(t.Context(), &iam.UpdateAssumeRolePolicyInput{RoleName: aws.String("deploy"), PolicyDocument: &open}))(t)
	all := `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}`
	no(people.PutRolePolicy(t.Context(), &iam.PutRolePolicyInput{RoleName: aws.String("deploy"), PolicyName: aws.String("all"), PolicyDocument: &all}))(t)
	public := fmt.Sprintf(`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::%s/*"}]}`, bucket)
	no(storage.PutBucketPolicy(t.Context(), &s3.PutBucketPolicyInput{Bucket: &bucket, Policy: &public}))(t)

	want := []string{
		"high admin-policy: it allows every action",
		"high ingress-from-anywhere: port 22 (SSH) is open to the world (0.0.0.0/0)",
		"high public-bucket: anybody has access: s3:GetObject",
		"high trust-another-account: another account (999988887777) may assume this role",
	}
	if got := severities(w.diff(1)); !slices.Equal(got, want) {
		t.Errorf("told is\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	for args, code := range map[string]int{"--fail-on critical": 0, "--fail-on high": 1, "--severity critical": 0, "--severity high": 1} {
		w.must(code, append([]string{"diff"}, strings.Fields(args)...)...)
	}
	if text := w.must(1, "diff").stdout; !strings.Contains(text, "3 modified; 3 high.\n") {
		t.Errorf("the last line does not say how bad it is:\n%s", text)
	}

	w.nextSecond()
	w.must(0, "snapshot", "create", "open", "--regions", home, "--types", "ec2:security-group,iam:role,s3:bucket")
	no(firewall.RevokeSecurityGroupIngress(t.Context(), &ec2.RevokeSecurityGroupIngressInput{GroupId: &group, IpPermissions: rule}))(t)
	no(people.UpdateAssumeRolePolicy(t.Context(), &iam.UpdateAssumeRolePolicyInput{RoleName: aws.String("deploy"), PolicyDocument: aws.String(trust)}))(t)
	no(people.DeleteRolePolicy(t.Context(), &iam.DeleteRolePolicyInput{RoleName: aws.String("deploy"), PolicyName: aws.String("all")}))(t)
	no(storage.DeleteBucketPolicy(t.Context(), &s3.DeleteBucketPolicyInput{Bucket: &bucket}))(t)
	want = []string{
		"better high admin-policy: it does not allow every action any more",
		"better high ingress-from-anywhere: port 22 (SSH) is not open to the world (0.0.0.0/0) any more",
		"better high public-bucket: anybody no longer has access: s3:GetObject",
		"better high trust-another-account: another account (999988887777) may no longer assume this role",
	}
	if got := severities(w.diff(1, "open")); !slices.Equal(got, want) {
		t.Errorf("told is\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	w.must(0, "diff", "open", "--fail-on", "low")
}

func severities(r *diff.Report) []string {
	var out []string
	for _, change := range r.Changes {
		for _, f := range change.Findings {
			line := string(f.Severity) + " " + f.Rule + ": " + f.Text
			if f.Better {
				line = "better " + line
			}
			out = append(out, line)
		}
	}
	slices.Sort(out)
	return out
}

// A severity that is none is refused before anything is done, and what can't be seen is trouble whatever was asked for.
func TestSeverityFlags(t *testing.T) {
	t.Setenv("AWS_BASELINE_SNAPSHOT_DIR", "testdata/snapshots")
	for _, test := range []struct {
		args []string
		code int
		says string
	}{
		{[]string{"--severity", "bad"}, 80, `--severity: "bad" is none of [low medium high critical]`},
		{[]string{"--fail-on", "worse"}, 80, `--fail-on: "worse" is none of [low medium high critical]`},
		{[]string{"--fail-on", "low"}, 1, "; 1 low."},
		{[]string{"--fail-on", "medium"}, 0, "; 1 low."},
		{[]string{"--severity", "LOW"}, 1, "1 modified; 1 low; 3 other changes filtered out."},
		{[]string{"--severity", "medium"}, 0, "No differences in what was asked for; 4 other changes filtered out."},
	} {
		t.Run(strings.Join(test.args, " "), func(t *testing.T) {
			got := runProgram(t, append([]string{"diff", "monday", "friday"}, test.args...)...)
			if got.code != test.code || !strings.Contains(got.stdout+got.stderr, test.says) {
				t.Errorf("exit code %d, want %d, and %q:\n%s%s", got.code, test.code, test.says, got.stdout, got.stderr)
			}
		})
	}
}
