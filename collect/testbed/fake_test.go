package testbed

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/aws/smithy-go/encoding/cbor"
)

// fake is a server that answers a few lists with a fixed text, so that the proxy can be tested without Python. It
// ignores tokens: everything is on one page.
type fake struct {
	*httptest.Server
	rest restTables

	mu      sync.Mutex
	calls   []*Call
	answers map[string]string // by name of operation; what isn't here is an empty success
}

func newFake(t *testing.T) *fake {
	f := &fake{rest: loadREST(), answers: map[string]string{}}
	for name, text := range fakeAnswers {
		f.answers[name] = text
	}
	f.Server = httptest.NewServer(f)
	t.Cleanup(f.Close)
	return f
}

func (f *fake) set(name, text string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.answers[name] = text
}

// count says how many calls of an operation arrived.
func (f *fake) count(name string) int {
	f.mu.Lock()
	defer f.mu.Unlock()
	n := 0
	for _, c := range f.calls {
		if c.Name() == name {
			n++
		}
	}
	return n
}

func (f *fake) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	c := parse(r.Context(), r, body, f.rest)
	c.Account = r.Header.Get("X-Moto-Account-Id")
	f.mu.Lock()
	f.calls = append(f.calls, c)
	text := f.answers[c.Name()]
	f.mu.Unlock()
	if c.Protocol == CBOR {
		w.Header().Set("Smithy-Protocol", "rpc-v2-cbor")
		w.Header().Set("Content-Type", "application/cbor")
		if doc, err := decode(JSON, []byte(text)); err == nil {
			w.Write(toCBORTree(doc).encode())
		} else {
			w.Write(cbor.Encode(cbor.Map{}))
		}
		return
	}
	io.WriteString(w, text)
}

// each repeats a text with $ as 1 to 5.
func each(text string) string {
	var b strings.Builder
	for i := range 5 {
		b.WriteString(strings.ReplaceAll(text, "$", fmt.Sprint(i+1)))
	}
	return b.String()
}

func eachJSON(text string) string { return "[" + strings.TrimSuffix(each(text+","), ",") + "]" }

// fakeAnswers has a list of five for each protocol.
var fakeAnswers = map[string]string{
	"ec2:DescribeSecurityGroups": `<DescribeSecurityGroupsResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><requestId>r</requestId><securityGroupInfo>` +
		each(`<item><groupId>sg-$</groupId><groupName>n$</groupName></item>`) + `</securityGroupInfo></DescribeSecurityGroupsResponse>`,
	"iam:ListRoles": `<ListRolesResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/"><ListRolesResult><IsTruncated>false</IsTruncated><Roles>` +
		each(`<member><RoleName>r$</RoleName><Arn>arn:aws:iam::1:role/r$</Arn><Path>/</Path><RoleId>AROA$</RoleId><CreateDate>2026-01-01T00:00:00Z</CreateDate></member>`) +
		`</Roles></ListRolesResult></ListRolesResponse>`,
	"dynamodb:ListTables":  `{"TableNames":` + eachJSON(`"t$"`) + `}`,
	"sqs:ListQueues":       `{"QueueUrls":` + eachJSON(`"https://sqs/q$"`) + `}`,
	"lambda:ListFunctions": `{"Functions":` + eachJSON(`{"FunctionName":"f$","MemorySize":128}`) + `,"NextMarker":null}`,
	"s3:ListBuckets": `<?xml version="1.0"?><ListAllMyBucketsResult xmlns="http://s3.amazonaws.com/doc/2006-03-01"><Owner><ID>o</ID></Owner><Buckets>` +
		each(`<Bucket><Name>b$</Name><CreationDate>2026-01-01T00:00:00Z</CreationDate></Bucket>`) + `</Buckets></ListAllMyBucketsResult>`,
	"route53:ListHostedZones": `<ListHostedZonesResponse xmlns="https://route53.amazonaws.com/doc/2013-04-01/"><HostedZones>` +
		each(`<HostedZone><Id>/hostedzone/Z$</Id><Name>z$.</Name><CallerReference>c</CallerReference></HostedZone>`) +
		`</HostedZones><IsTruncated>false</IsTruncated><MaxItems>100</MaxItems></ListHostedZonesResponse>`,
	"cloudwatch:DescribeAlarms": `{"MetricAlarms":` + eachJSON(`{"AlarmName":"a$","Period":60,"Threshold":1.5,"AlarmConfigurationUpdatedTimestamp":1767225600}`) + `}`,
}
