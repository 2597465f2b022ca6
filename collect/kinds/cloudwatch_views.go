package kinds

import (
	"regexp"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"

	"github.com/aws-baseline/aws-baseline/collect"
	"github.com/aws-baseline/aws-baseline/collect/snapshot"
)

func cloudwatchViews() []collect.Kind {
	return []collect.Kind{compositeAlarm, dashboard}
}

// compositeAlarm has no creation date. Its ARN is like that of a metric alarm.
var compositeAlarm = collect.Kind{
	Name: "cloudwatch:composite-alarm", CloudFormation: "AWS::CloudWatch::CompositeAlarm", Tagging: "cloudwatch:alarm",
	List: func(s *collect.Scope) {
		c := cloudwatchClient(s)
		alarms := slices.Collect(collect.Pages[types.CompositeAlarm](s, c.DescribeAlarms, &cloudwatch.DescribeAlarmsInput{
			AlarmTypes: []types.AlarmType{types.AlarmTypeCompositeAlarm}, MaxRecords: aws.Int32(100),
		}))
		collect.Each(s, slices.Values(alarms), func(a types.CompositeAlarm) {
			item, watches := collect.Item{ID: a.AlarmName, ARN: a.AlarmArn}, watchedBy(a, alarms)
			if err := s.Err(); err != nil { // an alarm that is missing from the list would pass for a metric alarm
				item.Unknown = append(item.Unknown, collect.Gap{Path: "WatchedAlarms", Err: err}, collect.Gap{Path: "WatchedCompositeAlarms", Err: err})
				watches = watched{}
			}
			s.Add(item, a, watches,
				collect.AskTags(s, c.ListTagsForResource, &cloudwatch.ListTagsForResourceInput{ResourceARN: a.AlarmArn}, collect.TagsIn))
		})
	},
	Weak: []collect.Weakness{
		{Rule: "alarm-removed", Guard: true},
		{Rule: "alarm-silent", Path: "ActionsEnabled", Is: []string{"false"}},
	},
	Status: []collect.Path{
		"StateValue", "StateReason", "StateReasonData", "StateUpdatedTimestamp", "StateTransitionedTimestamp",
		"AlarmConfigurationUpdatedTimestamp", "ActionsSuppressedBy", "ActionsSuppressedReason",
	},
	// CloudWatch keeps every alarm that a composite one depends on: "there are composite alarm(s) depending on it".
	Refs:   map[collect.Path]string{"WatchedAlarms[]": "cloudwatch:alarm", "WatchedCompositeAlarms[]": "cloudwatch:composite-alarm"},
	Names:  map[collect.Path]string{"ActionsSuppressor": "cloudwatch:alarm"},
	Sets:   map[collect.Path]string{"AlarmActions": "", "OKActions": "", "InsufficientDataActions": ""},
	Unlink: unlinkAlarm,
	Delete: func(s *collect.Scope, r *collect.Resource) error {
		return collect.Do(s, cloudwatchClient(s).DeleteAlarms, &cloudwatch.DeleteAlarmsInput{AlarmNames: []string{r.ID}})
	},
}

// unlinkAlarm gives a composite alarm a rule that names no other: CloudWatch's own advice for composite alarms that
// depend on each other (DeleteAlarms).
func unlinkAlarm(s *collect.Scope, r *collect.Resource, _ snapshot.Reference) error {
	return collect.Do(s, cloudwatchClient(s).PutCompositeAlarm, &cloudwatch.PutCompositeAlarmInput{AlarmName: &r.ID, AlarmRule: aws.String("FALSE")})
}

// watched are the names or ARNs of the alarms that a rule depends on.
type watched struct {
	WatchedAlarms, WatchedCompositeAlarms []string
}

// watchedBy tells the composite ones by the list of them: a rule writes all alarms alike, and a name is that of one kind
// only.
func watchedBy(a types.CompositeAlarm, composites []types.CompositeAlarm) watched {
	var w watched
	for _, name := range alarmsIn(aws.ToString(a.AlarmRule)) {
		if slices.ContainsFunc(composites, func(c types.CompositeAlarm) bool {
			return name == aws.ToString(c.AlarmName) || name == aws.ToString(c.AlarmArn)
		}) {
			w.WatchedCompositeAlarms = append(w.WatchedCompositeAlarms, name)
		} else {
			w.WatchedAlarms = append(w.WatchedAlarms, name)
		}
	}
	return w
}

var (
	// stateOfOne is ALARM(name), OK("name"), INSUFFICIENT_DATA(arn).
	stateOfOne = regexp.MustCompile(`(?i)\b(?:ALARM|OK|INSUFFICIENT_DATA)\s*\(\s*("(?:[^"\\]|\\.)*"|[^")\s]+)\s*\)`)
	// stateOfSome is AT_LEAST(2, ALARM, (name, "name")).
	stateOfSome = regexp.MustCompile(`(?i)\bAT_LEAST\s*\([^(]*\(((?:"(?:[^"\\]|\\.)*"|[^")])*)\)\s*\)`)
	alarmName   = regexp.MustCompile(`"(?:[^"\\]|\\.)*"|[^",\s]+`)
)

// alarmsIn reads the names out of an alarm rule.
func alarmsIn(rule string) []string {
	var names []string
	add := func(name string) {
		if quoted, ok := strings.CutPrefix(name, `"`); ok {
			name = strings.ReplaceAll(strings.TrimSuffix(quoted, `"`), `\`, "")
		}
		names = append(names, name)
	}
	for _, some := range stateOfSome.FindAllStringSubmatch(rule, -1) {
		for _, name := range alarmName.FindAllString(some[1], -1) {
			add(name)
		}
	}
	for _, one := range stateOfOne.FindAllStringSubmatch(rule, -1) {
		add(one[1])
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// dashboard has no creation date. All regions have the same dashboards.
var dashboard = collect.Kind{
	Name: "cloudwatch:dashboard", CloudFormation: "AWS::CloudWatch::Dashboard", Global: true,
	List: func(s *collect.Scope) {
		c := cloudwatchClient(s)
		list := collect.Pages[types.DashboardEntry](s, c.ListDashboards, &cloudwatch.ListDashboardsInput{})
		collect.Each(s, list, func(d types.DashboardEntry) {
			s.Add(collect.Item{ID: d.DashboardName, ARN: d.DashboardArn}, d,
				collect.Ask(s, "DashboardBody", c.GetDashboard, &cloudwatch.GetDashboardInput{DashboardName: d.DashboardName}).Of("DashboardBody"),
				collect.AskTags(s, c.ListTagsForResource, &cloudwatch.ListTagsForResourceInput{ResourceARN: d.DashboardArn}, collect.TagsIn))
		})
	},
	Status: []collect.Path{"LastModified", "Size"},
	Delete: func(s *collect.Scope, r *collect.Resource) error {
		return collect.Do(s, cloudwatchClient(s).DeleteDashboards, &cloudwatch.DeleteDashboardsInput{DashboardNames: []string{r.ID}})
	},
}
