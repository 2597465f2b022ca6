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
	"github.com/aws/smithy-go"

	"github.com/aws-baseline/aws-baseline/collect/snapshot"
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

// lambdaAnswer is an answer that has tags beside the rest.
type lambdaAnswer struct {
	Memory *int32
	Tags   map[string]string
}

func TestAddUnknownPartsAndDeadItems(t *testing.T) {
	denied := &smithy.GenericAPIError{Code: "AccessDenied", Message: "no"}
	rest := func(err, tagsErr error) Aspect {
		op := func(context.Context, *struct{}, ...func(*struct{})) (*lambdaAnswer, error) {
			if err != nil {
				return nil, err
			}
			return &lambdaAnswer{aws.Int32(128), Tags{"team": "blue"}}, nil
		}
		s := &Scope{Context: context.Background(), run: newRun(MaskKey{})}
		return WithTags(Ask(s, "Rest", op, &struct{}{}), func(out *lambdaAnswer) (Tags, error) {
			if tagsErr != nil {
				return nil, tagsErr
			}
			return out.Tags, nil
		}).Of("Memory")
	}
	for name, test := range map[string]struct {
		item    Item
		aspect  Aspect
		gone    bool
		tags    Tags
		unknown []Path
	}{
		"both":           {Item{ID: aws.String("a")}, rest(nil, nil), false, Tags{"team": "blue"}, nil},
		"neither":        {Item{ID: aws.String("a")}, rest(denied, nil), false, nil, []Path{"Rest", "Tags"}},
		"all but tags":   {Item{ID: aws.String("a")}, rest(nil, denied), false, nil, []Path{"Tags"}},
		"told by a list": {Item{ID: aws.String("a"), Unknown: []Gap{{"Key", denied}}}, rest(nil, nil), false, Tags{"team": "blue"}, []Path{"Key"}},
		"perhaps dead":   {Item{ID: aws.String("a")}, rest(denied, nil).Vital(), false, nil, []Path{"Rest", "Tags"}},
		"not dead":       {Item{ID: aws.String("a")}, rest(nil, denied).Vital(), false, nil, []Path{"Tags"}},
		"dead":           {Item{ID: aws.String("a"), Dead: true}, rest(nil, nil), true, nil, nil},
		"found dead": {Item{ID: aws.String("a")}, Fill(rest(nil, nil), func(item *Item, memory int32) { item.Dead = memory == 128 }),
			true, nil, nil},
	} {
		s := &Scope{Context: context.Background(), Kind: &Kind{Name: "lambda:function"}, run: newRun(MaskKey{})}
		s.Add(test.item, test.aspect)
		if gone := len(s.resources) == 0; gone != test.gone {
			t.Errorf("%s: got %d resources", name, len(s.resources))
		}
		for _, r := range s.resources {
			if unsure := name == "perhaps dead"; r.Marked(snapshot.MarkUnsure) != unsure || r.Marked(snapshot.MarkProtected) != unsure {
				t.Errorf("%s: marks %v", name, r.Marks)
			}
			var unknown []Path
			for _, u := range r.Unknown {
				unknown = append(unknown, u.Path)
				if u.Code != "AccessDenied" {
					t.Errorf("%s: %s is unknown by %q, want AccessDenied", name, u.Path, u.Code)
				}
			}
			if !maps.Equal(r.Tags, test.tags) || !slices.Equal(unknown, test.unknown) {
				t.Errorf("%s: got tags %v, unknown %v, want %v, %v", name, r.Tags, unknown, test.tags, test.unknown)
			}
		}
	}
}
