package kinds

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"net/http/httptest"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	awsmiddleware "github.com/aws/aws-sdk-go-v2/aws/middleware"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/glue"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/aws/smithy-go/encoding/cbor"
	"github.com/aws/smithy-go/middleware"

	"github.com/aws-baseline/aws-baseline/collect"
	"github.com/aws-baseline/aws-baseline/collect/snapshot"
	"github.com/aws-baseline/aws-baseline/collect/testbed"
)

// madeUpAccount is an account in which there is one of everything: every operation answers with one element in each
// list, every member set, and every text a mark of its own. Calls go through the whole SDK and through a fault proxy,
// in this process, so that it runs in a bubble of testing/synctest: waiting takes no time.
type madeUpAccount struct {
	proxy *testbed.FaultProxy
	// changed are marks in whose places the account now has others.
	changed map[string]bool
	// more are what answers must say in one test, by operation.
	more map[string]func(out any)
}

// newMadeUpAccount sets the environment too. Call it outside the bubble: the proxy listens, though nobody connects.
func newMadeUpAccount(t *testing.T) *madeUpAccount {
	t.Helper()
	account := &madeUpAccount{proxy: testbed.Proxy(t, "http://127.0.0.1:1")}
	t.Setenv("AWS_CA_BUNDLE", "") // the SDK puts it into its own HTTP client only
	for _, setting := range account.proxy.Environ(testRegion) {
		name, value, _ := strings.Cut(setting, "=")
		t.Setenv(name, value)
	}
	return account
}

