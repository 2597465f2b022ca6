package collect

import (
	"context"
	"iter"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	explorer "github.com/aws/aws-sdk-go-v2/service/resourceexplorer2"
	"github.com/aws/aws-sdk-go-v2/service/resourceexplorer2/types"

	"github.com/aws-baseline/aws-baseline/collect/snapshot"
)

// askExplorer reads what Resource Explorer has indexed of the captured regions: the account's aggregator index, or else
// the regions' own ones. It sees through the default views only, which may leave things out, and lags behind by hours. An
// account without an index has Resource Explorer switched off, which is no gap.
func (c *censusTaker) askExplorer(ctx context.Context, captured []string) {
	from := c.run.scope(ctx, c.session, &Kind{Name: "resource-explorer-2:index"}, captured[0])
	indexes, err := All(from, func(s *Scope) iter.Seq[types.Index] {
		return Pages[types.Index](s, explorer.NewFromConfig(s.Config).ListIndexes, &explorer.ListIndexesInput{})
	})
	if err != nil {
		if stateOf(err) != snapshot.Unavailable { // an emulator's or a region's without it
			c.gap("resource-explorer-2", captured[0], err)
		}
		return
	}
	for _, index := range indexes {
		if index.Type == types.IndexTypeAggregator {
			c.readIndex(ctx, aws.ToString(index.Region), captured)
			return
		}
	}
	for _, index := range indexes {
		if slices.Contains(captured, aws.ToString(index.Region)) {
			c.readIndex(ctx, *index.Region, []string{*index.Region})
		}
	}
}

// readIndex counts what an index holds of some regions and of global services. A view can span an organisation; other
// accounts' things are left alone.
func (c *censusTaker) readIndex(ctx context.Context, region string, of []string) {
	scope := c.run.scope(ctx, c.session, &Kind{Name: "resource-explorer-2:resource"}, region)
	rows, err := All(scope, func(s *Scope) iter.Seq[types.Resource] {
		// No page of the largest size: AWS gives no token behind one of 1000 (API reference, ListResources).
		return Pages[types.Resource](s, explorer.NewFromConfig(s.Config).ListResources, &explorer.ListResourcesInput{MaxResults: aws.Int32(500)})
	})
	if err != nil {
		c.gap("resource-explorer-2", region, err)
		return
	}
	for _, row := range rows {
		owner, at := aws.ToString(row.OwningAccountId), aws.ToString(row.Region)
		if owner != c.session.AccountID || at != snapshot.Global && !slices.Contains(of, at) {
			continue
		}
		c.count(at, aws.ToString(row.Arn), aws.ToString(row.ResourceType))
	}
	c.mutex.Lock()
	defer c.mutex.Unlock()
	for _, name := range of {
		c.census.Explored = append(c.census.Explored, snapshot.CensusPlace{AccountID: c.session.AccountID, Region: name})
	}
}
