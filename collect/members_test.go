package collect

import (
	"testing"

	"github.com/aws-baseline/aws-baseline/collect/snapshot"
)

// TestMembers checks which resources a stack's physical ids mean, where that is a name within a container.
func TestMembers(t *testing.T) {
	const account, region, here, there = "111122223333", "eu-west-1", "stack/here", "stack/there"
	kinds := []*Kind{
		{Name: "api", CloudFormation: "AWS::Test::Api"}, {Name: "stage", CloudFormation: "AWS::Test::Stage"},
		{Name: "zone", CloudFormation: "AWS::Test::Zone"}, {Name: "record", CloudFormation: "AWS::Test::Record"},
		{Name: "database", CloudFormation: "AWS::Test::Database", Aliases: []string{"test:db", "AWS::Other::Database"}},
		{Name: "parameter", CloudFormation: "AWS::Test::Parameter"},
	}
	resource := func(kind, id, name, container, region string) Resource {
		r := Resource{Key: kind + " " + id, Kind: kind, ID: id, Name: name, AccountID: account, Region: region}
		if container != "" {
			r.References = []snapshot.Reference{{Kind: "container", ID: container, Scanned: true}}
		}
		return r
	}
	record := func(id, name string) Resource { return resource("record", id, name, "Z1", snapshot.Global) }
	for name, test := range map[string]struct {
		resources []Resource
		members   []Member // of the stack here
		others    []Member // of the stack there
		want      map[string]string
	}{
		"stages of the same name, in an API each": {
			[]Resource{
				resource("api", "a1", "", "", region), resource("api", "a2", "", "", region),
				resource("stage", "a1/prod", "", "a1", region), resource("stage", "a2/prod", "", "a2", region),
			},
			[]Member{{CloudFormation: "AWS::Test::Api", ID: "a1"}, {CloudFormation: "AWS::Test::Stage", ID: "prod"}},
			[]Member{{CloudFormation: "AWS::Test::Api", ID: "a2"}, {CloudFormation: "AWS::Test::Stage", ID: "prod"}},
			map[string]string{"api a1": here, "stage a1/prod": here, "api a2": there, "stage a2/prod": there},
		},
		"a stage in an API of nobody's, and another of the name": {
			[]Resource{resource("stage", "a1/prod", "", "a1", region), resource("stage", "a2/prod", "", "a2", region)},
			[]Member{{CloudFormation: "AWS::Test::Stage", ID: "prod"}}, nil, map[string]string{},
		},
		"a stage in another region": {
			[]Resource{resource("stage", "a1/prod", "", "a1", "eu-central-1")},
			[]Member{{CloudFormation: "AWS::Test::Stage", ID: "prod"}}, nil, map[string]string{},
		},
		"two records of a name in a zone of nobody's": {
			[]Resource{record("Z1/www.example.com./A", "www.example.com"), record("Z1/www.example.com./AAAA", "www.example.com")},
			[]Member{{CloudFormation: "AWS::Test::Record", ID: "www.example.com"}, {CloudFormation: "AWS::Test::Record", ID: "www.example.com."}}, nil,
			map[string]string{"record Z1/www.example.com./A": here, "record Z1/www.example.com./AAAA": here},
		},
		"one of the two is the stack's, and nothing says which": {
			[]Resource{record("Z1/www.example.com./A", "www.example.com"), record("Z1/www.example.com./AAAA", "www.example.com")},
			[]Member{{CloudFormation: "AWS::Test::Record", ID: "www.example.com"}}, nil, map[string]string{},
		},
		"a wildcard": {
			[]Resource{record(`Z1/\052.example.com./A`, "*.example.com")},
			[]Member{{CloudFormation: "AWS::Test::Record", ID: "*.example.com."}}, nil, map[string]string{`record Z1/\052.example.com./A`: here},
		},
		"container and name, either way round": {
			[]Resource{resource("stage", "a1|one", "", "a1", region), resource("stage", "a1|two", "", "a1", region)},
			[]Member{{CloudFormation: "AWS::Test::Stage", ID: "one|a1"}, {CloudFormation: "AWS::Test::Stage", ID: "a1|two"}}, nil,
			map[string]string{"stage a1|one": here, "stage a1|two": here},
		},
		"a path is no container": {
			[]Resource{resource("parameter", "/app/version", "", "", region), resource("parameter", "app/version", "", "other", region)},
			[]Member{{CloudFormation: "AWS::Test::Parameter", ID: "version"}}, nil, map[string]string{},
		},
		"another CloudFormation name": {
			[]Resource{resource("database", "db-1", "", "", region)},
			[]Member{{CloudFormation: "AWS::Other::Database", ID: "db-1"}}, nil, map[string]string{"database db-1": here},
		},
	} {
		t.Run(name, func(t *testing.T) {
			var list []memberOf
			for stack, members := range map[string][]Member{here: test.members, there: test.others} {
				for _, m := range members {
					key := snapshot.ResourceKey(account, region, "stack", stack)
					list = append(list, memberOf{m, snapshot.Owner{Kind: "stack", ID: stack, Key: key}})
				}
			}
			f := newFinder(kinds, test.resources, nil)
			f.own(list, func(string, string, string) bool { return true })
			for _, r := range f.resources {
				got := ""
				if r.Owner != nil {
					got = r.Owner.ID
				}
				if got != test.want[r.Key] {
					t.Errorf("%s is of %q, want %q", r.Key, got, test.want[r.Key])
				}
			}
		})
	}
}

// TestStackOwnsWhatItLists: a stack's list goes before what a kind took a resource's owner for.
func TestStackOwnsWhatItLists(t *testing.T) {
	kinds := []*Kind{{Name: "log", CloudFormation: "AWS::Test::Log"}, {Name: "function", CloudFormation: "AWS::Test::Function"}}
	resources := []Resource{
		{Key: "f", Kind: "function", ID: "f", AccountID: "111122223333", Region: "eu-west-1"},
		{Key: "listed", Kind: "log", ID: "listed", AccountID: "111122223333", Region: "eu-west-1", Owner: &snapshot.Owner{Kind: "function", ID: "f"}},
		{Key: "by itself", Kind: "log", ID: "by itself", AccountID: "111122223333", Region: "eu-west-1", Owner: &snapshot.Owner{Kind: "function", ID: "f"}},
	}
	f := newFinder(kinds, resources, nil)
	owner := snapshot.Owner{Kind: "stack", ID: "s", Key: snapshot.ResourceKey("111122223333", "eu-west-1", "stack", "s")}
	f.own([]memberOf{{Member{CloudFormation: "AWS::Test::Log", ID: "listed"}, owner}}, func(string, string, string) bool { return true })
	for key, want := range map[string]string{"listed": "s", "by itself": "f"} {
		for _, r := range f.resources {
			if r.Key == key && (r.Owner == nil || r.Owner.ID != want) {
				t.Errorf("%s: got owner %+v, want %s", key, r.Owner, want)
			}
		}
	}
}

// TestCloudFormationAliases: a kind answers to each of its CloudFormation names, and not to what they all begin with.
func TestCloudFormationAliases(t *testing.T) {
	kinds := []*Kind{{Name: "rds:cluster", CloudFormation: "AWS::RDS::DBCluster", Aliases: []string{"docdb:db-cluster", "AWS::DocDB::DBCluster"}}}
	for word, want := range map[string]int{"AWS::RDS::DBCluster": 1, "aws::docdb::dbcluster": 1, "docdb": 1, "aws": 0} {
		if found, err := ByName(kinds, []string{word}); len(found) != want {
			t.Errorf("%s: got %d kinds (%v), want %d", word, len(found), err, want)
		}
	}
}
