package collect

import (
	"context"
	"strings"
	"sync"

	"golang.org/x/time/rate"
)

// limitRow is how AWS meters calls: all operations of a row share one bucket in each account and region, or have one
// each.
type limitRow struct {
	service    string  // the SDK's service id, "EC2"
	operations string  // one operation, a prefix that ends in "*", or "*"
	each       bool    // every operation has a bucket of its own
	perSecond  float64 // what AWS allows, refilled each second
	burst      int     // the bucket's size
}

// limitRows are AWS's published numbers where there are any, and otherwise what large scanners run at without being
// throttled. The first row that fits counts.
//
// EC2: "Request throttling for the Amazon EC2 API"; Lambda: "Lambda quotas"; Logs: "CloudWatch Logs quotas"; CloudTrail,
// DynamoDB, SNS, Route 53: their API references; API Gateway: "Amazon API Gateway quotas", management operations; Kinesis,
// SES, WAF: their API references (the lowest of the operations that lists need); Organizations, ELB, CloudWatch, IAM:
// unpublished, from public scanners.
var limitRows = []limitRow{
	{"EC2", "Describe*", true, 20, 100},
	{"EC2", "*", true, 5, 50},
	{"IAM", "*", false, 30, 60},
	{"Lambda", "GetFunction", true, 100, 100},
	{"Lambda", "GetPolicy", true, 15, 15},
	{"Lambda", "*", false, 15, 15},
	{"CloudTrail", "LookupEvents", true, 2, 2},
	{"CloudTrail", "*", false, 10, 10},
	{"DynamoDB", "ListTagsOfResource", true, 10, 10},
	{"DynamoDB", "*", false, 40, 100},
	{"SNS", "List*", true, 30, 30},
	{"CloudWatch", "DescribeAlarms", true, 9, 9},
	{"CloudWatch Logs", "DescribeLogGroups", true, 10, 10},
	{"CloudWatch Logs", "*", true, 5, 5},
	{"Elastic Load Balancing v2", "*", false, 10, 40},
	{"Elastic Load Balancing", "*", false, 10, 40},
	{"Route 53", "*", false, 5, 5},
	{"API Gateway", "*", false, 10, 40},
	{"ApiGatewayV2", "*", false, 10, 40},
	{"CloudFront", "*", false, 20, 20},
	{"EKS", "*", false, 20, 40},
	{"Kinesis", "*", true, 5, 5},
	{"SESv2", "*", true, 1, 4},
	{"CloudWatch Logs", "Describe*", true, 10, 10},
	{"WAFV2", "ListResourcesForWebACL", true, 1, 1},
	{"WAFV2", "*", true, 5, 5},
	{"Resource Groups Tagging API", "*", false, 15, 15},
	{"Organizations", "*", false, 1, 4},
	{"Cost Explorer", "*", false, 5, 5},
	{"STS", "*", false, 100, 100},
	{"S3", "*", false, 200, 200},
	{"SQS", "*", true, 100, 100},
	{"KMS", "*", true, 100, 100},
	{"", "*", false, 40, 80},
}

func rowFor(service, operation string) (row limitRow, bucket string) {
	for _, row := range limitRows {
		if row.service != "" && row.service != service {
			continue
		}
		prefix, glob := strings.CutSuffix(row.operations, "*")
		if operation != row.operations && (!glob || !strings.HasPrefix(operation, prefix)) {
			continue
		}
		bucket := service + ":" + row.operations
		if row.each {
			bucket = service + ":" + operation
		}
		return row, bucket
	}
	panic("collect: the last row of limitRows fits everything")
}

// limits holds a limiter for every account × region × bucket. By default calls run at half of what AWS allows, so that
// production keeps its quota; a throttle halves the rate and every good answer lets it creep back. Safe for concurrent
// use.
type limits struct {
	fraction float64
	mutex    sync.Mutex
	buckets  map[string]*bucket
}

type bucket struct {
	limiter *rate.Limiter
	mutex   sync.Mutex
	full    rate.Limit
}

// defaultFraction is the share of AWS's allowance that a run takes.
const defaultFraction = 0.5

func newLimits() *limits {
	return &limits{fraction: defaultFraction, buckets: make(map[string]*bucket)}
}

func (l *limits) bucket(account, region, service, operation string) *bucket {
	row, name := rowFor(service, operation)
	key := account + "/" + region + "/" + name
	l.mutex.Lock()
	defer l.mutex.Unlock()
	b, ok := l.buckets[key]
	if !ok {
		full := rate.Limit(row.perSecond * l.fraction)
		b = &bucket{limiter: rate.NewLimiter(full, max(1, int(float64(row.burst)*l.fraction))), full: full}
		l.buckets[key] = b
	}
	return b
}

func (b *bucket) wait(ctx context.Context) error { return b.limiter.Wait(ctx) }

// throttled halves the rate, down to a call in four seconds.
func (b *bucket) throttled() {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	b.limiter.SetLimit(max(b.limiter.Limit()/2, 0.25))
}

// answered lets the rate creep back by a hundredth of the full one.
func (b *bucket) answered() {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	if now := b.limiter.Limit(); now < b.full {
		b.limiter.SetLimit(min(now+b.full/100, b.full))
	}
}
