package collect

import (
	"context"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/aws-baseline/aws-baseline/collect/snapshot"
)

// answering is an HTTP client that answers every request alike.
type answering struct {
	status int
	body   string
	calls  *int
}

func (a answering) Do(*http.Request) (*http.Response, error) {
	*a.calls++
	return &http.Response{
		StatusCode: a.status, Header: http.Header{"Content-Type": {"application/x-amz-json-1.1"}}, Body: io.NopCloser(strings.NewReader(a.body)),
	}, nil
}

// TestTagging: the index answers for what it lists, and for what has long been there without being listed; anything else
// is asked of the service itself.
func TestTagging(t *testing.T) {
	const prefix = "arn:aws:sqs:eu-west-1:111122223333:"
	const rows = `{"PaginationToken":"","ResourceTagMappingList":[
		{"ResourceARN":"` + prefix + `tagged","Tags":[{"Key":"team","Value":"blue"}]},
		{"ResourceARN":"` + prefix + `once-tagged","Tags":[]},
		{"ResourceARN":"` + prefix + `tagged","Tags":[{"Key":"team","Value":"blue"}]}]}`
	started := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	old, fresh := started.Add(-24*time.Hour), started.Add(-time.Minute)
	tests := []struct {
		name    string
		status  int
		id      string
		created *time.Time
		change  func(*Scope)
		want    string // the value of the tag
		direct  int    // calls to the service
	}{
		{"listed", 200, "tagged", &fresh, nil, "blue", 0},
		{"had tags once", 200, "once-tagged", &fresh, nil, "", 0},
		{"old and not listed", 200, "other", &old, nil, "", 0},
		{"new and not listed", 200, "other", &fresh, nil, "direct", 1},
		{"undated and not listed", 200, "other", nil, nil, "direct", 1},
		{"a date that moves", 200, "other", &old, func(s *Scope) { s.Kind.Approximate = true }, "direct", 1},
		{"an emulator", 200, "other", &old, func(s *Scope) { s.Emulated = true }, "direct", 1},
		{"denied", 400, "tagged", &old, nil, "direct", 1},
		{"direct tags asked for", 200, "tagged", &old, func(s *Scope) { s.run.directTags = true }, "direct", 1},
		{"a kind that the index does not know", 200, "tagged", &old, func(s *Scope) { s.Kind.Tagging = "" }, "direct", 1},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			indexed, direct := 0, 0
			scope := testScope(t)
			scope.Kind.Tagging = "sqs"
			scope.run.started = started
			body := rows
			if test.status != 200 {
				body = `{"__type":"AccessDeniedException","message":"no"}`
			}
			scope.Config = aws.Config{
				Region: "eu-west-1", HTTPClient: answering{test.status, body, &indexed}, Retryer: func() aws.Retryer { return aws.NopRetryer{} },
				Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
					return aws.Credentials{AccessKeyID: "a", SecretAccessKey: "b"}, nil
				}),
			}
			if test.change != nil {
				test.change(scope)
			}
			ask := func(context.Context, *listInput, ...func(*listOptions)) (*listOutput, error) {
				direct++
				return &listOutput{}, nil
			}
			for range 2 {
				scope.Add(Item{ID: &test.id, ARN: aws.String(prefix + test.id), Created: test.created},
					AskTags(scope, ask, &listInput{}, func(*listOutput) Tags { return Tags{"team": "direct"} }))
			}
			if got := scope.resources[0].Tags["team"]; got != test.want || scope.resources[0].Unread(snapshot.TagsPath) {
				t.Errorf("tag: got %q, want %q", got, test.want)
			}
			if direct != 2*test.direct {
				t.Errorf("the service was asked %d times for two items, want %d each", direct, test.direct)
			}
			if indexed > 1 {
				t.Errorf("the index was read %d times", indexed)
			}
		})
	}
}
