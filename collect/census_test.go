package collect

import (
	"context"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/aws-baseline/aws-baseline/collect/snapshot"
)

// censusAnswers answers the census' calls by "region/operation"; what is not there is a web page, as emulators answer.
type censusAnswers map[string]string

func (a censusAnswers) Do(r *http.Request) (*http.Response, error) {
	operation := strings.TrimPrefix(r.URL.Path, "/")
	if target := r.Header.Get("X-Amz-Target"); target != "" {
		operation = target[strings.LastIndex(target, ".")+1:]
	}
	// The region that the request is signed for.
	scope := strings.Split(r.Header.Get("Authorization"), "/")
	body, ok := a[scope[2]+"/"+operation]
	status, kind := 200, "application/json"
	switch {
	case !ok:
		status, kind, body = 404, "text/html", "<!doctype html><title>404 Not Found</title>"
	case strings.Contains(body, "__type"):
		status = 400
	}
	return &http.Response{StatusCode: status, Header: http.Header{"Content-Type": {kind}}, Body: io.NopCloser(strings.NewReader(body))}, nil
}

// The census knows what two APIs know and the capture has not, each thing once, and which of them could not be asked.
func TestCensus(t *testing.T) {
	const (
		mine  = "111122223333"
		local = `{"Indexes":[{"Region":"eu-west-1","Type":"LOCAL"},{"Region":"us-east-1","Type":"LOCAL"},{"Region":"ap-south-1","Type":"LOCAL"}]}`
		whole = `{"Indexes":[{"Region":"eu-west-1","Type":"LOCAL"},{"Region":"ap-south-1","Type":"AGGREGATOR"}]}`
		no    = `{"__type":"AccessDeniedException","message":"no"}`
		none  = `{"ResourceTagMappingList":[]}`
	)
	row := func(arn, kind, region, account string) string {
		return `{"Arn":"` + arn + `","ResourceType":"` + kind + `","Region":"` + region + `","OwningAccountId":"` + account + `"}`
	}
	captured := row("arn:aws:sqs:eu-west-1:"+mine+":captured", "sqs:queue", "eu-west-1", mine)
	fleet := row("arn:aws:ec2:eu-west-1:"+mine+":fleet/fleet-1", "ec2:fleet", "eu-west-1", mine)
	global := row("arn:aws:iam::"+mine+":sts", "iam:sts", "global", mine)
	foreign := row("arn:aws:ec2:eu-west-1:999999999999:fleet/fleet-2", "ec2:fleet", "eu-west-1", "999999999999")
	beyond := row("arn:aws:ec2:ap-south-1:"+mine+":fleet/fleet-3", "ec2:fleet", "ap-south-1", mine)
	rows := func(list ...string) string { return `{"Resources":[` + strings.Join(list, ",") + `]}` }
	tagged := `{"ResourceTagMappingList":[{"ResourceARN":"arn:aws:ec2:eu-west-1:` + mine + `:fleet/fleet-1","Tags":[]},
		{"ResourceARN":"arn:aws:codecommit:eu-west-1:` + mine + `:tools","Tags":[]}]}`
	for name, test := range map[string]struct {
		answers  censusAnswers
		types    []string // account left out
		gaps     []string
		explored []string
	}{
		"an emulator has no Resource Explorer": {
			censusAnswers{"eu-west-1/GetResources": tagged, "us-east-1/GetResources": none},
			[]string{"codecommit eu-west-1 1", "ec2:fleet eu-west-1 1"}, nil, nil,
		},
		"Resource Explorer is off": {
			censusAnswers{"eu-west-1/GetResources": tagged, "us-east-1/GetResources": none, "eu-west-1/ListIndexes": `{"Indexes":[]}`},
			[]string{"codecommit eu-west-1 1", "ec2:fleet eu-west-1 1"}, nil, nil,
		},
		"an aggregator knows all regions": {
			censusAnswers{"eu-west-1/GetResources": tagged, "us-east-1/GetResources": none, "eu-west-1/ListIndexes": whole,
				"ap-south-1/ListResources": rows(captured, fleet, global, foreign, beyond)},
			[]string{"codecommit eu-west-1 1", "ec2:fleet eu-west-1 1", "iam:sts global 1"}, nil, []string{"eu-west-1", "us-east-1"},
		},
		"each region has an index, one of them closed": {
			censusAnswers{"eu-west-1/GetResources": none, "us-east-1/GetResources": none, "eu-west-1/ListIndexes": local,
				"eu-west-1/ListResources": rows(fleet), "us-east-1/ListResources": no},
			[]string{"ec2:fleet eu-west-1 1"}, []string{"resource-explorer-2 us-east-1 AccessDeniedException"}, []string{"eu-west-1"},
		},
		"nothing may be asked": {
			censusAnswers{"eu-west-1/GetResources": no, "us-east-1/GetResources": no, "eu-west-1/ListIndexes": no}, nil,
			[]string{"resource-explorer-2 eu-west-1 AccessDeniedException", "tag eu-west-1 AccessDeniedException", "tag us-east-1 AccessDeniedException"}, nil,
		},
	} {
		t.Run(name, func(t *testing.T) {
			session := &Session{AccountID: mine, Partition: "aws", Emulated: true, traffic: newTraffic(4, func() string { return mine })}
			session.traffic.emulated = true
			session.Config = aws.Config{
				HTTPClient: test.answers, Retryer: func() aws.Retryer { return aws.NopRetryer{} },
				Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
					return aws.Credentials{AccessKeyID: "a", SecretAccessKey: "b"}, nil
				}),
			}
			session.Config.APIOptions = append(session.Config.APIOptions, session.traffic.attach)
			s := &snapshot.Snapshot{
				Accounts:  []snapshot.Account{{Regions: []snapshot.Region{{Name: "eu-west-1", Captured: true}, {Name: "us-east-1", Captured: true}}}},
				Resources: []Resource{{ARN: "arn:aws:sqs:eu-west-1:" + mine + ":captured"}},
			}
			census := newRun(MaskKey{}).takeCensus(t.Context(), session, s, []*Kind{{Name: "sqs:queue"}})
			var types, gaps, explored []string
			for _, row := range census.Types {
				types = append(types, row.Type+" "+row.Region+" "+string(rune('0'+row.Resources)))
			}
			for _, gap := range census.NotAsked {
				gaps = append(gaps, gap.Service+" "+gap.Region+" "+gap.Code)
			}
			for _, place := range census.Explored {
				explored = append(explored, place.Region)
			}
			if !slices.Equal(types, test.types) || !slices.Equal(gaps, test.gaps) || !slices.Equal(explored, test.explored) {
				t.Errorf("got %q, not asked %q, explored %q\nwant %q, %q, %q", types, gaps, explored, test.types, test.gaps, test.explored)
			}
		})
	}
}
