package kinds

import (
	"context"
	"errors"
	"iter"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/athena"
	"github.com/aws/aws-sdk-go-v2/service/athena/types"

	"github.com/aws-baseline/aws-baseline/collect"
)

func athenaKinds() []collect.Kind {
	return []collect.Kind{workgroup, dataCatalog, namedQuery}
}

// athenaGone reports whether Athena says that something is not there: it calls the request invalid, and has no code for
// it.
func athenaGone(err error) bool {
	if err == nil || collect.Code(err) != "InvalidRequestException" {
		return false
	}
	message := strings.ToLower(collect.Message(err))
	return strings.Contains(message, "not found") || strings.Contains(message, "does not exist")
}

// athenaSend is [collect.Send] that records what fails, what is gone excepted.
func athenaSend[In, Out any](s *collect.Scope, op func(context.Context, *In, ...func(*athena.Options)) (*Out, error), in *In) (*Out, bool) {
	out, err := collect.Send(s, op, in)
	if err != nil && !athenaGone(err) {
		s.Fail(err)
	}
	return out, err == nil
}

// athenaUnlessGone takes an error away that says that there is nothing to delete.
func athenaUnlessGone(err error) error {
	if athenaGone(err) {
		return nil
	}
	return err
}

// workgroups is the list that work groups and named queries start from.
func workgroups(s *collect.Scope) []types.WorkGroupSummary {
	list, err := collect.SharedList(s, "athena:ListWorkGroups", func(s *collect.Scope) iter.Seq[types.WorkGroupSummary] {
		return collect.Pages[types.WorkGroupSummary](s, athena.NewFromConfig(s.Config).ListWorkGroups, &athena.ListWorkGroupsInput{MaxResults: aws.Int32(50)})
	})
	if err != nil {
		s.Fail(err)
	}
	return list
}

var workgroup = collect.Kind{
	Name: "athena:workgroup", CloudFormation: "AWS::Athena::WorkGroup", Tagging: "athena:workgroup",
	List: func(s *collect.Scope) {
		c := athena.NewFromConfig(s.Config)
		collect.Each(s, slices.Values(workgroups(s)), func(w types.WorkGroupSummary) {
			out, ok := athenaSend(s, c.GetWorkGroup, &athena.GetWorkGroupInput{WorkGroup: w.Name})
			if !ok {
				return
			}
			arn := s.ARN("athena", "workgroup/"+aws.ToString(w.Name))
			item := collect.Item{ID: w.Name, ARN: arn, Created: w.CreationTime}
			if aws.ToString(w.Name) == "primary" {
				item.Created = nil // AWS made it when the account first asked for Athena
				item.Managed("every account has it, and it can't be deleted")
			}
			s.Add(item, out.WorkGroup,
				collect.AskTags(s, c.ListTagsForResource, &athena.ListTagsForResourceInput{ResourceARN: arn}, collect.TagsIn)) // 50 tags, 75 a page
		})
	},
	Weak: []collect.Weakness{
		{Rule: "settings-not-enforced", Path: "Configuration.EnforceWorkGroupConfiguration", Is: []string{"false"}},
		{Rule: "encryption-off", Path: "Configuration.ResultConfiguration.EncryptionConfiguration", Absent: true, OnChange: true, Says: "results"},
	},
	Status: []collect.Path{"Configuration.EngineVersion.EffectiveEngineVersion"},
	Omit:   []collect.Path{"CreationTime"},
	// Spark's properties hold whatever its sessions log in with.
	Secrets: []collect.Path{
		"Configuration.AdditionalConfiguration", "Configuration.EngineConfiguration.AdditionalConfigs", "Configuration.EngineConfiguration.SparkProperties",
		"Configuration.EngineConfiguration.Classifications[].Properties",
	},
	Takes: []string{"athena:namedquery"},
	// Its history, named queries and notebooks go with it: Athena deletes no work group that was ever used otherwise.
	// Results stay in their bucket.
	Delete: func(s *collect.Scope, r *collect.Resource) error {
		return athenaUnlessGone(collect.Do(s, athena.NewFromConfig(s.Config).DeleteWorkGroup, &athena.DeleteWorkGroupInput{WorkGroup: &r.ID, RecursiveDeleteOption: aws.Bool(true)}))
	},
}

