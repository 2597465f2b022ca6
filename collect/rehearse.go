package collect

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsmiddleware "github.com/aws/aws-sdk-go-v2/aws/middleware"

	"github.com/aws-baseline/aws-baseline/collect/snapshot"
)

// Rehearsal is what a kind did on made-up answers.
type Rehearsal struct {
	Known      []Path     // every place that the kind's configuration can have, sorted; see Snapshot.KnownPaths
	Operations []string   // the operations called, as "EC2: DescribeVpcs", sorted
	Resources  []Resource // what was added
}

// errNotSent is what a rehearsal's HTTP client answers: the request was complete.
var errNotSent = errors.New("rehearsal: not sent")

// Rehearse runs a kind's List, and its BulkTags, without AWS: requests are built and serialized but not sent, and
// every operation answers with one of everything that its type can hold: one element in a list, every pointer set,
// enums empty, no further page, no failures. The error joins what could not be built (a required parameter that is missing) and
// what the kind recorded as failed. Operations that don't fit their helper panic, as they do in a capture.
//
// Delete, Protect and Unlink are not rehearsed: they may call the SDK directly. List and BulkTags may not: they go
// through the helpers, or [Send].
func Rehearse(kind *Kind) (Rehearsal, error) {
	var mutex sync.Mutex
	operations := make(map[string]bool)
	var refused []error

	session := &Session{AccountID: "123456789012", Partition: "aws"}
	session.Config = aws.Config{
		Region:  home(session.Partition),
		Retryer: func() aws.Retryer { return aws.NopRetryer{} },
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: "REHEARSAL", SecretAccessKey: "rehearsal"}, nil
		}),
		HTTPClient: refusing(func(r *http.Request) {
			mutex.Lock()
			defer mutex.Unlock()
			operations[awsmiddleware.GetServiceID(r.Context())+": "+awsmiddleware.GetOperationName(r.Context())] = true
		}),
	}
	r := newRun(NewMaskKey("rehearsal"))
	r.rehearse = func(out any, err error) error {
		if !errors.Is(err, errNotSent) {
			mutex.Lock()
			defer mutex.Unlock()
			refused = append(refused, err)
			return err
		}
		makeUp(reflect.ValueOf(out).Elem(), nil)
		return nil
	}
	region := home(session.Partition)
	if kind.Global {
		region = snapshot.Global
	}
	scope := r.scope(context.Background(), session, kind, region)
	scope.list()
	if scope.err != nil {
		refused = append(refused, scope.err)
	}
	for _, resource := range scope.resources {
		for _, unknown := range resource.Unknown {
			refused = append(refused, fmt.Errorf("%s: %s", unknown.Path, unknown.Message))
		}
	}
	return Rehearsal{
		Known: r.knownPaths()[kind.Name], Operations: slices.Sorted(maps.Keys(operations)), Resources: scope.resources,
	}, errors.Join(refused...)
}

// refusing is an HTTP client that sends nothing.
type refusing func(*http.Request)

// Do implements the SDK's HTTPClient.
func (tell refusing) Do(r *http.Request) (*http.Response, error) {
	tell(r)
	return nil, errNotSent
}

// madeUp is the text of every string in a made-up answer.
const madeUp = "rehearsal"

// makeUp fills a value with one of everything. A type that contains itself ends with its first repetition.
func makeUp(v reflect.Value, within []reflect.Type) {
	switch v.Kind() {
	case reflect.Pointer:
		if !slices.Contains(within, v.Type().Elem()) {
			v.Set(reflect.New(v.Type().Elem()))
			makeUp(v.Elem(), within)
		}
	case reflect.Struct:
		if v.Type() == timeType {
			v.Set(reflect.ValueOf(time.Date(2006, time.January, 2, 15, 4, 5, 0, time.UTC)))
			return
		}
		within = append(within[:len(within):len(within)], v.Type())
		for i := range v.NumField() {
			if f := v.Type().Field(i); f.IsExported() && f.Name != "ResultMetadata" && !leftEmpty(f.Name) {
				makeUp(v.Field(i), within)
			}
		}
	case reflect.Slice:
		if v.Type().Elem().Kind() != reflect.Uint8 && !slices.Contains(within, v.Type().Elem()) {
			v.Set(reflect.MakeSlice(v.Type(), 1, 1))
			makeUp(v.Index(0), within)
		}
	case reflect.Map:
		if !slices.Contains(within, v.Type().Elem()) {
			key, value := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
			key.SetString(madeUp)
			makeUp(value, within)
			v.Set(reflect.MakeMap(v.Type()))
			v.SetMapIndex(key, value)
		}
	case reflect.String:
		if v.Type() == reflect.TypeFor[string]() {
			v.SetString(madeUp)
		}
	case reflect.Int32, reflect.Int64:
		v.SetInt(1)
	case reflect.Float32, reflect.Float64:
		v.SetFloat(1)
	}
}

// leftEmpty reports whether a field says where a list goes on, or what could not be answered.
func leftEmpty(field string) bool {
	return strings.HasSuffix(field, "Token") || strings.HasSuffix(field, "Marker") || strings.HasPrefix(field, "LastEvaluated") ||
		strings.HasPrefix(field, "Unprocessed") || field == "Failures" || field == "Position" || strings.HasPrefix(field, "Invalid") || strings.HasSuffix(field, "Error") || strings.HasSuffix(field, "Errors")
}
