package kinds

import (
	"github.com/aws/aws-sdk-go-v2/service/guardduty"
	"github.com/aws/aws-sdk-go-v2/service/guardduty/types"
)

func detectorChanges() []change {
	update := func(e *estate, in *guardduty.UpdateDetectorInput) {
		must(guardduty.NewFromConfig(e.Config).UpdateDetector(e, in))(e)
	}
	return []change{
		swap("whether it looks", true, false, func(e *estate, m made, on bool) {
			update(e, &guardduty.UpdateDetectorInput{DetectorId: &m.ID, Enable: &on})
		}, "Detector.Status"),
		swap("how often it tells", types.FindingPublishingFrequencyOneHour, types.FindingPublishingFrequencySixHours,
			func(e *estate, m made, often types.FindingPublishingFrequency) {
				update(e, &guardduty.UpdateDetectorInput{DetectorId: &m.ID, FindingPublishingFrequency: often})
			}, "Detector.FindingPublishingFrequency"),
		swap("a feature", types.FeatureStatusEnabled, types.FeatureStatusDisabled, func(e *estate, m made, status types.FeatureStatus) {
			update(e, &guardduty.UpdateDetectorInput{DetectorId: &m.ID, Features: []types.DetectorFeatureConfiguration{
				{Name: types.DetectorFeatureLambdaNetworkLogs, Status: status}, {Name: types.DetectorFeatureS3DataEvents, Status: types.FeatureStatusEnabled},
			}})
		}, "Detector.Features[Name=LAMBDA_NETWORK_LOGS].Status"),
	}
}

// detectorFilterChanges: the filter is the one of the life, which moto keeps and does not list.
func detectorFilterChanges() []change {
	update := func(e *estate, m made, in guardduty.UpdateFilterInput) {
		ids := must(guardduty.NewFromConfig(e.Config).ListDetectors(e, &guardduty.ListDetectorsInput{}))(e).DetectorIds
		in.DetectorId, in.FilterName = &ids[len(ids)-1], &m.ID
		must(guardduty.NewFromConfig(e.Config).UpdateFilter(e, &in))(e)
	}
	return []change{
		swap("what becomes of findings", types.FilterActionArchive, types.FilterActionNoop, func(e *estate, m made, action types.FilterAction) {
			update(e, m, guardduty.UpdateFilterInput{Action: action})
		}, "Filter.Action"),
		swap("its rank", 1, 2, func(e *estate, m made, rank int32) {
			update(e, m, guardduty.UpdateFilterInput{Rank: &rank})
		}, "Filter.Rank"),
		swap("what it takes", "2", "4", func(e *estate, m made, severity string) {
			update(e, m, guardduty.UpdateFilterInput{FindingCriteria: &types.FindingCriteria{
				Criterion: map[string]types.Condition{"severity": {Equals: []string{severity}}},
			}})
		}, "Filter.FindingCriteria.Criterion.severity.Equals[]"),
	}
}

// detectorFeatures are those that the life's detector has.
func detectorFeatures() []types.DetectorFeatureConfiguration {
	return []types.DetectorFeatureConfiguration{
		{Name: types.DetectorFeatureS3DataEvents, Status: types.FeatureStatusEnabled},
		{Name: types.DetectorFeatureLambdaNetworkLogs, Status: types.FeatureStatusEnabled},
	}
}
