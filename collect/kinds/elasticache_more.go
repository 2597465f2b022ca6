package kinds

import (
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/elasticache"
	"github.com/aws/aws-sdk-go-v2/service/elasticache/types"

	"github.com/aws-baseline/aws-baseline/collect"
)

var serverlessCache = collect.Kind{
	Name: "elasticache:serverlesscache", CloudFormation: "AWS::ElastiCache::ServerlessCache", Aliases: []string{"elasticache:serverless-cache"},
	Tagging: "elasticache:serverlesscache",
	List: func(s *collect.Scope) {
		c := elasticache.NewFromConfig(s.Config)
		list := collect.Pages[types.ServerlessCache](s, c.DescribeServerlessCaches, &elasticache.DescribeServerlessCachesInput{MaxResults: aws.Int32(50)})
		collect.Each(s, list, func(cache types.ServerlessCache) {
			s.Add(collect.Item{ID: cache.ServerlessCacheName, ARN: cache.ARN, Created: cache.CreateTime}, cache, cacheTags(s, cache.ARN))
		})
	},
	Status: []collect.Path{"Status", "FullEngineVersion", "Migration"},
	// The endpoints' network interfaces lie in the subnets.
	Refs:      map[collect.Path]string{"SubnetIds[]": "ec2:subnet", "SecurityGroupIds[]": "ec2:security-group"},
	Addresses: []collect.Path{"Endpoint.Address", "ReaderEndpoint.Address"},
	Sets:      map[collect.Path]string{"SecurityGroupIds": "", "SubnetIds": ""},
	Delete: func(s *collect.Scope, r *collect.Resource) error {
		return collect.Do(s, elasticache.NewFromConfig(s.Config).DeleteServerlessCache, &elasticache.DeleteServerlessCacheInput{
			ServerlessCacheName: &r.ID, FinalSnapshotName: aws.String(finalSnapshotName(r.ID, time.Now())),
		})
	},
}

// cacheUser has no creation date, and AWS never shows its passwords. Deleting one takes it out of every group that it is
// in, which would change those.
var cacheUser = collect.Kind{
	Name: "elasticache:user", CloudFormation: "AWS::ElastiCache::User", Tagging: "elasticache:user",
	List: func(s *collect.Scope) {
		c := elasticache.NewFromConfig(s.Config)
		list := collect.Pages[types.User](s, c.DescribeUsers, &elasticache.DescribeUsersInput{MaxRecords: aws.Int32(100)})
		collect.Each(s, list, func(user types.User) {
			item := collect.Item{ID: user.UserId, ARN: user.ARN, Name: user.UserName}
			switch {
			case aws.ToString(user.UserId) == "default":
				item.Managed("ElastiCache makes the default user")
			case len(user.UserGroupIds) > 0:
				item.Protect = "it is in the user groups " + strings.Join(user.UserGroupIds, ", ")
			}
			s.Add(item, user, cacheTags(s, user.ARN))
		})
	},
	Status: []collect.Path{"Status"},
	Sets:   map[collect.Path]string{"UserGroupIds": ""},
	Delete: func(s *collect.Scope, r *collect.Resource) error {
		return collect.Do(s, elasticache.NewFromConfig(s.Config).DeleteUser, &elasticache.DeleteUserInput{UserId: &r.ID})
	},
}
