package main

import (
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	ec2types "github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/aws-baseline/aws-baseline/collect/testbed"
	"github.com/aws-baseline/aws-baseline/diff"
)

// newMinistack is an account on ministack and its users, admin among them. Its events call a user by the access key, so
// the keys that it gave to the users stand for them.
func newMinistack(t *testing.T) (w *world, users map[string]aws.Config, keys map[string]string) {
	server := testbed.Ministack(t)
	w = &world{T: t, folder: t.TempDir()}
	for name, value := range map[string]string{
		"AWS_ENDPOINT_URL": server.URL, "AWS_REGION": home, "AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_SESSION_TOKEN": "",
		"AWS_PROFILE": "", "AWS_CONFIG_FILE": os.DevNull, "AWS_SHARED_CREDENTIALS_FILE": os.DevNull, "AWS_EC2_METADATA_DISABLED": "true",
	} {
		t.Setenv(name, value)
	}
	isolate(t, w.folder)
	as := func(key, secret string) aws.Config {
		return aws.Config{Region: home, BaseEndpoint: aws.String(server.URL), Credentials: credentials.NewStaticCredentialsProvider(key, secret, "")}
	}
	users, keys = map[string]aws.Config{"admin": as("test", "test")}, make(map[string]string)
	admin := iam.NewFromConfig(users["admin"])
	for _, name := range []string{"alice", "bob"} {
		no(admin.CreateUser(t.Context(), &iam.CreateUserInput{UserName: &name}))(t)
		key := no(admin.CreateAccessKey(t.Context(), &iam.CreateAccessKeyInput{UserName: &name}))(t).AccessKey
		users[name], keys[name] = as(*key.AccessKeyId, *key.SecretAccessKey), *key.AccessKeyId
	}
	return w, users, keys
}

// Two users change things, and the diff names each right.
func TestActorsOnMinistack(t *testing.T) {
	w, users, keys := newMinistack(t)
	admin := users["admin"]
	group := no(ec2.NewFromConfig(admin).CreateSecurityGroup(t.Context(), &ec2.CreateSecurityGroupInput{GroupName: aws.String("web"), Description: aws.String("web")}))(t).GroupId
	old := no(sqs.NewFromConfig(admin).CreateQueue(t.Context(), &sqs.CreateQueueInput{QueueName: aws.String("old")}))(t).QueueUrl

	nextSecondOf(t, os.Getenv("AWS_ENDPOINT_URL"))
	w.must(0, "snapshot", "create", "base", "--regions", home, "--types", "sqs:queue,ec2:security-group,iam:role")
	nextSecondOf(t, os.Getenv("AWS_ENDPOINT_URL"))

	no(ec2.NewFromConfig(users["alice"]).AuthorizeSecurityGroupIngress(t.Context(), &ec2.AuthorizeSecurityGroupIngressInput{GroupId: group, IpPermissions: []ec2types.IpPermission{{
		IpProtocol: aws.String("tcp"), FromPort: aws.Int32(22), ToPort: aws.Int32(22), IpRanges: []ec2types.IpRange{{CidrIp: aws.String("0.0.0.0/0")}},
	}}}))(t)
	no(sqs.NewFromConfig(users["bob"]).CreateQueue(t.Context(), &sqs.CreateQueueInput{QueueName: aws.String("orders")}))(t)
	no(sqs.NewFromConfig(users["alice"]).DeleteQueue(t.Context(), &sqs.DeleteQueueInput{QueueUrl: old}))(t)
	no(iam.NewFromConfig(users["bob"]).CreateRole(t.Context(), &iam.CreateRoleInput{RoleName: aws.String("deploy"), AssumeRolePolicyDocument: aws.String(trust)}))(t)

	report := w.diff(1, "base")
	// ministack does not record the operation of EC2's and IAM's calls: these are called POST.ec2 and POST.iam.
	want := map[string]string{
		"modified web": "alice ec2:POST.ec2 resource", "added orders": "bob sqs:CreateQueue exact",
		"removed old": "alice sqs:DeleteQueue exact", "added deploy": "bob iam:POST.iam resource",
	}
	for _, c := range report.Changes {
		name := c.Name
		if name == "" {
			name = c.ID
		}
		told, ok := want[string(c.Change)+" "+name]
		if !ok {
			t.Errorf("unexpected: %s %s", c.Change, name)
			continue
		}
		delete(want, string(c.Change)+" "+name)
		who, event, _ := strings.Cut(told, " ")
		if len(c.Actors) != 1 || !strings.HasSuffix(c.Actors[0].Principal, ":user/"+keys[who]) || c.Actors[0].Event+" "+string(c.Actors[0].Confidence) != event {
			t.Errorf("%s %s was made by %+v, want %s (%s)", c.Change, name, c.Actors, told, keys[who])
		}
	}
	for missing := range want {
		t.Errorf("the diff does not say: %s", missing)
	}

	if only := w.diff(1, "base", "--actor", "*"+keys["bob"]); len(only.Changes) != 2 || only.Summary.FilteredOut != 2 {
		t.Errorf("--actor left %q", told(only))
	}
	for _, c := range w.diff(1, "base", "--no-actors").Changes {
		if len(c.Actors) > 0 || c.Unattributed {
			t.Errorf("--no-actors, and yet %s was made by %v", c.Name, c.Actors)
		}
	}
}

