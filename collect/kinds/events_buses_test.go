package kinds

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge/types"

	"github.com/aws-baseline/aws-baseline/collect"
	"github.com/aws-baseline/aws-baseline/collect/snapshot"
)

func makeBus(e *estate, name string) *string {
	tags := tagList(func(k, v *string) types.Tag { return types.Tag{Key: k, Value: v} })
	return must(eventbridge.NewFromConfig(e.Config).CreateEventBus(e, &eventbridge.CreateEventBusInput{
		Name: &name, Tags: tags, DeadLetterConfig: &types.DeadLetterConfig{Arn: aws.String("arn:aws:sqs:us-east-1:" + e.Account + ":lost")},
	}))(e).EventBusArn
}

// makeConnection makes a connection with a password, and with a header that nobody declared secret.
func makeConnection(e *estate, name string) *string {
	return must(eventbridge.NewFromConfig(e.Config).CreateConnection(e, &eventbridge.CreateConnectionInput{
		Name: &name, Description: aws.String("for tests"), AuthorizationType: types.ConnectionAuthorizationTypeBasic,
		AuthParameters: &types.CreateConnectionAuthRequestParameters{
			BasicAuthParameters: &types.CreateConnectionBasicAuthRequestParameters{Username: aws.String("hunter2"), Password: aws.String("a-password")},
			InvocationHttpParameters: &types.ConnectionHttpParameters{
				HeaderParameters: []types.ConnectionHeaderParameter{{Key: aws.String("X-Api-Key"), Value: aws.String("hunter2")}},
			},
		},
	}))(e).ConnectionArn
}

func updateConnection(e *estate, m made, user, header string) {
	must(eventbridge.NewFromConfig(e.Config).UpdateConnection(e, &eventbridge.UpdateConnectionInput{
		Name: &m.ID, AuthParameters: &types.UpdateConnectionAuthRequestParameters{
			BasicAuthParameters: &types.UpdateConnectionBasicAuthRequestParameters{Username: &user, Password: aws.String("a-password")},
			InvocationHttpParameters: &types.ConnectionHttpParameters{
				HeaderParameters: []types.ConnectionHeaderParameter{{Key: aws.String("X-Api-Key"), Value: &header}},
			},
		},
	}))(e)
}

