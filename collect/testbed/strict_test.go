package testbed

import (
	"context"
	"fmt"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	elb "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2"
	elbtypes "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2/types"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/rds"
)

// refused is one thing that AWS won't delete: make builds it in an empty account and returns how to delete it and how
// to take away what stands in the way.
type refused struct {
	name, code string
	make       func(w *world) (remove, clear func() error)
}

// world makes things and stops the test if it can't.
type world struct {
	t   *testing.T
	ctx context.Context
	cfg aws.Config
}

// must is for calls of which only the success matters.
func must[T any](w *world) func(T, error) T {
	return func(v T, err error) T {
		w.t.Helper()
		if err != nil {
			w.t.Fatal(err)
		}
		return v
	}
}

func errOf[T any](_ T, err error) error { return err }

func (w *world) iam() *iam.Client { return iam.NewFromConfig(w.cfg) }

// TestStrict has each thing refused until nothing stands in the way any more.
func TestStrict(t *testing.T) {
	server := Moto(t)
	for _, r := range append(refusedByEC2, refusedByOthers...) {
		t.Run(r.name, func(t *testing.T) {
			p := Proxy(t, server.URL)
			w := &world{t, t.Context(), noRetries(p.Config("eu-west-1"))}
			remove, clear := r.make(w)
			p.Strict()
			err := remove()
			if err == nil {
				t.Fatal("not refused")
			}
			if code, message, _ := apiError(t, err); code != r.code {
				t.Errorf("refused with %s: %s; want %s", code, message, r.code)
			}
			if clear == nil {
				return
			}
			if err := clear(); err != nil {
				t.Fatalf("clear the way: %v", err)
			}
			if err := remove(); err != nil {
				t.Errorf("nothing stands in the way, yet: %v", err)
			}
		})
	}
}

// trust is a policy that moto takes for a role's trust as well.
var trust = aws.String(`{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"*","Resource":"*"}]}`)

