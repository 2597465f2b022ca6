package testbed

import (
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/rds"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
)

// lists asks ten times and returns the different answers, joined.
func lists(t *testing.T, x probe, cfg aws.Config) (answers []string) {
	t.Helper()
	for range 10 {
		items, _, err := x.page(t.Context(), cfg, nil)
		if err != nil {
			t.Fatal(err)
		}
		answers = append(answers, strings.Join(items, " "))
	}
	slices.Sort(answers)
	return slices.Compact(answers)
}

func sorted(s string) string {
	parts := strings.Fields(s)
	slices.Sort(parts)
	return strings.Join(parts, " ")
}

func TestNoiseShufflesLists(t *testing.T) {
	eachProtocol(t, func(t *testing.T, x probe, _ *fake, p *FaultProxy, cfg aws.Config) {
		quiet := lists(t, x, cfg)[0]
		p.Noise(NoiseOptions{Seed: 1, Only: []Family{Shuffled}})
		answers := lists(t, x, cfg)
		if len(answers) < 3 {
			t.Errorf("ten answers are %q", answers)
		}
		for _, a := range answers {
			if sorted(a) != sorted(quiet) {
				t.Errorf("%q isn't %q in another order", a, quiet)
			}
		}
	})
}

func TestNoiseRepeatsRows(t *testing.T) {
	eachProtocol(t, func(t *testing.T, x probe, _ *fake, p *FaultProxy, cfg aws.Config) {
		quiet := lists(t, x, cfg)[0]
		p.Noise(NoiseOptions{Seed: 1, Only: []Family{Repeated}})
		for _, a := range lists(t, x, cfg) {
			parts := strings.Fields(sorted(a))
			if distinct := slices.Compact(slices.Clone(parts)); len(parts) != 6 || strings.Join(distinct, " ") != sorted(quiet) {
				t.Errorf("%q isn't %q with one twice", a, quiet)
			}
		}
	})
}

func TestNoiseAddsMembersThatNoSDKKnows(t *testing.T) {
	eachProtocol(t, func(t *testing.T, x probe, _ *fake, p *FaultProxy, cfg aws.Config) {
		quiet := lists(t, x, cfg)
		p.Noise(NoiseOptions{Seed: 1, Only: []Family{Unknown}})
		added := 0
		p.Intercept("*", "*", func(c *Call, next func(*Call) *Answer) *Answer {
			a := next(c)
			added += strings.Count(string(a.Body), "testbedUnknown")
			return a
		})
		if noisy := lists(t, x, cfg); !slices.Equal(noisy, quiet) {
			t.Errorf("the SDK reads %q, without noise %q", noisy, quiet)
		}
		if added == 0 {
			t.Error("nothing was added")
		}
	})
}

const function = `{"Configuration":{"FunctionName":"f","LastModified":"2026-01-01T00:00:00.000+0000",` +
	`"Environment":{"Variables":{"a":"1","b":"2"}},"Layers":[{"Arn":"1","CodeSize":1},{"Arn":"2","CodeSize":1},{"Arn":"3","CodeSize":1}],` +
	`"VpcConfig":{"SubnetIds":["1","2","3"],"VpcId":"v"}},"Tags":{"x":"1","y":"2"}}`

// TestNoiseLeavesAloneWhatMeansSomething checks the order of layers, maps, and what nobody but a person changes.
func TestNoiseLeavesAloneWhatMeansSomething(t *testing.T) {
	f := newFake(t)
	f.set("lambda:GetFunction", function)
	p := Proxy(t, f.URL)
	p.Noise(NoiseOptions{Seed: 1, Defaults: CommonDefaults()})
	client := lambda.NewFromConfig(p.Config("eu-west-1"))
	subnets, modified, packages := map[string]bool{}, map[string]bool{}, map[string]bool{}
	for range 20 {
		out, err := client.GetFunction(t.Context(), &lambda.GetFunctionInput{FunctionName: aws.String("f")})
		if err != nil {
			t.Fatal(err)
		}
		c := out.Configuration
		layers := ""
		for _, l := range c.Layers {
			layers += *l.Arn
		}
		if layers != "123" || !maps.Equal(c.Environment.Variables, map[string]string{"a": "1", "b": "2"}) ||
			!maps.Equal(out.Tags, map[string]string{"x": "1", "y": "2"}) || *c.FunctionName != "f" {
			t.Fatalf("layers %s, variables %v, tags %v", layers, c.Environment.Variables, out.Tags)
		}
		subnets[strings.Join(c.VpcConfig.SubnetIds, "")] = true
		modified[*c.LastModified] = true
		packages[string(c.PackageType)] = true
	}
	if len(subnets) < 3 || len(modified) != 20 || len(packages) != 2 {
		t.Errorf("%d orders of subnets, %d times, package types %v", len(subnets), len(modified), packages)
	}
}

