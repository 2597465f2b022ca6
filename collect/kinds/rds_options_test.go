package kinds

import (
	"strings"
	"testing"

	"github.com/aws-baseline/aws-baseline/collect/snapshot"
)

// TestOptionGroup stands for a life: moto fails to list option groups.
func TestOptionGroup(t *testing.T) {
	e := newEstate(t)
	arn := "arn:aws:rds:us-east-1:" + e.Account + ":og:"
	e.answer("rds", "ListTagsForResource", `<ListTagsForResourceResponse><ListTagsForResourceResult><TagList>
		<Tag><Key>team</Key><Value>blue</Value></Tag></TagList></ListTagsForResourceResult></ListTagsForResourceResponse>`)
	e.answer("rds", "DeleteOptionGroup", `<DeleteOptionGroupResponse/>`)
	e.answer("rds", "DescribeOptionGroups", `<DescribeOptionGroupsResponse><DescribeOptionGroupsResult><OptionGroupsList>
		<OptionGroup><OptionGroupName>default:mysql-8-4</OptionGroupName><OptionGroupArn>`+arn+`default:mysql-8-4</OptionGroupArn></OptionGroup>
		<OptionGroup><OptionGroupName>agents</OptionGroupName><OptionGroupArn>`+arn+`agents</OptionGroupArn><EngineName>oracle-ee</EngineName>
		<Options><Option><OptionName>OEM_AGENT</OptionName><OptionDescription>of AWS</OptionDescription><Port>3872</Port><OptionSettings>
		<OptionSetting><Name>AGENT_REGISTRATION_PASSWORD</Name><Value>hunter2</Value><Description>of AWS</Description></OptionSetting>
		</OptionSettings></Option></Options></OptionGroup>
		</OptionGroupsList></DescribeOptionGroupsResult></DescribeOptionGroupsResponse>`)
	groups := make(map[string]*snapshot.Resource)
	for _, r := range of(e.capture("rds:og"), "rds:og") {
		groups[r.ID] = r
	}
	if r := groups["default:mysql-8-4"]; r == nil || !r.Marked(snapshot.MarkProvider) || !r.Marked(snapshot.MarkProtected) {
		t.Errorf("AWS's own: got %+v", r)
	}
	r := groups["agents"]
	if r == nil || r.ARN != arn+"agents" || r.Marked(snapshot.MarkProvider) || r.Tags["team"] != teamTags["team"] || len(r.Unknown) > 0 {
		t.Fatalf("got %+v", r)
	}
	wantConfiguration(t, r, "Options[].OptionSettings[].Name", "AGENT_REGISTRATION_PASSWORD")
	for _, not := range []string{"hunter2", "of AWS"} {
		if strings.Contains(string(r.Configuration), not) {
			t.Errorf("%q is in the configuration: %s", not, r.Configuration)
		}
	}
	if err := dbOptionGroup.Delete(e.session.Scope(e, &dbOptionGroup, testRegion), r); err != nil || e.Proxy.Count("rds", "DeleteOptionGroup") != 1 {
		t.Errorf("delete: %v", err)
	}
}
