package collect

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsmiddleware "github.com/aws/aws-sdk-go-v2/aws/middleware"
	"github.com/aws/aws-sdk-go-v2/service/account"
	"github.com/aws/aws-sdk-go-v2/service/ec2"

	"github.com/aws-baseline/aws-baseline/collect/snapshot"
)

const notOptedIn = "not-opted-in"

// Regions asks AWS for the account's regions (ec2:DescribeRegions, and account:ListRegions where that is refused) and
// marks those to capture: the ones asked for, or every enabled one. A region that AWS does not know, or that is not
// enabled, is an error, unless lenient, which leaves it out. Where AWS can't be asked, the regions asked for are taken as they are.
// It also returns AWS's clock at the answer, in whole seconds, or the session's start.
func (s *Session) Regions(ctx context.Context, asked []string, lenient bool) ([]snapshot.Region, time.Time, error) {
	listed, clock, err := s.listRegions(ctx)
	if err != nil {
		if len(asked) == 0 {
			return nil, clock, fmt.Errorf("can't find out which regions are enabled: %s; name them with --regions", Describe(err))
		}
		var regions []snapshot.Region
		for _, name := range asked {
			regions = append(regions, snapshot.Region{Name: name, Captured: true})
		}
		return regions, clock, nil
	}
	for _, name := range asked {
		if lenient {
			break
		}
		at := slices.IndexFunc(listed, func(r snapshot.Region) bool { return r.Name == name })
		if at < 0 {
			return nil, clock, &UnknownRegionError{Region: name, Known: listed}
		}
		if listed[at].OptIn == notOptedIn {
			return nil, clock, &UnknownRegionError{Region: name, Known: listed, NotEnabled: true}
		}
	}
	for i := range listed {
		listed[i].Captured = listed[i].OptIn != notOptedIn && (len(asked) == 0 || slices.Contains(asked, listed[i].Name))
	}
	return listed, clock, nil
}

func (s *Session) listRegions(ctx context.Context) ([]snapshot.Region, time.Time, error) {
	clock := s.Start
	out, err := ec2.NewFromConfig(s.Config).DescribeRegions(ctx, &ec2.DescribeRegionsInput{AllRegions: aws.Bool(true)})
	if err == nil {
		var regions []snapshot.Region
		for _, region := range out.Regions {
			regions = append(regions, snapshot.Region{Name: aws.ToString(region.RegionName), OptIn: aws.ToString(region.OptInStatus)})
		}
		if now, ok := awsmiddleware.GetServerTime(out.ResultMetadata); ok {
			clock = now.UTC().Truncate(time.Second)
		}
		return regions, clock, nil
	}
	var regions []snapshot.Region
	for token := (*string)(nil); ; {
		page, second := account.NewFromConfig(s.Config).ListRegions(ctx, &account.ListRegionsInput{NextToken: token})
		if second != nil {
			return nil, clock, err // the first answer tells more
		}
		for _, region := range page.Regions {
			regions = append(regions, snapshot.Region{Name: aws.ToString(region.RegionName), OptIn: optInWord(string(region.RegionOptStatus))})
		}
		if page.NextToken == nil || aws.ToString(page.NextToken) == aws.ToString(token) {
			return regions, clock, nil
		}
		token = page.NextToken
	}
}

// optInWord turns account:ListRegions' words into ec2:DescribeRegions'.
func optInWord(status string) string {
	switch status {
	case "ENABLED_BY_DEFAULT":
		return "opt-in-not-required"
	case "ENABLED", "DISABLING":
		return "opted-in"
	}
	return notOptedIn
}

// UnknownRegionError says that a region asked for can't be captured.
type UnknownRegionError struct {
	Region     string
	Known      []snapshot.Region
	NotEnabled bool
}

func (e *UnknownRegionError) Error() string {
	var enabled []string
	for _, region := range e.Known {
		if region.OptIn != notOptedIn {
			enabled = append(enabled, region.Name)
		}
	}
	slices.Sort(enabled)
	what := "there is no region"
	if e.NotEnabled {
		what = "the account has not enabled the region"
	}
	return fmt.Sprintf("%s %q; enabled are: %s", what, e.Region, strings.Join(enabled, ", "))
}
