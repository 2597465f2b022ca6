package kinds

import (
	"iter"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge/types"

	"github.com/aws-baseline/aws-baseline/collect"
	"github.com/aws-baseline/aws-baseline/collect/snapshot"
)

func eventBuses() []collect.Kind {
	return []collect.Kind{eventBus, eventConnection, apiDestination, eventArchive}
}

// defaultBus is the name of the bus that AWS makes in every region.
const defaultBus = "default"

// busesOf is the list that buses and rules start from.
func busesOf(s *collect.Scope) ([]types.EventBus, bool) {
	return collect.Shared(s, "events:ListEventBuses", func(s *collect.Scope) iter.Seq[types.EventBus] {
		return collect.Pages[types.EventBus](s, eventbridge.NewFromConfig(s.Config).ListEventBuses, &eventbridge.ListEventBusesInput{Limit: aws.Int32(100)})
	})
}

// eventBus: rules are a kind of their own; a bus with rules can't be deleted.
var eventBus = collect.Kind{
	Name: "events:event-bus", CloudFormation: "AWS::Events::EventBus",
	List: func(s *collect.Scope) {
		c := eventbridge.NewFromConfig(s.Config)
		buses, _ := busesOf(s)
		collect.Each(s, slices.Values(buses), func(bus types.EventBus) {
			item := collect.Item{ID: bus.Name, ARN: bus.Arn, Created: bus.CreationTime}
			switch {
			case aws.ToString(bus.Name) == defaultBus:
				item.Managed("every account has this bus, and can't delete it")
			case aws.ToString(bus.ManagedBy) != "":
				item.Managed(*bus.ManagedBy + " manages this bus")
			}
			s.Add(item, bus,
				collect.Through(collect.Ask(s, "Settings", c.DescribeEventBus, &eventbridge.DescribeEventBusInput{Name: bus.Name}), busSettingsOf),
				collect.AskTags(s, c.ListTagsForResource, &eventbridge.ListTagsForResourceInput{ResourceARN: bus.Arn}, collect.TagsIn))
		})
	},
	Weak: []collect.Weakness{
		{Rule: "policy-anybody", Path: "Policy", Check: snapshot.CheckPolicy},
		{Rule: "encryption-key-dropped", Path: "Settings.KmsKeyIdentifier", Absent: true},
	},
	Status: []collect.Path{"LastModifiedTime"},
	Delete: func(s *collect.Scope, r *collect.Resource) error {
		return collect.Do(s, eventbridge.NewFromConfig(s.Config).DeleteEventBus, &eventbridge.DeleteEventBusInput{Name: &r.ID})
	},
}

// busSettings are what the list of buses lacks.
type busSettings struct {
	DeadLetterConfig *types.DeadLetterConfig
	KmsKeyIdentifier *string
	LogConfig        *types.LogConfig
}

func busSettingsOf(out *eventbridge.DescribeEventBusOutput) busSettings {
	return busSettings{out.DeadLetterConfig, out.KmsKeyIdentifier, out.LogConfig}
}

