package collect

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/smithy-go/middleware"
)

// TestWebPages: an answer that is a web page is told as one, whatever its label, and one that is not is read as AWS's.
func TestWebPages(t *testing.T) {
	for _, test := range []struct {
		name, label, body string
		status            int
		emulated          bool
		code              string
		class             Class
	}{
		{"a proxy's page", "text/html", "<html>no</html>", 502, false, "NotAnAWSAnswer", ClassOther},
		{"a page without a label", "", "\n<!DOCTYPE html><html>Bad Gateway</html>", 502, false, "NotAnAWSAnswer", ClassOther},
		{"a page with another label", "text/plain", "<HTML>", 403, false, "NotAnAWSAnswer", ClassOther},
		{"an operation that an emulator lacks", "text/html", "<!doctype html>", 404, true, "NotAnAWSAnswer", ClassUnavailable},
		{"an emulator's gateway", "text/html", "<!doctype html>", 503, true, "NotAnAWSAnswer", ClassOther},
		{"AWS says no", "application/x-amz-json-1.0", `{"__type":"AccessDenied","message":"<html>"}`, 400, false, "AccessDenied", ClassDenied},
		{"nothing", "application/x-amz-json-1.0", "", 200, false, "NotAnAWSAnswer", ClassOther},
		{"blank lines", "application/x-amz-json-1.0", "\n \n", 200, false, "NotAnAWSAnswer", ClassOther},
		{"the beginning of a document", "text/xml", "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n", 200, false, "NotAnAWSAnswer", ClassOther},
		{"JSON under a wrong label", "text/html", `{"QueueUrls":[]}`, 200, true, "", ClassOther},
	} {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header()["Content-Type"] = nil
			if test.label != "" {
				w.Header().Set("Content-Type", test.label)
			}
			w.WriteHeader(test.status)
			_, _ = io.WriteString(w, test.body)
		}))
		traffic := newTraffic(1, func() string { return "1" })
		traffic.emulated = test.emulated
		c := sqs.NewFromConfig(aws.Config{
			Region: "eu-west-1", BaseEndpoint: &server.URL, Retryer: func() aws.Retryer { return aws.NopRetryer{} },
			Credentials: credentials.NewStaticCredentialsProvider("a", "b", ""), APIOptions: []func(*middleware.Stack) error{traffic.attach},
		})
		_, err := c.ListQueues(context.Background(), &sqs.ListQueuesInput{})
		server.Close()
		if err == nil != (test.code == "") || err != nil && (Code(err) != test.code || Classify(err) != test.class) {
			t.Errorf("%s: %v, want the code %q and the class %s", test.name, err, test.code, test.class)
		}
	}
}
