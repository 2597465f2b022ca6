package kinds

import (
	"fmt"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ssm"
	"github.com/aws/aws-sdk-go-v2/service/ssm/types"

	"github.com/aws-baseline/aws-baseline/collect"
	"github.com/aws-baseline/aws-baseline/collect/snapshot"
)

func makeParameter(e *estate, name, value string, kind types.ParameterType) {
	tags := tagList(func(k, v *string) types.Tag { return types.Tag{Key: k, Value: v} })
	must(ssm.NewFromConfig(e.Config).PutParameter(e, &ssm.PutParameterInput{Name: &name, Value: &value, Type: kind, Tags: tags}))(e)
}

func parameterLives() []life {
	var all []life
	for name, arn := range map[string]string{"/parameter/life": "parameter/parameter/life", "parameter-life": "parameter/parameter-life"} {
		l := life{
			kind: "ssm:parameter", undated: true,
			create: func(e *estate) made {
				makeParameter(e, name, "hunter2", types.ParameterTypeString)
				return made{ID: name, ARN: "arn:aws:ssm:us-east-1:" + e.Account + ":" + arn}
			},
			check: func(t *testing.T, r *collect.Resource) {
				if text := string(r.Configuration); strings.Contains(text, "hunter2") || !strings.Contains(text, `"Value":"`+snapshot.MaskPrefix) {
					t.Errorf("the value is not masked: %s", text)
				}
			},
		}
		if name == "parameter-life" {
			l.changes = parameterChanges()
		}
		all = append(all, l)
	}
	return append(all, life{
		kind: "ssm:parameter", undated: true,
		create: func(e *estate) made {
			makeParameter(e, "/parameter/life/token", "hunter2", types.ParameterTypeSecureString)
			return made{ID: "/parameter/life/token", ARN: "arn:aws:ssm:us-east-1:" + e.Account + ":parameter/parameter/life/token"}
		},
		check: func(t *testing.T, r *collect.Resource) {
			wantConfiguration(t, r, "SecureVersion", "1")
			if strings.Contains(string(r.Configuration), `"Value"`) {
				t.Errorf("the value was read: %s", r.Configuration)
			}
		},
	})
}

// TestParameterBatches: the values of a dozen parameters take two calls, and where those are denied the parameters are
// still there, without their values.
func TestParameterBatches(t *testing.T) {
	e := newEstate(t)
	for i := range 12 {
		makeParameter(e, fmt.Sprintf("/orders/%02d", i), "value", types.ParameterTypeString)
	}
	e.capture("ssm:parameter")
	if n := e.Proxy.Count("ssm", "GetParameters"); n != 2 {
		t.Errorf("values of 12 parameters took %d calls, want 2", n)
	}
	e.Proxy.Deny("ssm", "GetParameters")
	denied := of(e.capture("ssm:parameter"), "ssm:parameter")
	if len(denied) != 12 {
		t.Errorf("without values: got %d parameters, want 12", len(denied))
	}
	for _, r := range denied {
		if !r.Unread("Value") || r.Unread("Tags") {
			t.Errorf("%s: got unknown %v, want its value alone", r.ID, r.Unknown)
		}
	}
}

func TestParameterValuesSkipSecure(t *testing.T) {
	values, gone, err := parameterValues(nil, nil, []types.ParameterMetadata{{Name: aws.String("/a"), Type: types.ParameterTypeSecureString}})
	if values != nil || gone != nil || err != nil {
		t.Errorf("got %v, %v, %v, want nothing, without a call", values, gone, err)
	}
}
