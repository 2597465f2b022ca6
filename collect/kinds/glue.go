package kinds

import (
	"iter"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/glue"
	"github.com/aws/aws-sdk-go-v2/service/glue/types"

	"github.com/aws-baseline/aws-baseline/collect"
	"github.com/aws-baseline/aws-baseline/collect/snapshot"
)

func glueKinds() []collect.Kind {
	return []collect.Kind{glueDatabase, glueTable, glueJob, glueCrawler, glueConnection}
}

// gluePage is the most that Glue lists in one call.
const gluePage = 100

// glueDatabases is the list that databases and tables start from.
func glueDatabases(s *collect.Scope) ([]types.Database, bool) {
	return collect.Shared(s, "glue:GetDatabases", func(s *collect.Scope) iter.Seq[types.Database] {
		return collect.Pages[types.Database](s, glue.NewFromConfig(s.Config).GetDatabases, &glue.GetDatabasesInput{MaxResults: aws.Int32(gluePage)})
	})
}

// glueTags asks for the tags of what Glue calls by an ARN. Where tags were never set, some answer that there is no such
// entity.
func glueTags(s *collect.Scope, c *glue.Client, arn *string) collect.Aspect {
	return collect.AskTags(s, c.GetTags, &glue.GetTagsInput{ResourceArn: arn}, collect.TagsIn, "EntityNotFoundException")
}

var glueDatabase = collect.Kind{
	Name: "glue:database", CloudFormation: "AWS::Glue::Database",
	List: func(s *collect.Scope) {
		c := glue.NewFromConfig(s.Config)
		list, _ := glueDatabases(s)
		collect.Each(s, slices.Values(list), func(d types.Database) {
			arn := s.ARN("glue", "database/"+aws.ToString(d.Name))
			item := collect.Item{ID: d.Name, ARN: arn, Created: d.CreateTime}
			item.Provider = aws.ToString(d.Name) == "default" // Athena, Spark and the console make it when they first need one
			s.Add(item, d, glueTags(s, c, arn))
		})
	},
	Sets: map[collect.Path]string{"CreateTableDefaultPermissions": ""},
	// Connectors read their connection strings from here.
	Secrets: []collect.Path{"Parameters"},
	Takes:   []string{"glue:table"},
	Delete: func(s *collect.Scope, r *collect.Resource) error {
		return collect.Do(s, glue.NewFromConfig(s.Config).DeleteDatabase, &glue.DeleteDatabaseInput{Name: &r.ID})
	},
}

// glueTable has no tags. Partitions are not read: they are data, like a bucket's objects.
var glueTable = collect.Kind{
	Name: "glue:table", CloudFormation: "AWS::Glue::Table",
	List: func(s *collect.Scope) {
		c := glue.NewFromConfig(s.Config)
		databases, _ := glueDatabases(s)
		collect.Each(s, slices.Values(databases), func(d types.Database) {
			if linksElsewhere(d) {
				return
			}
			tables := collect.Children(s, func(s *collect.Scope) iter.Seq[types.Table] {
				return collect.Pages[types.Table](s, c.GetTables, &glue.GetTablesInput{DatabaseName: d.Name, MaxResults: aws.Int32(gluePage)})
			})
			for _, t := range tables {
				id := aws.ToString(d.Name) + "/" + aws.ToString(t.Name)
				item := collect.Item{ID: &id, ARN: s.ARN("glue", "table/"+id), Created: t.CreateTime, Owner: crawlerOf(t)}
				if d.FederatedDatabase != nil {
					item.Managed("it lies in the source that its database stands for")
				}
				s.Add(item, t)
			}
		})
	},
	// Crawlers and engines count rows, and every commit to an Iceberg table moves its metadata.
	Status: []collect.Path{
		"LastAccessTime", "LastAnalyzedTime", "UpdateTime", "VersionId", "Status", "IcebergTableMetadata",
		"Parameters.averageRecordSize", "Parameters.objectCount", "Parameters.recordCount", "Parameters.sizeKey", "Parameters.numFiles",
		"Parameters.numRows", "Parameters.rawDataSize", "Parameters.totalSize", "Parameters.transient_lastDdlTime",
		"Parameters.metadata_location", "Parameters.previous_metadata_location",
		"StorageDescriptor.Parameters.averageRecordSize", "StorageDescriptor.Parameters.objectCount", "StorageDescriptor.Parameters.recordCount",
		"StorageDescriptor.Parameters.sizeKey",
	},
	Refs: map[collect.Path]string{"DatabaseName": "glue:database"}, // or it would go with its database
	Delete: func(s *collect.Scope, r *collect.Resource) error {
		t, err := collect.Stored[types.Table](r)
		if err != nil {
			return err
		}
		return collect.Do(s, glue.NewFromConfig(s.Config).DeleteTable, &glue.DeleteTableInput{DatabaseName: t.DatabaseName, Name: t.Name})
	},
}

// linksElsewhere reports whether a database is a link to another one. Glue answers with that one's tables, which are
// listed there, or in its own account.
func linksElsewhere(d types.Database) bool {
	target := d.TargetDatabase
	return target != nil && (aws.ToString(target.DatabaseName) != aws.ToString(d.Name) || aws.ToString(target.CatalogId) != aws.ToString(d.CatalogId))
}

// crawlerOf is the crawler that made a table, and makes it again. One that only updates a table leaves its name too, but
// has not created it.
func crawlerOf(t types.Table) *snapshot.Owner {
	name := t.Parameters["UPDATED_BY_CRAWLER"]
	if name == "" || !strings.HasSuffix(aws.ToString(t.CreatedBy), "/AWS-Crawler") {
		return nil
	}
	return &snapshot.Owner{Kind: "glue:crawler", ID: name}
}

