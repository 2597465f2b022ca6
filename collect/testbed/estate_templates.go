package testbed

import (
	"context"
	"embed"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation/types"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	ecstypes "github.com/aws/aws-sdk-go-v2/service/ecs/types"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	s3types "github.com/aws/aws-sdk-go-v2/service/s3/types"
)

// templates are CloudFormation templates of common architectures, written as teams write them and for nobody's kinds.
// They hold only types that moto's CloudFormation makes.
//
//go:embed templates
var templates embed.FS

// nestedTemplate is deployed by another template, from a bucket.
const nestedTemplate = "nested-child.yaml"

// deployment is one stack of the estate.
type deployment struct {
	stack, template string
	parameters      map[string]string
}

// deployments are in the order in which they depend on each other: the network is imported by most. Some templates are
// deployed twice, so that each branch of their conditions is, and so that names within a stack are there twice.
var deployments = []deployment{
	{"network", "network.yaml", nil},
	{"network-test", "network.yaml", map[string]string{"Cidr": "10.30.0.0/16", "FirstOctets": "10.30", "NatPerZone": "no"}},
	{"landing-zone-logging", "landing-zone-logging.yaml", map[string]string{"Retention": "731"}},
	{"access-blue", "access.json", nil},
	{"access-green", "access.json", map[string]string{"Team": "green"}},
	{"web", "three-tier-web.yaml", nil},
	{"web-test", "three-tier-web.yaml", map[string]string{"Network": "network-test", "Stage": "test", "DatabasePassword": "another-one-for-tests"}},
	{"notes", "serverless-api.yaml", nil},
	{"notes-test", "serverless-api.yaml", nil},
	{"containers", "container-platform.yaml", map[string]string{"ApiCount": "3"}},
	{"orders", "order-processing.yaml", nil},
	{"orders-dev", "order-processing.yaml", map[string]string{"Stage": "dev"}},
	{"build-pipeline", "build-pipeline.yaml", nil},
	{"bastion", "bastion.yaml", nil},
	{"website", "static-website.yaml", nil},
	{"clicks", "streaming-analytics.yaml", nil},
	{"rendering", "batch-processing.yaml", nil},
	{"lake", "data-lake.yaml", nil},
	{"tenants", "saas-tenants.yaml", map[string]string{"Tiers": "free,business,enterprise"}},
	{"monitoring", "monitoring.json", map[string]string{"Pager": "https://pager.example.com/hook"}},
	{"secrets", "secret-rotation.yaml", nil},
	{"content", "shared-files.yaml", nil},
	{"caches", "cache-hosts.yaml", nil},
	{"warehouse", "warehouse.yaml", nil},
	{"etl", "step-functions-etl.yaml", nil},
	{"legacy", "legacy-web.yaml", nil},
	{"dns", "dns.yaml", nil},
	{"fan-out", "fan-out.yaml", nil},
	{"jobs", "scheduled-jobs.yaml", map[string]string{"Enabled": "false"}},
	{"guardrails", "budget-guardrails.yaml", nil},
	{"spark", "spark-cluster.yaml", nil},
	{"hybrid", "hybrid-network.yaml", nil},
	{"learning", "machine-learning.yaml", nil},
	{"recovery", "disaster-recovery.yaml", nil},
	{"products", "nested-parent.yaml", nil},
}

