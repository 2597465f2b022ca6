package kinds

import (
	"cmp"
	"iter"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/budgets"
	"github.com/aws/aws-sdk-go-v2/service/budgets/types"

	"github.com/aws-baseline/aws-baseline/collect"
)

func budgetsKinds() []collect.Kind {
	return []collect.Kind{budget}
}

// budget has no creation date.
var budget = collect.Kind{
	Name: "budgets:budget", CloudFormation: "AWS::Budgets::Budget", Global: true,
	List: func(s *collect.Scope) {
		c := budgets.NewFromConfig(s.Config)
		list := collect.Pages[types.Budget](s, c.DescribeBudgets, &budgets.DescribeBudgetsInput{
			AccountId: &s.AccountID, MaxResults: aws.Int32(100), ShowFilterExpression: aws.Bool(true),
		})
		collect.Each(s, list, func(b types.Budget) {
			arn := s.ARN("budgets", "budget/"+aws.ToString(b.BudgetName))
			item := collect.Item{ID: b.BudgetName, ARN: arn}
			notices, err := noticesOf(s, b.BudgetName)
			if err != nil {
				item.Unknown = append(item.Unknown, collect.Gap{Path: "Notifications", Err: err})
			}
			if b.AutoAdjustData != nil || len(b.PlannedBudgetLimits) > 0 {
				b.BudgetLimit = nil // AWS sets it anew each period, or it is that of the current one
			}
			s.Add(item, b, struct{ Notifications []notice }{notices},
				collect.AskTags(s, c.ListTagsForResource, &budgets.ListTagsForResourceInput{ResourceARN: arn},
					func(out *budgets.ListTagsForResourceOutput) collect.Tags { return collect.TagsOf(out.ResourceTags) }))
		})
	},
	Status: []collect.Path{
		"CalculatedSpend", "LastUpdatedTime", "HealthStatus", "AutoAdjustData.LastAutoAdjustTime",
		"AutoAdjustData.HistoricalOptions.LookBackAvailablePeriods", "Notifications[].NotificationState",
	},
	Sets: map[collect.Path]string{
		"CostFilters.*": "", "Metrics": "", "Notifications": "", "Notifications[].Subscribers": "Address",
	},
	// Its notifications go with it.
	Delete: func(s *collect.Scope, r *collect.Resource) error {
		return collect.Do(s, budgets.NewFromConfig(s.Config).DeleteBudget, &budgets.DeleteBudgetInput{AccountId: &r.AccountID, BudgetName: &r.ID})
	},
}

// notice is a notification and whom it goes to.
type notice struct {
	ComparisonOperator types.ComparisonOperator
	NotificationState  types.NotificationState
	NotificationType   types.NotificationType
	Threshold          float64
	ThresholdType      types.ThresholdType
	Subscribers        []types.Subscriber
}

// noticesOf lists the notifications of a budget; AWS tells the subscribers of each by a call of its own.
func noticesOf(s *collect.Scope, name *string) ([]notice, error) {
	c := budgets.NewFromConfig(s.Config)
	list, err := collect.All(s, func(s *collect.Scope) iter.Seq[types.Notification] {
		return collect.Pages[types.Notification](s, c.DescribeNotificationsForBudget, &budgets.DescribeNotificationsForBudgetInput{
			AccountId: &s.AccountID, BudgetName: name, MaxResults: aws.Int32(100),
		})
	})
	if err != nil {
		return nil, err
	}
	var notices []notice
	for _, n := range list {
		n.NotificationType = cmp.Or(n.NotificationType, types.NotificationTypeActual) // AWS always says both, and wants them back
		n.ComparisonOperator = cmp.Or(n.ComparisonOperator, types.ComparisonOperatorGreaterThan)
		to, err := collect.All(s, func(s *collect.Scope) iter.Seq[types.Subscriber] {
			return collect.Pages[types.Subscriber](s, c.DescribeSubscribersForNotification, &budgets.DescribeSubscribersForNotificationInput{
				AccountId: &s.AccountID, BudgetName: name, Notification: &n, MaxResults: aws.Int32(100),
			})
		})
		if err != nil {
			return nil, err
		}
		notices = append(notices, notice{n.ComparisonOperator, n.NotificationState, n.NotificationType, n.Threshold, n.ThresholdType, to})
	}
	return notices, nil
}
