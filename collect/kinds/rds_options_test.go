package kinds

import (
	"strings"
	"testing"

	"github.com/aws-baseline/aws-baseline/collect"
	"github.com/aws-baseline/aws-baseline/collect/snapshot"
)

func optionGroupLives() []life {
	return []life{{
		kind: "rds:og", undated: true, unserved: "moto fails to list option groups", deletes: "DeleteOptionGroup",
		create: func(e *estate) made {
			arn := "arn:aws:rds:us-east-1:" + e.Account + ":og:"
			e.answer("rds", "ListTagsForResource", `<ListTagsForResourceResponse><ListTagsForResourceResult><TagList>
				<Tag><Key>team</Key><Value>blue</Value></Tag><Tag><Key>cost centre</Key><Value>7</Value></Tag></TagList></ListTagsForResourceResult></ListTagsForResourceResponse>`)
			e.answer("rds", "DeleteOptionGroup", `<DeleteOptionGroupResponse/>`)
			e.answer("rds", "DescribeOptionGroups", `<DescribeOptionGroupsResponse><DescribeOptionGroupsResult><OptionGroupsList>
				<OptionGroup><OptionGroupName>default:mysql-8-4</OptionGroupName><OptionGroupArn>`+arn+`default:mysql-8-4</OptionGroupArn></OptionGroup>
				<OptionGroup><OptionGroupName>agents</OptionGroupName><OptionGroupArn>`+arn+`agents</OptionGroupArn><EngineName>oracle-ee</EngineName>
				<Options><Option><OptionName>OEM_AGENT</OptionName><OptionDescription>of AWS</OptionDescription><Port>3872</Port><OptionSettings>
				<OptionSetting><Name>AGENT_REGISTRATION_PASSWORD</Name><Value>hunter2</Value><Description>of AWS</Description></OptionSetting>
				</OptionSettings></Option></Options></OptionGroup>
				</OptionGroupsList></DescribeOptionGroupsResult></DescribeOptionGroupsResponse>`)
			return made{ID: "agents", ARN: arn + "agents"} // the other one is AWS's
		},
		check: func(t *testing.T, r *collect.Resource) {
			wantConfiguration(t, r, "Options[].OptionSettings[].Name", "AGENT_REGISTRATION_PASSWORD")
			for _, not := range []string{"hunter2", "of AWS"} {
				if strings.Contains(string(r.Configuration), not) {
					t.Errorf("%q is in the configuration: %s", not, r.Configuration)
				}
			}
		},
	}}
}

// TestDefaultOptionGroup is AWS's.
func TestDefaultOptionGroup(t *testing.T) {
	e := newEstate(t)
	optionGroupLives()[0].create(e)
	for _, r := range of(e.capture("rds:og"), "rds:og") {
		if own := r.ID == "default:mysql-8-4"; r.Marked(snapshot.MarkProvider) != own || r.Marked(snapshot.MarkProtected) != own {
			t.Errorf("%s: got marks %v", r.ID, r.Marks)
		}
	}
}
