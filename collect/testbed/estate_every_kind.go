package testbed

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	lambdatypes "github.com/aws/aws-sdk-go-v2/service/lambda/types"
	ssmtypes "github.com/aws/aws-sdk-go-v2/service/ssm/types"
)

// OneOfEveryKind builds an application that has at least one resource of every kind that aws-baseline knows, tagged
// where the kind has tags, in cfg's region and account. Names start with "orders-" and the suffix; give each call in one
// account another suffix.
func OneOfEveryKind(ctx context.Context, cfg aws.Config, suffix string) error {
	tags := map[string]string{"team": "orders", "cost-centre": "4711", "estate": suffix}
	return build(ctx, cfg, tags, func(b *builder) { b.everyKind("orders-" + suffix) })
}

func (b *builder) everyKind(name string) {
	// Access, and what encrypts.
	read := b.policy(name+"-read", allow("s3:GetObject,s3:ListBucket", "arn:aws:s3:::"+name+"-*"))
	b.user(name+"-ci", name+"-deployers", read)
	server := name + "-server"
	b.role(server, "ec2", allow("ssm:GetParameter", "*"), read)
	b.instanceProfile(server, server)
	execution := b.role(name+"-execution", "ecs-tasks", allow("logs:PutLogEvents", "*"))
	handler := b.role(name+"-handler", "lambda", allow("logs:PutLogEvents,sqs:SendMessage", "*"), read)
	deployer := b.role(name+"-deployer", "cloudformation", allow("sqs:*,ssm:*", "*"))
	key := b.key(name, "cloudtrail", "logs")
	b.secret(name+"/database", "correct-horse-battery", key)
	b.parameter("/"+name+"/limit", "100", ssmtypes.ParameterTypeString)
	b.parameter("/"+name+"/regions", "us-east-1,eu-west-1", ssmtypes.ParameterTypeStringList)
	b.parameter("/"+name+"/token", "correct-horse-battery", ssmtypes.ParameterTypeSecureString)

	// The network, and what runs in it.
	n := b.network(name, "42")
	web := b.securityGroup(name+"-web", n.vpc, 443, "0.0.0.0/0")
	app := b.securityGroup(name+"-app", n.vpc, 8080, web)
	instance := b.instance(name, n.public[0], web, server)
	b.elasticIP(name, instance)
	b.volume(name+"-data", instance)
	b.networkInterface(name+"-spare", n.public[0], web, "")
	b.scalingGroup(name, app, n.private)
	targets, host := b.loadBalancer(name, n.vpc, web, n.public)
	b.service(name, targets, app, execution, n.private)
	b.database(name, app, key, n.private)
	b.table(name)
	b.zone(name+".internal.", "api", host, n.vpc)

	// Logs, events, and what watches over them.
	logs := b.bucket(bucket{name: name + "-logs-" + b.account, days: 90, statements: accessLogs + "," + onlyTLS})
	b.bucket(bucket{name: name + "-data-" + b.account, versioned: true, key: key, logsTo: logs, days: 365, statements: onlyTLS})
	audit := b.bucket(bucket{name: name + "-audit-" + b.account, versioned: true, logsTo: logs, statements: onlyTLS + "," + trails})
	alerts := b.topic(name+"-alerts", "events", "cloudwatch")
	b.trail(name, audit, "", "", "", key)
	queue := b.queue(name)
	b.logGroup("/"+name+"/api", 30)
	function := b.function(name, handler, map[string]string{"QUEUE": queue, "TOKEN": "correct-horse-battery"},
		&lambdatypes.VpcConfig{SubnetIds: n.private, SecurityGroupIds: []string{app}})
	b.rule(name, `{"source":["orders"]}`, function)
	b.invokes("events", name, b.arn("events", "rule/"+name))
	b.alarm(name, "Orders", "Failures", alerts)
	b.stack(name, name+"-failures", "/"+name+"/failures", deployer)
}
