package testbed

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"

	"github.com/aws/smithy-go/encoding/cbor"
)

// Protocol is the way in which a service encodes its calls, answers and errors.
type Protocol string

// The protocols that AWS services speak.
const (
	EC2Query Protocol = "ec2"       // EC2 only: form in, XML out, its own form of errors
	Query    Protocol = "query"     // IAM, STS, RDS, SNS, …: form in, XML out
	JSON     Protocol = "json"      // X-Amz-Target: DynamoDB, SQS, KMS, …
	RESTJSON Protocol = "rest-json" // Lambda, EKS, …
	RESTXML  Protocol = "rest-xml"  // Route 53, CloudFront, S3 Control
	S3       Protocol = "s3"        // rest-xml with errors of its own
	CBOR     Protocol = "cbor"      // smithy RPC v2: CloudWatch
)

// Call is one request to AWS as the proxy understood it. Faults may read it; they must not change it.
type Call struct {
	Service   string // the prefix of IAM actions: "ec2", "cloudwatch" (signed as "monitoring"), "elasticloadbalancing"
	Operation string // "DescribeVpcs"; "GET /path" where the proxy has no table for a REST service
	Region    string // of the signature
	Account   string // twelve digits, see FaultProxy.Account
	AccessKey string
	Protocol  Protocol
	Attempt   int // 1 for the first, as the SDK counts; 0 if the caller didn't say

	Method string
	Path   string // escaped, as sent
	Query  url.Values
	Header http.Header
	Body   []byte

	invocation string // the same for all attempts of one request; "" if the caller didn't say
	rawQuery   string
	host       string
	ctx        context.Context
}

// Context ends when the client goes away.
func (c *Call) Context() context.Context { return c.ctx }

// Name is "ec2:DescribeVpcs".
func (c *Call) Name() string { return c.Service + ":" + c.Operation }

// Deletes says whether the call destroys something. Detaching and revoking don't count.
func (c *Call) Deletes() bool {
	for _, prefix := range []string{"Delete", "BatchDelete", "Terminate", "Release", "Deregister", "Schedule"} {
		if strings.HasPrefix(c.Operation, prefix) {
			return prefix != "Schedule" || strings.HasSuffix(c.Operation, "Deletion")
		}
	}
	return false
}

// creates says whether the call makes something new.
func (c *Call) creates() bool {
	for _, prefix := range []string{"Create", "Run", "Allocate", "Register", "Put", "Request", "Import", "Copy"} {
		if strings.HasPrefix(c.Operation, prefix) {
			return true
		}
	}
	return false
}

// Mentions says whether the request names s anywhere: in its path, query or body. "sg-1" is also mentioned by "sg-12".
func (c *Call) Mentions(s string) bool {
	if bytes.Contains(c.Body, []byte(s)) || bytes.Contains(c.Body, []byte(url.QueryEscape(s))) {
		return true
	}
	if path, err := url.PathUnescape(c.Path); err == nil && strings.Contains(path, s) {
		return true
	}
	for _, values := range c.Query {
		for _, v := range values {
			if strings.Contains(v, s) {
				return true
			}
		}
	}
	return false
}

// Param returns a member at the top of the request, "" if it isn't there or is no scalar. For REST services it looks
// into the query string first, then into a JSON body; members in paths and headers aren't found.
func (c *Call) Param(name string) string {
	switch c.Protocol {
	case EC2Query, Query:
		return c.form().Get(name)
	case CBOR:
		if m, ok := c.cborBody()[name].(cbor.String); ok {
			return string(m)
		}
		return ""
	}
	if v := c.Query.Get(name); v != "" {
		return v
	}
	switch v := c.jsonBody()[name].(type) {
	case string:
		return v
	case json.Number:
		return v.String()
	}
	return ""
}

// values returns every string in the request: what the caller named.
func (c *Call) values() []string {
	var all []string
	add := func(vs url.Values) {
		for _, v := range vs {
			all = append(all, v...)
		}
	}
	add(c.Query)
	switch c.Protocol {
	case EC2Query, Query:
		add(c.form())
	case JSON, RESTJSON, CBOR:
		if doc, err := decode(c.Protocol, c.Body); err == nil {
			doc.leaves(func(n *node) { all = append(all, n.text()) })
		}
	}
	for part := range strings.SplitSeq(c.Path, "/") {
		if s, err := url.PathUnescape(part); err == nil {
			all = append(all, s)
		}
	}
	return all
}

// with returns a copy of the call with a top-level member of the request set, or removed if value is "".
func (c *Call) with(name, value string) *Call {
	d := *c
	switch c.Protocol {
	case EC2Query, Query:
		form := c.form()
		set(form, name, value)
		d.Body = []byte(form.Encode())
	case JSON:
		body := c.jsonBody()
		if delete(body, name); value != "" {
			body[name] = value
		}
		d.Body, _ = json.Marshal(body)
	case CBOR:
		body := c.cborBody()
		if delete(body, name); value != "" {
			body[name] = cbor.String(value)
		}
		d.Body = cbor.Encode(body)
	default:
		d.Query = url.Values{}
		for k, v := range c.Query {
			d.Query[k] = v
		}
		set(d.Query, name, value)
		d.rawQuery = d.Query.Encode()
	}
	return &d
}

func set(values url.Values, name, value string) {
	if value == "" {
		values.Del(name)
	} else {
		values.Set(name, value)
	}
}

func (c *Call) form() url.Values {
	form, _ := url.ParseQuery(string(c.Body)) // a pair that doesn't parse is left out
	return form
}

func (c *Call) jsonBody() map[string]any {
	body := map[string]any{}
	d := json.NewDecoder(bytes.NewReader(c.Body))
	d.UseNumber()
	if d.Decode(&body) != nil || body == nil {
		return map[string]any{}
	}
	return body
}

func (c *Call) cborBody() cbor.Map {
	if v, err := cbor.Decode(c.Body); err == nil {
		if m, ok := v.(cbor.Map); ok {
			return m
		}
	}
	return cbor.Map{}
}
