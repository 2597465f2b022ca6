package collect

import (
	"fmt"
	"iter"
	"reflect"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
)

// tokenPairs are the fields that carry a list's place: in the answer, and in the next request. The first pair that both
// types have counts (Route 53 echoes Marker beside NextMarker).
var tokenPairs = [][2]string{
	{"NextToken", "NextToken"}, {"NextMarker", "Marker"}, {"NextMarker", "NextMarker"}, {"NextPageToken", "PageToken"},
	{"NextContinuationToken", "ContinuationToken"}, {"LastEvaluatedTableName", "ExclusiveStartTableName"},
	{"Marker", "Marker"}, {"ContinuationToken", "ContinuationToken"}, {"PaginationToken", "PaginationToken"},
	{"Position", "Position"},
}

// Pages runs a list to its end and yields its items: the one list of T in the answer. It finds the list and the token
// by reflection, and panics on an operation that has none or two (a test runs every kind). A failure, or a token that
// comes back, is missing or leads nowhere, goes into the coverage and ends the list.
func Pages[T, In, Out, Options any](s *Scope, op operation[In, Out, Options], in *In) iter.Seq[T] {
	request, answer := reflect.TypeFor[In](), reflect.TypeFor[Out]()
	var from, to string
	for _, pair := range tokenPairs {
		_, has := answer.FieldByName(pair[0])
		_, takes := request.FieldByName(pair[1])
		if has && takes {
			from, to = pair[0], pair[1]
			break
		}
	}
	if from == "" {
		panic(fmt.Sprintf("collect: %s has no page token that we know: use PagesBy or Call", request))
	}
	list := listField[T](answer)
	return PagesBy(s, op, in, func(out *Out) ([]T, *string) {
		v := reflect.ValueOf(out).Elem()
		items := v.Field(list).Interface().([]T)
		if more, told := truncated(v); told && !more {
			return items, nil
		}
		return items, v.FieldByName(from).Interface().(*string)
	}, func(in *In, token *string) {
		reflect.ValueOf(in).Elem().FieldByName(to).Set(reflect.ValueOf(token))
	})
}

func listField[T any](answer reflect.Type) int {
	found := -1
	for i := range answer.NumField() {
		if answer.Field(i).Type == reflect.TypeFor[[]T]() {
			if found >= 0 {
				panic(fmt.Sprintf("collect: %s has two lists of %s: use PagesBy", answer, reflect.TypeFor[T]()))
			}
			found = i
		}
	}
	if found < 0 {
		panic(fmt.Sprintf("collect: %s has no list of %s", answer, reflect.TypeFor[T]()))
	}
	return found
}

// truncated is whether an answer, or the list that it nests (CloudFront), says that there is more, if it says anything.
func truncated(answer reflect.Value) (more, told bool) {
	for i := range answer.NumField() {
		field := answer.Field(i)
		if field.Kind() == reflect.Pointer {
			field = field.Elem()
		}
		switch name := answer.Type().Field(i).Name; {
		case !answer.Type().Field(i).IsExported() || !field.IsValid():
		case field.Kind() == reflect.Bool && (strings.HasSuffix(name, "Truncated") || strings.HasPrefix(name, "HasMore")):
			more, told = more || field.Bool(), true
		case field.Kind() == reflect.Struct && strings.HasSuffix(name, "List"):
			inner, innerTold := truncated(field)
			more, told = more || inner, told || innerTold
		}
	}
	return more, told
}

// mostIdle is how many pages in a row may bring nothing new. AWS answers empty pages where it filters after it has read,
// a few in a row; a list that goes on so for ever would hold up the capture.
const mostIdle = 1000

// PagesBy is [Pages] for operations that nest their list or token: read takes the items and the next token from an
// answer (nil at the end), next puts a token into the request.
func PagesBy[T, In, Out, Options any](s *Scope, op operation[In, Out, Options], in *In, read func(*Out) ([]T, *string), next func(*In, *string)) iter.Seq[T] {
	return func(yield func(T) bool) {
		seen := make(map[string]bool)
		var last []T
		idle := 0
		request := *in
		for {
			out, err := Send(s, op, &request)
			if err != nil {
				s.Fail(err)
				return
			}
			s.page()
			items, token := read(out)
			for _, item := range items {
				if !yield(item) {
					return
				}
			}
			if aws.ToString(token) == "" {
				if more, _ := truncated(reflect.ValueOf(out).Elem()); more {
					s.Fail(errNoToken)
				}
				return
			}
			if idle++; len(items) > 0 && !reflect.DeepEqual(items, last) {
				idle = 0
			}
			if last = items; idle == mostIdle {
				s.Fail(errNothingNew)
				return
			}
			if seen[*token] {
				s.Fail(errRepeatedToken)
				return
			}
			seen[*token] = true
			next(&request, token)
		}
	}
}

// All collects the items of a list that was run to its end, for [Shared]; the error is the one that ended it. list gets
// a scope of its own to record into.
func All[T any](s *Scope, list func(*Scope) iter.Seq[T]) ([]T, error) {
	part := &Scope{
		Context: s.Context, Config: s.Config, Kind: s.Kind, AccountID: s.AccountID, Region: s.Region,
		Partition: s.Partition, Emulated: s.Emulated, run: s.run,
	}
	var items []T
	for item := range list(part) {
		items = append(items, item)
	}
	return items, part.err
}

// Children collects what lies in a thing that was listed, as [All] does. That the thing is gone meanwhile is no failure:
// it then has no children. Any other failure goes into the coverage.
func Children[T any](s *Scope, list func(*Scope) iter.Seq[T]) []T {
	items, err := All(s, list)
	if err != nil && Classify(err) != ClassNotFound {
		s.Fail(err)
	}
	return items
}

// Nested is [Children] for what is a part of the thing and comes in pages: where it can't be read, that place is unknown.
// There is false where the thing is gone since it was listed, as AWS says by a not-found or by one of the given codes.
func Nested[T any](s *Scope, item *Item, at Path, list func(*Scope) iter.Seq[T], gone ...string) (parts []T, there bool) {
	parts, err := All(s, list)
	if err == nil {
		return parts, true
	}
	if Classify(err) == ClassNotFound || slices.Contains(gone, Code(err)) {
		return nil, false
	}
	item.Unknown = append(item.Unknown, Gap{Path: at, Err: err})
	return nil, true
}
