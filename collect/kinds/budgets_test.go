package kinds

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/budgets"
	"github.com/aws/aws-sdk-go-v2/service/budgets/types"

	"github.com/aws-baseline/aws-baseline/collect"
)

// makeBudget makes a budget that warns somebody. moto knows neither subscribers nor tags.
func makeBudget(e *estate, name string) {
	must(budgets.NewFromConfig(e.Config).CreateBudget(e, &budgets.CreateBudgetInput{
		AccountId: &e.Account, Budget: &types.Budget{
			BudgetName: &name, BudgetType: types.BudgetTypeCost, TimeUnit: types.TimeUnitMonthly,
			BudgetLimit: &types.Spend{Amount: aws.String("100"), Unit: aws.String("USD")},
		},
		NotificationsWithSubscribers: []types.NotificationWithSubscribers{{
			Notification: &types.Notification{
				ComparisonOperator: types.ComparisonOperatorGreaterThan, NotificationType: types.NotificationTypeActual, Threshold: 80,
			},
			Subscribers: []types.Subscriber{{Address: aws.String("team@example.com"), SubscriptionType: types.SubscriptionTypeEmail}},
		}},
	}))(e)
	e.answer("budgets", "DescribeSubscribersForNotification", `{"Subscribers": [{"SubscriptionType": "EMAIL", "Address": "team@example.com"}]}`)
	e.answer("budgets", "ListTagsForResource", `{"ResourceTags": [{"Key": "team", "Value": "blue"}, {"Key": "cost centre", "Value": "7"}]}`)
}

func budgetsLives() []life {
	return []life{{
		kind: "budgets:budget", undated: true,
		create: func(e *estate) made {
			makeBudget(e, "budget-life")
			return made{ID: "budget-life", ARN: "arn:aws:budgets::" + e.Account + ":budget/budget-life"}
		},
		check: func(t *testing.T, r *collect.Resource) {
			wantConfiguration(t, r, "BudgetLimit.Amount", "100")
			wantConfiguration(t, r, "Notifications[].Threshold", "80")
			wantConfiguration(t, r, "Notifications[].Subscribers[].Address", "team@example.com")
		},
		changes: []change{flip("a warning", func(e *estate, m made, changed bool) {
			c, warning := budgets.NewFromConfig(e.Config), &types.Notification{
				ComparisonOperator: types.ComparisonOperatorGreaterThan, NotificationType: types.NotificationTypeForecasted, Threshold: 100,
			}
			if changed {
				must(c.CreateNotification(e, &budgets.CreateNotificationInput{AccountId: &e.Account, BudgetName: &m.ID, Notification: warning, Subscribers: []types.Subscriber{
					{Address: aws.String("team@example.com"), SubscriptionType: types.SubscriptionTypeEmail},
				}}))(e)
			} else {
				must(c.DeleteNotification(e, &budgets.DeleteNotificationInput{AccountId: &e.Account, BudgetName: &m.ID, Notification: warning}))(e)
			}
		}, "Notifications[]")},
		fewer: "moto has no UpdateBudget and no tags of budgets",
	}}
}

// TestBudgetWithoutSubscribers: where these are denied, the notifications are unknown, and nothing else is.
func TestBudgetWithoutSubscribers(t *testing.T) {
	e := newEstate(t)
	makeBudget(e, "denied")
	e.Proxy.Heal()
	e.answer("budgets", "ListTagsForResource", `{}`)
	e.Proxy.Deny("budgets", "DescribeSubscribersForNotification")
	for _, r := range of(e.capture("budgets:budget"), "budgets:budget") {
		if len(r.Unknown) != 1 || !r.Unread("Notifications") {
			t.Errorf("got unknown %+v", r.Unknown)
		}
		return
	}
	t.Error("no budget")
}

// TestBudgetThatAdjustsItself: AWS sets its limit anew each period, or takes the one that was planned for it: no change.
func TestBudgetThatAdjustsItself(t *testing.T) {
	e := newEstate(t)
	e.answer("budgets", "ListTagsForResource", `{}`)
	e.answer("budgets", "DescribeNotificationsForBudget", `{}`)
	e.answer("budgets", "DescribeBudgets", `{"Budgets": [
		{"BudgetName": "auto", "BudgetType": "COST", "TimeUnit": "MONTHLY", "BudgetLimit": {"Amount": "17", "Unit": "USD"},
		"AutoAdjustData": {"AutoAdjustType": "HISTORICAL", "LastAutoAdjustTime": 1700000000, "HistoricalOptions": {"BudgetAdjustmentPeriod": 3, "LookBackAvailablePeriods": 2}}},
		{"BudgetName": "planned", "BudgetType": "COST", "TimeUnit": "MONTHLY", "BudgetLimit": {"Amount": "17", "Unit": "USD"},
		"PlannedBudgetLimits": {"1700000000": {"Amount": "17", "Unit": "USD"}}}]}`)
	want := map[string]string{
		"auto": `{"AutoAdjustData":{"AutoAdjustType":"HISTORICAL","HistoricalOptions":{"BudgetAdjustmentPeriod":3}},` +
			`"BudgetName":"auto","BudgetType":"COST","TimeUnit":"MONTHLY"}`,
		"planned": `{"BudgetName":"planned","BudgetType":"COST","PlannedBudgetLimits":{"1700000000":{"Amount":"17","Unit":"USD"}},"TimeUnit":"MONTHLY"}`,
	}
	found := of(e.capture("budgets:budget"), "budgets:budget")
	for _, r := range found {
		if got := string(r.Configuration); got != want[r.ID] {
			t.Errorf("got %s, want %s", got, want[r.ID])
		}
	}
	if len(found) != len(want) {
		t.Errorf("got %d budgets, want %d", len(found), len(want))
	}
}
