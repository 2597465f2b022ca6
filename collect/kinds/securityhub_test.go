package kinds

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/securityhub"

	"github.com/aws-baseline/aws-baseline/collect"
	"github.com/aws-baseline/aws-baseline/collect/snapshot"
)

// makeHub enables Security Hub. moto knows neither standards nor tags of it.
func makeHub(e *estate) string {
	must(securityhub.NewFromConfig(e.Config).EnableSecurityHub(e, &securityhub.EnableSecurityHubInput{EnableDefaultStandards: aws.Bool(false), Tags: teamTags}))(e)
	e.answer("securityhub", "GetEnabledStandards", `{"StandardsSubscriptions": [{
		"StandardsArn": "arn:aws:securityhub:us-east-1::standards/pci-dss/v/3.2.1", "StandardsInput": {}, "StandardsStatus": "PENDING",
		"StandardsSubscriptionArn": "arn:aws:securityhub:us-east-1:`+e.Account+`:subscription/pci-dss/v/3.2.1"}]}`)
	e.answer("securityhub", "ListTagsForResource", `{"Tags": {"team": "blue", "cost centre": "7"}}`)
	return "arn:aws:securityhub:us-east-1:" + e.Account + ":hub/default"
}

func securityHubLives() []life {
	return []life{{
		kind: "securityhub:hub", fewer: "moto changes nothing of a hub",
		create: func(e *estate) made { return made{ID: "default", ARN: makeHub(e)} },
		check: func(t *testing.T, r *collect.Resource) {
			wantConfiguration(t, r, "Standards[].StandardsArn", "arn:aws:securityhub:us-east-1::standards/pci-dss/v/3.2.1")
			wantConfiguration(t, r, "ControlFindingGenerator", "SECURITY_CONTROL")
		},
	}}
}

// TestWithoutSecurityHub: an account that never enabled it has none, and the scope is complete; one that may not ask is
// a gap, though the code is the same.
func TestWithoutSecurityHub(t *testing.T) {
	e := newEstate(t)
	if found := of(e.capture("securityhub:hub"), "securityhub:hub"); len(found) != 0 {
		t.Errorf("got %d hubs", len(found))
	}
	for message, want := range map[string]snapshot.State{
		"Account 123456789012 is not subscribed to AWS Security Hub":     snapshot.Complete,
		"There is an issue with the account used to make the request.":   snapshot.Failed,
		"Account 123456789012 does not have permission to perform this.": snapshot.Failed,
	} {
		remove := e.Proxy.Error("securityhub", "DescribeHub", 401, "InvalidAccessException", message)
		s, err := collect.Capture(e, e.session, collect.Request{
			Kinds: kindsNamed(t, "securityhub:hub"), Regions: []string{testRegion}, MaskKey: collect.NewMaskKey("the key of the hub's tests"),
		})
		if err != nil {
			t.Fatal(err)
		}
		if got := s.Coverage[0].State; got != want {
			t.Errorf("%s: got %s, want %s", message, got, want)
		}
		remove()
	}
}

// TestHubWithoutStandards: what can't be read is unknown, and the hub is there.
func TestHubWithoutStandards(t *testing.T) {
	e := newEstate(t)
	makeHub(e)
	e.Proxy.Heal()
	e.answer("securityhub", "ListTagsForResource", `{"Tags": {}}`)
	e.Proxy.Deny("securityhub", "GetEnabledStandards")
	e.answer("securityhub", "GetAdministratorAccount", `{"Administrator": {"AccountId": "210987654321", "MemberStatus": "ENABLED"}}`)
	for _, r := range of(e.capture("securityhub:hub"), "securityhub:hub") {
		if !r.Unread("Standards") || !r.Marked(snapshot.MarkProvider) {
			t.Errorf("got unknown %+v, marks %v", r.Unknown, r.Marks)
		}
		return
	}
	t.Error("no hub")
}
