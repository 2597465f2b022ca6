package kinds

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/aws/aws-sdk-go-v2/service/sns/types"

	"github.com/aws-baseline/aws-baseline/collect"
)

// makeSubscription subscribes a URL with a password to a topic.
func makeSubscription(e *estate, topic, endpoint string) (topicARN, arn *string) {
	c := sns.NewFromConfig(e.Config)
	topicARN = must(c.CreateTopic(e, &sns.CreateTopicInput{Name: &topic}))(e).TopicArn
	return topicARN, must(c.Subscribe(e, &sns.SubscribeInput{
		TopicArn: topicARN, Protocol: aws.String("https"), Endpoint: &endpoint, ReturnSubscriptionArn: true,
		Attributes: map[string]string{"FilterPolicy": `{"kind":["order"]}`},
	}))(e).SubscriptionArn
}

func snsLives() []life {
	return []life{{
		kind: "sns:topic", undated: true,
		create: func(e *estate) made {
			tags := tagList(func(k, v *string) types.Tag { return types.Tag{Key: k, Value: v} })
			c := sns.NewFromConfig(e.Config)
			arn := must(c.CreateTopic(e, &sns.CreateTopicInput{Name: aws.String("topic-life"), Tags: tags, Attributes: map[string]string{"DisplayName": "Alerts"}}))(e).TopicArn
			must(c.Subscribe(e, &sns.SubscribeInput{TopicArn: arn, Protocol: aws.String("email"), Endpoint: aws.String("ops@example.com")}))(e)
			return made{ID: "topic-life", ARN: *arn}
		},
		check: func(t *testing.T, r *collect.Resource) {
			wantConfiguration(t, r, "Attributes.DisplayName", "Alerts")
			wantStatus(t, r, "Attributes.SubscriptionsDeleted", "0")
		},
		changes: topicChanges(),
	}, {
		kind: "sns:subscription", with: []string{"sns:topic"}, undated: true, untagged: true,
		create: func(e *estate) made {
			_, arn := makeSubscription(e, "subscription-life", "https://ops:hunter2@example.com/in")
			return made{ID: "subscription-life:" + lastPart(*arn), ARN: *arn, UniqueID: *arn}
		},
		check: func(t *testing.T, r *collect.Resource) {
			wantConfiguration(t, r, "Attributes.FilterPolicy", `{"kind":["order"]}`)
			wantNoSecret(t, r)
		},
		changes: subscriptionChanges(),
	}}
}

// Unconfirmed subscriptions have no ARN of their own: their ids tell them apart, and show no URL. They can't be deleted.
// What was deleted is still listed.
func TestUnconfirmedSubscriptions(t *testing.T) {
	e := newEstate(t)
	member := func(arn, protocol, endpoint string) string {
		return "<member><TopicArn>arn:aws:sns:us-east-1:123456789012:alerts</TopicArn><Owner>123456789012</Owner><SubscriptionArn>" + arn +
			"</SubscriptionArn><Protocol>" + protocol + "</Protocol><Endpoint>" + endpoint + "</Endpoint></member>"
	}
	e.answer("sns", "ListSubscriptions", `<ListSubscriptionsResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><ListSubscriptionsResult><Subscriptions>`+
		member("PendingConfirmation", "email", "a@example.com")+member("PendingConfirmation", "email", "b@example.com")+
		member("PendingConfirmation", "https", "https://ops:hunter2@example.com")+member("Deleted", "email", "c@example.com")+
		`</Subscriptions></ListSubscriptionsResult></ListSubscriptionsResponse>`)
	found := of(e.capture("sns:subscription"), "sns:subscription")
	ids := make(map[string]bool)
	for _, r := range found {
		ids[r.ID] = true
		wantNot(t, r, "hunter2")
		if r.Protection == "" || r.ARN != "" {
			t.Errorf("%s: got protection %q and ARN %q", r.ID, r.Protection, r.ARN)
		}
	}
	if len(found) != 3 || !ids["alerts:PendingConfirmation:email:a@example.com"] || !ids["alerts:PendingConfirmation:email:b@example.com"] {
		t.Errorf("got %v", ids)
	}
}

// A URL's digest stands for it.
func TestUnconfirmedID(t *testing.T) {
	sub := types.Subscription{TopicArn: aws.String("arn:aws:sns:us-east-1:123456789012:alerts"), Protocol: aws.String("https"), Endpoint: aws.String("https://a:b@example.com")}
	web := endpointOf(&sub)
	if id := unconfirmedID(sub, web); !strings.HasPrefix(id, "alerts:PendingConfirmation:https:") || len(id) != len("alerts:PendingConfirmation:https:")+16 {
		t.Errorf("got %s", id)
	}
	if sub.Endpoint != nil || *web.URL != "https://a:b@example.com" {
		t.Errorf("got %v and %v", sub.Endpoint, web.URL)
	}
}

func TestLastPart(t *testing.T) {
	for arn, want := range map[string]string{
		"arn:aws:sns:us-east-1:123456789012:alerts": "alerts", "arn:aws:events:us-east-1:123456789012:rule/bus/nightly": "nightly", "plain": "plain",
	} {
		if got := lastPart(arn); got != want {
			t.Errorf("%s: got %q, want %q", arn, got, want)
		}
	}
}
