package diff

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"testing/fstest"
	"time"
)

// logs packs records as CloudTrail does.
func logs(t testing.TB, records ...map[string]any) []byte {
	t.Helper()
	text, err := json.Marshal(map[string]any{"Records": records})
	if err != nil {
		t.Fatal(err)
	}
	var packed bytes.Buffer
	w := gzip.NewWriter(&packed)
	if _, err := w.Write(text); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return packed.Bytes()
}

// logName is where a log file lies that was delivered at a time.
func logName(root, region string, delivered time.Time) string {
	return fmt.Sprintf("%s%s/CloudTrail/%s/%s/%s_CloudTrail_%s_%s_Mu0KsOhtH1ar15ZZ.json.gz", root, testAccount, region,
		delivered.Format("2006/01/02"), testAccount, region, delivered.Format("20060102T1504Z"))
}

func TestTrail(t *testing.T) {
	f := newFakeTrail(t) // makes the records, and is not asked
	made := f.event("eu-west-1", 5, "sqs", "SetQueueAttributes", "alice", object{"queueUrl": "https://sqs/orders"}, nil)
	read := f.event("eu-west-1", 6, "sqs", "GetQueueAttributes", "bob", object{"queueUrl": "https://sqs/orders"}, nil)
	read["readOnly"] = true
	old := f.event("eu-west-1", -300, "sqs", "SetQueueAttributes", "carol", object{"queueUrl": "https://sqs/orders"}, nil)
	side := ActorOptions{TrailName: "logs"}
	for _, test := range []struct {
		name, root string
		more       func(fstest.MapFS)
		want, note string
	}{
		{"an account's own", "AWSLogs/", nil, "user/alice sqs:SetQueueAttributes exact", ""},
		{"an organisation's", "AWSLogs/o-exampleorgid/", nil, "user/alice sqs:SetQueueAttributes exact", ""},
		{"below AWSLogs", "", nil, "user/alice sqs:SetQueueAttributes exact", ""},
		{"a damaged file is named", "AWSLogs/", func(files fstest.MapFS) {
			files[logName("AWSLogs/", "eu-west-1", lastCut.Add(30*time.Minute))] = &fstest.MapFile{Data: logs(t, made)[:40]}
		}, "user/alice sqs:SetQueueAttributes exact", "T1230Z_Mu0KsOhtH1ar15ZZ.json.gz is damaged"},
		{"elsewhere", "AWSLogs/999999999999/", nil, "", "the trail logs has no log files there"},
	} {
		t.Run(test.name, func(t *testing.T) {
			files := fstest.MapFS{
				logName(test.root, "eu-west-1", lastCut.Add(12*time.Minute)):   &fstest.MapFile{Data: logs(t, made, read)},
				logName(test.root, "eu-west-1", lastCut.Add(-290*time.Minute)): &fstest.MapFile{Data: logs(t, old)},
				// Nobody looks into what was delivered long before: it would be told as damaged.
				logName(test.root, "eu-west-1", lastCut.Add(-48*time.Hour)): &fstest.MapFile{Data: []byte("x")},
			}
			if test.more != nil {
				test.more(files)
			}
			options := side
			options.Trail = files
			r := f.attribute(options, changed(Modified, "sqs:queue", "eu-west-1", "orders", ""))
			if got := by(r.Changes[0]); got != test.want {
				t.Errorf("it was %q, want %q", got, test.want)
			}
			if notes := strings.Join(r.Notes, "\n"); !strings.Contains(notes, test.note) || (test.note == "" && notes != "") {
				t.Errorf("the notes are %q, want %q", notes, test.note)
			}
			if f.made.Load() > 0 {
				t.Error("CloudTrail was asked")
			}
		})
	}
}

// A record that never ends does not fill the memory, and what came before it is told.
func TestLongRecord(t *testing.T) {
	f := newFakeTrail(t)
	record, err := json.Marshal(f.event("eu-west-1", 5, "sqs", "CreateQueue", "alice", object{"queueName": "orders"}, nil))
	if err != nil {
		t.Fatal(err)
	}
	file := `{"Records":[` + string(record) + `,{"x":"` + strings.Repeat("a", 2*maxRecordBytes) + `"}]}`
	told := 0
	err = readTrailFile(strings.NewReader(file), func(Event, string) bool { told++; return true })
	if told != 1 || err == nil || !strings.Contains(err.Error(), errLongRecord.Error()) {
		t.Errorf("%d events, %v", told, err)
	}
}

// Nothing of a request is kept but names.
func TestNothingButNamesIsKept(t *testing.T) {
	f := newFakeTrail(t)
	record, err := json.Marshal(f.event("eu-west-1", 5, "rds", "CreateDBInstance", "alice", object{
		"dBInstanceIdentifier": "orders", "masterUserPassword": "hunter2secret", "description": "hunter2secret", "secretTokenId": "hunter2secret",
		"tags":     []any{object{"key": "a", "name": "hunter2secret"}},
		"endpoint": object{"url": "https://user:hunter2secret@example.com/x?token=hunter2secret"},
	}, nil))
	if err != nil {
		t.Fatal(err)
	}
	e, _, ok, err := readEvent(record)
	text, _ := json.Marshal(e)
	if !ok || err != nil || strings.Contains(string(text), "hunter2") || !strings.Contains(string(text), "orders") {
		t.Errorf("%v %v %s", ok, err, text)
	}
}

func FuzzTrailFile(f *testing.F) {
	f.Add(logs(f, map[string]any{"eventName": "CreateQueue", "eventSource": "sqs.amazonaws.com", "eventTime": "2026-11-20T12:00:00Z", "requestParameters": object{"queueName": "q"}}))
	f.Add([]byte(`{"Records":[{"eventName":"X","eventSource":"s3","eventTime":"2026-11-20T12:00:00Z","readOnly":"false","resources":[{"ARN":"arn:aws:s3:::b"}]}]}`))
	f.Add([]byte(`{"Records":[]}`))
	f.Add([]byte{0x1f, 0x8b, 8})
	f.Fuzz(func(t *testing.T, data []byte) {
		_ = readTrailFile(bytes.NewReader(data), func(e Event, _ string) bool {
			if e.Event == "" || e.Time.IsZero() || e.Principal == "" || len(e.Names) > maxNames {
				t.Errorf("told %+v", e)
			}
			s := newSuspects(newVocabulary(testKinds))
			change := changed(Modified, "sqs:queue", "eu-west-1", "q", "")
			s.add(&change, time.Time{}, time.Time{})
			s.read(e)
			s.settle(true)
			return true
		})
	})
}
