package testbed

import (
	"fmt"
	"net/http"
	"strings"
	"time"
)

// Latency holds matching calls back for d before they go on.
func (p *FaultProxy) Latency(service, operation string, d time.Duration, options ...Option) (remove func()) {
	return p.Intercept(service, operation, func(c *Call, next func(*Call) *Answer) *Answer {
		p.sleep(c.ctx, d)
		return next(c)
	}, options...)
}

// Error answers matching calls with an error in the protocol of their service.
func (p *FaultProxy) Error(service, operation string, status int, code, message string, options ...Option) (remove func()) {
	return p.Intercept(service, operation, func(c *Call, _ func(*Call) *Answer) *Answer {
		return errorAnswer(c, status, code, message)
	}, options...)
}

// Throttle answers matching calls as the service does when it is asked too often. The bursts that clients must live
// through are Every(3), FirstAttempt(): throttling at random wears out retries.
func (p *FaultProxy) Throttle(service, operation string, options ...Option) (remove func()) {
	return p.Intercept(service, operation, func(c *Call, _ func(*Call) *Answer) *Answer { return throttled(c) }, options...)
}

// throttled is how a call's service refuses what comes too fast.
func throttled(c *Call) *Answer {
	switch c.Protocol {
	case EC2Query:
		return errorAnswer(c, 503, "RequestLimitExceeded", "Request limit exceeded.")
	case S3:
		return errorAnswer(c, 503, "SlowDown", "Please reduce your request rate.")
	case RESTJSON:
		return errorAnswer(c, 429, "TooManyRequestsException", "Rate exceeded")
	case Query, RESTXML:
		return errorAnswer(c, 400, "Throttling", "Rate exceeded")
	}
	return queryCode(errorAnswer(c, 400, "ThrottlingException", "Rate exceeded"), "Throttling")
}

// Deny answers matching calls as if the caller's policies didn't allow them.
func (p *FaultProxy) Deny(service, operation string, options ...Option) (remove func()) {
	return p.deny(service, operation, "because no identity-based policy allows the %s action", options)
}

// DenySCP answers matching calls as if the organisation forbade them.
func (p *FaultProxy) DenySCP(service, operation string, options ...Option) (remove func()) {
	return p.deny(service, operation, "with an explicit deny in a service control policy", options)
}

func (p *FaultProxy) deny(service, operation, why string, options []Option) func() {
	return p.Intercept(service, operation, func(c *Call, _ func(*Call) *Answer) *Answer {
		action := iamAction(c)
		message := fmt.Sprintf("User: arn:aws:sts::%s:assumed-role/testbed/session is not authorized to perform: %s", c.Account, action)
		if c.Protocol != EC2Query {
			message += " on resource: " + deniedResource(c)
		}
		message += " " + strings.ReplaceAll(why, "%s", action)
		switch c.Protocol {
		case EC2Query:
			return errorAnswer(c, 403, "UnauthorizedOperation", "You are not authorized to perform this operation. "+message)
		case Query, RESTXML, S3:
			return errorAnswer(c, 403, "AccessDenied", message)
		case RESTJSON:
			return errorAnswer(c, 403, "AccessDeniedException", message)
		}
		return queryCode(errorAnswer(c, 400, "AccessDeniedException", message), "AccessDenied")
	}, options...)
}

// Expire answers matching calls as if the session had run out. With From(n) it runs out at the nth request.
func (p *FaultProxy) Expire(service, operation string, options ...Option) (remove func()) {
	const message = "The security token included in the request is expired"
	return p.Intercept(service, operation, func(c *Call, _ func(*Call) *Answer) *Answer {
		switch c.Protocol {
		case EC2Query:
			return errorAnswer(c, 400, "RequestExpired", "Request has expired.")
		case S3:
			return errorAnswer(c, 400, "ExpiredToken", "The provided token has expired.")
		case Query, RESTXML:
			return errorAnswer(c, 403, "ExpiredToken", message)
		case RESTJSON:
			return errorAnswer(c, 403, "ExpiredTokenException", message)
		}
		return queryCode(errorAnswer(c, 400, "ExpiredTokenException", message), "ExpiredToken")
	}, options...)
}

// HTML answers matching calls with a web page, as proxies, load balancers and captive portals do.
func (p *FaultProxy) HTML(service, operation string, status int, options ...Option) (remove func()) {
	return p.Intercept(service, operation, func(*Call, func(*Call) *Answer) *Answer {
		page := fmt.Sprintf("<html>\n<head><title>%d %s</title></head>\n<body><h1>%[2]s</h1></body>\n</html>\n",
			status, http.StatusText(status))
		return &Answer{Status: status, Header: http.Header{"Content-Type": {"text/html"}}, Body: []byte(page)}
	}, options...)
}

