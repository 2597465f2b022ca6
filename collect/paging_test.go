package collect

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/smithy-go"

	"github.com/aws-baseline/aws-baseline/collect/snapshot"
)

type listInput struct{ NextToken *string }

type listOutput struct {
	Items     []string
	Numbers   []int
	NextToken *string
}

type listOptions struct{}

var denied = &smithy.OperationError{ServiceID: "Thing", OperationName: "List", Err: &smithy.GenericAPIError{Code: "AccessDenied", Message: "no"}}

// listing answers with pages of two numbered items; at decides what is odd about a page.
func listing(pages int, at func(page int) (token *string, err error)) operation[listInput, listOutput, listOptions] {
	return func(_ context.Context, in *listInput, _ ...func(*listOptions)) (*listOutput, error) {
		page, _ := strconv.Atoi(aws.ToString(in.NextToken))
		out := &listOutput{Items: []string{fmt.Sprint(2 * page), fmt.Sprint(2*page + 1)}}
		if page+1 < pages {
			out.NextToken = aws.String(strconv.Itoa(page + 1))
		}
		if at != nil {
			token, err := at(page)
			if err != nil {
				return nil, err
			}
			if token != nil {
				out.NextToken = token
			}
		}
		return out, nil
	}
}

func testScope(t *testing.T) *Scope {
	session := &Session{AccountID: "111122223333", Partition: "aws"}
	return newRun(NewMaskKey("0123456789abcdef")).scope(t.Context(), session, &Kind{Name: "thing:item"}, "eu-west-1")
}

func TestPages(t *testing.T) {
	for _, test := range []struct {
		name  string
		op    operation[listInput, listOutput, listOptions]
		items int
		state snapshot.State
		code  string
	}{
		{"one page", listing(1, nil), 2, snapshot.Complete, ""},
		{"three pages", listing(3, nil), 6, snapshot.Complete, ""},
		{"an empty token", listing(1, func(int) (*string, error) { return aws.String(""), nil }), 2, snapshot.Complete, ""},
		{"denied at once", listing(1, func(int) (*string, error) { return nil, denied }), 0, snapshot.Denied, "AccessDenied"},
		{"a page lost after others", listing(3, func(page int) (*string, error) {
			if page == 2 {
				return nil, errors.New("broken")
			}
			return nil, nil
		}), 4, snapshot.Partial, "ConnectionError"},
		{"the same token for ever", listing(3, func(int) (*string, error) { return aws.String("1"), nil }), 4, snapshot.Partial, "RepeatedToken"},
		{"tokens in a circle", listing(3, func(page int) (*string, error) { return aws.String(strconv.Itoa((page + 1) % 3)), nil }), 8, snapshot.Partial, "RepeatedToken"},
		{"the same page for ever", func(_ context.Context, in *listInput, _ ...func(*listOptions)) (*listOutput, error) {
			return &listOutput{Items: []string{"0", "1"}, NextToken: aws.String(aws.ToString(in.NextToken) + "x")}, nil
		}, 2 * (mostIdle + 1), snapshot.Partial, "EndlessList"},
		{"nothing for ever", func(_ context.Context, in *listInput, _ ...func(*listOptions)) (*listOutput, error) {
			return &listOutput{NextToken: aws.String(aws.ToString(in.NextToken) + "x")}, nil
		}, 0, snapshot.Partial, "EndlessList"},
	} {
		s := testScope(t)
		var items []string
		for item := range Pages[string](s, test.op, &listInput{}) {
			items = append(items, item)
		}
		c := s.coverage()
		if len(items) != test.items || c.State != test.state || c.Code != test.code {
			t.Errorf("%s: %d items, %s %s (%s); want %d, %s %s", test.name, len(items), c.State, c.Code, c.Message, test.items, test.state, test.code)
		}
	}
}

func TestPagesStopsWithItsReader(t *testing.T) {
	s := testScope(t)
	for range Pages[string](s, listing(3, func(page int) (*string, error) {
		if page > 0 {
			t.Error("a page was asked for that nobody reads")
		}
		return nil, nil
	}), &listInput{}) {
		break
	}
}

func TestMisfitsPanic(t *testing.T) {
	s := testScope(t)
	mustPanic := func(name string, f func()) {
		defer func() {
			if recover() == nil {
				t.Errorf("%s: no panic", name)
			}
		}()
		f()
	}
	mustPanic("no list of the type", func() { Pages[bool](s, listing(1, nil), &listInput{}) })
	type twice struct {
		A, B      []string
		NextToken *string
	}
	mustPanic("two lists of the type", func() {
		Pages[string](s, func(context.Context, *listInput, ...func(*listOptions)) (*twice, error) { return nil, nil }, &listInput{})
	})
	type bare struct{ A []string }
	mustPanic("no token", func() {
		Pages[string](s, func(context.Context, *listInput, ...func(*listOptions)) (*bare, error) { return nil, nil }, &listInput{})
	})
}

