package kinds

import (
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/glue"
	"github.com/aws/aws-sdk-go-v2/service/glue/types"
)

func glueTagChange() change {
	return tagChange(func(e *estate, m made, key, value string) {
		must(glue.NewFromConfig(e.Config).TagResource(e, &glue.TagResourceInput{ResourceArn: &m.ARN, TagsToAdd: map[string]string{key: value}}))(e)
	})
}

func glueDatabaseChanges() []change {
	update := func(e *estate, m made, place string, parameters map[string]string) {
		must(glue.NewFromConfig(e.Config).UpdateDatabase(e, &glue.UpdateDatabaseInput{Name: &m.ID, DatabaseInput: &types.DatabaseInput{
			Name: &m.ID, LocationUri: &place, Parameters: parameters,
		}}))(e)
	}
	return []change{
		glueTagChange(),
		swap("where its tables lie", "s3://warehouse/", "s3://elsewhere/", func(e *estate, m made, place string) {
			update(e, m, place, nil)
		}, "LocationUri"),
		swap("a parameter", nil, map[string]string{"owner": "hunter2"}, func(e *estate, m made, parameters map[string]string) {
			update(e, m, "s3://warehouse/", parameters)
		}, "Parameters"),
	}
}

func glueTableChanges() []change {
	update := func(e *estate, m made, edit func(t *types.TableInput)) {
		database, name, _ := strings.Cut(m.ID, "/")
		in := ordersTable(name)
		edit(in)
		must(glue.NewFromConfig(e.Config).UpdateTable(e, &glue.UpdateTableInput{DatabaseName: &database, TableInput: in}))(e)
	}
	return []change{
		swap("a column's type", "bigint", "string", func(e *estate, m made, sort string) {
			update(e, m, func(t *types.TableInput) { t.StorageDescriptor.Columns[0].Type = &sort })
		}, "StorageDescriptor.Columns[0].Type"),
		swap("a parameter, and what a crawler counts", []string{"parquet", "7"}, []string{"orc", "8"}, func(e *estate, m made, values []string) {
			update(e, m, func(t *types.TableInput) {
				t.Parameters["classification"], t.Parameters["recordCount"] = values[0], values[1]
			})
		}, "Parameters.classification"),
		swap("another column", false, true, func(e *estate, m made, more bool) {
			update(e, m, func(t *types.TableInput) {
				if more {
					t.StorageDescriptor.Columns = append(t.StorageDescriptor.Columns, types.Column{Name: aws.String("price"), Type: aws.String("double")})
				}
			})
		}, "StorageDescriptor.Columns[1]"),
	}
}
