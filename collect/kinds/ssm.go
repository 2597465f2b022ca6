package kinds

import (
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ssm"
	"github.com/aws/aws-sdk-go-v2/service/ssm/types"

	"github.com/aws-baseline/aws-baseline/collect"
)

func ssmKinds() []collect.Kind {
	return []collect.Kind{parameter, ssmDocument}
}

// parameter: values are masked, and those of SecureStrings are never read; their version shows that they changed. There
// is no creation date.
var parameter = collect.Kind{
	Name: "ssm:parameter", CloudFormation: "AWS::SSM::Parameter", Tagging: "ssm:parameter",
	List: func(s *collect.Scope) {
		c := ssm.NewFromConfig(s.Config)
		list := collect.Pages[types.ParameterMetadata](s, c.DescribeParameters, &ssm.DescribeParametersInput{MaxResults: aws.Int32(50)})
		collect.Batch(s, list, 10, func(batch []types.ParameterMetadata) {
			values, gone, err := parameterValues(s, c, batch)
			collect.Each(s, slices.Values(batch), func(p types.ParameterMetadata) {
				name := aws.ToString(p.Name)
				if strings.HasPrefix(name, "/aws/service/") || slices.Contains(gone, name) {
					return // AWS's own: emulators list them
				}
				arn := s.ARN("ssm", "parameter/"+strings.TrimPrefix(name, "/"))
				item := collect.Item{ID: p.Name, ARN: arn}
				value := parameterValue{Value: values[name]}
				switch {
				case p.Type == types.ParameterTypeSecureString:
					value.SecureVersion = &p.Version
				case err != nil:
					item.Unknown = append(item.Unknown, collect.Gap{Path: "Value", Err: err})
				}
				s.Add(item, p, value, collect.AskTags(s, c.ListTagsForResource, &ssm.ListTagsForResourceInput{
					ResourceType: types.ResourceTypeForTaggingParameter, ResourceId: p.Name,
				}, func(out *ssm.ListTagsForResourceOutput) collect.Tags { return collect.TagsOf(out.TagList) }))
			})
		})
	},
	Weak:    []collect.Weakness{{Rule: "secret-in-clear", Path: "Type", Not: []string{"SecureString"}}},
	Status:  []collect.Path{"LastModifiedDate", "LastModifiedUser", "Version", "Policies[].PolicyStatus"},
	Sets:    map[collect.Path]string{"Policies": ""},
	Secrets: []collect.Path{"Value"},
	Delete: func(s *collect.Scope, r *collect.Resource) error {
		return collect.Do(s, ssm.NewFromConfig(s.Config).DeleteParameter, &ssm.DeleteParameterInput{Name: &r.ID})
	},
}

// parameterValue is what the list lacks.
type parameterValue struct {
	Value         *string
	SecureVersion *int64
}

// parameterValues reads the values of a batch, save those that are encrypted, and names the parameters that are gone.
func parameterValues(s *collect.Scope, c *ssm.Client, batch []types.ParameterMetadata) (values map[string]*string, gone []string, err error) {
	var names []string
	for _, p := range batch {
		if p.Type != types.ParameterTypeSecureString {
			names = append(names, aws.ToString(p.Name))
		}
	}
	if len(names) == 0 {
		return nil, nil, nil
	}
	out, err := collect.Send(s, c.GetParameters, &ssm.GetParametersInput{Names: names})
	if err != nil {
		return nil, nil, err
	}
	values = make(map[string]*string, len(out.Parameters))
	for _, p := range out.Parameters {
		values[aws.ToString(p.Name)] = p.Value
	}
	return values, out.InvalidParameters, nil
}
