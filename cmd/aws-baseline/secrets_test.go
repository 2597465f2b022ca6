package main

import (
	"archive/zip"
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/apigateway"
	"github.com/aws/aws-sdk-go-v2/service/apigatewayv2"
	apigatewayv2types "github.com/aws/aws-sdk-go-v2/service/apigatewayv2/types"
	"github.com/aws/aws-sdk-go-v2/service/autoscaling"
	"github.com/aws/aws-sdk-go-v2/service/batch"
	batchtypes "github.com/aws/aws-sdk-go-v2/service/batch/types"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	cloudformationtypes "github.com/aws/aws-sdk-go-v2/service/cloudformation/types"
	"github.com/aws/aws-sdk-go-v2/service/codebuild"
	codebuildtypes "github.com/aws/aws-sdk-go-v2/service/codebuild/types"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	ec2types "github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	ecstypes "github.com/aws/aws-sdk-go-v2/service/ecs/types"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	eventbridgetypes "github.com/aws/aws-sdk-go-v2/service/eventbridge/types"
	"github.com/aws/aws-sdk-go-v2/service/glue"
	gluetypes "github.com/aws/aws-sdk-go-v2/service/glue/types"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	lambdatypes "github.com/aws/aws-sdk-go-v2/service/lambda/types"
	"github.com/aws/aws-sdk-go-v2/service/rds"
	"github.com/aws/aws-sdk-go-v2/service/scheduler"
	schedulertypes "github.com/aws/aws-sdk-go-v2/service/scheduler/types"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/aws/aws-sdk-go-v2/service/ssm"
	ssmtypes "github.com/aws/aws-sdk-go-v2/service/ssm/types"

	"github.com/aws-baseline/aws-baseline/collect/history"
	"github.com/aws-baseline/aws-baseline/collect/kinds"
	"github.com/aws-baseline/aws-baseline/collect/snapshot"
	"github.com/aws-baseline/aws-baseline/collect/testbed"
)

// notOnMoto are kinds with secrets that the account of these tests hasn't: what reaches a snapshot of them is tested on
// made-up answers with the kinds, and what comes after a snapshot is the same for all.
var notOnMoto = []string{
	"apigateway:api", "athena:datacatalog", "athena:workgroup", "cloudfront:distribution", "codepipeline:pipeline", "ec2:vpn-connection",
	"eks:addon", "eks:cluster", "elasticloadbalancing:listener", "elasticloadbalancing:listener-rule", "elasticmapreduce:cluster",
	"events:api-destination", "events:connection", "firehose:deliverystream", "glue:connection", "iam:mfa", "rds:og", "ssm:document",
	"wafv2:rulegroup", "wafv2:webacl",
}

// secretWord begins every planted secret; otherWord stands in its place once all have changed.
const secretWord, otherWord = "first-hunter-", "other-hunter-"

