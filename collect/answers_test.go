package collect

import (
	"context"
	"errors"
	"maps"
	"slices"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	iamtypes "github.com/aws/aws-sdk-go-v2/service/iam/types"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
)

func TestTagsIn(t *testing.T) {
	want := Tags{"team": "blue", "bare": ""}
	if got := TagsIn(&sqs.ListQueueTagsOutput{Tags: want}); !maps.Equal(got, want) {
		t.Errorf("a map: got %v, want %v", got, want)
	}
	list := []iamtypes.Tag{{Key: aws.String("team"), Value: aws.String("blue")}, {Key: aws.String("bare")}}
	if got := TagsIn(&iam.ListRoleTagsOutput{Tags: list}); !maps.Equal(got, want) {
		t.Errorf("a list: got %v, want %v", got, want)
	}
	if got := TagsIn(&iam.ListRoleTagsOutput{}); got != nil {
		t.Errorf("no tags: got %v, want nil", got)
	}
}

func TestEvery(t *testing.T) {
	refused := errors.New("refused")
	for name, test := range map[string]struct {
		list, visit error // what fails: the list after two items, the second visit
		want        error
		visits      []int
	}{
		"all":                      {nil, nil, nil, []int{1, 2, 3}},
		"a visit fails":            {nil, refused, refused, []int{1, 2}},
		"half a list is no ground": {refused, nil, refused, nil},
	} {
		s := &Scope{Context: context.Background(), run: newRun(MaskKey{})}
		var visits []int
		got := Every(s, func(yield func(int) bool) {
			for i := 1; i <= 3; i++ {
				if i == 3 && test.list != nil {
					s.Fail(test.list)
					return
				}
				if !yield(i) {
					return
				}
			}
		}, func(i int) error {
			visits = append(visits, i)
			if i == 2 {
				return test.visit
			}
			return nil
		})
		if !errors.Is(got, test.want) || !slices.Equal(visits, test.visits) {
			t.Errorf("%s: got %v after %v, want %v after %v", name, got, visits, test.want, test.visits)
		}
	}
}
