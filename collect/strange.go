package collect

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"io"
	"reflect"
	"strings"

	awsmiddleware "github.com/aws/aws-sdk-go-v2/aws/middleware"
	"github.com/aws/smithy-go/middleware"
	smithyhttp "github.com/aws/smithy-go/transport/http"
)

// lookedAt is how much of an answer is read ahead to tell whether it is AWS's. Roots with their namespaces take a tenth.
const lookedAt = 1024

// refuseStrange names answers that are not AWS's before the SDK tries to parse them: web pages, whose label alone does not
// tell (emulators put text/html on JSON, and proxies put nothing on the pages with which they refuse), and whatever else
// is no answer to what was asked. The SDK's parsers of XML take that for an empty list, and those of JSON for null.
func (t *traffic) refuseStrange(ctx context.Context, in middleware.DeserializeInput, next middleware.DeserializeHandler) (middleware.DeserializeOutput, middleware.Metadata, error) {
	out, metadata, err := next.HandleDeserialize(ctx, in)
	response, ok := out.RawResponse.(*smithyhttp.Response)
	service, operation := awsmiddleware.GetServiceID(ctx), awsmiddleware.GetOperationName(ctx)
	asked := asks(service, operation)
	if err != nil || !ok || !asked && response.StatusCode < 400 && !strings.HasPrefix(response.Header.Get("Content-Type"), "text/html") {
		return out, metadata, err
	}
	body := bufio.NewReaderSize(response.Body, lookedAt)
	start, end := body.Peek(lookedAt)
	text := strings.ToLower(strings.TrimSpace(string(start)))
	if strings.HasPrefix(text, "<!doctype html") || strings.HasPrefix(text, "<html") {
		lacking := t.emulated && (response.StatusCode == 404 || response.StatusCode == 500 || response.StatusCode == 501)
		return out, metadata, &notAWS{status: response.StatusCode, lacking: lacking}
	}
	// What came compressed is left to the SDK.
	if asked && response.StatusCode < 300 && response.Header.Get("Content-Encoding") == "" {
		a := beginning{service: service, operation: operation, text: start, whole: end == io.EOF}
		if what := a.strange(protocolOf(in.Request, service, operation)); what != "" {
			return out, metadata, &notAWS{status: response.StatusCode, instead: what}
		}
	}
	response.Body = struct {
		io.Reader
		io.Closer
	}{body, response.Body}
	return out, metadata, nil
}

// refuseForeign names answers that the SDK could parse, and that lack what AWS's always have: another operation's, or one
// that broke off.
func refuseForeign(ctx context.Context, in middleware.DeserializeInput, next middleware.DeserializeHandler) (middleware.DeserializeOutput, middleware.Metadata, error) {
	out, metadata, err := next.HandleDeserialize(ctx, in)
	response, ok := out.RawResponse.(*smithyhttp.Response)
	if err != nil || !ok || response.StatusCode >= 300 {
		return out, metadata, err
	}
	if what := foreign(awsmiddleware.GetServiceID(ctx)+": "+awsmiddleware.GetOperationName(ctx), out.Result); what != "" {
		return out, metadata, &notAWS{status: response.StatusCode, instead: what}
	}
	return out, metadata, nil
}

// foreign says what the parsed answer of an operation is where it can't be AWS's, or nothing.
func foreign(name string, result any) string {
	answer := reflect.Indirect(reflect.ValueOf(result))
	if answer.Kind() != reflect.Struct {
		return ""
	}
	switch list := lists[name]; {
	case list != "":
		// The SDK leaves nil what was not sent, and makes an empty list of one.
		if at := answer.FieldByName(list); at.Kind() == reflect.Slice && at.IsNil() {
			return "without its list"
		}
	case name == "S3: GetBucketPolicy":
		if at := answer.FieldByName("Policy"); at.IsValid() && !isPolicy(at.Interface()) {
			return "no policy, that is, no JSON object with a Statement"
		}
	case speaks[name] && name != rotation && blank(answer):
		return "without anything of what was asked"
	}
	return ""
}

