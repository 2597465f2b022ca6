package kinds

import (
	"iter"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/lambda/types"
	"github.com/aws/smithy-go"

	"github.com/aws-baseline/aws-baseline/collect"
	"github.com/aws-baseline/aws-baseline/collect/snapshot"
)

func lambdaWiring() []collect.Kind {
	return []collect.Kind{layerVersion, functionAlias, eventSourceMapping, functionURL}
}

// lambdaTime reads a time that Lambda writes as text: with or without a colon in the zone.
func lambdaTime(text *string) *time.Time {
	for _, layout := range []string{"2006-01-02T15:04:05Z0700", time.RFC3339} {
		if at, err := time.Parse(layout, aws.ToString(text)); err == nil {
			return &at
		}
	}
	return nil
}

// layerVersion is a version of a layer: that is what functions name, what has a policy and what can be deleted. Lambda
// doesn't tag layers. A number is never given twice.
var layerVersion = collect.Kind{
	Name: "lambda:layer", CloudFormation: "AWS::Lambda::LayerVersion", Aliases: []string{"lambda:layer-version"},
	List: func(s *collect.Scope) {
		c := lambda.NewFromConfig(s.Config)
		layers := collect.Pages[types.LayersListItem](s, c.ListLayers, &lambda.ListLayersInput{MaxItems: aws.Int32(50)})
		collect.Each(s, layers, func(l types.LayersListItem) {
			var versions []types.LayerVersionsListItem
			if newest := l.LatestMatchingVersion; newest != nil && newest.Version == 1 {
				versions = append(versions, *newest) // and only
			} else {
				versions = collect.Children(s, func(s *collect.Scope) iter.Seq[types.LayerVersionsListItem] {
					in := &lambda.ListLayerVersionsInput{LayerName: l.LayerName, MaxItems: aws.Int32(50)}
					return collect.Pages[types.LayerVersionsListItem](s, c.ListLayerVersions, in)
				})
			}
			for _, v := range versions {
				name := aws.ToString(l.LayerName) + ":" + strconv.FormatInt(v.Version, 10)
				s.Add(collect.Item{ID: v.LayerVersionArn, ARN: v.LayerVersionArn, Name: &name, Created: lambdaTime(v.CreatedDate)}, v,
					collect.Ask(s, "Policy", c.GetLayerVersionPolicy, &lambda.GetLayerVersionPolicyInput{LayerName: l.LayerName, VersionNumber: &v.Version},
						"ResourceNotFoundException").Of("Policy"))
			}
		})
	},
	Weak: []collect.Weakness{{Rule: "policy-anybody", Path: "Policy", Check: snapshot.CheckPolicy, AtMost: "medium"}},
	Sets: map[collect.Path]string{"CompatibleArchitectures": "", "CompatibleRuntimes": ""},
	// Functions that use it go on with their copy.
	Delete: func(s *collect.Scope, r *collect.Resource) error {
		v, err := collect.Stored[types.LayerVersionsListItem](r)
		if err != nil {
			return err
		}
		layer := r.ARN[:strings.LastIndex(r.ARN, ":")]
		return collect.Do(s, lambda.NewFromConfig(s.Config).DeleteLayerVersion, &lambda.DeleteLayerVersionInput{LayerName: &layer, VersionNumber: &v.Version})
	},
}

// ofFunction says whose alias it is: it goes with its function.
type ofFunction struct {
	FunctionName *string
}

// functionAlias has neither tags nor a creation date, and a policy of its own.
var functionAlias = collect.Kind{
	Name: "lambda:alias", CloudFormation: "AWS::Lambda::Alias",
	List: func(s *collect.Scope) {
		c := lambda.NewFromConfig(s.Config)
		eachFunction(s, func(f types.FunctionConfiguration) {
			aliases := collect.Children(s, func(s *collect.Scope) iter.Seq[types.AliasConfiguration] {
				in := &lambda.ListAliasesInput{FunctionName: f.FunctionName, MaxItems: aws.Int32(50)}
				return collect.Pages[types.AliasConfiguration](s, c.ListAliases, in)
			})
			for _, a := range aliases {
				name := aws.ToString(f.FunctionName) + ":" + aws.ToString(a.Name)
				in := &lambda.GetPolicyInput{FunctionName: f.FunctionName, Qualifier: a.Name}
				s.Add(collect.Item{ID: a.AliasArn, ARN: a.AliasArn, Name: &name}, a, ofFunction{f.FunctionName},
					collect.Ask(s, "Policy", c.GetPolicy, in, "ResourceNotFoundException").Of("Policy"))
			}
		})
	},
	Status: []collect.Path{"RevisionId"},
	Names:  map[collect.Path]string{"FunctionName": "lambda:function"},
	Delete: func(s *collect.Scope, r *collect.Resource) error {
		a, err := collect.Stored[types.AliasConfiguration](r)
		if err != nil {
			return err
		}
		of, err := collect.Stored[ofFunction](r)
		if err != nil {
			return err
		}
		return collect.Do(s, lambda.NewFromConfig(s.Config).DeleteAlias, &lambda.DeleteAliasInput{FunctionName: of.FunctionName, Name: a.Name})
	},
}

