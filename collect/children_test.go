package collect

import (
	"context"
	"errors"
	"iter"
	"slices"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/aws/smithy-go"
)

func TestChildren(t *testing.T) {
	gone := &smithy.GenericAPIError{Code: "NoSuchHostedZone"}
	denied := &smithy.GenericAPIError{Code: "AccessDenied"}
	for name, test := range map[string]struct {
		err, want error
	}{"all": {nil, nil}, "the parent is gone": {gone, nil}, "denied": {denied, denied}} {
		s := &Scope{Context: context.Background(), run: newRun(MaskKey{})}
		got := Children(s, func(s *Scope) iter.Seq[int] {
			return func(yield func(int) bool) {
				yield(1)
				if test.err != nil {
					s.Fail(test.err)
				}
			}
		})
		if !errors.Is(s.Err(), test.want) || (s.Err() != nil) != (test.want != nil) || !slices.Equal(got, []int{1}) {
			t.Errorf("%s: got %v and %v, want what was seen and %v", name, got, s.Err(), test.want)
		}
	}
}

func TestDoUnlessGone(t *testing.T) {
	for code, want := range map[string]bool{
		"InvalidAssociationID.NotFound": true, "Gateway.NotAttached": true, "DependencyViolation": false, "UnauthorizedOperation": false,
	} {
		s := &Scope{Context: context.Background()}
		detach := func(context.Context, *ec2.DetachInternetGatewayInput, ...func(*ec2.Options)) (*ec2.DetachInternetGatewayOutput, error) {
			return nil, &smithy.GenericAPIError{Code: code}
		}
		if err := DoUnlessGone(s, detach, &ec2.DetachInternetGatewayInput{}, "Gateway.NotAttached"); (err == nil) != want {
			t.Errorf("%s: got %v, want no error: %v", code, err, want)
		}
	}
}

func TestStored(t *testing.T) {
	want := types.RouteTable{
		VpcId: aws.String("vpc-1"), Routes: []types.Route{{GatewayId: aws.String("local"), Origin: types.RouteOriginCreateRoute}},
		Associations: []types.RouteTableAssociation{{RouteTableAssociationId: aws.String("rtbassoc-1"), Main: aws.Bool(false)}},
	}
	s := &Scope{Kind: &Kind{Name: "ec2:route-table"}, run: newRun(MaskKey{})}
	s.Add(Item{ID: aws.String("rtb-1")}, want)
	got, err := Stored[types.RouteTable](&s.resources[0])
	if err != nil {
		t.Fatal(err)
	}
	if *got.VpcId != "vpc-1" || *got.Associations[0].RouteTableAssociationId != "rtbassoc-1" || *got.Associations[0].Main ||
		got.Routes[0].Origin != types.RouteOriginCreateRoute {
		t.Errorf("got %+v, want %+v", got, want)
	}
	if _, err := Stored[types.RouteTable](&Resource{Configuration: []byte(`{"VpcId":7}`)}); err == nil {
		t.Error("a configuration of another type was read")
	}
}

// The scan finds ids alone in a string, and in a list that is a string.
func TestScanLists(t *testing.T) {
	var got []string
	scan(nil, map[string]any{"VPCZoneIdentifier": "subnet-0123456789abcdef0,subnet-89abcdef", "Comment": "see subnet-01234567, or not"},
		func(_ []string, id string) { got = append(got, id) })
	slices.Sort(got)
	if want := []string{"subnet-0123456789abcdef0", "subnet-89abcdef"}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}
