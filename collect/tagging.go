package collect

import (
	"cmp"
	"iter"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	tagging "github.com/aws/aws-sdk-go-v2/service/resourcegroupstaggingapi"
	"github.com/aws/aws-sdk-go-v2/service/resourcegroupstaggingapi/types"
)

// settled is how old a resource must be for its absence from the Tagging API to mean that it has no tags: the index
// follows what happens with some delay, and never holds what was never tagged (API reference, GetResources).
const settled = time.Hour

// indexed answers a tags aspect from the Tagging API, a hundred resources a call, where the kind says that it knows
// them; what it doesn't tell for sure is asked for as the kind does. The index lags behind by seconds, so that a capture
// which decides by tags, or looks again at something, does without it; see [Request.DirectTags].
func (s *Scope) indexed(direct func() answer, item Item) func() answer {
	if s.run.directTags || s.run.rehearse != nil || aws.ToString(item.ARN) == "" {
		return direct
	}
	return func() answer {
		index, err := s.tagIndex(item.Region)
		if err != nil {
			return direct()
		}
		if tags, ok := index[*item.ARN]; ok {
			return answer{value: tags, short: true}
		}
		old := item.Created != nil && !s.Kind.Approximate && item.Created.Before(s.run.started.Add(-settled))
		if old && !s.Emulated {
			return answer{value: Tags(nil)}
		}
		return direct()
	}
}

// tagIndex are the tags of all resources of the kind in a region, by ARN: those of all kinds in one list, read once a
// capture. Where AWS refuses that, the kind has a list of its own.
func (s *Scope) tagIndex(region string) (map[string]Tags, error) {
	region = cmp.Or(region, s.Config.Region)
	if types := s.run.tagTypes; len(types) > 0 && len(types) <= mostTypes {
		if index, err := s.tagList(region, types); err == nil {
			return index, nil
		}
	}
	return s.tagList(region, []string{s.Kind.Tagging})
}

// mostTypes is how many types AWS takes in one list (API reference, GetResources).
const mostTypes = 100

func (s *Scope) tagList(region string, resourceTypes []string) (map[string]Tags, error) {
	return sharedIn(s, region, "tag:GetResources "+strings.Join(resourceTypes, " "), func() (map[string]Tags, error) {
		rows, err := All(s, func(s *Scope) iter.Seq[types.ResourceTagMapping] {
			return Pages[types.ResourceTagMapping](s, tagging.NewFromConfig(s.In(region)).GetResources, &tagging.GetResourcesInput{
				ResourceTypeFilters: resourceTypes, ResourcesPerPage: aws.Int32(100),
			})
		})
		if err != nil {
			return nil, err
		}
		index := make(map[string]Tags, len(rows))
		for _, row := range rows {
			index[aws.ToString(row.ResourceARN)] = s.run.shortTags(TagsOf(row.Tags))
		}
		return index, nil
	})
}

// withIndex lets the index answer where a part asks for tags.
func (s *Scope) withIndex(item Item, parts []any) []any {
	if s.Kind.Tagging == "" {
		return parts
	}
	with := slices.Clone(parts)
	for i, part := range with {
		if aspect, ok := part.(Aspect); ok && aspect.tags {
			aspect.ask = s.indexed(aspect.ask, item)
			with[i] = aspect
		}
	}
	return with
}