// rotation has a plain boolean, and emulators send no more: of a false nothing is seen once it is parsed.
const rotation = "KMS: GetKeyRotationStatus"

// isPolicy reports whether a text is a whole policy. S3 answers it bare, so that half of one has nothing wrong around it.
func isPolicy(text any) bool {
	policy, ok := text.(*string)
	var parts struct{ Statement any }
	return ok && policy != nil && json.Unmarshal([]byte(*policy), &parts) == nil && parts.Statement != nil
}

// blank reports whether nothing was sent of what an answer can have.
func blank(answer reflect.Value) bool {
	for i := range answer.NumField() {
		if at := answer.Type().Field(i); at.IsExported() && at.Name != "ResultMetadata" && !answer.Field(i).IsZero() {
			return false
		}
	}
	return true
}

// asks reports whether an operation reads something that its answer's body has. An object of S3 can be empty.
func asks(service, operation string) bool {
	if service == "S3" && operation == "GetObject" {
		return false
	}
	for _, verb := range []string{"Describe", "List", "Get", "BatchGet", "BatchDescribe", "Search", "Lookup"} {
		if strings.HasPrefix(operation, verb) {
			return true
		}
	}
	return false
}

// protocol is the form in which a service answers.
type protocol int

const (
	anyForm protocol = iota // bytes, or text
	inJSON                  // an object
	inCBOR                  // a map
	inQuery                 // <OperationResponse>, also EC2's
	inXML                   // a document whose root the operation decides
)

// protocolOf tells it from the request, which has a label wherever the service doesn't decide.
func protocolOf(request any, service, operation string) protocol {
	switch service + ": " + operation {
	case "S3: GetBucketPolicy": // the policy, and nothing around it
		return inJSON
	case "CloudFront: GetFunction":
		return anyForm
	}
	switch service {
	case "S3", "S3 Control", "Route 53", "CloudFront":
		return inXML
	case "ec2imds":
		return anyForm
	}
	if r, ok := request.(*smithyhttp.Request); ok {
		switch label := r.Header.Get("Content-Type"); {
		case strings.HasPrefix(label, "application/x-www-form-urlencoded"):
			return inQuery
		case strings.HasPrefix(label, "application/cbor"):
			return inCBOR
		}
	}
	return inJSON
}

// beginning is what an answer begins with.
type beginning struct {
	service, operation string
	text               []byte
	whole              bool // it is all of the answer
}

// strange says what the answer is where AWS would answer in its protocol, or nothing. What is seen only in part, or is
// malformed, is left to the SDK, which fails on it.
func (b beginning) strange(p protocol) string {
	text := bytes.TrimSpace(bytes.TrimPrefix(b.text, []byte("\ufeff")))
	switch {
	case len(text) == 0:
		return "empty"
	case p == inJSON && text[0] != '{':
		return "no JSON object"
	case p == inCBOR && b.text[0]>>5 != 5:
		return "no CBOR map"
	case b.whole && speaks[b.service+": "+b.operation] && hollow(p, text):
		return "an empty object"
	case b.whole && b.service+": "+b.operation == rotation && !bytes.Contains(text, []byte(`"KeyRotationEnabled"`)):
		return "without anything of what was asked"
	case p == inQuery || p == inXML:
		if text[0] != '<' {
			return "no XML"
		}
		return b.strangeXML(p, text)
	}
	return ""
}

// hollow reports whether an object of JSON or a map of CBOR has nothing in it.
func hollow(p protocol, text []byte) bool {
	if p == inCBOR {
		return bytes.Equal(text, []byte{0xa0}) || bytes.Equal(text, []byte{0xbf, 0xff})
	}
	return len(text) > 1 && text[len(text)-1] == '}' && len(bytes.TrimSpace(text[1:len(text)-1])) == 0
}

