package kinds

import (
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/glue"
	"github.com/aws/aws-sdk-go-v2/service/glue/types"

	"github.com/aws-baseline/aws-baseline/collect"
	"github.com/aws-baseline/aws-baseline/collect/testbed"
)

func makeGlueDatabase(e *estate, name string) {
	must(glue.NewFromConfig(e.Config).CreateDatabase(e, &glue.CreateDatabaseInput{
		DatabaseInput: &types.DatabaseInput{Name: &name, LocationUri: aws.String("s3://warehouse/")}, Tags: teamTags,
	}))(e)
}

func ordersTable(name string) *types.TableInput {
	return &types.TableInput{
		Name: &name, Parameters: map[string]string{"recordCount": "7", "classification": "parquet"},
		StorageDescriptor: &types.StorageDescriptor{Columns: []types.Column{{Name: aws.String("id"), Type: aws.String("bigint")}}},
	}
}

func glueLives() []life {
	arn := func(e *estate, resource string) string { return "arn:aws:glue:us-east-1:" + e.Account + ":" + resource }
	masked := func(t *testing.T, r *collect.Resource) {
		if strings.Contains(string(r.Configuration), "hunter2") {
			t.Errorf("a secret is in %s", r.Configuration)
		}
	}
	return []life{{
		kind: "glue:database", changes: glueDatabaseChanges(),
		create: func(e *estate) made {
			makeGlueDatabase(e, "glue-database-life")
			return made{ID: "glue-database-life", ARN: arn(e, "database/glue-database-life")}
		},
	}, {
		kind: "glue:table", untagged: true, with: []string{"glue:database"}, refs: []collect.Path{"DatabaseName"},
		create: func(e *estate) made {
			makeGlueDatabase(e, "glue-table-life")
			must(glue.NewFromConfig(e.Config).CreateTable(e, &glue.CreateTableInput{
				DatabaseName: aws.String("glue-table-life"), TableInput: ordersTable("orders"),
			}))(e)
			return made{ID: "glue-table-life/orders", ARN: arn(e, "table/glue-table-life/orders")}
		},
		check: func(t *testing.T, r *collect.Resource) {
			wantStatus(t, r, "Parameters.recordCount", "7")
			wantConfiguration(t, r, "Parameters.classification", "parquet")
		},
		changes: glueTableChanges(),
	}, {
		kind: "glue:job", check: masked, changes: []change{glueTagChange()}, fewer: "moto updates no job",
		create: func(e *estate) made {
			name := aws.String("glue-job-life")
			must(glue.NewFromConfig(e.Config).CreateJob(e, &glue.CreateJobInput{
				Name: name, Role: roleFor(e, *name, "glue"), Tags: teamTags, DefaultArguments: map[string]string{"--password": "hunter2"},
				Command: &types.JobCommand{Name: aws.String("glueetl"), ScriptLocation: aws.String("s3://scripts/orders.py")},
			}))(e)
			return made{ID: *name, ARN: arn(e, "job/glue-job-life")}
		},
	}, {
		kind: "glue:crawler", changes: []change{glueTagChange()}, fewer: "moto updates no crawler",
		create: func(e *estate) made {
			name := aws.String("glue-crawler-life")
			must(glue.NewFromConfig(e.Config).CreateCrawler(e, &glue.CreateCrawlerInput{
				Name: name, Role: roleFor(e, *name, "glue"), Tags: teamTags, DatabaseName: aws.String("default"),
				Targets: &types.CrawlerTargets{S3Targets: []types.S3Target{{Path: aws.String("s3://warehouse/orders")}}},
			}))(e)
			return made{ID: *name, ARN: arn(e, "crawler/glue-crawler-life")}
		},
		check: func(t *testing.T, r *collect.Resource) { wantStatus(t, r, "State", "READY") },
	}, {
		kind: "glue:connection", check: masked, changes: []change{glueTagChange()}, fewer: "moto updates no connection",
		unserved: "moto deletes no connection", deletes: "DeleteConnection",
		create: func(e *estate) made {
			must(glue.NewFromConfig(e.Config).CreateConnection(e, &glue.CreateConnectionInput{
				ConnectionInput: &types.ConnectionInput{
					Name: aws.String("glue-connection-life"), ConnectionType: types.ConnectionTypeJdbc,
					ConnectionProperties: map[string]string{"JDBC_CONNECTION_URL": "jdbc:mysql://db/orders?password=hunter2"},
				}, Tags: teamTags,
			}))(e)
			e.answer("glue", "DeleteConnection", `{}`)
			return made{ID: "glue-connection-life", ARN: arn(e, "connection/glue-connection-life")}
		},
	}}
}

// TestLinkedDatabase: the tables behind a link are not the link's.
func TestLinkedDatabase(t *testing.T) {
	e := newEstate(t)
	e.answer("glue", "GetDatabases", `{"DatabaseList": [{"Name": "link", "CatalogId": "`+e.Account+`", "TargetDatabase": {"CatalogId": "999999999999", "DatabaseName": "sales"}}]}`)
	e.answer("glue", "GetTables", `{"TableList": [{"Name": "orders", "DatabaseName": "sales", "CatalogId": "999999999999"}]}`)
	s := e.capture("glue:database", "glue:table")
	if tables := of(s, "glue:table"); len(tables) != 0 || len(of(s, "glue:database")) != 1 {
		t.Errorf("got %v", tables)
	}
}

// TestRunningCrawler: it is stopped, and in use until it has stopped.
func TestRunningCrawler(t *testing.T) {
	e := newEstate(t)
	e.Proxy.Error("glue", "DeleteCrawler", 400, "CrawlerRunningException", "Crawler with name busy is running", testbed.First(1))
	e.answer("glue", "StopCrawler", `{}`)
	scope, r := e.session.Scope(e, &glueCrawler, testRegion), &collect.Resource{Kind: glueCrawler.Name, ID: "busy"}
	if err := glueCrawler.Delete(scope, r); collect.Classify(err) != collect.ClassInUse {
		t.Errorf("got %v, want that it is in use", err)
	}
	if !slices.ContainsFunc(e.Proxy.Calls(), func(c testbed.Record) bool { return c.Operation == "StopCrawler" }) {
		t.Error("it was not stopped")
	}
}

func TestCrawlerOf(t *testing.T) {
	for name, test := range map[string]struct{ crawler, by, want string }{
		"a crawler's table":           {"nightly", "arn:aws:sts::123456789012:assumed-role/AWSGlueServiceRole/AWS-Crawler", "nightly"},
		"a person's table, crawled":   {"nightly", "arn:aws:iam::123456789012:user/ann", ""},
		"nobody's that a crawler has": {"", "arn:aws:sts::123456789012:assumed-role/AWSGlueServiceRole/AWS-Crawler", ""},
	} {
		got := crawlerOf(types.Table{CreatedBy: &test.by, Parameters: map[string]string{"UPDATED_BY_CRAWLER": test.crawler}})
		if (got != nil) != (test.want != "") || (got != nil && got.ID != test.want) {
			t.Errorf("%s: got %+v, want %q", name, got, test.want)
		}
	}
}