func eventBusesLives() []life {
	return []life{{
		kind: "events:event-bus", undated: true, // moto lists no dates
		create: func(e *estate) made {
			arn := makeBus(e, "event-bus-life")
			must(eventbridge.NewFromConfig(e.Config).PutPermission(e, &eventbridge.PutPermissionInput{
				EventBusName: aws.String("event-bus-life"), Action: aws.String("events:PutEvents"), Principal: aws.String("111111111111"), StatementId: aws.String("others"),
			}))(e)
			return made{ID: "event-bus-life", ARN: *arn}
		},
		check: func(t *testing.T, r *collect.Resource) {
			wantConfiguration(t, r, "Settings.DeadLetterConfig.Arn", "arn:aws:sqs:us-east-1:"+r.AccountID+":lost")
			tree, err := snapshot.Tree(r.Configuration)
			if err != nil || tree.(map[string]any)["Policy"] == nil {
				t.Errorf("no policy in %s", r.Configuration)
			}
		},
		changes: []change{
			eventsTagChange(),
			flip("who may send", func(e *estate, m made, changed bool) {
				c := eventbridge.NewFromConfig(e.Config)
				if changed {
					must(c.PutPermission(e, &eventbridge.PutPermissionInput{
						EventBusName: &m.ID, Action: aws.String("events:PutEvents"), Principal: aws.String("*"), StatementId: aws.String("everybody"),
					}))(e)
				} else {
					must(c.RemovePermission(e, &eventbridge.RemovePermissionInput{EventBusName: &m.ID, StatementId: aws.String("everybody")}))(e)
				}
			}, "Policy"),
		},
		fewer: "moto has no UpdateEventBus",
	}, {
		kind: "events:connection", untagged: true,
		create: func(e *estate) made {
			arn := makeConnection(e, "connection-life")
			return made{ID: "connection-life", ARN: *arn, UniqueID: *arn}
		},
		check: func(t *testing.T, r *collect.Resource) {
			wantConfiguration(t, r, "Connection.AuthParameters.InvocationHttpParameters.HeaderParameters[].Key", "X-Api-Key")
			wantNoSecret(t, r)
		},
		changes: []change{flip("description", func(e *estate, m made, changed bool) {
			must(eventbridge.NewFromConfig(e.Config).UpdateConnection(e, &eventbridge.UpdateConnectionInput{
				Name: &m.ID, Description: aws.String(either(changed, "another", "for tests")),
			}))(e)
		}, "Connection.Description"),
			flip("a header", func(e *estate, m made, changed bool) {
				updateConnection(e, m, "hunter2", either(changed, "hunter3", "hunter2"))
			},
				"Connection.AuthParameters.InvocationHttpParameters.HeaderParameters[Key=X-Api-Key].Value"),
			flip("user", func(e *estate, m made, changed bool) {
				updateConnection(e, m, either(changed, "hunter3", "hunter2"), "hunter2")
			},
				"Connection.AuthParameters.BasicAuthParameters.Username"),
		},
	}, {
		kind: "events:api-destination", untagged: true,
		create: func(e *estate) made {
			arn := must(eventbridge.NewFromConfig(e.Config).CreateApiDestination(e, &eventbridge.CreateApiDestinationInput{
				Name: aws.String("api-destination-life"), ConnectionArn: makeConnection(e, "api-destination-life"), HttpMethod: types.ApiDestinationHttpMethodPost,
				InvocationEndpoint: aws.String("https://hooks.example.com/services/hunter2"), Description: aws.String("chat"),
			}))(e).ApiDestinationArn
			return made{ID: "api-destination-life", ARN: *arn, UniqueID: *arn}
		},
		check: func(t *testing.T, r *collect.Resource) {
			wantConfiguration(t, r, "Description", "chat")
			wantNoSecret(t, r)
		},
		changes: []change{
			flip("description", func(e *estate, m made, changed bool) {
				must(eventbridge.NewFromConfig(e.Config).UpdateApiDestination(e, &eventbridge.UpdateApiDestinationInput{
					Name: &m.ID, Description: aws.String(either(changed, "another", "chat")),
				}))(e)
			}, "Description"),
			flip("method", func(e *estate, m made, changed bool) {
				must(eventbridge.NewFromConfig(e.Config).UpdateApiDestination(e, &eventbridge.UpdateApiDestinationInput{
					Name: &m.ID, HttpMethod: either(changed, types.ApiDestinationHttpMethodPut, types.ApiDestinationHttpMethodPost),
				}))(e)
			}, "HttpMethod"),
			flip("where to", func(e *estate, m made, changed bool) {
				must(eventbridge.NewFromConfig(e.Config).UpdateApiDestination(e, &eventbridge.UpdateApiDestinationInput{
					Name: &m.ID, InvocationEndpoint: aws.String("https://hooks.example.com/services/" + either(changed, "hunter3", "hunter2")),
				}))(e)
			}, "InvocationEndpoint"),
		},
	}, {
		kind: "events:archive", untagged: true, with: []string{"events:event-bus"}, refs: []collect.Path{"EventSourceArn"},
		create: func(e *estate) made {
			arn := must(eventbridge.NewFromConfig(e.Config).CreateArchive(e, &eventbridge.CreateArchiveInput{
				ArchiveName: aws.String("archive-life"), EventSourceArn: makeBus(e, "archive-life"), EventPattern: aws.String(`{"source":["orders"]}`), Description: aws.String("for tests"), RetentionDays: aws.Int32(7),
			}))(e).ArchiveArn
			return made{ID: "archive-life", ARN: *arn}
		},
		check: func(t *testing.T, r *collect.Resource) {
			wantConfiguration(t, r, "Settings.EventPattern", `{"source":["orders"]}`)
		},
		changes: []change{
			flip("how long", func(e *estate, m made, changed bool) {
				must(eventbridge.NewFromConfig(e.Config).UpdateArchive(e, &eventbridge.UpdateArchiveInput{ArchiveName: &m.ID, RetentionDays: aws.Int32(either[int32](changed, 30, 7))}))(e)
			}, "RetentionDays"),
			flip("description", func(e *estate, m made, changed bool) {
				must(eventbridge.NewFromConfig(e.Config).UpdateArchive(e, &eventbridge.UpdateArchiveInput{
					ArchiveName: &m.ID, Description: aws.String(either(changed, "another", "for tests")),
				}))(e)
			}, "Settings.Description"),
			flip("which events", func(e *estate, m made, changed bool) {
				must(eventbridge.NewFromConfig(e.Config).UpdateArchive(e, &eventbridge.UpdateArchiveInput{
					ArchiveName: &m.ID, EventPattern: aws.String(either(changed, `{"source":["invoices"]}`, `{ "source": ["orders"] }`)), // the same as before in other words
				}))(e)
			}, "Settings.EventPattern"),
		},
	}}
}

// The default bus is AWS's.
func TestDefaultBus(t *testing.T) {
	e := newEstate(t)
	found := of(e.capture("events:event-bus"), "events:event-bus")
	for _, r := range found {
		if r.ID != defaultBus || !r.Marked(snapshot.MarkProvider) || !r.Marked(snapshot.MarkProtected) {
			t.Errorf("got %s with marks %v", r.ID, r.Marks)
		}
	}
	if len(found) != 1 {
		t.Errorf("got %d buses, want 1", len(found))
	}
}

// The secret that a connection keeps its values in is EventBridge's.
func TestSecretOfConnection(t *testing.T) {
	e := newEstate(t)
	makeConnection(e, "orders")
	for _, r := range of(e.capture("secretsmanager:secret"), "secretsmanager:secret") {
		if !r.Marked(snapshot.MarkProvider) {
			t.Errorf("%s: got marks %v", r.ID, r.Marks)
		}
	}
}

// Buses have dates on AWS; one that a service manages is the service's.
func TestListedBuses(t *testing.T) {
	e := newEstate(t)
	e.answer("events", "ListEventBuses", `{"EventBuses":[{"Name":"orders","Arn":"arn:aws:events:us-east-1:123456789012:event-bus/orders","CreationTime":1549321515},
		{"Name":"theirs","Arn":"arn:aws:events:us-east-1:123456789012:event-bus/theirs","ManagedBy":"pipes.amazonaws.com"}]}`)
	e.answer("events", "DescribeEventBus", `{"KmsKeyIdentifier":"alias/orders"}`)
	e.answer("events", "ListTagsForResource", `{"Tags":[]}`)
	for _, r := range of(e.capture("events:event-bus"), "events:event-bus") {
		wantConfiguration(t, r, "Settings.KmsKeyIdentifier", "alias/orders")
		if r.ID == "orders" && (r.CreatedAt == nil || r.CreatedAt.Unix() != 1549321515) {
			t.Errorf("got date %v", r.CreatedAt)
		}
		if got, want := r.Marked(snapshot.MarkProvider), r.ID == "theirs"; got != want {
			t.Errorf("%s: got marks %v", r.ID, r.Marks)
		}
	}
}