// eventConnection keeps its secret values in Secrets Manager, in a secret that EventBridge makes and manages. Connections
// have no tags.
var eventConnection = collect.Kind{
	Name: "events:connection", CloudFormation: "AWS::Events::Connection",
	List: func(s *collect.Scope) {
		c := eventbridge.NewFromConfig(s.Config)
		connections := collect.Pages[types.Connection](s, c.ListConnections, &eventbridge.ListConnectionsInput{Limit: aws.Int32(100)})
		collect.Each(s, connections, func(connection types.Connection) {
			s.Add(collect.Item{
				ID: connection.Name, ARN: connection.ConnectionArn, UniqueID: connection.ConnectionArn, Created: connection.CreationTime,
				Dead: connection.ConnectionState == types.ConnectionStateDeleting,
			}, collect.Ask(s, "Connection", c.DescribeConnection, &eventbridge.DescribeConnectionInput{Name: connection.Name}))
		})
	},
	Status: []collect.Path{
		"Connection.ConnectionState", "Connection.StateReason", "Connection.LastAuthorizedTime", "Connection.LastModifiedTime",
	},
	Sets: map[collect.Path]string{
		"Connection.AuthParameters.InvocationHttpParameters.BodyParameters":                   "Key",
		"Connection.AuthParameters.InvocationHttpParameters.HeaderParameters":                 "Key",
		"Connection.AuthParameters.InvocationHttpParameters.QueryStringParameters":            "Key",
		"Connection.AuthParameters.OAuthParameters.OAuthHttpParameters.BodyParameters":        "Key",
		"Connection.AuthParameters.OAuthParameters.OAuthHttpParameters.HeaderParameters":      "Key",
		"Connection.AuthParameters.OAuthParameters.OAuthHttpParameters.QueryStringParameters": "Key",
	},
	// AWS withholds what was declared secret. People declare too little, and some services take a key for a user's name.
	Secrets: []collect.Path{
		"Connection.AuthParameters.BasicAuthParameters.Username",
		"Connection.AuthParameters.InvocationHttpParameters.BodyParameters[].Value",
		"Connection.AuthParameters.InvocationHttpParameters.HeaderParameters[].Value",
		"Connection.AuthParameters.InvocationHttpParameters.QueryStringParameters[].Value",
		"Connection.AuthParameters.OAuthParameters.OAuthHttpParameters.BodyParameters[].Value",
		"Connection.AuthParameters.OAuthParameters.OAuthHttpParameters.HeaderParameters[].Value",
		"Connection.AuthParameters.OAuthParameters.OAuthHttpParameters.QueryStringParameters[].Value",
	},
	Delete: func(s *collect.Scope, r *collect.Resource) error {
		return collect.Do(s, eventbridge.NewFromConfig(s.Config).DeleteConnection, &eventbridge.DeleteConnectionInput{Name: &r.ID})
	},
}

// apiDestination has no tags.
var apiDestination = collect.Kind{
	Name: "events:api-destination", CloudFormation: "AWS::Events::ApiDestination",
	List: func(s *collect.Scope) {
		c := eventbridge.NewFromConfig(s.Config)
		list := collect.Pages[types.ApiDestination](s, c.ListApiDestinations, &eventbridge.ListApiDestinationsInput{Limit: aws.Int32(100)})
		collect.Each(s, list, func(d types.ApiDestination) {
			s.Add(collect.Item{ID: d.Name, ARN: d.ApiDestinationArn, UniqueID: d.ApiDestinationArn, Created: d.CreationTime}, d,
				collect.Ask(s, "Description", c.DescribeApiDestination, &eventbridge.DescribeApiDestinationInput{Name: d.Name}).Of("Description"))
		})
	},
	Status:  []collect.Path{"ApiDestinationState", "LastModifiedTime"},
	Secrets: []collect.Path{"InvocationEndpoint"}, // a webhook's URL is all that it asks for
	Delete: func(s *collect.Scope, r *collect.Resource) error {
		return collect.Do(s, eventbridge.NewFromConfig(s.Config).DeleteApiDestination, &eventbridge.DeleteApiDestinationInput{Name: &r.ID})
	},
}

// eventArchive has no tags. It keeps a rule on its bus that EventBridge manages, so the bus waits for it.
var eventArchive = collect.Kind{
	Name: "events:archive", CloudFormation: "AWS::Events::Archive",
	List: func(s *collect.Scope) {
		c := eventbridge.NewFromConfig(s.Config)
		list := collect.Pages[types.Archive](s, c.ListArchives, &eventbridge.ListArchivesInput{Limit: aws.Int32(100)})
		collect.Each(s, list, func(a types.Archive) {
			s.Add(collect.Item{ID: a.ArchiveName, ARN: s.ARN("events", "archive/"+aws.ToString(a.ArchiveName)), Created: a.CreationTime}, a,
				collect.Through(collect.Ask(s, "Settings", c.DescribeArchive, &eventbridge.DescribeArchiveInput{ArchiveName: a.ArchiveName}), archiveSettingsOf))
		})
	},
	Status: []collect.Path{"EventCount", "SizeBytes", "State", "StateReason"},
	Refs:   map[collect.Path]string{"EventSourceArn": "events:event-bus"},
	Delete: func(s *collect.Scope, r *collect.Resource) error {
		return collect.Do(s, eventbridge.NewFromConfig(s.Config).DeleteArchive, &eventbridge.DeleteArchiveInput{ArchiveName: &r.ID})
	},
}

// archiveSettings are what the list of archives lacks.
type archiveSettings struct {
	Description, EventPattern, KmsKeyIdentifier *string
}

func archiveSettingsOf(out *eventbridge.DescribeArchiveOutput) archiveSettings {
	return archiveSettings{out.Description, out.EventPattern, out.KmsKeyIdentifier}
}