// strangeXML looks at the root, and whether there is an element in it.
func (b beginning) strangeXML(p protocol, text []byte) string {
	decoder := xml.NewDecoder(bytes.NewReader(text))
	root := ""
	for {
		token, err := decoder.RawToken()
		if err == io.EOF && b.whole && root == "" {
			return "empty" // a prolog and no more
		}
		if err != nil {
			return ""
		}
		switch token := token.(type) {
		case xml.StartElement:
			if root != "" {
				return "" // something is in it
			}
			if root = token.Name.Local; !b.rooted(p, root) {
				return fmt.Sprintf("a document <%.40s>", root)
			}
		case xml.EndElement:
			// AWS's have an id of the request at least, or say how far a list goes. Tags and a bucket's settings can be empty.
			if p == inQuery || strings.HasPrefix(b.operation, "List") && !strings.HasPrefix(b.operation, "ListTags") {
				return fmt.Sprintf("a <%s> with nothing in it", root)
			}
			return ""
		}
	}
}

// rooted reports whether the answer may have that root. Of operations that nobody here asks any will do.
func (b beginning) rooted(p protocol, root string) bool {
	want := roots[b.service+": "+b.operation]
	if p == inQuery || b.service == "Route 53" {
		want = b.operation + "Response"
	}
	if root == want || want == "" && !strings.EqualFold(root, "html") {
		return true
	}
	called, ok := strings.CutSuffix(root, "Response") // emulators put <GetBucketVersioningResponse> around what isn't set
	return ok && p == inXML && called != "" && strings.HasPrefix(b.operation, called)
}

// roots are those of the answers in XML that are not called after their operation. API references, "Response Syntax".
var roots = map[string]string{
	"S3: GetBucketAcl":                       "AccessControlPolicy",
	"S3: GetBucketCors":                      "CORSConfiguration",
	"S3: GetBucketEncryption":                "ServerSideEncryptionConfiguration",
	"S3: GetBucketLifecycleConfiguration":    "LifecycleConfiguration",
	"S3: GetBucketLocation":                  "LocationConstraint",
	"S3: GetBucketLogging":                   "BucketLoggingStatus",
	"S3: GetBucketNotificationConfiguration": "NotificationConfiguration",
	"S3: GetBucketOwnershipControls":         "OwnershipControls",
	"S3: GetBucketReplication":               "ReplicationConfiguration",
	"S3: GetBucketTagging":                   "Tagging",
	"S3: GetBucketVersioning":                "VersioningConfiguration",
	"S3: GetBucketWebsite":                   "WebsiteConfiguration",
	"S3: GetObjectLockConfiguration":         "ObjectLockConfiguration",
	"S3: GetPublicAccessBlock":               "PublicAccessBlockConfiguration",
	"S3: ListBuckets":                        "ListAllMyBucketsResult",
	"S3: ListMultipartUploads":               "ListMultipartUploadsResult",
	"S3: ListObjectVersions":                 "ListVersionsResult",
	"S3: ListObjectsV2":                      "ListBucketResult",

	"S3 Control: GetPublicAccessBlock": "PublicAccessBlockConfiguration",

	"CloudFront: DescribeFunction":            "FunctionSummary",
	"CloudFront: GetCachePolicy":              "CachePolicy",
	"CloudFront: GetDistribution":             "Distribution",
	"CloudFront: GetDistributionConfig":       "DistributionConfig",
	"CloudFront: GetOriginAccessControl":      "OriginAccessControl",
	"CloudFront: GetOriginRequestPolicy":      "OriginRequestPolicy",
	"CloudFront: GetResponseHeadersPolicy":    "ResponseHeadersPolicy",
	"CloudFront: ListCachePolicies":           "CachePolicyList",
	"CloudFront: ListDistributions":           "DistributionList",
	"CloudFront: ListFunctions":               "FunctionList",
	"CloudFront: ListOriginAccessControls":    "OriginAccessControlList",
	"CloudFront: ListOriginRequestPolicies":   "OriginRequestPolicyList",
	"CloudFront: ListResponseHeadersPolicies": "ResponseHeadersPolicyList",
	"CloudFront: ListTagsForResource":         "Tags",
}

