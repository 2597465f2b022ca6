package collect

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/url"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/smithy-go"

	"github.com/aws-baseline/aws-baseline/collect/snapshot"
)

// Errors that end a whole run. Each is wrapped with what to do about it.
var (
	ErrNoCredentials = errors.New("unable to locate credentials")
	ErrExpired       = errors.New("credentials expired")
	ErrUnreachable   = errors.New("can't reach AWS")
)

// errOtherAccount says that credentials are of another account than they should be.
var errOtherAccount = errors.New("wrong account")

// Errors of lists.
var (
	errRepeatedToken = errors.New("the page token came back unchanged, so the list can't be read to its end")
	errNoToken       = errors.New("the answer says that there is more, and has no page token, so the list can't be read to its end")
	errNothingNew    = fmt.Errorf("%d pages in a row brought nothing new, so the list was not read to its end", mostIdle)
	errDuplicate     = errors.New("the same key twice with different content")
)

// Class is what an error means for whoever made the call.
type Class string

// The classes of errors.
const (
	ClassDenied      Class = "denied"
	ClassExpired     Class = "expired"
	ClassThrottled   Class = "throttled"
	ClassNotFound    Class = "not found"
	ClassInUse       Class = "in use"
	ClassProtected   Class = "protected"
	ClassUnavailable Class = "unavailable" // no such service or operation in that region
	ClassCanceled    Class = "canceled"
	ClassOther       Class = "other"
)

var (
	expiredCodes = []string{"ExpiredToken", "ExpiredTokenException", "RequestExpired", "TokenRefreshRequired"}
	deniedCodes  = []string{"AccessDenied", "AccessDeniedException", "UnauthorizedOperation", "AuthorizationError",
		"AuthorizationErrorException", "UnauthorizedAccess", "UnauthorizedException", "NotAuthorized", "AllAccessDisabled", "Forbidden"}
	throttledCodes = []string{"Throttling", "ThrottlingException", "ThrottledException", "RequestThrottledException",
		"TooManyRequestsException", "RequestLimitExceeded", "BandwidthLimitExceeded", "SlowDown", "PriorRequestNotComplete",
		"EC2ThrottledException", "ProvisionedThroughputExceededException", "RequestThrottled", "LimitExceededException.Throttled"}
	inUseCodes = []string{"DependencyViolation", "DeleteConflict", "DeleteConflictException", "ResourceInUseException",
		"ResourceInUse", "InUse", "VolumeInUse", "ResourceInUseFault", "BucketNotEmpty", "HostedZoneNotEmpty",
		"InvalidIPAddress.InUse", "InvalidNetworkInterface.InUse", "ClusterContainsServicesException",
		"ClusterContainsTasksException", "TargetGroupAssociationLimit", "ResourceConflictException", "ConflictException",
		"IncorrectState", "IncorrectInstanceState", "InvalidDBInstanceState", "ScalingActivityInProgress", "OperationInProgress",
		"WAFAssociatedItemException", "DistributionNotDisabled", "ExistingVpcEndpointConnections", "InvalidDBClusterStateFault",
		"InvalidDBSubnetGroupStateFault", "InvalidDBParameterGroupState", "InvalidOptionGroupStateFault", "InvalidCacheClusterState",
		"InvalidCacheParameterGroupState", "InvalidReplicationGroupState", "InvalidClusterState", "InvalidClusterSubnetGroupStateFault",
		"InvalidClusterParameterGroupState", "CrawlerRunningException", "SchedulerTransitioningException"}
	protectedCodes   = []string{"OperationNotPermitted", "OperationNotPermittedException", "TerminationProtectionEnabled"}
	unavailableCodes = []string{"UnknownOperationException", "InvalidAction", "UnsupportedOperation", "OptInRequired",
		"SubscriptionRequiredException", "UnknownEndpoint"}
)

// notAWS is an answer that is HTML, or nothing, or something else, where AWS would answer in its protocol: a proxy in
// between, or an emulator that lacks the operation.
type notAWS struct {
	status  int
	instead string // what a success is that is no web page and not AWS's
	lacking bool   // an emulator said so, in the way in which emulators say that they lack an operation
}

func (e *notAWS) Error() string {
	if e.instead != "" {
		return fmt.Sprintf("the answer (HTTP %d) is %s, which none of AWS's to this operation is: a proxy in between, or a fault of the endpoint", e.status, e.instead)
	}
	return fmt.Sprintf("the answer is a web page (HTTP %d), not AWS's: a proxy in between, or an endpoint that lacks this operation", e.status)
}

// Classify says what an error means.
func Classify(err error) Class {
	var api smithy.APIError
	var dns *net.DNSError
	var html *notAWS
	switch {
	case err == nil:
		return ClassOther
	case errors.Is(err, ErrExpired):
		return ClassExpired
	case errors.As(err, &html) && html.lacking:
		return ClassUnavailable
	case errors.As(err, &dns) && dns.IsNotFound:
		return ClassUnavailable
	case errors.As(err, &api):
		return classOfCode(api.ErrorCode(), api.ErrorMessage(), statusOf(err))
	case errors.Is(err, context.Canceled):
		return ClassCanceled
	}
	return ClassOther
}

