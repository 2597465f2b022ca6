package testbed

import (
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/smithy-go"
)

func simulated(estate SimulatedEstate) (*Simulator, aws.Config) {
	s := NewSimulator(estate)
	return s, aws.Config{
		Region: "us-east-1", HTTPClient: s, Retryer: func() aws.Retryer { return aws.NopRetryer{} },
		Credentials: credentials.NewStaticCredentialsProvider(s.AccessKey(0), "any", ""),
	}
}

// The parts of an estate make up the whole, whatever does not divide evenly.
func TestSimulatedEstateAddsUp(t *testing.T) {
	estate := SimulatedEstate{Resources: 1237, Accounts: 7, Regions: []string{"us-east-1", "us-west-2", "eu-west-1"}}
	total, shares := 0, 0
	for _, kind := range SimulatedKinds() {
		shares += kind.Share
		for account := range estate.Accounts {
			for region := range estate.Regions {
				if region == 0 || !kind.Global {
					total += estate.Count(kind.Name, account, region)
				}
			}
		}
	}
	if total != estate.Resources || shares != 100 {
		t.Errorf("there are %d resources, want %d; the shares are %d", total, estate.Resources, shares)
	}
}

// Lists give every resource once, in pages no larger than asked for, and what they name can be described.
func TestSimulatorPages(t *testing.T) {
	_, cfg := simulated(SimulatedEstate{Resources: 3000, Accounts: 1, Regions: []string{"us-east-1"}})
	seen := make(map[string]bool)
	in := &dynamodb.ListTablesInput{Limit: aws.Int32(7)}
	for {
		out, err := dynamodb.NewFromConfig(cfg).ListTables(t.Context(), in)
		if err != nil {
			t.Fatal(err)
		}
		if len(out.TableNames) > 7 {
			t.Errorf("a page has %d tables", len(out.TableNames))
		}
		for _, name := range out.TableNames {
			if seen[name] {
				t.Errorf("%s is there twice", name)
			}
			seen[name] = true
			table, err := dynamodb.NewFromConfig(cfg).DescribeTable(t.Context(), &dynamodb.DescribeTableInput{TableName: &name})
			if err != nil || *table.Table.TableName != name {
				t.Errorf("%s: %v", name, err)
			}
		}
		if in.ExclusiveStartTableName = out.LastEvaluatedTableName; in.ExclusiveStartTableName == nil {
			break
		}
	}
	if len(seen) != 30 {
		t.Errorf("%d tables, want 30", len(seen))
	}
	alarms, err := cloudwatch.NewFromConfig(cfg).DescribeAlarms(t.Context(), &cloudwatch.DescribeAlarmsInput{MaxRecords: aws.Int32(50)})
	if err != nil || len(alarms.MetricAlarms) != 50 || alarms.NextToken == nil {
		t.Errorf("alarms: %v, %v", alarms, err)
	}
	buckets, err := s3.NewFromConfig(cfg).ListBuckets(t.Context(), &s3.ListBucketsInput{MaxBuckets: aws.Int32(10)})
	if err != nil || len(buckets.Buckets) != 10 || buckets.ContinuationToken == nil {
		t.Fatalf("buckets: %v, %v", buckets, err)
	}
	if _, err := s3.NewFromConfig(cfg).GetBucketCors(t.Context(), &s3.GetBucketCorsInput{Bucket: buckets.Buckets[0].Name}); codeOf(err) != "NoSuchCORSConfiguration" {
		t.Errorf("a bucket without rules: %v", err)
	}
	if _, err := s3.NewFromConfig(cfg).GetBucketAcl(t.Context(), &s3.GetBucketAclInput{Bucket: aws.String("orders-100000000001-bucket-999999")}); codeOf(err) != "NoSuchBucket" {
		t.Errorf("no bucket: %v", err)
	}
}

// A bucket of tokens lets its size through at once, then what is refilled; the others get the service's own error.
func TestSimulatorThrottles(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, cfg := simulated(SimulatedEstate{Resources: 1000, Accounts: 1, Regions: []string{"us-east-1"}})
		let := func(n int) (through int, code string) {
			for range n {
				if _, err := ec2.NewFromConfig(cfg).DescribeVolumes(t.Context(), &ec2.DescribeVolumesInput{}); err != nil {
					code = codeOf(err)
				} else {
					through++
				}
			}
			return through, code
		}
		if through, code := let(110); through != 100 || code != "RequestLimitExceeded" {
			t.Errorf("%d calls went through, then %s", through, code)
		}
		time.Sleep(time.Second)
		if through, _ := let(30); through != 20 {
			t.Errorf("%d calls went through after a second", through)
		}
		if counts := s.Counts(); counts.Calls != 140 || counts.Throttles != 20 || counts.Operations["ec2:DescribeVolumes"] != 140 {
			t.Errorf("counts: %+v", counts)
		}
		refused := 0
		for range 20 {
			if _, err := lambda.NewFromConfig(cfg).GetPolicy(t.Context(), &lambda.GetPolicyInput{FunctionName: aws.String("orders-function-000000")}); codeOf(err) == "TooManyRequestsException" {
				refused++
			}
		}
		if refused != 5 {
			t.Errorf("lambda refused %d of 20", refused)
		}
	})
}

// Calls take the latency, in simulated time too, and what the simulator lacks says so.
func TestSimulatorLatency(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, cfg := simulated(SimulatedEstate{Resources: 100, Accounts: 1, Regions: []string{"us-east-1"}, Latency: 70 * time.Millisecond})
		started := time.Now()
		_, err := ec2.NewFromConfig(cfg).DescribeVpcs(t.Context(), &ec2.DescribeVpcsInput{})
		if took := time.Since(started); took != 70*time.Millisecond || err == nil || !strings.Contains(err.Error(), "ec2:DescribeVpcs") {
			t.Errorf("it took %v: %v", took, err)
		}
	})
}

func codeOf(err error) string {
	var api smithy.APIError
	if errors.As(err, &api) {
		return api.ErrorCode()
	}
	return ""
}
