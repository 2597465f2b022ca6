package kinds

import (
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/route53"
	"github.com/aws/aws-sdk-go-v2/service/route53/types"

	"github.com/aws-baseline/aws-baseline/collect"
)

// healthCheck has no creation date. Records, and checks made of checks, name it by its id.
var healthCheck = collect.Kind{
	Name: "route53:healthcheck", CloudFormation: "AWS::Route53::HealthCheck", Aliases: []string{"route53:health-check"}, Global: true,
	List: func(s *collect.Scope) {
		c := route53.NewFromConfig(s.Config)
		for h := range collect.Pages[types.HealthCheck](s, c.ListHealthChecks, &route53.ListHealthChecksInput{MaxItems: aws.Int32(1000)}) {
			item := collect.Item{ID: h.Id, UniqueID: h.Id, ARN: aws.String("arn:" + s.Partition + ":route53:::healthcheck/" + aws.ToString(h.Id))}
			if h.LinkedService != nil && aws.ToString(h.LinkedService.ServicePrincipal) != "" {
				item.Managed(*h.LinkedService.ServicePrincipal + " manages it")
			}
			s.Add(item, h)
		}
	},
	BulkTags: &collect.BulkTags{Size: 10, Get: orOneByOne(route53Tags(types.TagResourceTypeHealthcheck))},
	Status:   []collect.Path{"HealthCheckVersion", "CloudWatchAlarmConfiguration"}, // the alarm's own settings
	Names: map[collect.Path]string{
		"HealthCheckConfig.AlarmIdentifier.Name": "cloudwatch:alarm", "HealthCheckConfig.FullyQualifiedDomainName": "", "HealthCheckConfig.IPAddress": "",
	},
	Sets: map[collect.Path]string{"HealthCheckConfig.ChildHealthChecks": "", "HealthCheckConfig.Regions": ""},
	Delete: func(s *collect.Scope, r *collect.Resource) error {
		return collect.Do(s, route53.NewFromConfig(s.Config).DeleteHealthCheck, &route53.DeleteHealthCheckInput{HealthCheckId: &r.ID})
	},
}
