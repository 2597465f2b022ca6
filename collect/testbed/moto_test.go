package testbed

import (
	"bufio"
	"context"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	cwtypes "github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sts"
)

// helper is the environment variable by which this test binary, run again, becomes the process that a test needs.
const helper = "TESTBED_HELPER"

func TestMain(m *testing.M) {
	if os.Getenv(helper) == "start moto and hang" {
		server, err := StartMoto(context.Background(), MotoOptions{})
		if err != nil {
			fmt.Println(err)
			os.Exit(1)
		}
		fmt.Println(server.URL)
		select {}
	}
	os.Exit(m.Run())
}

func TestProxiesHaveAccountsOfTheirOwn(t *testing.T) {
	server := Moto(t)
	var roles [2][]string
	for i := range roles {
		p := Proxy(t, server.URL)
		client := iam.NewFromConfig(p.Config("eu-west-1"))
		for j := range i + 1 {
			if _, err := client.CreateRole(t.Context(), &iam.CreateRoleInput{
				RoleName: aws.String(fmt.Sprint("role", j)), AssumeRolePolicyDocument: aws.String("{}"),
			}); err != nil {
				t.Fatal(err)
			}
		}
		list, err := client.ListRoles(t.Context(), &iam.ListRolesInput{})
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range list.Roles {
			if roles[i] = append(roles[i], *r.RoleName); !strings.Contains(*r.Arn, p.Account) {
				t.Errorf("%s isn't in account %s", *r.Arn, p.Account)
			}
		}
	}
	if len(roles[0]) != 1 || len(roles[1]) != 2 {
		t.Errorf("the accounts have %v", roles)
	}
}

func TestSessionsKeepTheirAccount(t *testing.T) {
	p := Proxy(t, Moto(t).URL)
	cfg, member := p.Config("eu-west-1"), NewAccount()
	session, err := sts.NewFromConfig(cfg).AssumeRole(t.Context(), &sts.AssumeRoleInput{
		RoleArn: aws.String("arn:aws:iam::" + member + ":role/reader"), RoleSessionName: aws.String("testbed"),
	})
	if err != nil {
		t.Fatal(err)
	}
	cfg.Credentials = aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
		return aws.Credentials{
			AccessKeyID: *session.Credentials.AccessKeyId, SecretAccessKey: *session.Credentials.SecretAccessKey,
			SessionToken: *session.Credentials.SessionToken,
		}, nil
	})
	p.Deny("ec2", "*", By(p.Account)) // not the member
	vpcs, err := ec2.NewFromConfig(cfg).DescribeVpcs(t.Context(), &ec2.DescribeVpcsInput{})
	if err != nil {
		t.Fatal(err)
	}
	if owner := *vpcs.Vpcs[0].OwnerId; owner != member || p.Calls()[1].Account != member {
		t.Errorf("the session acts in %s, recorded as %s, not in %s", owner, p.Calls()[1].Account, member)
	}
}

func TestQueueURLsLeadToTheProxy(t *testing.T) {
	p := Proxy(t, Moto(t).URL)
	client := sqs.NewFromConfig(p.Config("eu-west-1"))
	q, err := client.CreateQueue(t.Context(), &sqs.CreateQueueInput{QueueName: aws.String("q")})
	if err != nil {
		t.Fatal(err)
	}
	if want := p.URL + "/" + p.Account + "/q"; *q.QueueUrl != want {
		t.Errorf("got %s, want %s", *q.QueueUrl, want)
	}
	if _, err := client.GetQueueAttributes(t.Context(), &sqs.GetQueueAttributesInput{QueueUrl: q.QueueUrl}); err != nil {
		t.Error(err)
	}
}

func TestEveryProtocolReachesMoto(t *testing.T) {
	server := Moto(t)
	for _, x := range probes {
		p := Proxy(t, server.URL)
		if items, _, err := x.page(t.Context(), noRetries(p.Config("eu-west-1")), nil); err != nil {
			t.Errorf("%s: %v", x.service, err)
		} else if x.service != "ec2" && len(items) > 0 {
			t.Errorf("%s: a new account has %v", x.service, items)
		}
	}
}

// TestCloudWatchIsTranslated writes and reads an alarm by RPC v2, which moto doesn't speak.
func TestCloudWatchIsTranslated(t *testing.T) {
	p := Proxy(t, Moto(t).URL)
	client := cloudwatch.NewFromConfig(p.Config("eu-west-1"))
	if _, err := client.PutMetricAlarm(t.Context(), &cloudwatch.PutMetricAlarmInput{
		AlarmName: aws.String("a"), MetricName: aws.String("m"), Namespace: aws.String("n"), Statistic: cwtypes.StatisticSum,
		Period: aws.Int32(60), EvaluationPeriods: aws.Int32(1), Threshold: aws.Float64(1.5),
		ComparisonOperator: cwtypes.ComparisonOperatorGreaterThanThreshold,
		Dimensions:         []cwtypes.Dimension{{Name: aws.String("d"), Value: aws.String("v")}},
	}); err != nil {
		t.Fatal(err)
	}
	out, err := client.DescribeAlarms(t.Context(), &cloudwatch.DescribeAlarmsInput{})
	if err != nil {
		t.Fatal(err)
	}
	if len(out.MetricAlarms) != 1 {
		t.Fatalf("%d alarms", len(out.MetricAlarms))
	}
	a := out.MetricAlarms[0]
	if *a.AlarmName != "a" || *a.Period != 60 || *a.Threshold != 1.5 || *a.Dimensions[0].Value != "v" {
		t.Errorf("got %+v", a)
	}
	if a.AlarmConfigurationUpdatedTimestamp.Year() < 2020 {
		t.Errorf("updated %s", a.AlarmConfigurationUpdatedTimestamp)
	}
	if !strings.Contains(*a.AlarmArn, p.Account) {
		t.Errorf("%s isn't in account %s", *a.AlarmArn, p.Account)
	}
	_, err = client.GetDashboard(t.Context(), &cloudwatch.GetDashboardInput{DashboardName: aws.String("none")})
	if code, _, _ := apiError(t, err); !strings.Contains(code, "NotFound") {
		t.Errorf("an error is decoded as %s: %v", code, err)
	}
}

