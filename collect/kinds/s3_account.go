package kinds

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3control"
	"github.com/aws/aws-sdk-go-v2/service/s3control/types"
	smithyendpoints "github.com/aws/smithy-go/endpoints"

	"github.com/aws-baseline/aws-baseline/collect"
)

// s3ControlClient answers for an account. An emulator has no host name for every account.
func s3ControlClient(s *collect.Scope) *s3control.Client {
	return s3control.NewFromConfig(s.Config, func(o *s3control.Options) {
		if s.Emulated {
			o.EndpointResolverV2 = oneHost{s3control.NewDefaultEndpointResolverV2()}
		}
	})
}

// oneHost leaves the account's id out of the host name.
type oneHost struct {
	s3control.EndpointResolverV2
}

func (h oneHost) ResolveEndpoint(ctx context.Context, params s3control.EndpointParameters) (smithyendpoints.Endpoint, error) {
	params.RequiresAccountId = aws.Bool(false)
	return h.EndpointResolverV2.ResolveEndpoint(ctx, params)
}

// accountPublicAccessBlock holds for all buckets of the account, whatever their own blocks say. It is there in every
// account, so that one who takes it away weakens something that is still there. AWS answers with what is in effect: an
// organisation's policy can have set it ("GetPublicAccessBlock", S3 Control API reference). CloudFormation has no type
// for it; the name is AWS Config's.
var accountPublicAccessBlock = collect.Kind{
	Name: "s3:account-public-access-block", CloudFormation: "AWS::S3::AccountPublicAccessBlock", Global: true,
	List: func(s *collect.Scope) {
		out, err := collect.Send(s, s3ControlClient(s).GetPublicAccessBlock, &s3control.GetPublicAccessBlockInput{AccountId: &s.AccountID})
		block := new(types.PublicAccessBlockConfiguration)
		switch {
		case err == nil && out.PublicAccessBlockConfiguration != nil:
			block = out.PublicAccessBlockConfiguration
		case err != nil && collect.Code(err) != "NoSuchPublicAccessBlockConfiguration":
			s.Fail(err)
			return
		}
		s.Add(accountSetting("account-public-access-block"), block)
	},
	Weak: []collect.Weakness{
		{Rule: "public-access-block-off", Path: "BlockPublicAcls", Is: []string{"false"}, Absent: true, Says: "BlockPublicAcls"},
		{Rule: "public-access-block-off", Path: "IgnorePublicAcls", Is: []string{"false"}, Absent: true, Says: "IgnorePublicAcls"},
		{Rule: "public-access-block-off", Path: "BlockPublicPolicy", Is: []string{"false"}, Absent: true, Says: "BlockPublicPolicy"},
		{Rule: "public-access-block-off", Path: "RestrictPublicBuckets", Is: []string{"false"}, Absent: true, Says: "RestrictPublicBuckets"},
	},
	// None is the same as one that blocks nothing.
	Defaults: map[collect.Path]string{"BlockPublicAcls": "false", "IgnorePublicAcls": "false", "BlockPublicPolicy": "false", "RestrictPublicBuckets": "false"},
	NoDelete: "every account has it: taking it away can open buckets to the public",
}
