package testbed

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsmiddleware "github.com/aws/aws-sdk-go-v2/aws/middleware"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch/schemas"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/smithy-go/transport/http/protocol/awsjson"
)

// builder makes the resources of an estate through the SDK. An estate is a long list of calls, and after the first that
// fails there is nothing left to do: do panics with a failure, which build returns as an error.
type builder struct {
	context.Context
	cfg     aws.Config
	account string
	tags    map[string]string
}

type failure struct{ error }

// build runs an estate's calls, as the account that cfg's credentials are of.
func build(ctx context.Context, cfg aws.Config, tags map[string]string, estate func(*builder)) (err error) {
	defer func() {
		switch caught := recover().(type) {
		case nil:
		case failure:
			err = fmt.Errorf("testbed: build an estate in %s: %w", cfg.Region, caught.error)
		default:
			panic(caught)
		}
	}()
	b := &builder{Context: ctx, cfg: cfg, tags: tags}
	b.account = aws.ToString(do(b, sts.NewFromConfig(cfg).GetCallerIdentity, &sts.GetCallerIdentityInput{}).Account)
	estate(b)
	return nil
}

// do makes one call.
func do[In, Out, Options any](b *builder, operation func(context.Context, *In, ...func(*Options)) (*Out, error), in *In) *Out {
	out, err := operation(b, in)
	if err != nil {
		panic(failure{err})
	}
	return out
}

// in is a builder for another region.
func (b *builder) in(region string) *builder {
	c := *b
	c.cfg = b.cfg.Copy()
	c.cfg.Region = region
	return &c
}

// named are the estate's tags and a name, in a fixed order, as a service writes tags.
func named[T any](b *builder, name string, tag func(key, value *string) T) []T {
	tags := maps.Clone(b.tags)
	if name != "" {
		tags["Name"] = name
	}
	var list []T
	for _, key := range slices.Sorted(maps.Keys(tags)) {
		list = append(list, tag(aws.String(key), aws.String(tags[key])))
	}
	return list
}

// arn is the ARN of something in the builder's region and account.
func (b *builder) arn(service, resource string) string {
	return "arn:aws:" + service + ":" + b.cfg.Region + ":" + b.account + ":" + resource
}

// s3 is a client that addresses buckets by path: an emulator has no host name for every bucket.
func (b *builder) s3() *s3.Client {
	return s3.NewFromConfig(b.cfg, func(o *s3.Options) { o.UsePathStyle = true })
}

// cloudwatch is a client that speaks JSON. CloudWatch serves it besides CBOR, the SDK's default, and moto serves no CBOR.
func (b *builder) cloudwatch() *cloudwatch.Client {
	return cloudwatch.NewFromConfig(b.cfg, func(o *cloudwatch.Options) {
		o.Protocol = awsjson.New10(schemas.GraniteServiceVersion20100801)
	})
}

// trustPolicy lets an AWS service assume a role.
func trustPolicy(service string) *string {
	return aws.String(`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"` + service +
		`.amazonaws.com"},"Action":"sts:AssumeRole"}]}`)
}

// allow is a policy that allows actions, separated by commas, on a resource.
func allow(actions, resource string) *string {
	return aws.String(`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["` +
		strings.ReplaceAll(actions, ",", `","`) + `"],"Resource":"` + resource + `"}]}`)
}

// NextSecond returns when the server's clock, by the Date header of its answers, has moved on to another second. AWS
// dates in whole seconds: what is made right after a snapshot, in the same second, can't be told from what was made
// right before it.
func NextSecond(ctx context.Context, cfg aws.Config) error {
	const poll = 50 * time.Millisecond
	client := sts.NewFromConfig(cfg)
	var first time.Time
	for {
		out, err := client.GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{})
		if err != nil {
			return fmt.Errorf("testbed: ask for the time: %w", err)
		}
		now, ok := awsmiddleware.GetServerTime(out.ResultMetadata)
		switch {
		case !ok:
			return fmt.Errorf("testbed: the server's answers have no date")
		case first.IsZero():
			first = now
		case now.After(first):
			return nil
		}
		sleep(ctx, poll)
	}
}