// Instead answers matching calls with a success whose body is that text, as something in between does that knows nothing
// of AWS.
func (p *FaultProxy) Instead(service, operation, body string, options ...Option) (remove func()) {
	return p.Intercept(service, operation, func(c *Call, _ func(*Call) *Answer) *Answer {
		a := &Answer{Status: http.StatusOK, Header: make(http.Header), Body: []byte(body)}
		if c.Protocol == CBOR { // without it clients look no further
			a.Header.Set("Smithy-Protocol", "rpc-v2-cbor")
		}
		return a
	}, options...)
}

// Reset breaks the connection of matching calls. The server never sees them.
func (p *FaultProxy) Reset(service, operation string, options ...Option) (remove func()) {
	return p.Intercept(service, operation, func(*Call, func(*Call) *Answer) *Answer {
		return &Answer{cut: reset}
	}, options...)
}

// Hang leaves matching calls without an answer until the client gives up. The server never sees them.
func (p *FaultProxy) Hang(service, operation string, options ...Option) (remove func()) {
	return p.Intercept(service, operation, func(*Call, func(*Call) *Answer) *Answer {
		return &Answer{cut: hung}
	}, options...)
}

// TruncateBody sends half of the server's answer and closes the connection, Content-Length being that of all of it.
func (p *FaultProxy) TruncateBody(service, operation string, options ...Option) (remove func()) {
	return p.add(tearing, service, operation, func(c *Call, next func(*Call) *Answer) *Answer {
		a := *next(c)
		if a.cut == whole {
			a.cut = truncated
		}
		return &a
	}, options)
}

// queryCode sets the code that clients of services that once spoke the query protocol decode.
func queryCode(a *Answer, code string) *Answer {
	if a.Header.Get("X-Amzn-Query-Error") != "" {
		a.Header.Set("X-Amzn-Query-Error", code+";Sender")
	}
	return a
}

// iamActions lists operations whose permission has another name. More of them exist; these are the ones that
// inventories meet.
var iamActions = map[string]string{
	"s3:ListBuckets":                        "s3:ListAllMyBuckets",
	"s3:HeadBucket":                         "s3:ListBucket",
	"s3:ListObjects":                        "s3:ListBucket",
	"s3:ListObjectsV2":                      "s3:ListBucket",
	"s3:ListObjectVersions":                 "s3:ListBucketVersions",
	"s3:ListMultipartUploads":               "s3:ListBucketMultipartUploads",
	"s3:HeadObject":                         "s3:GetObject",
	"s3:DeleteObjects":                      "s3:DeleteObject",
	"s3:GetBucketEncryption":                "s3:GetEncryptionConfiguration",
	"s3:GetBucketLifecycleConfiguration":    "s3:GetLifecycleConfiguration",
	"s3:GetBucketReplication":               "s3:GetReplicationConfiguration",
	"s3:GetBucketCors":                      "s3:GetBucketCORS",
	"s3:GetPublicAccessBlock":               "s3:GetBucketPublicAccessBlock",
	"s3:GetBucketNotificationConfiguration": "s3:GetBucketNotification",
	"s3:GetObjectLockConfiguration":         "s3:GetBucketObjectLockConfiguration",
	"s3:GetBucketAccelerateConfiguration":   "s3:GetAccelerateConfiguration",
	"s3control:GetPublicAccessBlock":        "s3:GetAccountPublicAccessBlock",
	"lambda:Invoke":                         "lambda:InvokeFunction",
}

func iamAction(c *Call) string {
	if a, ok := iamActions[c.Name()]; ok {
		return a
	}
	return c.Name()
}

// deniedResource makes up the ARN that stands in the message.
func deniedResource(c *Call) string {
	switch c.Service {
	case "s3":
		bucket, _, _ := strings.Cut(strings.TrimPrefix(c.Path, "/"), "/")
		if bucket == "" {
			bucket = "*"
		}
		return `"arn:aws:s3:::` + bucket + `"`
	case "iam":
		return fmt.Sprintf("arn:aws:iam::%s:*", c.Account)
	}
	return fmt.Sprintf("arn:aws:%s:%s:%s:*", c.Service, c.Region, c.Account)
}