var glueJob = collect.Kind{
	Name: "glue:job", CloudFormation: "AWS::Glue::Job", Tagging: "glue:job",
	List: func(s *collect.Scope) {
		c := glue.NewFromConfig(s.Config)
		list := collect.Pages[types.Job](s, c.GetJobs, &glue.GetJobsInput{MaxResults: aws.Int32(gluePage)})
		collect.Each(s, list, func(j types.Job) {
			arn := s.ARN("glue", "job/"+aws.ToString(j.Name))
			s.Add(collect.Item{ID: j.Name, ARN: arn, Created: j.CreatedOn}, j, glueTags(s, c, arn))
		})
	},
	Weak:   []collect.Weakness{{Rule: "encryption-off", Path: "SecurityConfiguration", Absent: true, OnChange: true}},
	Status: []collect.Path{"LastModifiedOn", "AutoUpgradeMetadata"},
	Names:  map[collect.Path]string{"Role": "iam:role", "Connections.Connections[]": "glue:connection"},
	// Arguments are where jobs get their passwords from; the nodes of a visual job hold code and options of connections.
	Secrets: []collect.Path{"DefaultArguments", "NonOverridableArguments", "CodeGenConfigurationNodes", "SourceControlDetails.AuthToken"},
	Delete: func(s *collect.Scope, r *collect.Resource) error {
		return collect.Do(s, glue.NewFromConfig(s.Config).DeleteJob, &glue.DeleteJobInput{JobName: &r.ID})
	},
}

var glueCrawler = collect.Kind{
	Name: "glue:crawler", CloudFormation: "AWS::Glue::Crawler", Tagging: "glue:crawler",
	List: func(s *collect.Scope) {
		c := glue.NewFromConfig(s.Config)
		list := collect.Pages[types.Crawler](s, c.GetCrawlers, &glue.GetCrawlersInput{MaxResults: aws.Int32(gluePage)})
		collect.Each(s, list, func(w types.Crawler) {
			arn := s.ARN("glue", "crawler/"+aws.ToString(w.Name))
			s.Add(collect.Item{ID: w.Name, ARN: arn, Created: w.CreationTime}, w, glueTags(s, c, arn))
		})
	},
	Status: []collect.Path{"State", "LastCrawl", "CrawlElapsedTime", "LastUpdated", "Version"},
	Names: map[collect.Path]string{
		"Role": "iam:role", "DatabaseName": "glue:database", "Targets.CatalogTargets[].DatabaseName": "glue:database",
		"Targets.JdbcTargets[].ConnectionName": "glue:connection", "Targets.MongoDBTargets[].ConnectionName": "glue:connection",
		"Targets.S3Targets[].ConnectionName": "glue:connection", "Targets.DynamoDBTargets[].Path": "dynamodb:table",
	},
	Sets: map[collect.Path]string{
		"Targets.CatalogTargets": "", "Targets.DeltaTargets": "", "Targets.DynamoDBTargets": "", "Targets.HudiTargets": "", "Targets.IcebergTargets": "",
		"Targets.JdbcTargets": "", "Targets.MongoDBTargets": "", "Targets.S3Targets": "",
	},
	Delete: deleteCrawler,
}

// deleteCrawler stops a crawler that runs, and says that it is in use until it has stopped.
func deleteCrawler(s *collect.Scope, r *collect.Resource) error {
	c := glue.NewFromConfig(s.Config)
	err := collect.Do(s, c.DeleteCrawler, &glue.DeleteCrawlerInput{Name: &r.ID})
	switch collect.Code(err) {
	case "CrawlerRunningException":
		if err := collect.DoUnlessGone(s, c.StopCrawler, &glue.StopCrawlerInput{Name: &r.ID}, "CrawlerStoppingException", "CrawlerNotRunningException"); err != nil {
			return err
		}
		return busy("the crawler is being stopped")
	case "SchedulerTransitioningException":
		return busy("the crawler's schedule is being changed")
	}
	return err
}

// glueConnection: passwords are not asked for, so that a change of one alone does not show.
var glueConnection = collect.Kind{
	Name: "glue:connection", CloudFormation: "AWS::Glue::Connection",
	List: func(s *collect.Scope) {
		c := glue.NewFromConfig(s.Config)
		list := collect.Pages[types.Connection](s, c.GetConnections, &glue.GetConnectionsInput{HidePassword: true, MaxResults: aws.Int32(gluePage)})
		collect.Each(s, list, func(n types.Connection) {
			arn := s.ARN("glue", "connection/"+aws.ToString(n.Name))
			s.Add(collect.Item{ID: n.Name, ARN: arn, Created: n.CreationTime}, n, glueTags(s, c, arn))
		})
	},
	Status: []collect.Path{"Status", "StatusReason", "LastConnectionValidationTime", "LastUpdatedBy", "LastUpdatedTime"},
	Names:  map[collect.Path]string{"ConnectionProperties.SECRET_ID": "secretsmanager:secret"},
	Sets:   map[collect.Path]string{"CompatibleComputeEnvironments": "", "MatchCriteria": "", "PhysicalConnectionRequirements.SecurityGroupIdList": ""},
	Secrets: []collect.Path{
		"ConnectionProperties", "AthenaProperties", "PythonProperties", "SparkProperties", "AuthenticationConfiguration.OAuth2Properties.TokenUrlParametersMap",
	},
	Delete: func(s *collect.Scope, r *collect.Resource) error {
		return collect.Do(s, glue.NewFromConfig(s.Config).DeleteConnection, &glue.DeleteConnectionInput{ConnectionName: &r.ID})
	},
}