var refusedByOthers = []refused{
	{"attached policy", "DeleteConflict", func(w *world) (func() error, func() error) {
		c := w.iam()
		arn := must[*iam.CreatePolicyOutput](w)(c.CreatePolicy(w.ctx, &iam.CreatePolicyInput{PolicyName: aws.String("p"), PolicyDocument: trust})).Policy.Arn
		must[*iam.CreateRoleOutput](w)(c.CreateRole(w.ctx, &iam.CreateRoleInput{RoleName: aws.String("r"), AssumeRolePolicyDocument: trust}))
		must[*iam.AttachRolePolicyOutput](w)(c.AttachRolePolicy(w.ctx, &iam.AttachRolePolicyInput{RoleName: aws.String("r"), PolicyArn: arn}))
		return func() error { return errOf(c.DeletePolicy(w.ctx, &iam.DeletePolicyInput{PolicyArn: arn})) },
			func() error {
				return errOf(c.DetachRolePolicy(w.ctx, &iam.DetachRolePolicyInput{RoleName: aws.String("r"), PolicyArn: arn}))
			}
	}},
	{"policy with versions", "DeleteConflict", func(w *world) (func() error, func() error) {
		c := w.iam()
		arn := must[*iam.CreatePolicyOutput](w)(c.CreatePolicy(w.ctx, &iam.CreatePolicyInput{PolicyName: aws.String("p"), PolicyDocument: trust})).Policy.Arn
		v := must[*iam.CreatePolicyVersionOutput](w)(c.CreatePolicyVersion(w.ctx, &iam.CreatePolicyVersionInput{PolicyArn: arn, PolicyDocument: trust})).PolicyVersion.VersionId
		return func() error { return errOf(c.DeletePolicy(w.ctx, &iam.DeletePolicyInput{PolicyArn: arn})) },
			func() error {
				return errOf(c.DeletePolicyVersion(w.ctx, &iam.DeletePolicyVersionInput{PolicyArn: arn, VersionId: v}))
			}
	}},
	{"user with an access key", "DeleteConflict", func(w *world) (func() error, func() error) {
		c, u := w.iam(), aws.String("u")
		must[*iam.CreateUserOutput](w)(c.CreateUser(w.ctx, &iam.CreateUserInput{UserName: u}))
		key := must[*iam.CreateAccessKeyOutput](w)(c.CreateAccessKey(w.ctx, &iam.CreateAccessKeyInput{UserName: u})).AccessKey.AccessKeyId
		return func() error { return errOf(c.DeleteUser(w.ctx, &iam.DeleteUserInput{UserName: u})) },
			func() error {
				return errOf(c.DeleteAccessKey(w.ctx, &iam.DeleteAccessKeyInput{UserName: u, AccessKeyId: key}))
			}
	}},
	{"user with a password", "DeleteConflict", func(w *world) (func() error, func() error) {
		c, u := w.iam(), aws.String("u")
		must[*iam.CreateUserOutput](w)(c.CreateUser(w.ctx, &iam.CreateUserInput{UserName: u}))
		must[*iam.CreateLoginProfileOutput](w)(c.CreateLoginProfile(w.ctx, &iam.CreateLoginProfileInput{UserName: u, Password: aws.String("x")}))
		return func() error { return errOf(c.DeleteUser(w.ctx, &iam.DeleteUserInput{UserName: u})) },
			func() error {
				return errOf(c.DeleteLoginProfile(w.ctx, &iam.DeleteLoginProfileInput{UserName: u}))
			}
	}},
	{"group with a member", "DeleteConflict", func(w *world) (func() error, func() error) {
		c, u, g := w.iam(), aws.String("u"), aws.String("g")
		must[*iam.CreateUserOutput](w)(c.CreateUser(w.ctx, &iam.CreateUserInput{UserName: u}))
		must[*iam.CreateGroupOutput](w)(c.CreateGroup(w.ctx, &iam.CreateGroupInput{GroupName: g}))
		must[*iam.AddUserToGroupOutput](w)(c.AddUserToGroup(w.ctx, &iam.AddUserToGroupInput{UserName: u, GroupName: g}))
		return func() error { return errOf(c.DeleteGroup(w.ctx, &iam.DeleteGroupInput{GroupName: g})) },
			func() error {
				return errOf(c.RemoveUserFromGroup(w.ctx, &iam.RemoveUserFromGroupInput{UserName: u, GroupName: g}))
			}
	}},
	{"role in an instance profile", "DeleteConflict", func(w *world) (func() error, func() error) {
		c, r := w.iam(), aws.String("r")
		must[*iam.CreateRoleOutput](w)(c.CreateRole(w.ctx, &iam.CreateRoleInput{RoleName: r, AssumeRolePolicyDocument: trust}))
		must[*iam.CreateInstanceProfileOutput](w)(c.CreateInstanceProfile(w.ctx, &iam.CreateInstanceProfileInput{InstanceProfileName: r}))
		must[*iam.AddRoleToInstanceProfileOutput](w)(c.AddRoleToInstanceProfile(w.ctx, &iam.AddRoleToInstanceProfileInput{InstanceProfileName: r, RoleName: r}))
		return func() error { return errOf(c.DeleteRole(w.ctx, &iam.DeleteRoleInput{RoleName: r})) },
			func() error {
				return errOf(c.RemoveRoleFromInstanceProfile(w.ctx, &iam.RemoveRoleFromInstanceProfileInput{InstanceProfileName: r, RoleName: r}))
			}
	}},
	{"instance profile with a role", "DeleteConflict", func(w *world) (func() error, func() error) {
		c, r := w.iam(), aws.String("r")
		must[*iam.CreateRoleOutput](w)(c.CreateRole(w.ctx, &iam.CreateRoleInput{RoleName: r, AssumeRolePolicyDocument: trust}))
		must[*iam.CreateInstanceProfileOutput](w)(c.CreateInstanceProfile(w.ctx, &iam.CreateInstanceProfileInput{InstanceProfileName: r}))
		must[*iam.AddRoleToInstanceProfileOutput](w)(c.AddRoleToInstanceProfile(w.ctx, &iam.AddRoleToInstanceProfileInput{InstanceProfileName: r, RoleName: r}))
		return func() error {
				return errOf(c.DeleteInstanceProfile(w.ctx, &iam.DeleteInstanceProfileInput{InstanceProfileName: r}))
			}, func() error {
				return errOf(c.RemoveRoleFromInstanceProfile(w.ctx, &iam.RemoveRoleFromInstanceProfileInput{InstanceProfileName: r, RoleName: r}))
			}
	}},
	{"role with an inline policy", "DeleteConflict", func(w *world) (func() error, func() error) {
		c, r := w.iam(), aws.String("r")
		must[*iam.CreateRoleOutput](w)(c.CreateRole(w.ctx, &iam.CreateRoleInput{RoleName: r, AssumeRolePolicyDocument: trust}))
		must[*iam.PutRolePolicyOutput](w)(c.PutRolePolicy(w.ctx, &iam.PutRolePolicyInput{RoleName: r, PolicyName: r, PolicyDocument: trust}))
		return func() error { return errOf(c.DeleteRole(w.ctx, &iam.DeleteRoleInput{RoleName: r})) },
			func() error {
				return errOf(c.DeleteRolePolicy(w.ctx, &iam.DeleteRolePolicyInput{RoleName: r, PolicyName: r}))
			}
	}},
	{"cluster with a service", "ClusterContainsServicesException", func(w *world) (func() error, func() error) {
		c, n := ecs.NewFromConfig(w.cfg), aws.String("n")
		must[*ecs.CreateClusterOutput](w)(c.CreateCluster(w.ctx, &ecs.CreateClusterInput{ClusterName: n}))
		must[*ecs.CreateServiceOutput](w)(c.CreateService(w.ctx, &ecs.CreateServiceInput{Cluster: n, ServiceName: n, DesiredCount: aws.Int32(0)}))
		return func() error { return errOf(c.DeleteCluster(w.ctx, &ecs.DeleteClusterInput{Cluster: n})) },
			func() error {
				return errOf(c.DeleteService(w.ctx, &ecs.DeleteServiceInput{Cluster: n, Service: n}))
			}
	}},
	{"protected load balancer", "OperationNotPermitted", func(w *world) (func() error, func() error) {
		c := elb.NewFromConfig(w.cfg)
		_, subnets, _ := w.network()
		arn := must[*elb.CreateLoadBalancerOutput](w)(c.CreateLoadBalancer(w.ctx, &elb.CreateLoadBalancerInput{Name: aws.String("l"), Subnets: subnets})).LoadBalancers[0].LoadBalancerArn
		protect := func(on bool) error {
			return errOf(c.ModifyLoadBalancerAttributes(w.ctx, &elb.ModifyLoadBalancerAttributesInput{LoadBalancerArn: arn, Attributes: []elbtypes.LoadBalancerAttribute{
				{Key: aws.String("deletion_protection.enabled"), Value: aws.String(fmt.Sprint(on))}}}))
		}
		if err := protect(true); err != nil {
			w.t.Fatal(err)
		}
		return func() error {
			return errOf(c.DeleteLoadBalancer(w.ctx, &elb.DeleteLoadBalancerInput{LoadBalancerArn: arn}))
		}, func() error { return protect(false) }
	}},
	{"protected stack", "ValidationError", func(w *world) (func() error, func() error) {
		c := cloudformation.NewFromConfig(w.cfg)
		must[*cloudformation.CreateStackOutput](w)(c.CreateStack(w.ctx, &cloudformation.CreateStackInput{StackName: aws.String("s"),
			EnableTerminationProtection: aws.Bool(true), TemplateBody: aws.String(`{"Resources":{"T":{"Type":"AWS::SNS::Topic"}}}`)}))
		return func() error {
			return errOf(c.DeleteStack(w.ctx, &cloudformation.DeleteStackInput{StackName: aws.String("s")}))
		}, nil
	}},
	{"database's subnet group", "InvalidDBSubnetGroupStateFault", func(w *world) (func() error, func() error) {
		c, n := rds.NewFromConfig(w.cfg), aws.String("n")
		_, subnets, _ := w.network()
		must[*rds.CreateDBSubnetGroupOutput](w)(c.CreateDBSubnetGroup(w.ctx, &rds.CreateDBSubnetGroupInput{DBSubnetGroupName: n, DBSubnetGroupDescription: n, SubnetIds: subnets}))
		must[*rds.CreateDBInstanceOutput](w)(c.CreateDBInstance(w.ctx, &rds.CreateDBInstanceInput{DBInstanceIdentifier: n, DBInstanceClass: aws.String("db.t3.micro"),
			Engine: aws.String("postgres"), DBSubnetGroupName: n, AllocatedStorage: aws.Int32(20), MasterUsername: n, MasterUserPassword: aws.String("password")}))
		return func() error {
				return errOf(c.DeleteDBSubnetGroup(w.ctx, &rds.DeleteDBSubnetGroupInput{DBSubnetGroupName: n}))
			}, func() error {
				return errOf(c.DeleteDBInstance(w.ctx, &rds.DeleteDBInstanceInput{DBInstanceIdentifier: n, SkipFinalSnapshot: aws.Bool(true)}))
			}
	}},
}