// Architectures deploys CloudFormation templates of common architectures, more than thirty stacks and several hundred
// resources, into the account and region of cfg. The names are fixed, so an account takes them once; moto's bucket names
// hold the account's id. It returns the number of templates. A type that the server's CloudFormation ignores is an error.
func Architectures(ctx context.Context, cfg aws.Config) (int, error) {
	used := map[string]bool{nestedTemplate: true}
	declared, made := make(map[string]string), make(map[string]bool)
	err := build(ctx, cfg, nil, func(b *builder) {
		child := b.publish(nestedTemplate)
		for _, d := range deployments {
			used[d.template] = true
			parameters := maps.Clone(d.parameters)
			if d.template == "nested-parent.yaml" {
				parameters = map[string]string{"ChildURL": child}
			}
			b.deploy(d.stack, d.template, parameters)
			b.addTypes(d, declared, made)
		}
		b.tagClusters()
	})
	if err != nil {
		return 0, err
	}
	for name, template := range declared {
		if !made[name] {
			return 0, fmt.Errorf("testbed: %s: nothing was made of %s", template, name)
		}
	}
	files, err := templates.ReadDir("templates")
	if err != nil {
		return 0, fmt.Errorf("testbed: templates: %w", err)
	}
	for _, file := range files {
		if !used[file.Name()] {
			return 0, fmt.Errorf("testbed: nobody deploys %s", file.Name())
		}
	}
	return len(files), nil
}

// deploy makes a stack, which must come to an end at once, as moto's do.
func (b *builder) deploy(stack, template string, parameters map[string]string) {
	c := cloudformation.NewFromConfig(b.cfg)
	in := &cloudformation.CreateStackInput{
		StackName: &stack, TemplateBody: aws.String(b.template(template)),
		Capabilities: []types.Capability{types.CapabilityCapabilityNamedIam},
		Tags:         []types.Tag{{Key: aws.String("template"), Value: aws.String(strings.TrimSuffix(template, ".yaml"))}},
	}
	for _, key := range slices.Sorted(maps.Keys(parameters)) {
		in.Parameters = append(in.Parameters, types.Parameter{ParameterKey: aws.String(key), ParameterValue: aws.String(parameters[key])})
	}
	if _, err := c.CreateStack(b, in); err != nil {
		panic(failure{fmt.Errorf("%s: %w", template, err)})
	}
	made := do(b, c.DescribeStacks, &cloudformation.DescribeStacksInput{StackName: &stack}).Stacks
	if len(made) != 1 || made[0].StackStatus != types.StackStatusCreateComplete {
		panic(failure{fmt.Errorf("%s: stack %s came to %+v", template, stack, made)})
	}
}

// addTypes notes which types a template has, and which its stack lists.
func (b *builder) addTypes(d deployment, declared map[string]string, made map[string]bool) {
	c := cloudformation.NewFromConfig(b.cfg)
	for _, name := range do(b, c.GetTemplateSummary, &cloudformation.GetTemplateSummaryInput{StackName: &d.stack}).ResourceTypes {
		declared[name] = d.template
	}
	for _, r := range do(b, c.ListStackResources, &cloudformation.ListStackResourcesInput{StackName: &d.stack}).StackResourceSummaries {
		made[aws.ToString(r.ResourceType)] = true
	}
}

// tagClusters does what CloudFormation does with every ECS cluster, and moto doesn't: without any tag, moto's Tagging API
// fails on them.
func (b *builder) tagClusters() {
	c := ecs.NewFromConfig(b.cfg)
	for _, cluster := range do(b, c.ListClusters, &ecs.ListClustersInput{}).ClusterArns {
		do(b, c.TagResource, &ecs.TagResourceInput{ResourceArn: &cluster, Tags: []ecstypes.Tag{{Key: aws.String("deployed-by"), Value: aws.String("cloudformation")}}})
	}
}

// publish puts a template into a bucket and returns its URL.
func (b *builder) publish(template string) string {
	c, bucket := s3.NewFromConfig(b.cfg), "templates-"+b.account
	do(b, c.CreateBucket, &s3.CreateBucketInput{Bucket: &bucket, ACL: s3types.BucketCannedACLPrivate})
	do(b, c.PutObject, &s3.PutObjectInput{Bucket: &bucket, Key: &template, Body: strings.NewReader(b.template(template))})
	return "https://s3.amazonaws.com/" + bucket + "/" + template
}

func (b *builder) template(name string) string {
	text, err := templates.ReadFile("templates/" + name)
	if err != nil {
		panic(failure{err})
	}
	return string(text)
}
