package kinds

import (
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/elasticache"
	"github.com/aws/aws-sdk-go-v2/service/elasticache/types"

	"github.com/aws-baseline/aws-baseline/collect"
	"github.com/aws-baseline/aws-baseline/collect/snapshot"
)

func cacheTagList() []types.Tag {
	return tagList(func(k, v *string) types.Tag { return types.Tag{Key: k, Value: v} })
}

func cacheTagChange() change {
	return tagChange(func(e *estate, m made, key, value string) {
		must(elasticache.NewFromConfig(e.Config).AddTagsToResource(e, &elasticache.AddTagsToResourceInput{
			ResourceName: &m.ARN, Tags: []types.Tag{{Key: &key, Value: &value}},
		}))(e)
	})
}

func elasticacheLives() []life {
	const goesOn = "moto goes on listing what is being deleted"
	return []life{
		{
			kind: "elasticache:cluster", unserved: goesOn, deletes: "DeleteCacheCluster",
			create: func(e *estate) made {
				c := elasticache.NewFromConfig(e.Config)
				cluster := must(c.CreateCacheCluster(e, &elasticache.CreateCacheClusterInput{
					CacheClusterId: aws.String("elasticache-cluster-life"), Engine: aws.String("redis"), CacheNodeType: aws.String("cache.t4g.micro"),
					NumCacheNodes: aws.Int32(1), Tags: cacheTagList(),
				}))(e).CacheCluster
				return made{ID: "elasticache-cluster-life", ARN: *cluster.ARN}
			},
			changes: []change{cacheTagChange()},
		},
		{
			kind: "elasticache:replicationgroup", unserved: goesOn, deletes: "DeleteReplicationGroup",
			create: func(e *estate) made {
				g := must(elasticache.NewFromConfig(e.Config).CreateReplicationGroup(e, &elasticache.CreateReplicationGroupInput{
					ReplicationGroupId: aws.String("elasticache-group-life"), ReplicationGroupDescription: aws.String("for tests"),
					NumCacheClusters: aws.Int32(2), CacheNodeType: aws.String("cache.t4g.micro"), Tags: cacheTagList(),
				}))(e).ReplicationGroup
				return made{ID: "elasticache-group-life", ARN: *g.ARN}
			},
			check: func(t *testing.T, r *collect.Resource) {
				if r.Marked(snapshot.MarkProtected) {
					t.Errorf("it is protected: %s", r.Protection)
				}
			},
			changes: []change{cacheTagChange()},
		},
		{
			kind: "elasticache:subnetgroup", undated: true, with: []string{"ec2:vpc", "ec2:subnet"},
			unserved: "moto has no DeleteCacheSubnetGroup", deletes: "DeleteCacheSubnetGroup",
			create: func(e *estate) made {
				_, subnets := makeVPC(e)
				g := must(elasticache.NewFromConfig(e.Config).CreateCacheSubnetGroup(e, &elasticache.CreateCacheSubnetGroupInput{
					CacheSubnetGroupName: aws.String("elasticache-subnets-life"), CacheSubnetGroupDescription: aws.String("for tests"),
					SubnetIds: subnets, Tags: cacheTagList(),
				}))(e).CacheSubnetGroup
				e.answer("elasticache", "DeleteCacheSubnetGroup", `<DeleteCacheSubnetGroupResponse/>`)
				return made{ID: "elasticache-subnets-life", ARN: *g.ARN}
			},
		},
		{
			kind: "elasticache:user", undated: true, unserved: goesOn, deletes: "DeleteUser",
			create: func(e *estate) made {
				user := must(elasticache.NewFromConfig(e.Config).CreateUser(e, &elasticache.CreateUserInput{
					UserId: aws.String("elasticache-user-life"), UserName: aws.String("reader"), Engine: aws.String("redis"),
					AccessString: aws.String("on ~* +@read"), Passwords: []string{"hunter2hunter2hunter2"}, Tags: cacheTagList(),
				}))(e)
				return made{ID: "elasticache-user-life", ARN: *user.ARN}
			},
			check: func(t *testing.T, r *collect.Resource) {
				wantConfiguration(t, r, "AccessString", "on ~* +@read")
				if strings.Contains(string(r.Configuration), "hunter2") {
					t.Errorf("it holds the password: %s", r.Configuration)
				}
			},
		},
	}
}