func TestMotoSeedsResetsAndCloses(t *testing.T) {
	RequireIntegration(t)
	m, err := StartMoto(t.Context(), MotoOptions{})
	if err != nil {
		t.Fatal(err)
	}
	defer m.Close()
	p := Proxy(t, m.URL)
	client := ec2.NewFromConfig(p.Config("eu-west-1"))
	var ids []string
	for range 3 {
		if err := m.Reset(t.Context()); err != nil {
			t.Fatal(err)
		}
		if err := m.Seed(t.Context(), 7); err != nil {
			t.Fatal(err)
		}
		vpc, err := client.CreateVpc(t.Context(), &ec2.CreateVpcInput{CidrBlock: aws.String("10.0.0.0/16")})
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, *vpc.Vpc.VpcId)
	}
	if ids[1] != ids[2] { // the first call loads the service, see Seed
		t.Errorf("the same seed made %v", ids)
	}
	images, err := client.DescribeImages(t.Context(), &ec2.DescribeImagesInput{Owners: []string{"self"}})
	if err != nil || len(images.Images) != 0 {
		t.Errorf("a new account has %d images, %v", len(images.Images), err)
	}
	m.Close()
	if response, err := http.Get(m.URL); err == nil {
		response.Body.Close()
		t.Error("moto still answers after Close")
	}
}

// TestMotoDiesWithItsParent kills the parent, so that nothing of it can run any more.
func TestMotoDiesWithItsParent(t *testing.T) {
	RequireIntegration(t)
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	parent := exec.Command(self)
	parent.Env = append(os.Environ(), helper+"=start moto and hang")
	stdout, err := parent.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := parent.Start(); err != nil {
		t.Fatal(err)
	}
	url, err := bufio.NewReader(stdout).ReadString('\n')
	if url = strings.TrimSpace(url); err != nil || !strings.HasPrefix(url, "http") {
		t.Fatalf("the parent says %q, %v", url, err)
	}
	if response, err := http.Get(url); err != nil {
		t.Fatal(err)
	} else {
		response.Body.Close()
	}
	parent.Process.Kill()
	parent.Wait()
	for t.Context().Err() == nil { // bounded by the timeout of the test
		response, err := http.Get(url)
		if err != nil {
			return
		}
		response.Body.Close()
	}
}

func TestMotoSaysInOneLineWhatIsMissing(t *testing.T) {
	RequireIntegration(t)
	dir := t.TempDir()
	if err := os.WriteFile(dir+"/go.mod", nil, 0o644); err != nil {
		t.Fatal(err)
	}
	t.Chdir(dir)
	t.Setenv("PATH", dir)
	_, err := StartMoto(t.Context(), MotoOptions{})
	if err == nil || !strings.Contains(err.Error(), "no python3 in PATH") || strings.Contains(err.Error(), "\n") {
		t.Errorf("without Python: %v", err)
	}
	if err := os.WriteFile(dir+"/python3", []byte("#!/bin/sh\necho one\necho the reason >&2\nexit 1\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	_, err = StartMoto(t.Context(), MotoOptions{})
	if err == nil || !strings.Contains(err.Error(), "the reason") || strings.Contains(err.Error(), "\n") {
		t.Errorf("without venv: %v", err)
	}
}

func TestLockIsExclusive(t *testing.T) {
	path := t.TempDir() + "/lock"
	var wg sync.WaitGroup
	var inside, times atomic.Int32
	for range 3 {
		wg.Go(func() {
			unlock, err := lock(t.Context(), path)
			if err != nil {
				t.Error(err)
				return
			}
			if inside.Add(1) != 1 {
				t.Error("two are inside")
			}
			inside.Add(-1)
			times.Add(1)
			unlock()
		})
	}
	wg.Wait()
	if n := times.Load(); n != 3 {
		t.Errorf("%d got in", n)
	}
	ctx, cancel := context.WithCancel(t.Context())
	unlock, err := lock(ctx, path)
	if err != nil {
		t.Fatal(err)
	}
	defer unlock()
	cancel()
	if _, err := lock(ctx, path); err == nil {
		t.Error("got in while somebody was inside")
	}
}
