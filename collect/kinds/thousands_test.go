package kinds

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/ssm"
	ssmtypes "github.com/aws/aws-sdk-go-v2/service/ssm/types"
	"golang.org/x/sync/errgroup"
)

// Of more than a thousand resources of the kinds whose lists come in pages, none is lost. The proxy cuts the lists as AWS
// does, since moto has its own mind about page sizes. Buckets, of which each takes a dozen calls, are read by the thousand in
// simulated time, see BenchmarkCapture.
func TestThousandsAreNotLost(t *testing.T) {
	thousands := []struct {
		kind, service, list string
		page, many          int
		create              func(e *estate, name string) error
	}{
		// moto's ListQueues ends at a thousand without a token.
		{"sqs:queue", "sqs", "ListQueues", 1000, 1000, func(e *estate, name string) error {
			_, err := sqs.NewFromConfig(e.Config).CreateQueue(e, &sqs.CreateQueueInput{QueueName: &name})
			return err
		}},
		{"logs:log-group", "logs", "DescribeLogGroups", 50, 1203, func(e *estate, name string) error {
			_, err := cloudwatchlogs.NewFromConfig(e.Config).CreateLogGroup(e, &cloudwatchlogs.CreateLogGroupInput{LogGroupName: &name, Tags: teamTags})
			return err
		}},
		{"iam:role", "iam", "GetAccountAuthorizationDetails", 100, 1203, func(e *estate, name string) error {
			_, err := iam.NewFromConfig(e.Config).CreateRole(e, &iam.CreateRoleInput{RoleName: &name, AssumeRolePolicyDocument: aws.String(trustEC2)})
			return err
		}},
		{"ssm:parameter", "ssm", "DescribeParameters", 50, 1203, func(e *estate, name string) error {
			_, err := ssm.NewFromConfig(e.Config).PutParameter(e, &ssm.PutParameterInput{
				Name: aws.String("/" + name), Value: aws.String("1"), Type: ssmtypes.ParameterTypeString,
				Tags: tagList(func(key, value *string) ssmtypes.Tag { return ssmtypes.Tag{Key: key, Value: value} }),
			})
			return err
		}},
	}
	e := newEstate(t)
	for _, row := range thousands {
		t.Run(row.kind, func(t *testing.T) {
			want := make([]string, row.many)
			var group errgroup.Group
			group.SetLimit(16)
			for i := range want {
				want[i] = fmt.Sprintf("thousands-%s-%04d", strings.ToLower(e.Account), i)
				group.Go(func() error { return row.create(e, want[i]) })
			}
			if err := group.Wait(); err != nil {
				t.Fatal(err)
			}
			remove := e.Proxy.Pages(row.service, row.list, row.page)
			defer remove()
			before := e.Proxy.Count(row.service, row.list)
			var got []string
			for _, r := range of(e.capture(row.kind), row.kind) {
				if name := strings.TrimPrefix(r.ID[strings.LastIndexAny(r.ID, ":/")+1:], "/"); strings.HasPrefix(name, "thousands-") {
					got = append(got, name)
				}
			}
			slices.Sort(got)
			if !slices.Equal(got, want) {
				t.Errorf("%d were made, %d are in the capture", len(want), len(got))
			}
			if pages := e.Proxy.Count(row.service, row.list) - before; pages < row.many/row.page {
				t.Errorf("%d pages of %d were read: the list was not cut", pages, row.page)
			}
		})
	}
}