// plantSecrets puts a secret of its own into every place that moto can hold, and returns them all.
func plantSecrets(w *world) []string {
	w.Helper()
	ctx, cfg := w.Context(), w.proxy.Config(home)
	var all []string
	secret := func(place string) string {
		all = append(all, secretWord+place)
		return secretWord + place
	}
	role := no(iam.NewFromConfig(cfg).CreateRole(ctx, &iam.CreateRoleInput{RoleName: aws.String("all"), AssumeRolePolicyDocument: aws.String(strings.ReplaceAll(trust, "ec2.", "lambda."))}))(w).Role.Arn
	script := func(place string) *string {
		return aws.String(base64.StdEncoding.EncodeToString([]byte("#!/bin/sh\nexport TOKEN=" + secret(place) + "\n")))
	}
	var code bytes.Buffer
	archive := zip.NewWriter(&code)
	no(no(archive.Create("main.py"))(w).Write([]byte("def handler(e, c): pass\n")))(w)
	if err := archive.Close(); err != nil {
		w.Fatal(err)
	}

	no(lambda.NewFromConfig(cfg).CreateFunction(ctx, &lambda.CreateFunctionInput{
		FunctionName: aws.String("orders"), Role: role, Runtime: lambdatypes.RuntimePython312, Handler: aws.String("main.handler"),
		Code:        &lambdatypes.FunctionCode{ZipFile: code.Bytes()},
		Environment: &lambdatypes.Environment{Variables: map[string]string{"TOKEN": secret("function-environment")}},
	}))(w)

	compute := ec2.NewFromConfig(cfg)
	no(compute.RunInstances(ctx, &ec2.RunInstancesInput{
		ImageId: aws.String("ami-12345678"), MinCount: aws.Int32(1), MaxCount: aws.Int32(1), InstanceType: ec2types.InstanceTypeT3Micro, UserData: script("instance-user-data"),
	}))(w)
	no(compute.CreateLaunchTemplate(ctx, &ec2.CreateLaunchTemplateInput{
		LaunchTemplateName: aws.String("orders"), LaunchTemplateData: &ec2types.RequestLaunchTemplateData{UserData: script("template-user-data")},
	}))(w)
	no(autoscaling.NewFromConfig(cfg).CreateLaunchConfiguration(ctx, &autoscaling.CreateLaunchConfigurationInput{
		LaunchConfigurationName: aws.String("orders"), ImageId: aws.String("ami-12345678"), InstanceType: aws.String("t3.micro"), UserData: script("configuration-user-data"),
	}))(w)
	no(ecs.NewFromConfig(cfg).RegisterTaskDefinition(ctx, &ecs.RegisterTaskDefinitionInput{
		Family: aws.String("orders"), ContainerDefinitions: []ecstypes.ContainerDefinition{{
			Name: aws.String("orders"), Image: aws.String("orders:1"), Memory: aws.Int32(512),
			Environment:      []ecstypes.KeyValuePair{{Name: aws.String("TOKEN"), Value: aws.String(secret("task-environment"))}},
			LogConfiguration: &ecstypes.LogConfiguration{LogDriver: ecstypes.LogDriverSplunk, Options: map[string]string{"splunk-token": secret("task-log-options")}},
		}},
	}))(w)
	no(batch.NewFromConfig(cfg).RegisterJobDefinition(ctx, &batch.RegisterJobDefinitionInput{
		JobDefinitionName: aws.String("orders"), Type: batchtypes.JobDefinitionTypeContainer, ContainerProperties: &batchtypes.ContainerProperties{
			Image: aws.String("orders:1"), Vcpus: aws.Int32(1), Memory: aws.Int32(512),
			Environment: []batchtypes.KeyValuePair{{Name: aws.String("TOKEN"), Value: aws.String(secret("job-environment"))}},
		},
	}))(w)
	no(codebuild.NewFromConfig(cfg).CreateProject(ctx, &codebuild.CreateProjectInput{
		Name: aws.String("orders"), ServiceRole: role, Artifacts: &codebuildtypes.ProjectArtifacts{Type: codebuildtypes.ArtifactsTypeNoArtifacts},
		Source: &codebuildtypes.ProjectSource{Type: codebuildtypes.SourceTypeS3, Location: aws.String("sources/orders.zip")},
		Environment: &codebuildtypes.ProjectEnvironment{
			Type: codebuildtypes.EnvironmentTypeLinuxContainer, Image: aws.String("aws/codebuild/standard:7.0"), ComputeType: codebuildtypes.ComputeTypeBuildGeneral1Small,
			EnvironmentVariables: []codebuildtypes.EnvironmentVariable{{Name: aws.String("TOKEN"), Value: aws.String(secret("build-environment"))}},
		},
	}))(w)
	for kind, place := range map[ssmtypes.ParameterType]string{
		ssmtypes.ParameterTypeString: "string-parameter", ssmtypes.ParameterTypeStringList: "list-parameter", ssmtypes.ParameterTypeSecureString: "secure-parameter",
	} {
		no(ssm.NewFromConfig(cfg).PutParameter(ctx, &ssm.PutParameterInput{Name: aws.String("/orders/" + place), Type: kind, Value: aws.String(secret(place))}))(w)
	}
	bus := eventbridge.NewFromConfig(cfg)
	no(bus.PutRule(ctx, &eventbridge.PutRuleInput{Name: aws.String("orders"), ScheduleExpression: aws.String("rate(1 day)")}))(w)
	no(bus.PutTargets(ctx, &eventbridge.PutTargetsInput{Rule: aws.String("orders"), Targets: []eventbridgetypes.Target{{
		Id: aws.String("1"), Arn: aws.String("arn:aws:sqs:us-east-1:" + w.proxy.Account + ":orders"), Input: aws.String(`{"token":"` + secret("rule-input") + `"}`),
	}}}))(w)
	no(scheduler.NewFromConfig(cfg).CreateSchedule(ctx, &scheduler.CreateScheduleInput{
		Name: aws.String("orders"), ScheduleExpression: aws.String("rate(1 day)"), FlexibleTimeWindow: &schedulertypes.FlexibleTimeWindow{Mode: schedulertypes.FlexibleTimeWindowModeOff},
		Target: &schedulertypes.Target{Arn: aws.String("arn:aws:sqs:us-east-1:" + w.proxy.Account + ":orders"), RoleArn: role, Input: aws.String(secret("schedule-input"))},
	}))(w)
	plantInGateways(w, secret)
	no(cloudformation.NewFromConfig(cfg).CreateStack(ctx, &cloudformation.CreateStackInput{
		StackName: aws.String("orders"), TemplateBody: aws.String(`{"Parameters":{"Password":{"Type":"String","NoEcho":true},"Plain":{"Type":"String"}},` +
			`"Resources":{"Queue":{"Type":"AWS::SQS::Queue","Properties":{"QueueName":"orders-of-stack"}}},"Outputs":{"Key":{"Value":"` + secret("stack-output") + `"}}}`),
		Parameters: []cloudformationtypes.Parameter{
			{ParameterKey: aws.String("Password"), ParameterValue: aws.String(secret("stack-secret-parameter"))},
			{ParameterKey: aws.String("Plain"), ParameterValue: aws.String(secret("stack-parameter"))},
		},
	}))(w)
	no(glue.NewFromConfig(cfg).CreateDatabase(ctx, &glue.CreateDatabaseInput{DatabaseInput: &gluetypes.DatabaseInput{
		Name: aws.String("orders"), Parameters: map[string]string{"connectionString": secret("glue-database")},
	}}))(w)
	no(glue.NewFromConfig(cfg).CreateJob(ctx, &glue.CreateJobInput{
		Name: aws.String("orders"), Role: role, DefaultArguments: map[string]string{"--password": secret("glue-arguments")},
		Command: &gluetypes.JobCommand{Name: aws.String("glueetl"), ScriptLocation: aws.String("s3://scripts/orders.py")},
	}))(w)
	topics := sns.NewFromConfig(cfg)
	no(topics.Subscribe(ctx, &sns.SubscribeInput{
		TopicArn: no(topics.CreateTopic(ctx, &sns.CreateTopicInput{Name: aws.String("orders")}))(w).TopicArn,
		Protocol: aws.String("https"), Endpoint: aws.String("https://user:" + secret("subscription-url") + "@example.com/hook"),
	}))(w)
	pools := cognitoidentityprovider.NewFromConfig(cfg)
	client := no(pools.CreateUserPoolClient(ctx, &cognitoidentityprovider.CreateUserPoolClientInput{
		UserPoolId: no(pools.CreateUserPool(ctx, &cognitoidentityprovider.CreateUserPoolInput{PoolName: aws.String("orders")}))(w).UserPool.Id,
		ClientName: aws.String("orders"), GenerateSecret: true,
	}))(w)
	all = append(all, *client.UserPoolClient.ClientSecret)

	// What is never answered, or never asked for.
	no(secretsmanager.NewFromConfig(cfg).CreateSecret(ctx, &secretsmanager.CreateSecretInput{Name: aws.String("orders"), SecretString: aws.String(secret("secret-value"))}))(w)
	no(rds.NewFromConfig(cfg).CreateDBInstance(ctx, &rds.CreateDBInstanceInput{
		DBInstanceIdentifier: aws.String("orders"), DBInstanceClass: aws.String("db.t3.micro"), Engine: aws.String("postgres"),
		AllocatedStorage: aws.Int32(20), MasterUsername: aws.String("postgres"), MasterUserPassword: aws.String(secret("database-password")),
	}))(w)
	people := iam.NewFromConfig(cfg)
	no(people.CreateUser(ctx, &iam.CreateUserInput{UserName: aws.String("robot")}))(w)
	all = append(all, *no(people.CreateAccessKey(ctx, &iam.CreateAccessKeyInput{UserName: aws.String("robot")}))(w).AccessKey.SecretAccessKey)
	return all
}