// speaks are the operations in JSON and CBOR whose answer always has something in it: they describe one thing, or what
// AWS refuses by an error where there is none. To others an empty object says that nothing was set.
var speaks = map[string]bool{
	"ACM: DescribeCertificate": true, "Athena: GetDataCatalog": true, "Athena: GetWorkGroup": true,
	"Backup: GetBackupPlan": true, "Backup: GetBackupSelection": true, "Backup: GetBackupVaultAccessPolicy": true, "Backup: GetBackupVaultNotifications": true,
	"CloudTrail: GetEventSelectors": true, "CloudTrail: GetTrailStatus": true, "CloudWatch: GetDashboard": true, "CodePipeline: GetPipeline": true,
	"Cognito Identity: DescribeIdentityPool": true, "Cognito Identity Provider: DescribeUserPool": true, "Cognito Identity Provider: DescribeUserPoolClient": true,
	"DynamoDB: DescribeContinuousBackups": true, "DynamoDB: DescribeTable": true, "DynamoDB: DescribeTimeToLive": true, "DynamoDB: GetResourcePolicy": true,
	"ECR: GetLifecyclePolicy": true, "ECR: GetRepositoryPolicy": true, "ECS: DescribeTaskDefinition": true,
	"EFS: DescribeBackupPolicy": true, "EFS: DescribeFileSystemPolicy": true,
	"EKS: DescribeAccessEntry": true, "EKS: DescribeAddon": true, "EKS: DescribeCluster": true, "EKS: DescribeFargateProfile": true,
	"EKS: DescribeNodegroup": true, "EKS: DescribePodIdentityAssociation": true, "EMR: DescribeCluster": true,
	"EventBridge: DescribeApiDestination": true, "EventBridge: DescribeArchive": true, "EventBridge: DescribeConnection": true, "EventBridge: DescribeEventBus": true,
	"Firehose: DescribeDeliveryStream": true, "GuardDuty: GetDetector": true, "GuardDuty: GetFilter": true, "GuardDuty: GetIPSet": true,
	"KMS: DescribeKey": true, "KMS: GetKeyPolicy": true, "KMS: GetKeyRotationStatus": true, "Kinesis: DescribeStreamSummary": true,
	"Lambda: GetFunction": true, "Lambda: GetFunctionConfiguration": true, "Lambda: GetLayerVersionPolicy": true, "Lambda: GetPolicy": true,
	"OpenSearch: DescribeDomainConfig": true, "SESv2: GetConfigurationSet": true, "SESv2: GetEmailIdentity": true,
	"SFN: DescribeActivity": true, "SFN: DescribeStateMachine": true, "SQS: GetQueueAttributes": true, "SQS: GetQueueUrl": true,
	"SSM: DescribeDocument": true, "Scheduler: GetSchedule": true, "Secrets Manager: DescribeSecret": true, "Secrets Manager: GetResourcePolicy": true,
	"SecurityHub: DescribeHub": true, "WAFV2: GetIPSet": true, "WAFV2: GetRegexPatternSet": true,
	"WAFV2: GetRuleGroup": true, "WAFV2: GetWebACL": true,
}

// lists are the operations in JSON that always send their list, empty or not, and the list's field.
var lists = map[string]string{
	"CloudTrail: DescribeTrails": "TrailList", "CloudWatch Logs: DescribeLogGroups": "LogGroups", "DynamoDB: ListTables": "TableNames",
	"ECR: DescribeRepositories": "Repositories", "ECS: DescribeClusters": "Clusters", "ECS: DescribeServices": "Services",
	"ECS: ListClusters": "ClusterArns", "ECS: ListServices": "ServiceArns", "ECS: ListTaskDefinitions": "TaskDefinitionArns",
	"EventBridge: ListEventBuses": "EventBuses", "EventBridge: ListRules": "Rules", "KMS: ListAliases": "Aliases", "KMS: ListKeys": "Keys",
	"Lambda: ListFunctions": "Functions", "SSM: DescribeParameters": "Parameters", "Secrets Manager: ListSecrets": "SecretList",
}
