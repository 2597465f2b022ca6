package main

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials/stscreds"
	"github.com/aws/aws-sdk-go-v2/service/organizations"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	"github.com/aws-baseline/aws-baseline/collect/snapshot"
	"github.com/aws-baseline/aws-baseline/collect/testbed"
)

// organization makes one with the world's account as its management account, and returns its id.
func (w *world) organization() string {
	w.Helper()
	c := organizations.NewFromConfig(w.proxy.Config(home))
	return *no(c.CreateOrganization(w.Context(), &organizations.CreateOrganizationInput{}))(w).Organization.Id
}

// join makes an account of the organisation, with a queue of its name in it.
func (w *world) join(name string) string {
	w.Helper()
	c := organizations.NewFromConfig(w.proxy.Config(home))
	id := *no(c.CreateAccount(w.Context(), &organizations.CreateAccountInput{AccountName: &name, Email: aws.String(name + "@example.com")}))(w).CreateAccountStatus.AccountId
	w.queueIn(id, name)
	return id
}

func (w *world) queueIn(account, name string) {
	w.Helper()
	config := w.proxy.Config(home)
	config.Credentials = stscreds.NewAssumeRoleProvider(sts.NewFromConfig(config), "arn:aws:iam::"+account+":role/setup")
	no(sqs.NewFromConfig(config).CreateQueue(w.Context(), &sqs.CreateQueueInput{QueueName: &name}))(w)
}

// denyEntry denies the role of the tool in an account.
func (w *world) denyEntry(account string) {
	w.proxy.Deny("sts", "AssumeRole", testbed.Naming(account))
}

// TestOrganization: one snapshot of all accounts; one that can't be entered is coverage; one that joins is compared with
// nothing.
func TestOrganization(t *testing.T) {
	w := newWorld(t)
	org := w.organization()
	w.queue("management", nil)
	first, second := w.join("first"), w.join("second")
	w.nextSecond()
	w.must(0, "snapshot", "create", "org", "--org", "--regions", home, "--types", "sqs")
	s := w.snapshotOf("org")
	if got := s.AccountIDs(); len(got) != 3 || s.AccountSet() != org || s.Organization == nil || !s.Organization.AllAccounts {
		t.Fatalf("accounts %v of %s: %+v", got, s.AccountSet(), s.Organization)
	}
	if len(s.Resources) != 3 || !s.Whole() || s.Accounts[0].Cutoff == nil {
		t.Errorf("%d resources, whole %v", len(s.Resources), s.Whole())
	}
	if name := s.Accounts[slices.IndexFunc(s.Accounts, func(a snapshot.Account) bool { return a.AccountID == first })].Name; name != "first" {
		t.Errorf("the account's name is %q", name)
	}
	w.nextSecond()
	w.wantTold(w.diff(0, "--org"))
	w.wantTold(w.diff(0, "org"))

	w.queueIn(second, "new")
	third := w.join("third")
	report := w.diff(1, "--org")
	w.wantTold(report, "added sqs:queue new", "added sqs:queue third")
	for _, change := range report.Changes {
		if want := map[string]string{"new": second, "third": third}[change.ID]; change.AccountID != want {
			t.Errorf("%s is said to be in %s, want %s", change.ID, change.AccountID, want)
		}
	}

	w.denyEntry(first)
	report = w.diff(2, "--org")
	w.wantTold(report, "added sqs:queue new", "added sqs:queue third", "unknown sqs:queue first")
	got := w.must(2, "snapshot", "create", "part", "--org", "--regions", home, "--types", "sqs")
	if !strings.Contains(got.stderr, "incomplete") {
		t.Errorf("said: %s", got.stderr)
	}
	for _, c := range w.snapshotOf("part").Coverage {
		want := snapshot.Complete
		if c.AccountID == first {
			want = snapshot.Denied
		}
		if c.State != want || want == snapshot.Denied && c.Operation != "STS: AssumeRole" {
			t.Errorf("%s: %+v", c.Scope, c)
		}
	}
	// What an account that could not be entered has may have been there before.
	w.proxy.Heal()
	w.wantTold(w.diff(2, "part"), "unknown sqs:queue first")

	for _, args := range [][]string{{"restore", "plan", "org"}, {"cost", "org"}} {
		if got := w.must(2, args...); !strings.Contains(got.stderr, "several accounts") {
			t.Errorf("%v: %s", args, got.stderr)
		}
	}
}

