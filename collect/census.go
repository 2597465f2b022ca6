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

// takeCensus asks the Tagging API of every captured region what else there is, a hundred resources a call, and counts by
// type what the capture does not have. Things that were never tagged can't be seen this way. A region that can't be
// asked is named, and is no failure of the capture.
func (r *run) takeCensus(ctx context.Context, session *Session, s *snapshot.Snapshot, kinds []*Kind) *snapshot.Census {
	seen := make(map[string]bool, len(s.Resources))
	for i := range s.Resources {
		seen[s.Resources[i].ARN] = true
	}
	census := &snapshot.Census{Types: []snapshot.CensusType{}}
	var mutex sync.Mutex
	counts := make(map[snapshot.CensusType]int)
	var group errgroup.Group
	for _, region := range s.Accounts[0].Regions {
		if !region.Captured {
			continue
		}
		group.Go(func() error {
			scope := r.scope(ctx, session, &Kind{Name: "tag:resource"}, region.Name)
			rows, err := All(scope, func(s *Scope) iter.Seq[types.ResourceTagMapping] {
				return Pages[types.ResourceTagMapping](s, tagging.NewFromConfig(s.Config).GetResources, &tagging.GetResourcesInput{ResourcesPerPage: aws.Int32(100)})
			})
			mutex.Lock()
			defer mutex.Unlock()
			if err != nil {
				census.NotAsked = append(census.NotAsked, snapshot.CensusGap{
					AccountID: session.AccountID, Region: region.Name, Code: Code(err), Message: Message(err),
				})
				return nil
			}
			listed := make(map[string]bool, len(rows)) // rows repeat
			for _, row := range rows {
				arn := aws.ToString(row.ResourceARN)
				if listed[arn] || known(seen, arn) {
					continue
				}
				listed[arn] = true
				name := typeOfARN(arn)
				counts[snapshot.CensusType{AccountID: session.AccountID, Region: region.Name, Type: name, Collected: collected(kinds, name)}]++
			}
			return nil
		})
	}
	_ = group.Wait() // failures are in the census
	for row, n := range counts {
		row.Resources = n
		census.Types = append(census.Types, row)
	}
	slices.SortFunc(census.Types, func(a, b snapshot.CensusType) int {
		return cmp.Or(cmp.Compare(a.AccountID, b.AccountID), cmp.Compare(a.Type, b.Type), cmp.Compare(a.Region, b.Region))
	})
	slices.SortFunc(census.NotAsked, func(a, b snapshot.CensusGap) int {
		return cmp.Or(cmp.Compare(a.AccountID, b.AccountID), cmp.Compare(a.Region, b.Region))
	})
	return census
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
