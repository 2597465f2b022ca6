package collect

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"testing"

	"github.com/aws/smithy-go"

	"github.com/aws-baseline/aws-baseline/collect/snapshot"
)

func TestClassify(t *testing.T) {
	api := func(code, message string) error {
		return &smithy.OperationError{ServiceID: "S", OperationName: "Op", Err: &smithy.GenericAPIError{Code: code, Message: message}}
	}
	for _, test := range []struct {
		err   error
		class Class
		state snapshot.State
	}{
		{api("AccessDenied", ""), ClassDenied, snapshot.Denied},
		{api("UnauthorizedOperation", ""), ClassDenied, snapshot.Denied},
		{api("ExpiredToken", ""), ClassExpired, snapshot.Failed},
		{api("RequestExpired", ""), ClassExpired, snapshot.Failed},
		{api("ThrottlingException", ""), ClassThrottled, snapshot.Failed},
		{api("NoSuchEntity", ""), ClassNotFound, snapshot.Failed},
		{api("InvalidGroup.NotFound", ""), ClassNotFound, snapshot.Failed},
		{api("AWS.SimpleQueueService.NonExistentQueue", ""), ClassNotFound, snapshot.Failed},
		{api("DependencyViolation", ""), ClassInUse, snapshot.Failed},
		{api("ValidationError", "TerminationProtection is enabled"), ClassProtected, snapshot.Failed},
		{api("ValidationError", "bad input"), ClassOther, snapshot.Failed},
		{api("InternalFailure", ""), ClassOther, snapshot.Failed},
		{&net.DNSError{IsNotFound: true}, ClassUnavailable, snapshot.Unavailable},
		{&net.DNSError{IsTemporary: true}, ClassOther, snapshot.Failed},
		{fmt.Errorf("wrapped: %w", ErrExpired), ClassExpired, snapshot.Failed},
		{context.Canceled, ClassCanceled, snapshot.Failed},
		{&notAWS{status: 500}, ClassOther, snapshot.Failed},
		{&notAWS{status: 500, lacking: true}, ClassUnavailable, snapshot.Unavailable},
		{errors.New("connection reset"), ClassOther, snapshot.Failed},
	} {
		if got := Classify(test.err); got != test.class {
			t.Errorf("%v is %s, want %s", test.err, got, test.class)
		}
		if got := stateOf(test.err); got != test.state {
			t.Errorf("%v makes a scope %s, want %s", test.err, got, test.state)
		}
	}
}

func TestDescribe(t *testing.T) {
	err := &smithy.OperationError{ServiceID: "IAM", OperationName: "ListRoles", Err: &smithy.GenericAPIError{Code: "AccessDenied", Message: "User is not\n authorized"}}
	const want = "An error occurred (AccessDenied) when calling the ListRoles operation: User is not authorized"
	if got := Describe(err); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if got := Plain(fmt.Errorf("can't list: %w", err)); got != "can't list: "+want {
		t.Errorf("wrapped: %s", got)
	}
	scp := &smithy.GenericAPIError{Code: "AccessDeniedException", Message: "… with an explicit deny in a service control policy"}
	if !BySCP(scp) || BySCP(err) {
		t.Error("who denied is not told apart")
	}
	if strings.Contains(Plain(errors.New("a\nb")), "\n") {
		t.Error("an error of two lines")
	}
}