// TestAccounts: accounts that are named, with a role and an external id.
func TestAccounts(t *testing.T) {
	w := newWorld(t)
	other := testbed.NewAccount()
	w.queueIn(other, "theirs")
	w.queue("ours", nil)
	w.nextSecond()
	set := strings.Join([]string{other, w.proxy.Account}, ",")
	args := []string{"snapshot", "create", "two", "--accounts", set, "--regions", home, "--types", "sqs", "--assume-role", "audit/reader", "--external-id", "secret-7"}
	w.must(0, args...)
	var assumed []string
	for _, call := range w.proxy.Calls() {
		if call.Operation == "AssumeRole" && call.Param("ExternalId") == "secret-7" {
			assumed = append(assumed, call.Param("RoleArn"))
		}
	}
	if !slices.Equal(assumed, []string{"arn:aws:iam::" + other + ":role/audit/reader"}) {
		t.Errorf("assumed %q", assumed)
	}
	if s := w.snapshotOf("two"); len(s.Resources) != 2 || s.Organization != nil || strings.Contains(s.Name, "secret-7") {
		t.Errorf("%d resources, %+v", len(s.Resources), s.Organization)
	}
	w.wantTold(w.diff(0, "--accounts", set))
	w.wantTold(w.diff(0, "two"))

	w.denyEntry(other)
	w.proxy.Deny("sqs", "*")
	if got := w.must(2, "snapshot", "create", "none", "--accounts", set, "--regions", home, "--types", "sqs"); !strings.Contains(got.stderr, "nothing was saved") {
		t.Errorf("said: %s", got.stderr)
	}
	for _, bad := range [][]string{
		{"--accounts", "12"}, {"--accounts", other + "," + other}, {"--org", "--accounts", other}, {"--assume-role", "x"}, {"--shard", "1/2"},
		{"--org", "--shard", "3/2"}, {"--org", "--shard", "1"}, {"--org", "--shard", "0/2"},
		{"--org", "--assume-role", "arn:aws:iam::111122223333:role/Audit"}, {"--org", "--assume-role", "a b"}, {"--org", "--assume-role", "a/"},
	} {
		if got := w.run(append([]string{"snapshot", "create"}, bad...)...); got.code != exitUsage || strings.Count(got.stderr, "\n") != 1 {
			t.Errorf("%v: %d %s", bad, got.code, got.stderr)
		}
	}
}

// TestShardsAndMerge: shards are disjoint, together they are the organisation, and their merger is its baseline.
func TestShardsAndMerge(t *testing.T) {
	w := newWorld(t)
	org := w.organization()
	for _, name := range []string{"a", "b", "c", "d", "e", "f"} {
		w.join(name)
	}
	w.nextSecond()
	args := func(name string, more ...string) []string {
		return append([]string{"snapshot", "create", name, "--org", "--regions", home, "--types", "sqs"}, more...)
	}
	w.must(0, args("one", "--shard", "1/2")...)
	w.must(0, args("two", "--shard", "2/2")...)
	if listed := w.must(0, "snapshot", "list").stdout; strings.Contains(listed, "yes") {
		t.Errorf("a shard is active:\n%s", listed)
	}
	got := w.must(0, "snapshot", "merge", "half", "one")
	if s := w.snapshotOf("half"); s.Organization.AllAccounts || s.Organization.Shard != "1/2" {
		t.Errorf("half of the shards is %+v (%s)", s.Organization, got.stderr)
	}
	w.must(0, "snapshot", "merge", "whole", "one", "two", "--set-active")
	s := w.snapshotOf("whole")
	if s.AccountSet() != org || len(s.Resources) != 6 || len(s.Accounts) != 7 || s.Organization.Shard != "" {
		t.Errorf("%s: %d resources of %d accounts, %+v", s.AccountSet(), len(s.Resources), len(s.Accounts), s.Organization)
	}
	w.wantTold(w.diff(0, "--org"))
	// More shards than accounts: the empty ones are parts like the others.
	var parts []string
	for i := range 9 {
		name := fmt.Sprintf("of-nine-%d", i+1)
		w.must(0, args(name, "--shard", fmt.Sprintf("%d/9", i+1), "--external-id", "secret-7")...)
		if written := w.snapshotOf(name).Metadata.CommandLine; slices.Contains(written, "secret-7") {
			t.Errorf("the snapshot has %q", written)
		}
		parts = append(parts, name)
	}
	w.must(0, append([]string{"snapshot", "merge", "nine"}, parts...)...)
	if s := w.snapshotOf("nine"); s.AccountSet() != org || len(s.Resources) != 6 || len(s.Accounts) != 7 {
		t.Errorf("%s: %d resources of %d accounts", s.AccountSet(), len(s.Resources), len(s.Accounts))
	}
	for _, bad := range [][]string{{"again", "one", "one"}, {"again", "one", "whole"}, {"again", "nothing"}, {"one", "one", "two"}} {
		if got := w.run(append([]string{"snapshot", "merge"}, bad...)...); got.code != exitTrouble || strings.Count(got.stderr, "\n") != 1 {
			t.Errorf("merge %v: %d %s", bad, got.code, got.stderr)
		}
	}
}