func TestNoiseAdvancesCountersAndTimes(t *testing.T) {
	f := newFake(t)
	f.set("sqs:GetQueueAttributes", `{"Attributes":{"ApproximateNumberOfMessages":"7","DelaySeconds":"5"}}`)
	f.set("rds:DescribeDBInstances", `<R><DescribeDBInstancesResult><DBInstances><DBInstance><AllocatedStorage>20</AllocatedStorage>`+
		`<LatestRestorableTime>2026-01-01T00:00:00.500Z</LatestRestorableTime></DBInstance></DBInstances></DescribeDBInstancesResult></R>`)
	f.set("iam:GetRole", `<R><GetRoleResult><Role><RoleName>r</RoleName><RoleId>i</RoleId></Role></GetRoleResult></R>`)
	p := Proxy(t, f.URL)
	p.Noise(NoiseOptions{Seed: 1, Only: []Family{Advancing}})
	cfg := p.Config("eu-west-1")
	messages, times, used := map[string]bool{}, map[int64]bool{}, map[int64]bool{}
	for range 10 {
		q, err := sqs.NewFromConfig(cfg).GetQueueAttributes(t.Context(), &sqs.GetQueueAttributesInput{QueueUrl: aws.String("http://q")})
		if err != nil || q.Attributes["DelaySeconds"] != "5" {
			t.Fatal(q, err)
		}
		messages[q.Attributes["ApproximateNumberOfMessages"]] = true
		d, err := rds.NewFromConfig(cfg).DescribeDBInstances(t.Context(), &rds.DescribeDBInstancesInput{})
		if err != nil || *d.DBInstances[0].AllocatedStorage != 20 {
			t.Fatal(d, err)
		}
		times[d.DBInstances[0].LatestRestorableTime.Unix()] = true
		r, err := iam.NewFromConfig(cfg).GetRole(t.Context(), &iam.GetRoleInput{RoleName: aws.String("r")})
		if err != nil || *r.Role.RoleName != "r" {
			t.Fatal(r, err)
		}
		if r.Role.RoleLastUsed != nil {
			used[r.Role.RoleLastUsed.LastUsedDate.Unix()] = true
		}
	}
	if len(messages) != 10 || len(times) != 10 || len(used) < 2 {
		t.Errorf("messages %v, restorable %v, role used %v", messages, times, used)
	}
}

func TestNoiseHidesWhatIsNew(t *testing.T) {
	f := newFake(t)
	f.set("ec2:CreateSecurityGroup", `<R><groupId>sg-5</groupId><return>true</return></R>`)
	f.set("ec2:RunInstances", `<R><instancesSet><item><instanceId>i-1</instanceId><groupSet><item><groupId>sg-1</groupId></item></groupSet></item></instancesSet></R>`)
	p := Proxy(t, f.URL)
	cfg := p.Config("eu-west-1")
	p.Noise(NoiseOptions{Only: []Family{Hidden}, Hide: 2})
	client := ec2.NewFromConfig(cfg)
	if _, err := client.CreateSecurityGroup(t.Context(), &ec2.CreateSecurityGroupInput{GroupName: aws.String("n5"), Description: aws.String("d")}); err != nil {
		t.Fatal(err)
	}
	// The instance names a group that isn't new.
	if _, err := client.RunInstances(t.Context(), &ec2.RunInstancesInput{MinCount: aws.Int32(1), MaxCount: aws.Int32(1), SecurityGroupIds: []string{"sg-1"}}); err != nil {
		t.Fatal(err)
	}
	var answers []string
	for range 3 {
		items, _, err := probes[0].page(t.Context(), cfg, nil)
		if err != nil {
			t.Fatal(err)
		}
		answers = append(answers, strings.Join(items, " "))
	}
	if want := []string{"sg-1 sg-2 sg-3 sg-4", "sg-1 sg-2 sg-3 sg-4", "sg-1 sg-2 sg-3 sg-4 sg-5"}; !slices.Equal(answers, want) {
		t.Errorf("listed %q", answers)
	}
}

