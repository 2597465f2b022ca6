package testbed

import (
	"context"
	"strconv"

	"github.com/aws/aws-sdk-go-v2/aws"
	ssmtypes "github.com/aws/aws-sdk-go-v2/service/ssm/types"
)

// Zone is a landing zone as LandingZone built it, as far as others need to know.
type Zone struct {
	Account string
	Regions []string // the first is the home region
	Archive string   // the bucket of the trail's logs
	// In the home region:
	VPC           string
	PublicSubnets []string
	WebGroup      string // id of the security group that only the company's network reaches
	AuditRole     string // name of a role
	AdminPolicy   string // ARN of a policy
	SignInAlarm   string // name of an alarm
}

// LandingZone builds what a governance tool sets up in an account: where its logs go, the trail that writes them, the
// tool's roles and functions, keys, networks, alarms and rules. cfg.Region is the home region; the others get what is
// regional. Build one an account.
func LandingZone(ctx context.Context, cfg aws.Config, others ...string) (*Zone, error) {
	tags := map[string]string{"managed-by": "landing-zone", "landing-zone-version": "4.2.0", "owner": "platform"}
	z := &Zone{Regions: append([]string{cfg.Region}, others...)}
	err := build(ctx, cfg, tags, func(b *builder) {
		z.Account = b.account
		roles := z.access(b)
		for i, region := range z.Regions {
			z.region(b.in(region), i, roles)
		}
	})
	if err != nil {
		return nil, err
	}
	return z, nil
}

// zoneRoles are ARNs of the governance tool's roles.
type zoneRoles struct {
	trail, forwarder, stacks string
}

// access makes the roles, which all regions share.
func (z *Zone) access(b *builder) zoneRoles {
	z.AdminPolicy = b.policy("lz-administrators", allow("*", "*"))
	boundary := b.policy("lz-guardrails", allow("ec2:*,s3:*,lambda:*,logs:*,cloudwatch:*", "*"))
	z.AuditRole = "lz-audit"
	b.role(z.AuditRole, "config", allow("config:Put*,s3:GetBucketPolicy", "*"))
	b.role("lz-execution", "cloudformation", nil, boundary)
	return zoneRoles{
		trail:     b.role("lz-trail-logs", "cloudtrail", allow("logs:CreateLogStream,logs:PutLogEvents", "*")),
		forwarder: b.role("lz-notification-forwarder", "lambda", allow("sns:Publish,logs:PutLogEvents", "*")),
		stacks:    b.role("lz-stacks", "cloudformation", allow("sqs:*,ssm:*", "*"), boundary),
	}
}

// region makes what every region has, and in the first one what the account has once.
func (z *Zone) region(b *builder, number int, roles zoneRoles) {
	key := b.key("lz/logs", "logs", "cloudtrail", "sns")
	logs := b.bucket(bucket{name: "lz-access-logs-" + b.account + "-" + b.cfg.Region, days: 365, statements: accessLogs + "," + onlyTLS})
	alerts := b.topic("lz-security-alerts", "events", "cloudwatch")
	forwarder := b.function("lz-notification-forwarder", roles.forwarder, map[string]string{"TOPIC": alerts, "STAGE": "prod"}, nil)
	b.invokes("sns", "lz-notification-forwarder", alerts)
	b.rule("lz-compliance-changes", `{"source":["aws.config"],"detail-type":["Config Rules Compliance Change"]}`, forwarder)
	b.rule("lz-findings", `{"source":["aws.guardduty"],"detail":{"severity":[{"numeric":[">=",7]}]}}`, alerts)
	b.logGroup("/lz/flow-logs", 90)
	b.parameter("/lz/version", "4.2.0", ssmtypes.ParameterTypeString)
	b.parameter("/lz/home-region", z.Regions[0], ssmtypes.ParameterTypeString)
	b.stack("lz-forwarding", "lz-forwarding-failures", "/lz/forwarding/failures", roles.stacks)

	n := b.network("lz-shared", strconv.Itoa(100+number))
	web := b.securityGroup("lz-web", n.vpc, 443, "10.0.0.0/8")
	b.securityGroup("lz-internal", n.vpc, 8443, web)
	if number > 0 {
		return
	}
	z.VPC, z.PublicSubnets, z.WebGroup = n.vpc, n.public, web
	z.Archive = b.bucket(bucket{
		name: "lz-log-archive-" + b.account + "-" + b.cfg.Region, versioned: true, key: key, logsTo: logs, days: 2555,
		statements: onlyTLS + "," + trails,
	})
	b.logGroup("/lz/trail", 365)
	b.trail("lz-trail", z.Archive, "", "/lz/trail", roles.trail, key)
	b.parameter("/lz/notification/token", "correct-horse-battery", ssmtypes.ParameterTypeSecureString)
	z.SignInAlarm = "lz-console-sign-in-without-mfa"
	for name, metric := range map[string]string{
		z.SignInAlarm: "ConsoleSignInWithoutMFA", "lz-root-usage": "RootUsage", "lz-unauthorised-calls": "UnauthorisedCalls",
		"lz-trail-changes": "TrailChanges",
	} {
		b.alarm(name, "LandingZone", metric, alerts)
	}
}