func plantInGateways(w *world, secret func(string) string) {
	w.Helper()
	ctx, c := w.Context(), apigateway.NewFromConfig(w.proxy.Config(home))
	api := no(c.CreateRestApi(ctx, &apigateway.CreateRestApiInput{Name: aws.String("orders")}))(w).Id
	root := no(c.GetResources(ctx, &apigateway.GetResourcesInput{RestApiId: api}))(w).Items[0].Id
	no(c.PutMethod(ctx, &apigateway.PutMethodInput{RestApiId: api, ResourceId: root, HttpMethod: aws.String("GET"), AuthorizationType: aws.String("NONE")}))(w)
	no(c.PutIntegration(ctx, &apigateway.PutIntegrationInput{
		RestApiId: api, ResourceId: root, HttpMethod: aws.String("GET"), IntegrationHttpMethod: aws.String("GET"), Type: "HTTP", Uri: aws.String("https://example.com/?key=" + secret("integration-query")),
		RequestParameters: map[string]string{"integration.request.header.Authorization": "'" + secret("integration-parameter") + "'"},
	}))(w)
	no(c.CreateStage(ctx, &apigateway.CreateStageInput{
		RestApiId: api, DeploymentId: no(c.CreateDeployment(ctx, &apigateway.CreateDeploymentInput{RestApiId: api}))(w).Id,
		StageName: aws.String("prod"), Variables: map[string]string{"token": secret("stage-variable")},
	}))(w)
	no(c.CreateApiKey(ctx, &apigateway.CreateApiKeyInput{Name: aws.String("orders"), Value: aws.String(secret("api-key-of-twenty-characters"))}))(w)
	second := apigatewayv2.NewFromConfig(w.proxy.Config(home))
	web := no(second.CreateApi(ctx, &apigatewayv2.CreateApiInput{Name: aws.String("orders"), ProtocolType: apigatewayv2types.ProtocolTypeHttp}))(w).ApiId
	no(second.CreateStage(ctx, &apigatewayv2.CreateStageInput{ApiId: web, StageName: aws.String("prod"), StageVariables: map[string]string{"token": secret("api-stage-variable")}}))(w)
}

