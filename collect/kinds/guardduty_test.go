package kinds

import (
	"net/http"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/guardduty"
	"github.com/aws/aws-sdk-go-v2/service/guardduty/types"

	"github.com/aws-baseline/aws-baseline/collect"
	"github.com/aws-baseline/aws-baseline/collect/snapshot"
	"github.com/aws-baseline/aws-baseline/collect/testbed"
)

func makeDetector(e *estate) string {
	return *must(guardduty.NewFromConfig(e.Config).CreateDetector(e, &guardduty.CreateDetectorInput{
		Enable: aws.Bool(true), FindingPublishingFrequency: types.FindingPublishingFrequencyOneHour, Tags: teamTags,
		Features: detectorFeatures(),
	}))(e).DetectorId
}

// answerList answers in AWS's place what lies in a detector, and that nothing lies in others.
func answerList(e *estate, detector, operation, list, what string) {
	e.Proxy.Intercept("guardduty", operation, func(c *testbed.Call, _ func(*testbed.Call) *testbed.Answer) *testbed.Answer {
		body := `{"` + list + `": []}`
		if strings.Contains(c.Path, detector) {
			body = `{"` + list + `": ["` + what + `"]}`
		}
		return &testbed.Answer{Status: 200, Header: http.Header{"Content-Type": {"application/json"}}, Body: []byte(body)}
	})
}

func guarddutyLives() []life {
	return []life{
		{
			kind: "guardduty:detector",
			create: func(e *estate) made {
				id := makeDetector(e)
				return made{ID: id, ARN: "arn:aws:guardduty:us-east-1:" + e.Account + ":detector/" + id, UniqueID: id}
			},
			check: func(t *testing.T, r *collect.Resource) {
				wantConfiguration(t, r, "Detector.FindingPublishingFrequency", "ONE_HOUR")
				if r.Marked(snapshot.MarkProvider) {
					t.Error("one that the account made itself is marked as somebody else's")
				}
			},
			changes: detectorChanges(),
		},
		{
			kind: "guardduty:detector/filter", undated: true, untagged: true, // moto keeps no tags of filters
			unserved: "moto can't list filters", deletes: "DeleteFilter",
			create: func(e *estate) made {
				id := makeDetector(e)
				must(guardduty.NewFromConfig(e.Config).CreateFilter(e, &guardduty.CreateFilterInput{
					DetectorId: &id, Name: aws.String("filter-life"), Action: types.FilterActionArchive, Tags: teamTags,
					FindingCriteria: &types.FindingCriteria{Criterion: map[string]types.Condition{"severity": {Equals: []string{"2"}}}},
				}))(e)
				answerList(e, id, "ListFilters", "filterNames", "filter-life")
				return made{ID: "filter-life", ARN: "arn:aws:guardduty:us-east-1:" + e.Account + ":detector/" + id + "/filter/filter-life"}
			},
			check:   func(t *testing.T, r *collect.Resource) { wantConfiguration(t, r, "Filter.Action", "ARCHIVE") },
			changes: detectorFilterChanges(),
		},
		{
			kind: "guardduty:detector/ipset", undated: true, deletes: "DeleteIPSet", unserved: "moto has no IP sets of GuardDuty's",
			create: func(e *estate) made {
				id := makeDetector(e)
				answerList(e, id, "ListIPSets", "ipSetIds", "d4b94fc952d6912b8f3060768example")
				e.answer("guardduty", "GetIPSet", `{"format": "TXT", "location": "https://s3.amazonaws.com/trusted/list.txt", "name": "trusted", "status": "ACTIVE",
					"tags": {"team": "blue", "cost centre": "7"}}`)
				e.answer("guardduty", "DeleteIPSet", `{}`)
				return made{
					ID: "d4b94fc952d6912b8f3060768example", UniqueID: "d4b94fc952d6912b8f3060768example",
					ARN: "arn:aws:guardduty:us-east-1:" + e.Account + ":detector/" + id + "/ipset/d4b94fc952d6912b8f3060768example",
				}
			},
			check: func(t *testing.T, r *collect.Resource) {
				wantConfiguration(t, r, "IPSet.Location", "https://s3.amazonaws.com/trusted/list.txt")
				if r.Name != "trusted" {
					t.Errorf("name: got %q", r.Name)
				}
			},
		},
	}
}

// TestDetectorOfAdministrator: what an organisation's administrator enabled is nobody's drift.
func TestDetectorOfAdministrator(t *testing.T) {
	e := newEstate(t)
	makeDetector(e)
	for status, want := range map[string]bool{"Enabled": true, "Resigned": false} {
		e.answer("guardduty", "GetAdministratorAccount", `{"administrator": {"accountId": "210987654321", "relationshipStatus": "`+status+`", "invitedAt": "2024-01-01T00:00:00Z"}}`)
		for _, r := range of(e.capture("guardduty:detector"), "guardduty:detector") {
			if r.Marked(snapshot.MarkProvider) != want || r.Marked(snapshot.MarkProtected) != want {
				t.Errorf("%s: marks %v", status, r.Marks)
			}
		}
		e.Proxy.Heal()
	}
}

// TestDeletingDetectorThatIsGone: GuardDuty has one code for all that it refuses.
func TestDeletingDetectorThatIsGone(t *testing.T) {
	e := newEstate(t)
	scope, r := e.session.Scope(e, &detector, testRegion), &collect.Resource{Kind: detector.Name, ID: "12abc34d567e8fa901bc2d34e56789f0"}
	for message, want := range map[string]collect.Class{
		"The request is rejected because the input detectorId is not owned by the current account.":                collect.ClassNotFound,
		"The request is rejected because the current account cannot delete detector while it has invited members.": collect.ClassOther,
	} {
		remove := e.Proxy.Error("guardduty", "DeleteDetector", 400, "BadRequestException", message)
		if err := detector.Delete(scope, r); collect.Classify(err) != want || err == nil {
			t.Errorf("%s: got %v, class %s", message, err, collect.Classify(err))
		}
		remove()
	}
}
