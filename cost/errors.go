package cost

import (
	"errors"
	"fmt"
	"strings"

	"github.com/aws/smithy-go"
)

// Why Cost Explorer gave no bill. Each is wrapped in a line that says what to do, together with what AWS said.
var (
	ErrNotEnabled     = errors.New("the account has not enabled Cost Explorer")
	ErrDenied         = errors.New("access to Cost Explorer is denied")
	ErrNoDataYet      = errors.New("no data in Cost Explorer for this time")
	ErrThrottled      = errors.New("too many requests to Cost Explorer")
	ErrNotInPartition = errors.New("no Cost Explorer in this partition")
	ErrBadAnswer      = errors.New("unusable answer from Cost Explorer")
	ErrTooLong        = errors.New("the bill has too many pages")
)

// queryError is one line for people; what it is and what AWS said stay reachable for errors.Is and errors.As.
type queryError struct {
	text  string
	is    error
	cause error
}

func (e *queryError) Error() string { return e.text }

func (e *queryError) Unwrap() []error {
	if e.cause == nil {
		return []error{e.is}
	}
	return []error{e.is, e.cause}
}

// The operation that the errors speak of, as IAM and the AWS CLI write it.
const action = "ce:GetCostAndUsage"

// explain turns AWS's error into a line that says what to do. What it does not know it passes on unchanged: expired
// credentials, a network that is gone, a context that ended.
func explain(err error, accountID string) error {
	var api smithy.APIError
	if !errors.As(err, &api) {
		return err
	}
	message := strings.Join(strings.Fields(api.ErrorMessage()), " ")
	said := fmt.Sprintf("An error occurred (%s) when calling the GetCostAndUsage operation: %s", api.ErrorCode(), message)
	lower := strings.ToLower(message)
	switch code := api.ErrorCode(); {
	case code == "AccessDeniedException" && strings.Contains(lower, "not enabled"):
		return &queryError{is: ErrNotEnabled, cause: err, text: fmt.Sprintf("Cost Explorer is not enabled for account %s: open "+
			"Billing and Cost Management > Cost Explorer once, in the management account if there is an organisation; data comes "+
			"within 24 hours (%s)", accountID, said)}
	case code == "AccessDeniedException" && strings.Contains(lower, "linked account"):
		return &queryError{is: ErrDenied, cause: err, text: fmt.Sprintf("account %s may not see its costs: the management account "+
			"has to allow linked accounts access in Billing and Cost Management > Cost Management Preferences (%s)", accountID, said)}
	case code == "AccessDeniedException" || code == "AccessDenied":
		return &queryError{is: ErrDenied, cause: err, text: fmt.Sprintf("not allowed to read costs: allow %s to the caller (%s)",
			action, said)}
	case code == "DataUnavailableException":
		return &queryError{is: ErrNoDataYet, cause: err, text: fmt.Sprintf("Cost Explorer has no data for this time: give other "+
			"dates, or wait up to 24 hours if it was enabled just now (%s)", said)}
	case code == "LimitExceededException" || strings.HasPrefix(code, "Throttl"):
		return &queryError{is: ErrThrottled, cause: err, text: fmt.Sprintf("Cost Explorer was asked too often: try again in a few "+
			"minutes (%s)", said)}
	case code == "ValidationException" || code == "BillExpirationException":
		return &UsageError{Text: fmt.Sprintf("Cost Explorer refuses this request: %s", message), Err: err}
	}
	return err
}

func badAnswer(format string, values ...any) error {
	return &queryError{is: ErrBadAnswer, text: "Cost Explorer's answer can't be used: " + fmt.Sprintf(format, values...)}
}
