package kinds

import (
	"errors"
	"iter"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/lambda/types"
	"github.com/aws/smithy-go"

	"github.com/aws-baseline/aws-baseline/collect"
	"github.com/aws-baseline/aws-baseline/collect/snapshot"
)

func lambdaKinds() []collect.Kind {
	return []collect.Kind{function}
}

// functions is the list that functions, their aliases and their URLs start from.
func functions(s *collect.Scope) ([]types.FunctionConfiguration, error) {
	return collect.SharedList(s, "lambda:ListFunctions", func(s *collect.Scope) iter.Seq[types.FunctionConfiguration] {
		c := lambda.NewFromConfig(s.Config)
		return collect.Pages[types.FunctionConfiguration](s, c.ListFunctions, &lambda.ListFunctionsInput{MaxItems: aws.Int32(50)})
	})
}

// function has no creation date: LastModified moves with every update.
var function = collect.Kind{
	Name: "lambda:function", CloudFormation: "AWS::Lambda::Function",
	List: func(s *collect.Scope) {
		c := lambda.NewFromConfig(s.Config)
		eachFunction(s, func(f types.FunctionConfiguration) {
			// One GetFunction has what ListTags and GetFunctionConcurrency have, and AWS allows six times as many.
			rest := collect.Ask(s, "Function", c.GetFunction, &lambda.GetFunctionInput{FunctionName: f.FunctionName})
			s.Add(collect.Item{ID: f.FunctionName, ARN: f.FunctionArn}, f,
				collect.Through(collect.WithTags(rest, functionTags), functionRestOf),
				collect.Ask(s, "Policy", c.GetPolicy, &lambda.GetPolicyInput{FunctionName: f.FunctionName}, "ResourceNotFoundException").Of("Policy"))
		})
	},
	Weak: []collect.Weakness{
		{Rule: "policy-anybody", Path: "Policy", Check: snapshot.CheckPolicy},
		{Rule: "encryption-key-dropped", Path: "KMSKeyArn", Absent: true},
	},
	Status: []collect.Path{
		"LastModified", "RevisionId", "State", "StateReason", "StateReasonCode", "LastUpdateStatus", "LastUpdateStatusReason",
		"LastUpdateStatusReasonCode", "RuntimeVersionConfig", "SnapStart.OptimizationStatus", "ConfigSha256",
		"Function.Code.ResolvedImageUri",
	},
	// AWS refuses the groups and subnets, for the interfaces that Lambda has there, and takes these away with the role.
	Refs: map[collect.Path]string{
		"Role": "iam:role", "VpcConfig.SecurityGroupIds[]": "ec2:security-group", "VpcConfig.SubnetIds[]": "ec2:subnet",
	},
	Names: map[collect.Path]string{
		"LoggingConfig.LogGroup": "logs:log-group", "Environment.Variables.*": collect.Everything,
	},
	Sets:    map[collect.Path]string{"VpcConfig.SecurityGroupIds": "", "VpcConfig.SubnetIds": "", "Architectures": ""},
	Secrets: []collect.Path{"Environment.Variables"},
	Delete:  deleteFunction,
}

// functionRest is what the list lacks. The code's location is left out: it is a presigned URL.
type functionRest struct {
	Code struct {
		ImageUri, ResolvedImageUri, SourceKMSKeyArn *string
	}
	Concurrency *types.Concurrency
}

func functionRestOf(out *lambda.GetFunctionOutput) functionRest {
	rest := functionRest{Concurrency: out.Concurrency}
	if code := out.Code; code != nil {
		rest.Code.ImageUri, rest.Code.ResolvedImageUri, rest.Code.SourceKMSKeyArn = code.ImageUri, code.ResolvedImageUri, code.SourceKMSKeyArn
	}
	return rest
}

// functionTags reads the tags of a function. Lambda answers without them where only lambda:ListTags is denied.
func functionTags(out *lambda.GetFunctionOutput) (collect.Tags, error) {
	if e := out.TagsError; e != nil && aws.ToString(e.ErrorCode) != "" {
		return nil, &smithy.GenericAPIError{Code: *e.ErrorCode, Message: aws.ToString(e.Message)}
	}
	return out.Tags, nil
}

// deleteFunction detaches a function from its VPC first: its network interfaces linger otherwise, and hold subnets and
// groups back. A deletion while it detaches would leave them attached, so the call says that the function is in use until
// that is done.
func deleteFunction(s *collect.Scope, r *collect.Resource) error {
	c := lambda.NewFromConfig(s.Config)
	now, err := c.GetFunctionConfiguration(s.Context, &lambda.GetFunctionConfigurationInput{FunctionName: &r.ID})
	if err != nil {
		return err
	}
	if now.LastUpdateStatus == types.LastUpdateStatusInProgress {
		return &types.ResourceConflictException{Message: aws.String("an update of the function is under way")}
	}
	if v := now.VpcConfig; v != nil && len(v.SubnetIds) > 0 {
		err := collect.Do(s, c.UpdateFunctionConfiguration, &lambda.UpdateFunctionConfigurationInput{
			FunctionName: &r.ID, VpcConfig: &types.VpcConfig{SubnetIds: []string{}, SecurityGroupIds: []string{}},
		})
		switch {
		case err == nil:
			return &types.ResourceConflictException{Message: aws.String("the function is leaving its VPC")}
		case !immutable(err):
			return err
		}
	}
	return collect.Do(s, c.DeleteFunction, &lambda.DeleteFunctionInput{FunctionName: &r.ID})
}

// immutable reports whether Lambda refused because the function can't be updated at all (its image or role is gone): it
// can still be deleted.
func immutable(err error) bool {
	var refused *types.InvalidParameterValueException
	return errors.As(err, &refused)
}