// eventSourceMapping has no creation date: LastModified moves.
var eventSourceMapping = collect.Kind{
	Name: "lambda:event-source-mapping", CloudFormation: "AWS::Lambda::EventSourceMapping",
	List: func(s *collect.Scope) {
		c := lambda.NewFromConfig(s.Config)
		in := &lambda.ListEventSourceMappingsInput{MaxItems: aws.Int32(100)}
		list := collect.Pages[types.EventSourceMappingConfiguration](s, c.ListEventSourceMappings, in)
		collect.Each(s, list, func(m types.EventSourceMappingConfiguration) {
			item := collect.Item{ID: m.UUID, ARN: m.EventSourceMappingArn}
			if aws.ToString(m.EventSourceMappingArn) == "" {
				item.ARN = s.ARN("lambda", "event-source-mapping:"+aws.ToString(m.UUID))
			}
			set, err := switchedOn(aws.ToString(m.State))
			if err != nil {
				item.Unknown = append(item.Unknown, collect.Gap{Path: "Enabled", Err: err})
			}
			s.Add(item, m, set, collect.AskTags(s, c.ListTags, &lambda.ListTagsInput{Resource: item.ARN}, collect.TagsIn))
		})
	},
	Status: []collect.Path{"LastModified", "LastProcessingResult", "State", "StateTransitionReason"},
	Sets: map[collect.Path]string{
		"FilterCriteria.Filters": "", "FunctionResponseTypes": "", "Queues": "", "SourceAccessConfigurations": "", "Topics": "",
	},
	// AWS lets its function and its source go: it then fails, and stays.
	Delete: func(s *collect.Scope, r *collect.Resource) error {
		return collect.Do(s, lambda.NewFromConfig(s.Config).DeleteEventSourceMapping, &lambda.DeleteEventSourceMappingInput{UUID: &r.ID})
	},
}

// switchable is the setting that a mapping's state follows.
type switchable struct {
	Enabled *bool
}

// switchedOn tells from a mapping's state whether it is meant to run. While it is being updated, its state doesn't tell.
func switchedOn(state string) (switchable, error) {
	switch state {
	case "Disabled", "Disabling":
		return switchable{aws.Bool(false)}, nil
	case "Updating", "Deleting":
		return switchable{}, &smithy.GenericAPIError{Code: state, Message: "the state of the mapping does not tell while it is " + strings.ToLower(state)}
	}
	return switchable{aws.Bool(true)}, nil
}

// functionURL is the address at which a function, or an alias of it, answers. There is one list for each function. It
// has no ARN of its own: its id is what it belongs to.
var functionURL = collect.Kind{
	Name: "lambda:function-url", CloudFormation: "AWS::Lambda::Url",
	List: func(s *collect.Scope) {
		c := lambda.NewFromConfig(s.Config)
		eachFunction(s, func(f types.FunctionConfiguration) {
			urls := collect.Children(s, func(s *collect.Scope) iter.Seq[types.FunctionUrlConfig] {
				in := &lambda.ListFunctionUrlConfigsInput{FunctionName: f.FunctionName, MaxItems: aws.Int32(50)}
				return collect.Pages[types.FunctionUrlConfig](s, c.ListFunctionUrlConfigs, in)
			})
			for _, u := range urls {
				s.Add(collect.Item{ID: u.FunctionArn, UniqueID: u.FunctionUrl, Name: f.FunctionName, Created: lambdaTime(u.CreationTime)}, u, urlHost(u))
			}
		})
	},
	Weak:      []collect.Weakness{{Rule: "public-function-url", Path: "AuthType", Is: []string{"NONE"}}},
	Status:    []collect.Path{"LastModifiedTime"},
	Sets:      map[collect.Path]string{"Cors.AllowHeaders": "", "Cors.AllowMethods": "", "Cors.AllowOrigins": "", "Cors.ExposeHeaders": ""},
	Addresses: []collect.Path{"FunctionUrl", "DomainName"},
	Delete: func(s *collect.Scope, r *collect.Resource) error {
		in := &lambda.DeleteFunctionUrlConfigInput{FunctionName: &r.ID}
		_, name, _ := strings.Cut(r.ID, ":function:")
		if function, alias, ok := strings.Cut(name, ":"); ok {
			in.FunctionName, in.Qualifier = &function, &alias
		}
		return collect.Do(s, lambda.NewFromConfig(s.Config).DeleteFunctionUrlConfig, in)
	},
}

// host is how distributions and records name a URL.
type host struct {
	DomainName string
}

func urlHost(u types.FunctionUrlConfig) host {
	parsed, err := url.Parse(aws.ToString(u.FunctionUrl))
	if err != nil {
		return host{}
	}
	return host{parsed.Hostname()}
}

// eachFunction visits all functions, for what is listed by function only.
func eachFunction(s *collect.Scope, visit func(types.FunctionConfiguration)) {
	list, err := functions(s)
	if err != nil {
		s.Fail(err)
	}
	collect.Each(s, slices.Values(list), visit)
}