// changeSecrets makes the server tell another value for each secret, of the same length, also within base64.
func (w *world) changeSecrets() {
	w.proxy.Intercept("*", "*", func(c *testbed.Call, next func(*testbed.Call) *testbed.Answer) *testbed.Answer {
		answer := *next(c)
		answer.Body = bytes.ReplaceAll(answer.Body, []byte(secretWord), []byte(otherWord))
		for was, now := range maps.All(encodings(secretWord, otherWord)) {
			answer.Body = bytes.ReplaceAll(answer.Body, []byte(was), []byte(now))
		}
		return &answer
	})
}

// encodings are the parts of base64 texts that a word becomes, by where it begins, with what another word of the same
// length becomes.
func encodings(was, now string) map[string]string {
	parts := make(map[string]string)
	for shift := range 3 {
		part := func(word string) string {
			encoded := base64.StdEncoding.EncodeToString(append(make([]byte, shift), word...))
			return encoded[4 : len(word)/3*4-4]
		}
		parts[part(was)] = part(now)
	}
	return parts
}

// outputs are the formats that every command is asked for.
func outputs() []string { return []string{"table", "wide", "name", "json", "yaml", "csv"} }

// TestSecretsAreNeverWritten runs the program in an account full of secrets and looks for them in everything that it
// wrote: files, standard output and error, the history, metrics and web pages.
func TestSecretsAreNeverWritten(t *testing.T) {
	w := newWorld(t)
	secrets := plantSecrets(w)
	w.proxy.Intercept("apigateway", "*", func(*testbed.Call, func(*testbed.Call) *testbed.Answer) *testbed.Answer { // moto fails
		return &testbed.Answer{Status: http.StatusOK, Header: http.Header{"Content-Type": {"application/json"}}, Body: []byte(`{"items":[]}`)}
	}, testbed.When(func(c *testbed.Call) bool {
		return strings.HasPrefix(c.Path, "/v2/") && strings.HasSuffix(c.Path, "/authorizers")
	}))
	var said bytes.Buffer // all outputs
	say := func(r result) result {
		fmt.Fprintf(&said, "%s\n%s\n", r.stdout, r.stderr)
		return r
	}
	w.nextSecond()
	say(w.must(0, "snapshot", "create", "base", "--regions", home, "--debug"))
	say(w.must(0, "snapshot", "create", "copy", "--regions", home, "--format", "yaml"))
	for _, format := range outputs() {
		say(w.must(0, "snapshot", "show", "base", "--debug", "-o", format))
		say(w.must(0, "snapshot", "show", "base", "--coverage", "-o", format))
		say(w.must(0, "diff", "base", "copy", "-o", format))
	}
	masked := wantMasked(w, w.snapshotOf("base"))
	w.nextSecond()

	w.changeSecrets()
	changed := make(map[string]bool)
	for _, format := range outputs() {
		ending := format
		if !slices.Contains([]string{"json", "yaml", "csv"}, format) {
			ending = "txt"
		}
		r := say(w.must(1, "diff", "base", "--debug", "-o", format, "--export", "diff-"+format+"."+ending))
		if format == "json" {
			wantModified(w, r.stdout, changed)
		}
	}
	for kind := range masked {
		if !changed[kind] && kind != "cognito-idp:userpoolclient" { // moto chose that secret: it stays
			t.Errorf("the secrets of %s changed, and the diff doesn't tell", kind)
		}
	}
	say(w.run("restore", "plan", "base", "--debug", "-o", "json"))
	say(w.must(0, "snapshot", "create", "changed", "--regions", home, "--debug"))
	say(w.must(1, "diff", "base", "changed", "-o", "json"))

	w.proxy.Heal()

	e := w.exporter("--cost-interval", "0", "--log-format", "json")
	said.WriteString(e.until(func(m string) bool { return has(m, "aws_baseline_resources", `kind="lambda:function"`) }))
	response := no(http.Get(e.url + "/"))(t)
	no(io.Copy(&said, response.Body))(t)
	response.Body.Close()
	if code := e.stop(); code != 0 {
		t.Errorf("the exporter ended with %d", code)
	}
	written := w.written()
	written["standard output and error, and the web"] = said.Bytes()
	written["the history, read"] = w.historyRead()
	for where, text := range written {
		for _, secret := range secrets {
			for _, value := range []string{secret, strings.Replace(secret, secretWord, otherWord, 1)} {
				for form, disguised := range disguises(value) {
					if bytes.Contains(text, []byte(disguised)) {
						t.Errorf("%s: %s is there %s", where, value, form)
					}
				}
			}
		}
	}
}

