package main

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/rogpeppe/go-internal/testscript"

	"github.com/aws-baseline/aws-baseline/collect/testbed"
)

// proxyOf is the key of a transcript's proxy.
type proxyOf struct{}

func proxy(ts *testscript.TestScript) *testbed.FaultProxy {
	return ts.Value(proxyOf{}).(*testbed.FaultProxy)
}

// accountCommands are what transcripts about an account can say besides what testscript knows.
func accountCommands() map[string]func(*testscript.TestScript, bool, []string) {
	return map[string]func(*testscript.TestScript, bool, []string){
		"someone": someone, "aws": fault, "asked": asked, "later": later,
	}
}

// someone changes the account by the SDK, past aws-baseline:
//
//	someone creates queue NAME [KEY=VALUE…]
//	someone tags queue NAME KEY=VALUE…
//	someone deletes queue NAME
//	someone creates group NAME
//	someone opens group NAME
func someone(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 3 {
		ts.Fatalf("usage: someone creates|tags|deletes|opens queue|group NAME [KEY=VALUE…]")
	}
	cfg := proxy(ts).Config(home)
	tags := make(map[string]string)
	for _, pair := range args[3:] {
		key, value, _ := strings.Cut(pair, "=")
		tags[key] = value
	}
	queues, networks, name := sqs.NewFromConfig(cfg), ec2.NewFromConfig(cfg), &args[2]
	// The URL as the server gives it out, whoever asks.
	url := aws.String(proxy(ts).URL + "/" + proxy(ts).Account + "/" + *name)
	ctx := context.Background()
	var err error
	switch args[0] + " " + args[1] {
	case "creates queue":
		_, err = queues.CreateQueue(ctx, &sqs.CreateQueueInput{QueueName: name, Tags: tags})
	case "tags queue":
		_, err = queues.TagQueue(ctx, &sqs.TagQueueInput{QueueUrl: url, Tags: tags})
	case "deletes queue":
		_, err = queues.DeleteQueue(ctx, &sqs.DeleteQueueInput{QueueUrl: url})
	case "creates group":
		_, err = networks.CreateSecurityGroup(ctx, &ec2.CreateSecurityGroupInput{GroupName: name, Description: name})
	case "opens group":
		_, err = networks.AuthorizeSecurityGroupIngress(ctx, &ec2.AuthorizeSecurityGroupIngressInput{
			GroupName: name, IpProtocol: aws.String("tcp"), FromPort: aws.Int32(22), ToPort: aws.Int32(22), CidrIp: aws.String("0.0.0.0/0"),
		})
	default:
		err = errors.New("nobody can do that: " + strings.Join(args, " "))
	}
	ts.Check(err)
	proxy(ts).Forget()
}

// fault makes AWS refuse, or answer again:
//
//	aws denies SERVICE OPERATION
//	aws works
func fault(ts *testscript.TestScript, neg bool, args []string) {
	switch {
	case !neg && len(args) == 3 && args[0] == "denies":
		proxy(ts).Deny(args[1], args[2])
	case !neg && slices.Equal(args, []string{"works"}):
		proxy(ts).Heal()
	default:
		ts.Fatalf("usage: aws denies SERVICE OPERATION, or: aws works")
	}
}

// asked says whether programs called AWS since somebody changed the account, or since the last asked:
//
//	[!] asked SERVICE OPERATION [PARAMETER=VALUE…]
func asked(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) < 2 {
		ts.Fatalf("usage: [!] asked SERVICE OPERATION [PARAMETER=VALUE…]")
	}
	found := slices.ContainsFunc(proxy(ts).Calls(), func(c testbed.Record) bool {
		for _, pair := range args[2:] {
			if parameter, value, _ := strings.Cut(pair, "="); c.Param(parameter) != value {
				return false
			}
		}
		return (args[0] == "*" || c.Service == args[0]) && (args[1] == "*" || c.Operation == args[1])
	})
	if found == neg {
		ts.Fatalf("%s was called: %v", strings.Join(args, " "), found)
	}
	proxy(ts).Forget()
}

// later lets AWS's clock go on to the next second, which it dates in: what was made before a snapshot and what was made
// after it differ then. The time is in $NOW.
func later(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) > 0 {
		ts.Fatalf("usage: later")
	}
	p := proxy(ts)
	ts.Check(testbed.NextSecond(context.Background(), p.Config(home)))
	response, err := http.Get(p.URL + "/moto-api/")
	ts.Check(err)
	response.Body.Close()
	now, err := http.ParseTime(response.Header.Get("Date"))
	ts.Check(err)
	ts.Setenv("NOW", now.UTC().Format("2006-01-02T15:04:05Z"))
	p.Forget()
}
