package main

import (
	"encoding/json"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/ssm"
	ssmtypes "github.com/aws/aws-sdk-go-v2/service/ssm/types"

	"github.com/aws-baseline/aws-baseline/collect"
	"github.com/aws-baseline/aws-baseline/collect/snapshot"
)

// TestNoDifferencesIsHonest holds what the program says, and its exit code, where two snapshots can't be compared, or
// not wholly.
func TestNoDifferencesIsHonest(t *testing.T) {
	masked := func(s *snapshot.Snapshot, id string) {
		s.MaskKeyID = id
		for i := range s.Resources {
			if r := &s.Resources[i]; r.Kind == "sqs:queue" {
				r.Configuration = json.RawMessage(`{"Value":"masked:` + id + `:` + strings.Repeat(id, 4) + `"}`)
				r.ConfigurationHash = snapshot.Hash(r.Configuration)
			}
		}
	}
	queues := func(s *snapshot.Snapshot) *snapshot.Snapshot { return s.Narrow([]string{"sqs:queue"}, nil) }
	for _, test := range []struct {
		name       string
		old, found func(s *snapshot.Snapshot) *snapshot.Snapshot
		args       []string
		code       int
		says       []string // on stdout, or where there is none on stderr
	}{
		{name: "secrets under different keys", code: 0,
			old:   func(s *snapshot.Snapshot) *snapshot.Snapshot { masked(s, "aaaaaaaa"); return s },
			found: func(s *snapshot.Snapshot) *snapshot.Snapshot { masked(s, "bbbbbbbb"); return s },
			says: []string{
				"\nNotes\n  secrets are masked under different keys (aaaaaaaa and bbbbbbbb): 2 values are not compared\n",
				"\nNo differences in what could be compared; not compared: 2 values (see the notes).\n",
			}},
		{name: "secrets under different keys, as names", code: 0, args: []string{"-o", "name"},
			old:   func(s *snapshot.Snapshot) *snapshot.Snapshot { masked(s, "aaaaaaaa"); return s },
			found: func(s *snapshot.Snapshot) *snapshot.Snapshot { masked(s, "bbbbbbbb"); return s },
			says:  []string{"warning: secrets are masked under different keys (aaaaaaaa and bbbbbbbb): 2 values are not compared\n"}},
		{name: "secrets under different keys, as records", code: 0, args: []string{"-o", "csv"},
			old:   func(s *snapshot.Snapshot) *snapshot.Snapshot { masked(s, "aaaaaaaa"); return s },
			found: func(s *snapshot.Snapshot) *snapshot.Snapshot { masked(s, "bbbbbbbb"); return s },
			says:  []string{"\nnote,,,,,,,,,,,,secrets are masked under different keys"}},
		{name: "other kinds", code: 2, old: queues,
			found: func(s *snapshot.Snapshot) *snapshot.Snapshot { return s.Narrow([]string{"iam:role"}, nil) },
			says:  []string{"nothing can be compared: old covers sqs:queue in eu-west-1, and new covers iam:role in global; capture both with the same types and regions\n"}},
		{name: "a filter that leaves nothing of the target", code: 2, found: queues, args: []string{"--types", "iam:role"},
			says: []string{"nothing can be compared: old covers iam:role in global, and new covers nothing; "}},
		{name: "a region that neither looked at", code: 80, args: []string{"--regions", "eu-central-1"},
			old:   func(s *snapshot.Snapshot) *snapshot.Snapshot { s.Accounts[0].AllRegions = true; return s },
			found: func(s *snapshot.Snapshot) *snapshot.Snapshot { s.Accounts[0].AllRegions = true; return s },
			says:  []string{"--regions: neither side looked at eu-central-1: the account has not enabled it\n"}},
		{name: "fewer kinds", code: 0, found: queues, says: []string{
			"the target did not look at what the baseline has: 3 scopes are not compared\n",
			"No differences in what could be compared; not compared: 3 scopes (see the notes).\n",
		}},
		{name: "made anew", code: 1,
			found: func(s *snapshot.Snapshot) *snapshot.Snapshot {
				for i := range s.Resources {
					if r := &s.Resources[i]; r.ID == "orders" {
						at := s.Cutoff.Add(time.Hour)
						r.CreatedAt = &at
					}
				}
				return s
			},
			says: []string{"-/+ replaced ", "the creation date moved from 2026-11-03T09:00:00Z to 2026-11-16T09:00:00Z", "\n1 replaced.\n"}},
		{name: "a part that could not be read", code: 2,
			old: func(s *snapshot.Snapshot) *snapshot.Snapshot { masked(s, "aaaaaaaa"); return s },
			found: func(s *snapshot.Snapshot) *snapshot.Snapshot {
				masked(s, "aaaaaaaa")
				for i := range s.Resources {
					if r := &s.Resources[i]; r.ID == "orders" {
						r.Configuration, r.ConfigurationHash = json.RawMessage(`{}`), snapshot.Hash(json.RawMessage(`{}`))
						r.Unknown = []snapshot.Unknown{{Path: "Value", Code: "AccessDenied", Message: "no"}}
					}
				}
				return s
			},
			says: []string{"      Value: (masked aaaaaaaa) → (unknown)\n"}},
		{name: "a filter that hides what may be what was asked for", code: 2, args: []string{"--change", "modified"},
			found: func(s *snapshot.Snapshot) *snapshot.Snapshot {
				s.Resources[0].Unknown = []snapshot.Unknown{{Path: "Value", Code: "AccessDenied", Message: "no"}}
				return s
			},
			says: []string{"No differences in what could be seen; 1 other change filtered out, 1 of them unknown, which could be what was asked for.\n"}},
		{name: "a filter that hides changes", code: 0, args: []string{"--change", "added"},
			found: func(s *snapshot.Snapshot) *snapshot.Snapshot { s.Resources = s.Resources[1:]; return s },
			says:  []string{"No differences in what was asked for; 1 other change filtered out.\n"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			from := snapshot.Folder{Files: snapshot.Disk("testdata/snapshots")}
			to := snapshot.Folder{Files: snapshot.Disk(t.TempDir())}
			for name, edit := range map[string]func(*snapshot.Snapshot) *snapshot.Snapshot{"old": test.old, "new": test.found} {
				s, err := from.Load("monday")
				if err != nil {
					t.Fatal(err)
				}
				if edit != nil {
					s = edit(s)
				}
				s.Name = name
				if err := to.Save(s, snapshot.JSON); err != nil {
					t.Fatal(err)
				}
			}
			t.Setenv("AWS_BASELINE_SNAPSHOT_DIR", to.Files.String())
			got := runProgram(t, append([]string{"diff", "old", "new", "-o", "table"}, test.args...)...)
			text := got.stdout
			if text == "" {
				text = got.stderr
			}
			for _, words := range test.says {
				if !strings.Contains(text, words) {
					t.Errorf("it does not say %q:\n%s", words, text)
				}
			}
			if got.code != test.code || (test.code != 0 && got.stdout == "" && strings.Count(got.stderr, "\n") != 1) {
				t.Errorf("exit code %d, want %d; on stderr: %s", got.code, test.code, got.stderr)
			}
		})
	}
}

