package testbed

import (
	"strings"
	"time"

	"golang.org/x/time/rate"
)

// SimulatedLimit is how a simulator meters calls: a bucket of tokens for each account, region and API.
type SimulatedLimit struct {
	operations string  // "ec2:Describe*"
	each       bool    // every operation has a bucket of its own
	PerSecond  float64 // refilled
	Burst      int     // the bucket's size
}

// simulatedLimits are AWS's published rates. What AWS does not publish is metered at the rate that public scanners were
// seen to get; of these, only that they exist can be relied on. The first row that fits counts.
//
// Published: EC2 in "Request throttling for the Amazon EC2 API"; Lambda in "Lambda quotas"; CloudWatch in "CloudWatch
// service quotas"; CloudWatch Logs in "CloudWatch Logs quotas"; KMS in "Request quotas"; SNS and DynamoDB in their API
// references; Secrets Manager in "AWS Secrets Manager quotas"; Parameter Store in "Systems Manager endpoints and quotas";
// EventBridge's 50 in its quotas of 2020.
var simulatedLimits = []SimulatedLimit{
	{"ec2:Describe*", true, 20, 100},
	{"lambda:GetFunction", true, 100, 100},
	{"lambda:GetPolicy", true, 15, 15},
	{"lambda:*", false, 15, 15},
	{"cloudwatch:DescribeAlarms", true, 9, 9},
	{"logs:DescribeLogGroups", true, 10, 10},
	{"logs:*", true, 5, 5},
	{"kms:DescribeKey", true, 2000, 2000},
	{"kms:GetKey*", true, 1000, 1000},
	{"kms:ListResourceTags", true, 2000, 2000},
	{"kms:List*", true, 500, 500},
	{"sns:List*", true, 30, 30},
	{"dynamodb:ListTagsOfResource", true, 10, 10},
	{"secretsmanager:GetResourcePolicy", true, 50, 50},
	{"ssm:GetParameters", true, 40, 40},
	{"events:*", true, 50, 50},
	// Not published.
	{"iam:*", false, 30, 60},
	{"organizations:*", false, 1, 4},
	{"tagging:*", false, 15, 15},
	{"sts:*", false, 100, 100},
	{"s3:*", false, 200, 200},
	{"sqs:*", true, 100, 100},
	{"*:*", false, 40, 80},
}

// SimulatedLimitOf is how AWS meters an operation, "ec2:DescribeVpcs", and the name of the bucket.
func SimulatedLimitOf(name string) (limit SimulatedLimit, bucket string) {
	service, _, _ := strings.Cut(name, ":")
	for _, limit := range simulatedLimits {
		prefix, glob := strings.CutSuffix(limit.operations, "*")
		switch {
		case limit.operations == "*:*":
			return limit, service + ":*"
		case name == limit.operations, glob && strings.HasPrefix(name, prefix):
			if limit.each {
				return limit, name
			}
			return limit, limit.operations
		}
	}
	panic("testbed: the last row of simulatedLimits fits everything")
}

type simulatedBucket struct{ limiter *rate.Limiter }

// meter counts a call and refuses it where its bucket is empty.
func (s *Simulator) meter(c *Call) *Answer {
	limit, name := SimulatedLimitOf(c.Name())
	key := c.Account + "/" + c.Region + "/" + name
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.total++
	s.counts[c.Name()]++
	bucket := s.buckets[key]
	if bucket == nil {
		bucket = &simulatedBucket{rate.NewLimiter(rate.Limit(limit.PerSecond), limit.Burst)}
		s.buckets[key] = bucket
	}
	if bucket.limiter.AllowN(time.Now(), 1) {
		return nil
	}
	s.refused++
	return throttled(c)
}