func classOfCode(code, message string, status int) Class {
	switch {
	case slices.Contains(expiredCodes, code):
		return ClassExpired
	case slices.Contains(throttledCodes, code):
		return ClassThrottled
	case slices.Contains(deniedCodes, code):
		return ClassDenied
	case slices.Contains(inUseCodes, code) || strings.HasSuffix(code, "InUse") || strings.HasSuffix(code, "InUseException"):
		return ClassInUse
	case slices.Contains(protectedCodes, code),
		code == "ValidationError" && strings.Contains(message, "TerminationProtection"),
		code == "InvalidParameterCombination" && strings.Contains(strings.ToLower(message), "deletion protection"):
		return ClassProtected
	case slices.Contains(unavailableCodes, code):
		return ClassUnavailable
	case strings.Contains(code, "NotFound") || strings.Contains(code, "NoSuch") || strings.Contains(strings.ToLower(code), "nonexistent") ||
		strings.Contains(code, "DoesNotExist") || code == "InvalidAMIID.Unavailable":
		return ClassNotFound
	case status == 403 && code == "":
		return ClassDenied
	}
	return ClassOther
}

// Code is the code of AWS's error, or a word for what happened to the call.
func Code(err error) string {
	var api smithy.APIError
	var html *notAWS
	var dns *net.DNSError
	var timeout interface{ Timeout() bool }
	switch {
	case errors.Is(err, ErrExpired):
		return "ExpiredToken"
	case errors.Is(err, errRepeatedToken):
		return "RepeatedToken"
	case errors.Is(err, errOtherAccount):
		return "WrongAccount"
	case errors.Is(err, errNoToken):
		return "NoPageToken"
	case errors.Is(err, errNothingNew):
		return "EndlessList"
	case errors.Is(err, errDuplicate):
		return "DuplicateKey"
	case errors.Is(err, errClosed):
		return "RegionDeniedBySCP"
	case errors.Is(err, errSilent):
		return "NoAnswer"
	case errors.As(err, &html):
		return "NotAnAWSAnswer"
	case errors.As(err, &api):
		return api.ErrorCode()
	case errors.As(err, &dns):
		return "EndpointNotFound"
	case errors.Is(err, context.Canceled):
		return "Canceled"
	case errors.Is(err, context.DeadlineExceeded), errors.As(err, &timeout) && timeout.Timeout():
		return "Timeout"
	}
	return "ConnectionError"
}

// Message is the text of an error in one line, without the SDK's wrapping.
func Message(err error) string {
	var api smithy.APIError
	var html *notAWS
	switch {
	case err == nil:
		return ""
	case errors.As(err, &html):
		return html.Error()
	case errors.As(err, &api) && api.ErrorMessage() != "":
		return oneLine(api.ErrorMessage())
	}
	var sending *url.Error
	if errors.As(err, &sending) {
		return oneLine(sending.Err.Error()) // "dial tcp: lookup …: no such host", without what the SDK puts before it
	}
	var operation *smithy.OperationError
	if errors.As(err, &operation) {
		return oneLine(operation.Err.Error())
	}
	return oneLine(err.Error())
}

// Operation is the call that failed, as "IAM: ListRoles", or "".
func Operation(err error) string {
	var operation *smithy.OperationError
	if errors.As(err, &operation) {
		return operation.Service() + ": " + operation.Operation()
	}
	return ""
}

// BySCP reports whether a service control policy denied a call. AWS says so in the message.
func BySCP(err error) bool {
	return errors.Is(err, errClosed) || Classify(err) == ClassDenied && strings.Contains(err.Error(), "service control policy")
}

// Describe puts an error the way the AWS CLI does.
func Describe(err error) string {
	var api smithy.APIError
	var operation *smithy.OperationError
	if errors.As(err, &api) && errors.As(err, &operation) {
		return fmt.Sprintf("An error occurred (%s) when calling the %s operation: %s", api.ErrorCode(), operation.Operation(), oneLine(api.ErrorMessage()))
	}
	return Message(err)
}

func oneLine(text string) string { return strings.Join(strings.Fields(text), " ") }

func statusOf(err error) int {
	var response *awshttp.ResponseError
	if errors.As(err, &response) {
		return response.HTTPStatusCode()
	}
	return 0
}

// stateOf is the state of a scope whose list failed before anything was seen.
func stateOf(err error) snapshot.State {
	switch Classify(err) {
	case ClassDenied:
		return snapshot.Denied
	case ClassUnavailable:
		return snapshot.Unavailable
	}
	if errors.Is(err, errClosed) {
		return snapshot.Skipped
	}
	return snapshot.Failed
}

// retryable adds to the SDK's rules what it gets wrong for us.
type retryable struct{}

// IsErrorRetryable implements the SDK's retry.IsErrorRetryable.
func (retryable) IsErrorRetryable(err error) aws.Ternary {
	var html *notAWS
	switch {
	case errors.As(err, &html):
		// A missing operation stays missing; a gateway's error page goes away, and what it cut off or put in the answer's place comes again.
		return aws.BoolTernary(html.instead != "" || html.status == 502 || html.status == 503 || html.status == 504)
	case errors.Is(err, ErrExpired):
		return aws.FalseTernary
	case Classify(err) == ClassThrottled:
		return aws.TrueTernary
	}
	var truncated *smithy.DeserializationError
	if errors.As(err, &truncated) && statusOf(err) < 400 {
		return aws.TrueTernary // a body that broke off
	}
	return aws.UnknownTernary
}

// Plain is an error in one line: AWS's part of it as the AWS CLI puts it, anything else as it is.
func Plain(err error) string {
	var operation *smithy.OperationError
	if !errors.As(err, &operation) {
		return oneLine(err.Error())
	}
	// What our own code wrapped around AWS's error stays.
	return oneLine(strings.Replace(err.Error(), operation.Error(), Describe(operation), 1))
}