// A list that says that it goes on and doesn't say where is not read to its end, wherever it says so.
func TestListsWithoutTokens(t *testing.T) {
	type nested struct{ IsTruncated *bool }
	type out struct {
		Items          []string
		IsTruncated    bool
		HasMoreStreams *bool
		ThingList      *nested
		NextToken      *string
	}
	for name, test := range map[string]struct {
		answer out
		want   error
	}{
		"nothing is said": {out{}, nil},
		"IsTruncated":     {out{IsTruncated: true}, errNoToken},
		"HasMoreStreams":  {out{HasMoreStreams: aws.Bool(true)}, errNoToken},
		"no more streams": {out{HasMoreStreams: aws.Bool(false)}, nil},
		"nested":          {out{ThingList: &nested{aws.Bool(true)}}, errNoToken},
	} {
		s := testScope(t)
		for range PagesBy(s, func(context.Context, *listInput, ...func(*listOptions)) (*out, error) { return &test.answer, nil }, &listInput{},
			func(o *out) ([]string, *string) { return o.Items, o.NextToken }, func(in *listInput, token *string) { in.NextToken = token }) {
		}
		if !errors.Is(s.Err(), test.want) {
			t.Errorf("%s: %v, want %v", name, s.Err(), test.want)
		}
	}
}

// Route 53 echoes Marker beside NextMarker, and IsTruncated says whether there is more.
func TestTruncatedLists(t *testing.T) {
	type in struct{ Marker *string }
	type out struct {
		Items              []string
		IsTruncated        bool
		Marker, NextMarker *string
	}
	calls := 0
	op := func(_ context.Context, request *in, _ ...func(*listOptions)) (*out, error) {
		calls++
		return &out{Items: []string{"x"}, IsTruncated: calls < 3, Marker: request.Marker, NextMarker: aws.String(fmt.Sprint(calls))}, nil
	}
	s := testScope(t)
	if got := len(slices.Collect(Pages[string](s, op, &in{}))); got != 3 || s.Err() != nil {
		t.Errorf("%d items, %v", got, s.Err())
	}
}

func TestAspects(t *testing.T) {
	type detail struct{ Policy *string }
	answering := func(err error) operation[listInput, detail, listOptions] {
		return func(context.Context, *listInput, ...func(*listOptions)) (*detail, error) {
			return &detail{Policy: aws.String("{}")}, err
		}
	}
	apiError := func(code string) error { return &smithy.GenericAPIError{Code: code, Message: "said so"} }
	s := testScope(t)
	add := func(id string, err error) {
		s.Add(Item{ID: &id}, struct{ Size int }{1}, Ask(s, "Policy", answering(err), &listInput{}, "NoSuchPolicy").Of("Policy"))
	}
	add("there", nil)
	add("none", apiError("NoSuchPolicy"))
	add("denied", apiError("AccessDenied"))
	add("gone", apiError("NoSuchThing"))
	s.Add(Item{ID: aws.String("half")}, struct{ Size int }{1},
		Ask(s, "Policy", answering(apiError("NoSuchThing")), &listInput{}).Of("Policy"), Ask(s, "Other", answering(nil), &listInput{}).Of("Policy"))
	s.Add(Item{ID: aws.String("gone too")},
		Ask(s, "Policy", answering(apiError("NoSuchThing")), &listInput{}), Ask(s, "Other", answering(apiError("NoSuchPolicy")), &listInput{}, "NoSuchPolicy"))
	got := make(map[string]string)
	for _, r := range s.resources {
		got[r.ID] = string(r.Configuration)
		if len(r.Unknown) > 0 {
			got[r.ID] += " unknown " + string(r.Unknown[0].Path) + " " + r.Unknown[0].Code
		}
	}
	want := map[string]string{"there": `{"Policy":"{}","Size":1}`, "none": `{"Size":1}`, "denied": `{"Size":1} unknown Policy AccessDenied`,
		"half": `{"Other":"{}","Size":1} unknown Policy NoSuchThing`}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestTheSameKeyTwice(t *testing.T) {
	s := testScope(t)
	for range 2 {
		s.Add(Item{ID: aws.String("a")}, struct{ Size int }{1})
	}
	if c := s.coverage(); c.State != snapshot.Complete || len(s.resources) != 1 || s.repeated != 1 {
		t.Errorf("equal rows: %s, %d resources, %d repeated", c.State, len(s.resources), s.repeated)
	}
	s.Kind.Sets = map[Path]string{"L": "", "L[].M": ""}
	type lists struct{ L []struct{ M []int } }
	s.Add(Item{ID: aws.String("b")}, lists{[]struct{ M []int }{{[]int{1, 2}}, {[]int{3}}}})
	s.Add(Item{ID: aws.String("b")}, lists{[]struct{ M []int }{{[]int{3}}, {[]int{2, 1}}}})
	if c := s.coverage(); c.State != snapshot.Complete {
		t.Errorf("rows whose sets come in another order: %s", c.State)
	}
	s.Add(Item{ID: aws.String("a")}, struct{ Size int }{2})
	if c := s.coverage(); c.State != snapshot.Partial || c.Code != "DuplicateKey" {
		t.Errorf("different rows: %s %s", c.State, c.Code)
	}
}