// wantMasked checks that each kind with secrets has masks in the snapshot, or is excepted, and returns those that have.
func wantMasked(w *world, s *snapshot.Snapshot) map[string]bool {
	w.Helper()
	masked := make(map[string]bool)
	for _, r := range s.Resources {
		if bytes.Contains(r.Configuration, []byte(`"`+snapshot.MaskPrefix)) {
			masked[r.Kind] = true
		}
	}
	for _, kind := range kinds.All() {
		if has, excepted := masked[kind.Name], slices.Contains(notOnMoto, kind.Name); len(kind.Secrets) > 0 && has == excepted {
			w.Errorf("%s: masked %v, excepted %v", kind.Name, has, excepted)
		}
	}
	return masked
}

// wantModified notes the kinds that a diff says are modified, by masks alone.
func wantModified(w *world, report string, changed map[string]bool) {
	w.Helper()
	var r struct {
		Changes []struct {
			Change, Kind string
			Properties   []json.RawMessage
		}
	}
	if err := json.Unmarshal([]byte(report), &r); err != nil {
		w.Fatal(err)
	}
	for _, c := range r.Changes {
		if c.Change != "modified" {
			w.Errorf("%s is %s", c.Kind, c.Change)
		}
		for _, p := range c.Properties {
			if strings.Count(string(p), snapshot.MaskPrefix) < 2 {
				w.Errorf("%s: not told by masks: %s", c.Kind, p)
			}
			changed[c.Kind] = true
		}
	}
}

// written are the files below the folder that the program ran in.
func (w *world) written() map[string][]byte {
	w.Helper()
	files := make(map[string][]byte)
	err := filepath.WalkDir(w.folder, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || !entry.Type().IsRegular() {
			return err
		}
		files[path], err = os.ReadFile(path)
		return err
	})
	if err != nil {
		w.Fatal(err)
	}
	if len(files) < 8 {
		w.Errorf("only %d files were written", len(files))
	}
	return files
}

// historyRead is the exporter's history as it reads, statuses too: its files are compressed.
func (w *world) historyRead() []byte {
	w.Helper()
	store := no(history.Open("history", history.Options{Retention: time.Hour}))(w)
	defer store.Close()
	s, _, err := store.Latest("")
	if err != nil {
		w.Fatal(err)
	}
	text := no(json.Marshal(s))(w)
	for _, r := range s.Resources {
		text = append(text, r.Status...)
	}
	return text
}

// disguises are the forms in which a text could be written.
func disguises(text string) map[string]string {
	forms := map[string]string{"in clear": text, "as hex": hex.EncodeToString([]byte(text))}
	for shift := range 3 {
		encoded := base64.StdEncoding.EncodeToString(append(make([]byte, shift), text...))
		forms[fmt.Sprintf("in base64 from byte %d", shift)] = encoded[4 : len(text)/3*4-4]
	}
	return forms
}