// TestServerlessCache stands for a life: moto has no serverless caches.
func TestServerlessCache(t *testing.T) {
	e := newEstate(t)
	arn := "arn:aws:elasticache:us-east-1:" + e.Account + ":serverlesscache:sessions"
	e.answer("elasticache", "ListTagsForResource", `<ListTagsForResourceResponse><ListTagsForResourceResult><TagList>
		<Tag><Key>team</Key><Value>blue</Value></Tag></TagList></ListTagsForResourceResult></ListTagsForResourceResponse>`)
	e.answer("elasticache", "DeleteServerlessCache", `<DeleteServerlessCacheResponse><DeleteServerlessCacheResult/></DeleteServerlessCacheResponse>`)
	e.answer("elasticache", "DescribeServerlessCaches", `<DescribeServerlessCachesResponse><DescribeServerlessCachesResult><ServerlessCaches><member>
		<ServerlessCacheName>sessions</ServerlessCacheName><Status>available</Status><Engine>valkey</Engine><MajorEngineVersion>8</MajorEngineVersion>
		<CreateTime>2026-01-02T03:04:05Z</CreateTime><ARN>`+arn+`</ARN></member>
		</ServerlessCaches></DescribeServerlessCachesResult></DescribeServerlessCachesResponse>`)
	found := of(e.capture("elasticache:serverlesscache"), "elasticache:serverlesscache")
	if len(found) != 1 {
		t.Fatalf("captured %d", len(found))
	}
	for _, r := range found {
		if r.ARN != arn || r.CreatedAt == nil || r.Tags["team"] != teamTags["team"] || len(r.Unknown) > 0 {
			t.Errorf("got %+v", r)
		}
		wantStatus(t, r, "Status", "available")
		if err := serverlessCache.Delete(e.session.Scope(e, &serverlessCache, testRegion), r); err != nil {
			t.Error(err)
		}
	}
	if n := e.Proxy.Count("elasticache", "DeleteServerlessCache"); n != 1 {
		t.Errorf("%d deletions", n)
	}
}

// answerCacheParameterGroups answers with a group of somebody's, in the form of the API reference's examples.
func answerCacheParameterGroups(e *estate) string {
	arn := "arn:aws:elasticache:us-east-1:" + e.Account + ":parametergroup:elasticache-parameters-life"
	e.answer("elasticache", "DescribeCacheParameterGroups", `<DescribeCacheParameterGroupsResponse><DescribeCacheParameterGroupsResult><CacheParameterGroups>
		<CacheParameterGroup><CacheParameterGroupName>elasticache-parameters-life</CacheParameterGroupName>
		<CacheParameterGroupFamily>redis7</CacheParameterGroupFamily><Description>for tests</Description><IsGlobal>false</IsGlobal>
		<ARN>`+arn+`</ARN></CacheParameterGroup>
		<CacheParameterGroup><CacheParameterGroupName>default.redis7</CacheParameterGroupName><CacheParameterGroupFamily>redis7</CacheParameterGroupFamily>
		<ARN>arn:aws:elasticache:us-east-1:`+e.Account+`:parametergroup:default.redis7</ARN></CacheParameterGroup>
		</CacheParameterGroups></DescribeCacheParameterGroupsResult></DescribeCacheParameterGroupsResponse>`)
	e.answer("elasticache", "DescribeCacheParameters", `<DescribeCacheParametersResponse><DescribeCacheParametersResult><Parameters>
		<Parameter><ParameterName>maxmemory-policy</ParameterName><ParameterValue>allkeys-lru</ParameterValue><Source>user</Source>
		<DataType>string</DataType><IsModifiable>true</IsModifiable><ChangeType>immediate</ChangeType></Parameter>
		</Parameters></DescribeCacheParametersResult></DescribeCacheParametersResponse>`)
	e.answer("elasticache", "DeleteCacheParameterGroup", `<DeleteCacheParameterGroupResponse/>`)
	return arn
}