// dataCatalog has no creation date.
var dataCatalog = collect.Kind{
	Name: "athena:datacatalog", CloudFormation: "AWS::Athena::DataCatalog", Tagging: "athena:datacatalog",
	List: func(s *collect.Scope) {
		c := athena.NewFromConfig(s.Config)
		list := collect.Pages[types.DataCatalogSummary](s, c.ListDataCatalogs, &athena.ListDataCatalogsInput{MaxResults: aws.Int32(50)})
		collect.Each(s, list, func(d types.DataCatalogSummary) {
			arn := s.ARN("athena", "datacatalog/"+aws.ToString(d.CatalogName))
			item := collect.Item{ID: d.CatalogName, ARN: arn}
			if aws.ToString(d.CatalogName) == "AwsDataCatalog" {
				item.Managed("it stands for Glue's Data Catalog")
				s.Add(item, d)
				return
			}
			out, ok := athenaSend(s, c.GetDataCatalog, &athena.GetDataCatalogInput{Name: d.CatalogName})
			if !ok {
				return
			}
			s.Add(item, out.DataCatalog, collect.AskTags(s, c.ListTagsForResource, &athena.ListTagsForResourceInput{ResourceARN: arn}, collect.TagsIn))
		})
	},
	Status:  []collect.Path{"Status", "Error"},
	Secrets: []collect.Path{"Parameters.connection-properties"},
	// What a federated catalog reads through (a function, a Glue connection) are resources of their own.
	Delete: func(s *collect.Scope, r *collect.Resource) error {
		d, err := collect.Stored[types.DataCatalog](r)
		if err != nil {
			return err
		}
		return athenaUnlessGone(collect.Do(s, athena.NewFromConfig(s.Config).DeleteDataCatalog, &athena.DeleteDataCatalogInput{
			Name: &r.ID, DeleteCatalogOnly: d.Type == types.DataCatalogTypeFederated,
		}))
	},
}

// namedQuery has no ARN, no tags and no creation date. Work groups for Spark have none, and no list of them.
var namedQuery = collect.Kind{
	Name: "athena:namedquery", CloudFormation: "AWS::Athena::NamedQuery", Aliases: []string{"athena:named-query"},
	List: func(s *collect.Scope) {
		c := athena.NewFromConfig(s.Config)
		collect.Each(s, slices.Values(workgroups(s)), func(w types.WorkGroupSummary) {
			if w.EngineVersion != nil && strings.HasPrefix(aws.ToString(w.EngineVersion.EffectiveEngineVersion), "PySpark") {
				return
			}
			ids, err := collect.All(s, func(s *collect.Scope) iter.Seq[string] {
				return collect.Pages[string](s, c.ListNamedQueries, &athena.ListNamedQueriesInput{WorkGroup: w.Name, MaxResults: aws.Int32(50)})
			})
			if err != nil && !athenaGone(err) {
				s.Fail(err)
			}
			collect.Batch(s, slices.Values(ids), 50, func(ids []string) {
				out, ok := collect.Call(s, c.BatchGetNamedQuery, &athena.BatchGetNamedQueryInput{NamedQueryIds: ids})
				if !ok {
					return
				}
				for _, q := range out.NamedQueries {
					s.Add(collect.Item{ID: q.NamedQueryId, UniqueID: q.NamedQueryId, Name: q.Name}, q)
				}
				for _, missing := range out.UnprocessedNamedQueryIds {
					if !strings.Contains(strings.ToLower(aws.ToString(missing.ErrorMessage)), "does not exist") {
						s.Fail(errors.New("Athena could not read named query " + aws.ToString(missing.NamedQueryId) + ": " + aws.ToString(missing.ErrorMessage)))
					}
				}
			})
		})
	},
	Refs:  map[collect.Path]string{"WorkGroup": "athena:workgroup"}, // it goes with its work group
	Names: map[collect.Path]string{"Database": "glue:database"},
	Delete: func(s *collect.Scope, r *collect.Resource) error {
		return athenaUnlessGone(collect.Do(s, athena.NewFromConfig(s.Config).DeleteNamedQuery, &athena.DeleteNamedQueryInput{NamedQueryId: &r.ID}))
	},
}