// What is deleted and made anew with the same name and configuration is not what it was.
func TestMadeAnew(t *testing.T) {
	w := newWorld(t)
	cfg := w.proxy.Config(home)
	logs, queues := cloudwatchlogs.NewFromConfig(cfg), sqs.NewFromConfig(cfg)
	for _, name := range []string{"anew", "kept"} {
		w.queue(name, nil)
		no(logs.CreateLogGroup(t.Context(), &cloudwatchlogs.CreateLogGroupInput{LogGroupName: &name}))(t)
	}
	w.baseline("--types", "sqs,logs")
	w.wantTold(w.diff(0))
	no(queues.DeleteQueue(t.Context(), &sqs.DeleteQueueInput{QueueUrl: no(queues.GetQueueUrl(t.Context(), &sqs.GetQueueUrlInput{QueueName: aws.String("anew")}))(t).QueueUrl}))(t)
	no(logs.DeleteLogGroup(t.Context(), &cloudwatchlogs.DeleteLogGroupInput{LogGroupName: aws.String("anew")}))(t)
	w.queue("anew", nil)
	no(logs.CreateLogGroup(t.Context(), &cloudwatchlogs.CreateLogGroupInput{LogGroupName: aws.String("anew")}))(t)
	r := w.diff(1)
	w.wantTold(r, "replaced logs:log-group anew", "replaced sqs:queue anew")
	for _, change := range r.Changes {
		if !strings.HasPrefix(change.Reason, "the creation date moved from ") {
			t.Errorf("%s: the reason is %q", change.ID, change.Reason)
		}
	}
}

// A live account is captured under one's own key. A baseline that somebody else captured has other marks.
func TestOtherMaskKey(t *testing.T) {
	w := newWorld(t)
	c := ssm.NewFromConfig(w.proxy.Config(home))
	put := func(value string) {
		no(c.PutParameter(t.Context(), &ssm.PutParameterInput{
			Name: aws.String("/shop/token"), Value: &value, Type: ssmtypes.ParameterTypeString, Overwrite: aws.Bool(true),
		}))(t)
	}
	put("first")
	t.Setenv(collect.MaskKeyVariable, "the key of one person")
	w.baseline("--types", "ssm:parameter,sqs")
	if got := w.must(0, "diff"); !strings.HasSuffix(got.stdout, "\nNo differences.\n") {
		t.Errorf("under one key: %s", got.stdout)
	}
	t.Setenv(collect.MaskKeyVariable, "the key of another person")
	got := w.must(0, "diff")
	if !strings.Contains(got.stdout, "\nNo differences in what could be compared; not compared: 1 value (see the notes).\n") ||
		strings.Count(got.stdout, "secrets are masked under different keys (") != 1 {
		t.Errorf("under two keys: %s", got.stdout)
	}
	// Types that the baseline has in no region that it looked at, or only in a version of the program that is not this.
	s := w.snapshotOf("base")
	for i := range s.Coverage {
		s.Coverage[i].Kind = "future:thing"
		s.Coverage[i].Scope = snapshot.ScopeKey(s.Coverage[i].AccountID, s.Coverage[i].Region, "future:thing")
	}
	s.Name, s.Resources, s.Coverage = "future", nil, s.Coverage[:1]
	if err := (snapshot.Folder{Files: snapshot.Disk(os.Getenv("AWS_BASELINE_SNAPSHOT_DIR"))}).Save(s, snapshot.JSON); err != nil {
		t.Fatal(err)
	}
	if got := w.must(2, "diff", "future"); !strings.Contains(got.stderr, "nothing can be compared: future covers future:thing in us-east-1, and the account now covers nothing; ") {
		t.Errorf("said: %s", got.stderr)
	}
}