// nextSecondOf returns once a server's clock shows another second.
func nextSecondOf(t *testing.T, url string) {
	t.Helper()
	start := time.Now().Unix()
	for time.Now().Unix() == start {
		response, err := http.Get(url + "/_ministack/health")
		if err != nil {
			t.Fatal(err)
		}
		response.Body.Close()
	}
}

func TestEventCache(t *testing.T) {
	folder := t.TempDir()
	cache := eventCache{folder: folder}
	now := time.Now().UTC().Truncate(time.Second)
	event := diff.Event{Region: home, Actor: diff.Actor{Principal: "arn:aws:iam::111122223333:user/alice", Event: "sqs:CreateQueue", EventID: "1", Time: now.Add(-time.Hour)},
		Names: []diff.Naming{{Key: "queueName", Value: "orders"}}}
	ancient := event
	ancient.Time, ancient.EventID = now.AddDate(0, 0, -120), "0"
	cache.Remember("111122223333", home, "", diff.Remembered{From: now.AddDate(0, 0, -130), Until: now, Events: []diff.Event{event, ancient}})
	cache.Remember("111122223333", home, "orders", diff.Remembered{From: now.Add(-time.Hour), Until: now})
	kept := cache.Recall("111122223333", home, "")
	if len(kept) != 1 {
		t.Fatalf("recalled %+v", kept)
	}
	got := kept[0]
	if len(got.Events) != 1 || got.Events[0].EventID != "1" || !got.Until.Equal(now) || got.From.Before(now.AddDate(0, 0, -91)) {
		t.Errorf("recalled %+v", got)
	}
	if named := cache.Recall("111122223333", home, "orders"); len(named) != 1 || !named[0].Until.Equal(now) {
		t.Errorf("recalled %+v", named)
	}
	path := filepath.Join(folder, "111122223333", home+".json")
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info, err)
	}
	for _, damage := range []string{"", "{", `{"version":1,"about":{"":{"from":"2026-11-01T00:00:00Z"}}}`, `{"version":9,"about":{}}`, `[]`} {
		if err := os.WriteFile(path, []byte(damage), 0o600); err != nil {
			t.Fatal(err)
		}
		if got := cache.Recall("111122223333", home, ""); len(got) > 0 {
			t.Errorf("%q gave %+v", damage, got)
		}
	}
	cache.Remember("../../etc", home, "", got)
	if got := cache.Recall("../../etc", home, ""); len(got) > 0 {
		t.Error("an account's id left the folder")
	}
	// An event is kept without what it was asked to do.
	text, err := json.Marshal(event)
	if err != nil || strings.Contains(string(text), "requestParameters") {
		t.Errorf("%s, %v", text, err)
	}
}

// A trail's log files are read from a bucket, a page of a folder at a time, and streamed.
func TestTrailInBucket(t *testing.T) {
	w := newWorld(t)
	w.must(0, "snapshot", "create", "before", "--regions", home, "--types", "sqs:queue")
	w.queue("orders", nil)
	at := time.Now().UTC()
	w.nextSecond()
	w.must(0, "snapshot", "create", "after", "--regions", home, "--types", "sqs:queue")
	record := `{"Records":[{"eventName":"CreateQueue","eventSource":"sqs.amazonaws.com","eventTime":"` + at.Format(time.RFC3339) + `","readOnly":false,
		"eventID":"1","userIdentity":{"type":"IAMUser","arn":"arn:aws:iam::111122223333:user/alice"},"requestParameters":{"queueName":"orders"}}]}`
	bucket := w.bucket("trail")
	key := "logs/AWSLogs/" + w.proxy.Account + "/CloudTrail/" + home + "/" + at.Format("2006/01/02") + "/" + w.proxy.Account + "_CloudTrail_" + home + "_" +
		at.Add(5*time.Minute).Format("20060102T1504Z") + "_Mu0KsOhtH1ar15ZZ.json"
	no(s3.NewFromConfig(w.proxy.Config(home)).PutObject(t.Context(), &s3.PutObjectInput{Bucket: &bucket, Key: &key, Body: strings.NewReader(record)}))(t)
	report := w.diff(1, "before", "after", "--trail", "s3://"+bucket+"/logs")
	if len(report.Changes) != 1 || len(report.Changes[0].Actors) != 1 || report.Changes[0].Actors[0].Principal != "arn:aws:iam::111122223333:user/alice" {
		t.Errorf("%+v, notes %q", report.Changes, report.Notes)
	}
	if none := w.diff(1, "before", "after", "--trail", "s3://"+bucket+"/elsewhere"); len(none.Notes) != 1 || len(none.Changes[0].Actors) > 0 {
		t.Errorf("%+v, notes %q", none.Changes, none.Notes)
	}
}