// capture looks at kinds in the test's region. What was made to fail in the proxy before goes first.
func (a *madeUpAccount) capture(t *testing.T, kinds []*collect.Kind, key collect.MaskKey) *snapshot.Snapshot {
	t.Helper()
	remove := a.proxy.Intercept("*", "*", func(c *testbed.Call, _ func(*testbed.Call) *testbed.Answer) *testbed.Answer {
		return emptyAnswer(c)
	})
	defer remove()
	session, err := collect.Open(t.Context(), collect.Options{HTTPClient: inProcess{a.proxy}})
	if err != nil {
		t.Fatal(err)
	}
	session.Config.APIOptions = append(slices.Clone(session.Config.APIOptions), a.fillAnswers)
	s, err := collect.Capture(t.Context(), session, collect.Request{Kinds: kinds, Regions: []string{testRegion}, MaskKey: key})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// inProcess is the SDK's HTTP client: it hands requests to the proxy without a socket.
type inProcess struct{ proxy *testbed.FaultProxy }

// hungUp is how long an attempt may take, as with the client that the program uses.
const hungUp = 30 * time.Second

// Do implements the SDK's HTTPClient.
func (p inProcess) Do(r *http.Request) (response *http.Response, err error) {
	ctx, cancel := context.WithTimeout(r.Context(), hungUp)
	defer cancel()
	r = r.WithContext(ctx)
	if r.Body == nil {
		r.Body = http.NoBody
	}
	defer func() {
		if recover() != nil { // how a server's handler breaks off
			response, err = nil, ctx.Err()
		}
	}()
	recorder := httptest.NewRecorder()
	p.proxy.ServeHTTP(recorder, r)
	return recorder.Result(), nil
}

// operationOf is an operation as [collect.Rehearsal] names it.
func operationOf(ctx context.Context) string {
	return awsmiddleware.GetServiceID(ctx) + ": " + awsmiddleware.GetOperationName(ctx)
}

// emptyAnswer is the smallest success in the protocol of a call that can be AWS's: it says something, of which no SDK
// knows.
func emptyAnswer(c *testbed.Call) *testbed.Answer {
	answer := func(contentType, body string) *testbed.Answer {
		return &testbed.Answer{Status: http.StatusOK, Header: http.Header{
			"Content-Type": {contentType}, "Date": {time.Now().UTC().Format(http.TimeFormat)},
		}, Body: []byte(body)}
	}
	operation := awsmiddleware.GetOperationName(c.Context())
	switch {
	case operation == "GetCallerIdentity":
		return answer("text/xml", "<GetCallerIdentityResponse><GetCallerIdentityResult><Account>"+c.Account+"</Account><Arn>arn:aws:iam::"+c.Account+
			":user/tester</Arn><UserId>AIDA</UserId></GetCallerIdentityResult></GetCallerIdentityResponse>")
	case operation == "DescribeRegions":
		return answer("text/xml", "<DescribeRegionsResponse><regionInfo><item><regionName>"+testRegion+
			"</regionName><optInStatus>opt-in-not-required</optInStatus></item></regionInfo></DescribeRegionsResponse>")
	case operation == "GetBucketPolicy":
		return answer("application/json", "{}")
	}
	switch c.Protocol {
	case testbed.Query:
		return answer("text/xml", "<"+operation+"Response><"+operation+"Result/></"+operation+"Response>")
	case testbed.EC2Query, testbed.RESTXML, testbed.S3:
		return answer("text/xml", "<"+operation+"Response><MadeUp/></"+operation+"Response>")
	case testbed.CBOR:
		a := answer("application/cbor", string(cbor.Encode(cbor.Map{"MadeUp": cbor.Bool(true)})))
		a.Header.Set("Smithy-Protocol", "rpc-v2-cbor")
		return a
	}
	return answer("application/json", `{"MadeUp":true}`)
}

// fillAnswers puts one of everything into the answers that the SDK decoded. What looks at whether these are AWS's comes before,
// when there is nothing in them yet, so it is left out.
func (a *madeUpAccount) fillAnswers(stack *middleware.Stack) error {
	if _, err := stack.Deserialize.Remove("aws-baseline:foreign"); err != nil {
		return err
	}
	return stack.Initialize.Add(middleware.InitializeMiddlewareFunc("test:fill",
		func(ctx context.Context, in middleware.InitializeInput, next middleware.InitializeHandler) (middleware.InitializeOutput, middleware.Metadata, error) {
			out, metadata, err := next.HandleInitialize(ctx, in)
			if operation := awsmiddleware.GetOperationName(ctx); err == nil && operation != "DescribeRegions" {
				name := operationOf(ctx)
				a.fill(reflect.ValueOf(out.Result).Elem(), name, nil)
				if adjust := adjustments()[name]; adjust != nil {
					adjust(out.Result, a)
				}
				if more := a.more[name]; more != nil {
					more(out.Result)
				}
			}
			return out, metadata, err
		}), middleware.After)
}

// adjustments are what answers must say besides, for kinds to read all of them: by operation.
func adjustments() map[string]func(out any, a *madeUpAccount) {
	return map[string]func(any, *madeUpAccount){
		"EC2: DescribeLaunchTemplates": func(out any, _ *madeUpAccount) {
			*out.(*ec2.DescribeLaunchTemplatesOutput).LaunchTemplates[0].LatestVersionNumber = 2
		},
		"EC2: DescribeLaunchTemplateVersions": func(out any, a *madeUpAccount) {
			versions := &out.(*ec2.DescribeLaunchTemplateVersionsOutput).LaunchTemplateVersions
			latest, data := (*versions)[0], *(*versions)[0].LaunchTemplateData
			number, userData := int64(2), a.mark("the user data of the latest version")
			latest.VersionNumber, latest.LaunchTemplateData, data.UserData = &number, &data, &userData
			*versions = append(*versions, latest)
		},
		"SNS: ListSubscriptions": func(out any, _ *madeUpAccount) {
			protocol := "https"
			out.(*sns.ListSubscriptionsOutput).Subscriptions[0].Protocol = &protocol
		},
		"Glue: GetDatabases": func(out any, _ *madeUpAccount) { // a database, and no link to one
			out.(*glue.GetDatabasesOutput).DatabaseList[0].TargetDatabase = nil
		},
	}
}

// same are places that hold what another does: kinds join the lists by it.
var same = map[string]string{
	"EC2: DescribeLaunchTemplateVersions.LaunchTemplateVersions[].LaunchTemplateId": "EC2: DescribeLaunchTemplates.LaunchTemplates[].LaunchTemplateId",
	"SSM: GetParameters.Parameters[].Name":                                          "SSM: DescribeParameters.Parameters[].Name",
}

// mark is the text of a place in an answer. It looks like an id, so that it would be kept as a reference to one.
func (a *madeUpAccount) mark(place string) string {
	place = cmp.Or(same[place], place)
	text := markOf(place)
	if a.changed[text] {
		text = markOf("another " + place)
	}
	return text
}

const markPrefix = "planted-"

func markOf(place string) string {
	sum := sha256.Sum256([]byte(place))
	return markPrefix + hex.EncodeToString(sum[:10])
}

// mapKeys are further keys of the maps in answers, by operation and field.
var mapKeys = map[string][]string{
	"CodePipeline: GetPipeline Configuration": {"OAuthToken", "EnvironmentVariables", "UserParameters", "ParameterOverrides"},
	"Athena: GetDataCatalog Parameters":       {"connection-properties"},
}

// repeats is how often a type may lie in itself: web ACLs' statements lie in statements.
func repeats(place string) int {
	switch {
	case strings.HasPrefix(place, "WAFV2: "):
		return 6
	case strings.HasPrefix(place, "EMR: "): // configurations lie in configurations
		return 2
	}
	return 1
}

// leftOut reports whether a field is left empty in statements within statements, or they would hold everything many
// times.
func leftOut(place string, within []reflect.Type, field string) bool {
	if !strings.HasPrefix(place, "WAFV2: ") || slices.Contains([]string{
		"AndStatement", "OrStatement", "NotStatement", "Statement", "Statements", "ByteMatchStatement", "SearchString",
	}, field) {
		return false
	}
	nested := 0
	for _, t := range within {
		if t.Name() == "Statement" {
			nested++
		}
	}
	return nested > 1
}

// ends reports whether a type lies in itself often enough.
func ends(place string, within []reflect.Type, next reflect.Type) bool {
	n := 0
	for _, t := range within {
		if t == next {
			n++
		}
	}
	return n >= repeats(place)
}

// fill fills a value, of which at is the place.
func (a *madeUpAccount) fill(v reflect.Value, at string, within []reflect.Type) {
	switch v.Kind() {
	case reflect.Pointer:
		if !ends(at, within, v.Type().Elem()) {
			v.Set(reflect.New(v.Type().Elem()))
			a.fill(v.Elem(), at, within)
		}
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[time.Time]() {
			v.Set(reflect.ValueOf(time.Date(1999, time.January, 2, 15, 4, 5, 0, time.UTC)))
			return
		}
		within = append(within[:len(within):len(within)], v.Type())
		for i := range v.NumField() {
			if f := v.Type().Field(i); f.IsExported() && f.Name != "ResultMetadata" && !leftEmpty(f.Name) && !leftOut(at, within, f.Name) {
				a.fill(v.Field(i), at+"."+f.Name, within)
			}
		}
	case reflect.Slice:
		if v.Type().Elem().Kind() == reflect.Uint8 {
			v.SetBytes([]byte(a.mark(at)))
		} else if !ends(at, within, v.Type().Elem()) {
			v.Set(reflect.MakeSlice(v.Type(), 1, 1))
			a.fill(v.Index(0), at+"[]", within)
		}
	case reflect.Map:
		if !ends(at, within, v.Type().Elem()) {
			v.Set(reflect.MakeMap(v.Type()))
			operation, _, _ := strings.Cut(at, ".")
			field := at[strings.LastIndexByte(at, '.')+1:]
			for _, name := range append([]string{"key"}, mapKeys[operation+" "+field]...) {
				key, value := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
				key.SetString(name)
				a.fill(value, at+"."+name, within)
				v.SetMapIndex(key, value)
			}
		}
	case reflect.String:
		switch field := at[strings.LastIndexByte(at, '.')+1:]; {
		case v.Type() != reflect.TypeFor[string](): // an enum
		case field == "BucketRegion" || field == "RegionName":
			v.SetString(testRegion)
		default:
			v.SetString(a.mark(at))
		}
	case reflect.Int32, reflect.Int64:
		v.SetInt(1)
	case reflect.Float32, reflect.Float64:
		v.SetFloat(1)
	}
}

// leftEmpty reports whether a field says where a list goes on, or what could not be answered.
func leftEmpty(field string) bool {
	for _, end := range []string{"Marker", "Error", "Errors", "Failures"} {
		if strings.HasSuffix(field, end) {
			return true
		}
	}
	for _, start := range []string{"Next", "LastEvaluated", "Unprocessed", "Invalid", "Pagination", "Continuation", "Position"} {
		if strings.HasPrefix(field, start) {
			return true
		}
	}
	return false
}