// TestCacheParameterGroup stands for a life: moto has no parameter groups of ElastiCache, not even the list.
func TestCacheParameterGroup(t *testing.T) {
	e := newEstate(t)
	arn := answerCacheParameterGroups(e)
	e.answer("elasticache", "ListTagsForResource", `<ListTagsForResourceResponse><ListTagsForResourceResult><TagList>
		<Tag><Key>team</Key><Value>blue</Value></Tag></TagList></ListTagsForResourceResult></ListTagsForResourceResponse>`)
	groups := make(map[string]*snapshot.Resource)
	for _, r := range of(e.capture("elasticache:parametergroup"), "elasticache:parametergroup") {
		groups[r.ID] = r
	}
	if r := groups["default.redis7"]; r == nil || !r.Marked(snapshot.MarkProvider) || !r.Marked(snapshot.MarkProtected) {
		t.Errorf("AWS's own: got %+v", r)
	}
	r := groups["elasticache-parameters-life"]
	if r == nil || r.ARN != arn || r.Marked(snapshot.MarkProvider) || r.Tags["team"] != teamTags["team"] || len(r.Unknown) > 0 {
		t.Fatalf("got %+v", r)
	}
	wantConfiguration(t, r, "Parameters[].ParameterValue", "allkeys-lru")
	if n := e.Proxy.Count("elasticache", "DescribeCacheParameters"); n != 1 {
		t.Errorf("asked for the parameters of %d groups, want 1: AWS's own have hundreds", n)
	}
	if err := cacheParameterGroup.Delete(e.session.Scope(e, &cacheParameterGroup, testRegion), r); err != nil {
		t.Error(err)
	}
	if n := e.Proxy.Count("elasticache", "DeleteCacheParameterGroup"); n != 1 {
		t.Errorf("%d deletions", n)
	}
}

// TestCacheClusterOwner: a replication group makes and replaces its clusters.
func TestCacheClusterOwner(t *testing.T) {
	e := newEstate(t)
	c := elasticache.NewFromConfig(e.Config)
	must(c.CreateReplicationGroup(e, &elasticache.CreateReplicationGroupInput{
		ReplicationGroupId: aws.String("sessions"), ReplicationGroupDescription: aws.String("for tests"), CacheNodeType: aws.String("cache.t4g.micro"),
	}))(e)
	must(c.CreateCacheCluster(e, &elasticache.CreateCacheClusterInput{
		CacheClusterId: aws.String("sessions-001"), Engine: aws.String("redis"), CacheNodeType: aws.String("cache.t4g.micro"), ReplicationGroupId: aws.String("sessions"),
	}))(e)
	for _, r := range of(e.capture("elasticache:cluster", "elasticache:replicationgroup"), "elasticache:cluster") {
		if r.Owner == nil || r.Owner.Key == "" || !r.Marked(snapshot.MarkOwned) {
			t.Errorf("the owner of %s: got %+v", r.ID, r.Owner)
		}
	}
}

func TestLastOfCache(t *testing.T) {
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	for engine, want := range map[string]string{"redis": "a-aws-baseline-final-20260102-030405", "valkey": "a-aws-baseline-final-20260102-030405", "memcached": ""} {
		if got := aws.ToString(lastOfCache("a", types.CacheCluster{Engine: &engine}, now).FinalSnapshotIdentifier); got != want {
			t.Errorf("%s: got %q, want %q", engine, got, want)
		}
	}
}
