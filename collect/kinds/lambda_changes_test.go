package kinds

import (
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/lambda/types"
)

func lambdaTagChange() change {
	return tagChange(func(e *estate, m made, key, value string) {
		must(lambda.NewFromConfig(e.Config).TagResource(e, &lambda.TagResourceInput{Resource: &m.ARN, Tags: map[string]string{key: value}}))(e)
	})
}

func functionChanges() []change {
	client := func(e *estate) *lambda.Client { return lambda.NewFromConfig(e.Config) }
	update := func(e *estate, m made, in lambda.UpdateFunctionConfigurationInput) {
		in.FunctionName = &m.ID
		must(client(e).UpdateFunctionConfiguration(e, &in))(e)
	}
	return []change{
		lambdaTagChange(),
		swap("its memory", 128, 512, func(e *estate, m made, size int32) {
			update(e, m, lambda.UpdateFunctionConfigurationInput{MemorySize: &size})
		}, "MemorySize"),
		swap("a secret variable", "hunter2", "hunter3", func(e *estate, m made, token string) {
			update(e, m, lambda.UpdateFunctionConfigurationInput{Environment: &types.Environment{Variables: map[string]string{"TOKEN": token, "STAGE": "test"}}})
		}, "Environment.Variables.TOKEN"),
		swap("how many run at once", 7, 8, func(e *estate, m made, many int32) {
			must(client(e).PutFunctionConcurrency(e, &lambda.PutFunctionConcurrencyInput{FunctionName: &m.ID, ReservedConcurrentExecutions: &many}))(e)
		}, "Function.Concurrency.ReservedConcurrentExecutions"),
		{
			name: "who may call it",
			do: func(e *estate, m made) {
				must(client(e).AddPermission(e, &lambda.AddPermissionInput{
					FunctionName: &m.ID, StatementId: aws.String("anybody"), Action: aws.String("lambda:InvokeFunction"), Principal: aws.String("*"),
				}))(e)
			},
			undo: func(e *estate, m made) {
				must(client(e).RemovePermission(e, &lambda.RemovePermissionInput{FunctionName: &m.ID, StatementId: aws.String("anybody")}))(e)
			},
			paths: []string{"Policy"},
		},
	}
}

func layerChanges() []change {
	client := func(e *estate) *lambda.Client { return lambda.NewFromConfig(e.Config) }
	return []change{{
		name: "who may use it",
		do: func(e *estate, m made) {
			must(client(e).AddLayerVersionPermission(e, &lambda.AddLayerVersionPermissionInput{
				LayerName: aws.String("layer-life"), VersionNumber: aws.Int64(1), StatementId: aws.String("other"),
				Action: aws.String("lambda:GetLayerVersion"), Principal: aws.String("210987654321"),
			}))(e)
		},
		undo: func(e *estate, m made) {
			must(client(e).RemoveLayerVersionPermission(e, &lambda.RemoveLayerVersionPermissionInput{
				LayerName: aws.String("layer-life"), VersionNumber: aws.Int64(1), StatementId: aws.String("other"),
			}))(e)
		},
		paths: []string{"Policy"},
	}}
}

func functionAliasChanges() []change {
	client := func(e *estate) *lambda.Client { return lambda.NewFromConfig(e.Config) }
	update := func(e *estate, version, text string) {
		must(client(e).UpdateAlias(e, &lambda.UpdateAliasInput{
			FunctionName: aws.String("alias-life"), Name: aws.String("live"), FunctionVersion: &version, Description: &text,
		}))(e)
	}
	route := func(e *estate, routing *types.AliasRoutingConfiguration) {
		must(client(e).UpdateAlias(e, &lambda.UpdateAliasInput{
			FunctionName: aws.String("alias-life"), Name: aws.String("live"), FunctionVersion: aws.String("$LATEST"), Description: aws.String("of orders"),
			RoutingConfig: routing,
		}))(e)
	}
	return []change{
		swap("its description", "of orders", "of clicks", func(e *estate, _ made, text string) { update(e, "$LATEST", text) }, "Description"),
		swap("its version", "$LATEST", "1", func(e *estate, _ made, version string) { update(e, version, "of orders") }, "FunctionVersion"),
		swap("how much goes to another version", nil, map[string]float64{"1": 0.5}, func(e *estate, _ made, weights map[string]float64) {
			route(e, &types.AliasRoutingConfiguration{AdditionalVersionWeights: weights})
		}, "RoutingConfig"),
	}
}

func eventSourceChanges() []change {
	update := func(e *estate, m made, in lambda.UpdateEventSourceMappingInput) {
		in.UUID = &m.ID
		must(lambda.NewFromConfig(e.Config).UpdateEventSourceMapping(e, &in))(e)
	}
	return []change{
		lambdaTagChange(),
		swap("how many it takes at once", 10, 5, func(e *estate, m made, size int32) {
			update(e, m, lambda.UpdateEventSourceMappingInput{BatchSize: &size})
		}, "BatchSize"),
		swap("whether it runs", false, true, func(e *estate, m made, on bool) {
			update(e, m, lambda.UpdateEventSourceMappingInput{Enabled: &on})
		}, "Enabled"),
		swap("how long it waits for more", 0, 9, func(e *estate, m made, seconds int32) {
			update(e, m, lambda.UpdateEventSourceMappingInput{MaximumBatchingWindowInSeconds: &seconds})
		}, "MaximumBatchingWindowInSeconds"),
	}
}
