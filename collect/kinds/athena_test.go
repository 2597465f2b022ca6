package kinds

import (
	"regexp"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/athena"
	"github.com/aws/aws-sdk-go-v2/service/athena/types"

	"github.com/aws-baseline/aws-baseline/collect"
	"github.com/aws-baseline/aws-baseline/collect/snapshot"
	"github.com/aws-baseline/aws-baseline/collect/testbed"
)

func athenaTagChange() change {
	return tagChange(func(e *estate, m made, key, value string) {
		must(athena.NewFromConfig(e.Config).TagResource(e, &athena.TagResourceInput{ResourceARN: &m.ARN, Tags: []types.Tag{{Key: &key, Value: &value}}}))(e)
	})
}

func athenaLives() []life {
	tags := func() []types.Tag {
		return tagList(func(k, v *string) types.Tag { return types.Tag{Key: k, Value: v} })
	}
	return []life{{
		kind: "athena:workgroup",
		create: func(e *estate) made {
			created := regexp.MustCompile(`"CreationTime": ?[0-9.e+]+`) // moto's is that of the look
			for _, operation := range []string{"ListWorkGroups", "GetWorkGroup"} {
				e.Proxy.Intercept("athena", operation, func(c *testbed.Call, next func(*testbed.Call) *testbed.Answer) *testbed.Answer {
					answer := next(c)
					answer.Body = created.ReplaceAll(answer.Body, []byte(`"CreationTime": 1700000000`))
					return answer
				})
			}
			must(athena.NewFromConfig(e.Config).CreateWorkGroup(e, &athena.CreateWorkGroupInput{
				Name: aws.String("athena-workgroup-life"), Tags: tags(),
				Configuration: &types.WorkGroupConfiguration{
					EnforceWorkGroupConfiguration: aws.Bool(true),
					ResultConfiguration:           &types.ResultConfiguration{OutputLocation: aws.String("s3://results/")},
				},
			}))(e)
			return made{ID: "athena-workgroup-life", ARN: "arn:aws:athena:us-east-1:" + e.Account + ":workgroup/athena-workgroup-life"}
		},
		check: func(t *testing.T, r *collect.Resource) {
			wantConfiguration(t, r, "Configuration.EnforceWorkGroupConfiguration", "true")
		},
		changes: []change{athenaTagChange()},
		fewer:   "moto has no UpdateWorkGroup",
	}, {
		kind: "athena:datacatalog", undated: true, unserved: "moto deletes no data catalog", deletes: "DeleteDataCatalog",
		create: func(e *estate) made {
			must(athena.NewFromConfig(e.Config).CreateDataCatalog(e, &athena.CreateDataCatalogInput{
				Name: aws.String("athena-datacatalog-life"), Type: types.DataCatalogTypeGlue, Tags: tags(),
				Parameters: map[string]string{"catalog-id": e.Account},
			}))(e)
			e.answer("athena", "DeleteDataCatalog", `{}`)
			return made{ID: "athena-datacatalog-life", ARN: "arn:aws:athena:us-east-1:" + e.Account + ":datacatalog/athena-datacatalog-life"}
		},
		check: func(t *testing.T, r *collect.Resource) { wantConfiguration(t, r, "Parameters.catalog-id", r.AccountID) },
	}, {
		kind: "athena:namedquery", undated: true, untagged: true, with: []string{"athena:workgroup"}, refs: []collect.Path{"WorkGroup"},
		unserved: "moto reads named queries one by one only, and deletes none", deletes: "DeleteNamedQuery",
		create: func(e *estate) made {
			id := must(athena.NewFromConfig(e.Config).CreateNamedQuery(e, &athena.CreateNamedQueryInput{
				Name: aws.String("athena-namedquery-life"), Database: aws.String("default"), QueryString: aws.String("SELECT 1"), WorkGroup: aws.String("primary"),
			}))(e).NamedQueryId
			e.answer("athena", "BatchGetNamedQuery", `{"NamedQueries": [{"Database": "default", "Name": "athena-namedquery-life", "QueryString": "SELECT 1",
				"NamedQueryId": "`+*id+`", "WorkGroup": "primary"}], "UnprocessedNamedQueryIds": []}`)
			e.answer("athena", "DeleteNamedQuery", `{}`)
			return made{ID: *id}
		},
	}}
}

// TestPrimaryWorkgroup: every account has it.
func TestPrimaryWorkgroup(t *testing.T) {
	e := newEstate(t)
	for _, r := range of(e.capture("athena:workgroup"), "athena:workgroup") {
		if r.ID != "primary" || !r.Marked(snapshot.MarkProvider) || !r.Marked(snapshot.MarkProtected) {
			t.Errorf("got %s, marks %v", r.ID, r.Marks)
		}
	}
}
