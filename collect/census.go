package collect

import (
	"cmp"
	"context"
	"iter"
	"slices"
	"strings"
	"sync"

	"github.com/aws/aws-sdk-go-v2/aws"
	tagging "github.com/aws/aws-sdk-go-v2/service/resourcegroupstaggingapi"
	"github.com/aws/aws-sdk-go-v2/service/resourcegroupstaggingapi/types"
	"golang.org/x/sync/errgroup"

	"github.com/aws-baseline/aws-baseline/collect/snapshot"
)

// censusTaker counts what an account has and a capture of it does not. Safe for concurrent use.
type censusTaker struct {
	run     *run
	session *Session
	kinds   []*Kind
	seen    map[string]bool // ARNs of the capture

	mutex  sync.Mutex
	listed map[string]bool // ARNs counted: lists repeat rows, and each other
	counts map[snapshot.CensusType]int
	census snapshot.Census
}

// takeCensus asks the Tagging API of every captured region what else there is, a hundred resources a call, and Resource
// Explorer where it is on, and counts by type what the capture does not have. Things that were never tagged are seen only by
// the latter. What can't be asked is named, and is no failure of the capture.
func (r *run) takeCensus(ctx context.Context, session *Session, s *snapshot.Snapshot, kinds []*Kind) *snapshot.Census {
	c := &censusTaker{
		run: r, session: session, kinds: kinds, seen: make(map[string]bool, len(s.Resources)),
		listed: make(map[string]bool), counts: make(map[snapshot.CensusType]int),
	}
	for i := range s.Resources {
		c.seen[s.Resources[i].ARN] = true
	}
	var captured []string
	var group errgroup.Group
	for _, region := range s.Accounts[0].Regions {
		if region.Captured {
			captured = append(captured, region.Name)
			group.Go(func() error { c.askTagging(ctx, region.Name); return nil })
		}
	}
	_ = group.Wait() // failures are in the census
	if len(captured) > 0 {
		c.askExplorer(ctx, captured) // afterwards: what both know goes by the same name in every census
	}
	return c.result()
}

func (c *censusTaker) askTagging(ctx context.Context, region string) {
	scope := c.run.scope(ctx, c.session, &Kind{Name: "tag:resource"}, region)
	rows, err := All(scope, func(s *Scope) iter.Seq[types.ResourceTagMapping] {
		return Pages[types.ResourceTagMapping](s, tagging.NewFromConfig(s.Config).GetResources, &tagging.GetResourcesInput{ResourcesPerPage: aws.Int32(100)})
	})
	if err != nil {
		c.gap("tag", region, err)
		return
	}
	for _, row := range rows {
		arn := aws.ToString(row.ResourceARN)
		c.count(region, arn, typeOfARN(arn))
	}
}

// count notes a resource that an API knows.
func (c *censusTaker) count(region, arn, name string) {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	if c.listed[arn] || known(c.seen, arn) {
		return
	}
	c.listed[arn] = true
	c.counts[snapshot.CensusType{AccountID: c.session.AccountID, Region: region, Type: name, Collected: collected(c.kinds, name)}]++
}

// gap notes what could not be asked.
func (c *censusTaker) gap(service, region string, err error) {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	c.census.NotAsked = append(c.census.NotAsked, snapshot.CensusGap{
		AccountID: c.session.AccountID, Region: region, Service: service, Code: Code(err), Message: Message(err),
	})
}

func (c *censusTaker) result() *snapshot.Census {
	census := c.census
	census.Types = []snapshot.CensusType{}
	for row, n := range c.counts {
		row.Resources = n
		census.Types = append(census.Types, row)
	}
	slices.SortFunc(census.Types, func(a, b snapshot.CensusType) int {
		return cmp.Or(cmp.Compare(a.AccountID, b.AccountID), cmp.Compare(a.Type, b.Type), cmp.Compare(a.Region, b.Region))
	})
	slices.SortFunc(census.NotAsked, func(a, b snapshot.CensusGap) int {
		return cmp.Or(cmp.Compare(a.AccountID, b.AccountID), cmp.Compare(a.Service, b.Service), cmp.Compare(a.Region, b.Region))
	})
	slices.SortFunc(census.Explored, func(a, b snapshot.CensusPlace) int {
		return cmp.Or(cmp.Compare(a.AccountID, b.AccountID), cmp.Compare(a.Region, b.Region))
	})
	return &census
}

// known reports whether a capture has what an ARN names, or what that is a part of.
func known(seen map[string]bool, arn string) bool {
	for ; arn != ""; arn = arnStem(arn) {
		if seen[arn] {
			return true
		}
	}
	return false
}

// typeOfARN is the type that an ARN spells: "codecommit", or "ec2:instance".
func typeOfARN(arn string) string {
	parts := strings.SplitN(arn, ":", 6)
	if len(parts) < 6 {
		return arn
	}
	service, resource := parts[2], parts[5]
	if at := strings.IndexAny(resource, ":/"); at > 0 {
		return service + ":" + resource[:at]
	}
	return service
}

// collected reports whether a type that an ARN spells is one of the kinds: then these resources came or went meanwhile,
// belong to AWS, or were lost.
func collected(kinds []*Kind, name string) bool {
	return slices.ContainsFunc(kinds, func(k *Kind) bool { return k.Name == name || !strings.Contains(name, ":") && k.Service() == name })
}
