package testbed

import (
	"context"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
)

// parse finds out what a request asks for. It never fails: what it can't tell stays empty, and the operation of a REST
// call that no table knows is its method and path.
func parse(ctx context.Context, r *http.Request, body []byte, rest restTables) *Call {
	c := &Call{
		Method: r.Method, Path: r.URL.EscapedPath(), Query: r.URL.Query(), Header: r.Header.Clone(), Body: body,
		invocation: r.Header.Get("Amz-Sdk-Invocation-Id"), rawQuery: r.URL.RawQuery, host: r.Host, ctx: ctx,
	}
	if m := attemptPattern.FindStringSubmatch(r.Header.Get("Amz-Sdk-Request")); m != nil {
		c.Attempt, _ = strconv.Atoi(m[1])
	}
	signed := c.credential()
	c.Service = canonicalService(signed)
	c.Protocol, c.Operation = c.protocol()
	if c.Operation == "" {
		c.Operation = rest.operation(signed, c)
	}
	return c
}

var attemptPattern = regexp.MustCompile(`attempt=(\d+)`)
var credentialPattern = regexp.MustCompile(`Credential=([^,\s]+)`)

// credential reads key and region from the signature and returns the service's signing name. A signature is either in
// the Authorization header or in the query string of a presigned URL. The checks that AWS makes on it aren't made.
func (c *Call) credential() string {
	scope := c.Query.Get("X-Amz-Credential")
	if m := credentialPattern.FindStringSubmatch(c.Header.Get("Authorization")); m != nil {
		scope = m[1]
	}
	parts := strings.Split(scope, "/")
	switch len(parts) {
	case 5: // key/date/region/service/aws4_request
		c.AccessKey, c.Region = parts[0], parts[2]
		if parts[3] == "s3" && strings.HasPrefix(c.Path, s3ControlPath) {
			return "s3control"
		}
		return parts[3]
	case 4: // SigV4A: key/date/service/aws4_request, with the regions in a header
		c.AccessKey, c.Region = parts[0], c.Header.Get("X-Amz-Region-Set")
		return parts[2]
	}
	return ""
}

// s3ControlPath begins the paths of S3 Control, which signs as S3 does and answers otherwise.
const s3ControlPath = "/v20180820/"

var rpcPath = regexp.MustCompile(`^/service/[^/]+/operation/([^/]+)$`)

// protocol returns the operation as well where the protocol carries its name.
func (c *Call) protocol() (Protocol, string) {
	if m := rpcPath.FindStringSubmatch(c.Path); m != nil && c.Header.Get("Smithy-Protocol") == "rpc-v2-cbor" {
		return CBOR, m[1]
	}
	if target := c.Header.Get("X-Amz-Target"); target != "" {
		return JSON, target[strings.LastIndex(target, ".")+1:]
	}
	if strings.HasPrefix(c.Header.Get("Content-Type"), "application/x-www-form-urlencoded") {
		if form, err := url.ParseQuery(string(c.Body)); err == nil && form.Get("Action") != "" {
			if c.Service == "ec2" {
				return EC2Query, form.Get("Action")
			}
			return Query, form.Get("Action")
		}
	}
	switch c.Service {
	case "s3":
		if c.Header.Get("X-Amz-Copy-Source") != "" && c.Query.Get("uploadId") == "" {
			return S3, "CopyObject"
		}
		return S3, c.Query.Get("x-id") // the SDKs name some of S3's operations
	case "route53", "cloudfront", "s3control":
		return RESTXML, ""
	}
	return RESTJSON, ""
}

// signingNames lists services whose signing name, or whose SDK's name, isn't the prefix of their IAM actions.
var signingNames = map[string]string{
	"monitoring":             "cloudwatch",
	"elb":                    "elasticloadbalancing",
	"elbv2":                  "elasticloadbalancing",
	"elasticloadbalancingv2": "elasticloadbalancing",
	"cloudwatchlogs":         "logs",
	"eventbridge":            "events",
	"efs":                    "elasticfilesystem",
	"sfn":                    "states",
	"costexplorer":           "ce",
	"emr":                    "elasticmapreduce",
	"opensearch":             "es",
	"acmpca":                 "acm-pca",
}

// canonicalService accepts signing names, names of SDK packages and IAM prefixes, so that tests may use any of them.
func canonicalService(name string) string {
	if c, ok := signingNames[name]; ok {
		return c
	}
	return name
}