func TestNounsOfCreation(t *testing.T) {
	n := &noise{fresh: map[thing][]string{}}
	for create, list := range map[string]string{
		"RunInstances": "ec2:DescribeInstances", "CreateVpc": "ec2:DescribeVpcs", "CreateRole": "iam:GetAccountAuthorizationDetails",
		"CreatePolicy": "iam:ListPolicies", "CreateQueue": "sqs:ListQueues", "PutMetricAlarm": "cloudwatch:DescribeAlarms",
		"RegisterTaskDefinition": "ecs:ListTaskDefinitions", "CreateLogGroup": "logs:DescribeLogGroups", "CreateStack": "cloudformation:ListStacks",
		"CreateFunction": "lambda:ListFunctions", "CreateBucket": "s3:ListBuckets", "CreateSecret": "secretsmanager:ListSecrets",
	} {
		n.fresh[thing{name: "x"}] = []string{stem(create)}
		service, operation, _ := strings.Cut(list, ":")
		l := listingOf(&Call{Service: service, Operation: operation})
		if !slices.ContainsFunc(l.lists, func(r rows) bool { return n.isNew(thing{name: "x"}, l, r) }) {
			t.Errorf("%s isn't seen to make what %s lists", create, list)
		}
	}
	n.fresh[thing{name: "x"}] = []string{stem("CreateTags"), stem("CreatePolicyVersion"), stem("PutRolePolicy")}
	for i := range listings {
		l := &listings[i]
		for _, r := range l.lists {
			if n.isNew(thing{name: "x"}, l, r) {
				t.Errorf("tags and versions are taken for new things of %s", l.operation)
			}
		}
	}
}

// TestNoiseIsReproducible compares whole answers, and that a real change still shows.
func TestNoiseIsReproducible(t *testing.T) {
	f := newFake(t)
	f.set("lambda:GetFunction", function)
	read := func(seed uint64) (all []string) {
		p := Proxy(t, f.URL, AsAccount("111122223333"))
		p.Noise(NoiseOptions{Seed: seed, Defaults: CommonDefaults()})
		for range 5 {
			r, _ := http.NewRequestWithContext(t.Context(), "GET", p.URL+"/2015-03-31/functions/f", nil)
			r.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential=k/20260101/eu-west-1/lambda/aws4_request")
			response, err := http.DefaultClient.Do(r)
			if err != nil {
				t.Fatal(err)
			}
			body, _ := io.ReadAll(response.Body)
			response.Body.Close()
			if !json.Valid(body) {
				t.Fatalf("no JSON: %s", body)
			}
			all = append(all, string(body))
		}
		return all
	}
	once := read(1)
	if !slices.Equal(once, read(1)) {
		t.Error("the same seed makes other noise")
	}
	if slices.Equal(once, read(2)) {
		t.Error("another seed makes the same noise")
	}
	f.set("lambda:GetFunction", strings.Replace(function, `"a":"1"`, `"a":"9"`, 1))
	for _, body := range read(1) {
		if !strings.Contains(body, `"a":"9"`) {
			t.Error("a real change is lost in the noise")
		}
	}
}

// TestNoiseOfMoto has the SDK read an account with all noise on, in pages that are cut from it.
func TestNoiseOfMoto(t *testing.T) {
	server := Moto(t)
	for _, x := range probes {
		p := Proxy(t, server.URL)
		cfg := noRetries(p.Config("eu-west-1"))
		w := &world{t, t.Context(), cfg}
		for _, name := range []string{"a", "b", "c"} {
			must[*iam.CreateRoleOutput](w)(w.iam().CreateRole(t.Context(), &iam.CreateRoleInput{RoleName: &name, AssumeRolePolicyDocument: trust}))
			must[*sqs.CreateQueueOutput](w)(sqs.NewFromConfig(cfg).CreateQueue(t.Context(), &sqs.CreateQueueInput{QueueName: &name}))
		}
		quiet := lists(t, x, cfg)[0]
		p.Noise(NoiseOptions{Seed: 7, Hide: 2, Defaults: CommonDefaults()})
		p.Pages(x.service, x.operation, 2)
		for range 5 {
			pages, err := read(t, x, cfg)
			if err != nil {
				t.Fatalf("%s: %v", x.service, err)
			}
			items := strings.Fields(sorted(strings.Join(slices.Concat(pages...), " ")))
			if got := strings.Join(slices.Compact(items), " "); got != sorted(quiet) {
				t.Errorf("%s: with noise %q, without %q", x.service, got, quiet)
			}
		}
	}
}
