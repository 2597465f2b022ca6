package testbed

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/kms"
)

// read follows tokens to the end, or until a token repeats.
func read(t *testing.T, x probe, cfg aws.Config) (pages [][]string, err error) {
	t.Helper()
	var token *string
	for {
		items, next, err := x.page(t.Context(), cfg, token)
		if err != nil {
			return pages, err
		}
		if pages = append(pages, items); next == nil || token != nil && *next == *token {
			return pages, nil
		}
		token = next
	}
}

func TestPages(t *testing.T) {
	eachProtocol(t, func(t *testing.T, x probe, f *fake, p *FaultProxy, cfg aws.Config) {
		all, _, err := x.page(t.Context(), cfg, nil)
		if err != nil {
			t.Fatal(err)
		}
		remove := p.Pages(x.service, x.operation, 2)
		pages, err := read(t, x, cfg)
		if err != nil {
			t.Fatal(err)
		}
		if len(pages) != 3 || len(pages[0]) != 2 || len(pages[2]) != 1 || !slices.Equal(slices.Concat(pages...), all) {
			t.Errorf("pages %v, want those of %v", pages, all)
		}
		if n := f.count(x.service + ":" + x.operation); n != 2 {
			t.Errorf("%d calls reached the server: a page wasn't served from the book", n)
		}
		remove()
		f.set(x.service+":"+x.operation, empty[x.operation])
		p.Pages(x.service, "*", 2)
		if pages, err := read(t, x, cfg); err != nil || len(pages) != 1 || len(pages[0]) != 0 {
			t.Errorf("an empty list has pages %v, %v", pages, err)
		}
	})
}

// empty has what services send for no items.
var empty = map[string]string{
	"DescribeSecurityGroups": `<DescribeSecurityGroupsResponse><securityGroupInfo/></DescribeSecurityGroupsResponse>`,
	"ListRoles":              `<ListRolesResponse><ListRolesResult><IsTruncated>false</IsTruncated><Roles/></ListRolesResult></ListRolesResponse>`,
	"ListTables":             `{"TableNames":[]}`,
	"ListQueues":             `{}`,
	"ListFunctions":          `{"Functions":[],"NextMarker":null}`,
	"ListBuckets":            `<ListAllMyBucketsResult><Buckets></Buckets></ListAllMyBucketsResult>`,
	"ListHostedZones":        `<ListHostedZonesResponse><HostedZones/><IsTruncated>false</IsTruncated></ListHostedZonesResponse>`,
	"DescribeAlarms":         `{"MetricAlarms":[],"CompositeAlarms":[]}`,
}

func TestLosePage(t *testing.T) {
	eachProtocol(t, func(t *testing.T, x probe, _ *fake, p *FaultProxy, cfg aws.Config) {
		p.LosePage(x.service, x.operation, 2, 2)
		first, token, err := x.page(t.Context(), cfg, nil)
		if err != nil || len(first) != 2 || token == nil {
			t.Fatalf("page 1: %v, %v", first, err)
		}
		for range 2 {
			_, _, err := x.page(t.Context(), cfg, token)
			if _, _, status := apiError(t, err); status != 500 {
				t.Errorf("page 2: %v", err)
			}
		}
	})
}

func TestRepeatToken(t *testing.T) {
	eachProtocol(t, func(t *testing.T, x probe, _ *fake, p *FaultProxy, cfg aws.Config) {
		p.RepeatToken(x.service, x.operation)
		var token *string
		for i := range 3 {
			items, next, err := x.page(t.Context(), cfg, token)
			if err != nil || len(items) != 5 || next == nil {
				t.Fatalf("call %d: %v, next %v, %v", i, items, next, err)
			}
			if token != nil && *next != *token {
				t.Errorf("call %d: token %s after %s", i, *next, *token)
			}
			token = next
		}
	})
}

func TestRepeatTokenOfAServerThatHasOne(t *testing.T) {
	f := newFake(t)
	f.set("ec2:DescribeVpcs", `<R><vpcSet><item><vpcId>vpc-1</vpcId></item></vpcSet><nextToken>server's</nextToken></R>`)
	p := Proxy(t, f.URL)
	p.RepeatToken("ec2", "Describe*")
	for _, token := range []*string{nil, aws.String("server's")} {
		out, err := ec2.NewFromConfig(p.Config("eu-west-1")).DescribeVpcs(t.Context(), &ec2.DescribeVpcsInput{NextToken: token})
		if err != nil || *out.NextToken != "server's" {
			t.Errorf("got %v, %v", out, err)
		}
	}
}

func TestPagesJoinThoseOfTheServer(t *testing.T) {
	f := newFake(t)
	f.set("kms:ListKeys", `{"Keys":[{"KeyId":"1"},{"KeyId":"2"}],"Truncated":true,"NextMarker":"x"}`)
	p := Proxy(t, f.URL)
	p.Pages("kms", "ListKeys", 3)
	client := kms.NewFromConfig(p.Config("eu-west-1"))
	out, err := client.ListKeys(t.Context(), &kms.ListKeysInput{})
	if err != nil {
		t.Fatal(err)
	}
	// The fake repeats its first page with the same token, which ends the book: four keys.
	if len(out.Keys) != 3 || !out.Truncated {
		t.Errorf("page 1 has %d keys, truncated %v", len(out.Keys), out.Truncated)
	}
	out, err = client.ListKeys(t.Context(), &kms.ListKeysInput{Marker: out.NextMarker})
	if err != nil || len(out.Keys) != 1 || out.Truncated || out.NextMarker != nil {
		t.Errorf("page 2: %v, %v", out, err)
	}
}

func TestPagesCutSeveralListsAsOne(t *testing.T) {
	f := newFake(t)
	member := func(list, names string) string { return "<" + list + ">" + names + "</" + list + ">" }
	f.set("iam:GetAccountAuthorizationDetails", `<R><GetAccountAuthorizationDetailsResult><IsTruncated>false</IsTruncated>`+
		member("UserDetailList", each(`<member><UserName>u$</UserName></member>`))+
		member("GroupDetailList", "")+
		member("RoleDetailList", each(`<member><RoleName>r$</RoleName></member>`))+
		`</GetAccountAuthorizationDetailsResult></R>`)
	p := Proxy(t, f.URL)
	p.Pages("iam", "GetAccountAuthorizationDetails", 4)
	var got []string
	pages := iam.NewGetAccountAuthorizationDetailsPaginator(iam.NewFromConfig(p.Config("eu-west-1")), &iam.GetAccountAuthorizationDetailsInput{})
	for pages.HasMorePages() {
		out, err := pages.NextPage(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, fmt.Sprint(len(out.UserDetailList), len(out.GroupDetailList), len(out.RoleDetailList)))
	}
	if want := []string{"4 0 0", "1 0 3", "0 0 2"}; !slices.Equal(got, want) {
		t.Errorf("users, groups and roles by page: %v, want %v", got, want)
	}
}

func TestListsWithoutARowAreAMistake(t *testing.T) {
	p := Proxy(t, "http://127.0.0.1:1")
	for name, fault := range map[string]func(){
		"Pages":       func() { p.Pages("ec2", "DescribeNothing", 1) },
		"RepeatToken": func() { p.RepeatToken("nothing", "*") },
		"page size":   func() { p.Pages("ec2", "DescribeVpcs", 0) },
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s doesn't panic", name)
				}
			}()
			fault()
		}()
	}
}

func TestPagesOfMoto(t *testing.T) {
	server := Moto(t)
	for service, make := range map[string]func(context.Context, aws.Config, int) error{
		"ec2": func(ctx context.Context, cfg aws.Config, i int) error {
			_, err := ec2.NewFromConfig(cfg).CreateSecurityGroup(ctx, &ec2.CreateSecurityGroupInput{
				GroupName: aws.String(fmt.Sprint("g", i)), Description: aws.String("d"),
			})
			return err
		},
		"iam": func(ctx context.Context, cfg aws.Config, i int) error {
			_, err := iam.NewFromConfig(cfg).CreateRole(ctx, &iam.CreateRoleInput{
				RoleName: aws.String(fmt.Sprint("r", i)), AssumeRolePolicyDocument: aws.String("{}"),
			})
			return err
		},
	} {
		p := Proxy(t, server.URL)
		cfg := p.Config("eu-west-1")
		for i := range 5 {
			if err := make(t.Context(), cfg, i); err != nil {
				t.Fatal(err)
			}
		}
		x := probes[slices.IndexFunc(probes, func(x probe) bool { return x.service == service })]
		all, err := read(t, x, cfg)
		if err != nil {
			t.Fatal(err)
		}
		p.Pages(service, "*", 2)
		cut, err := read(t, x, cfg)
		if err != nil {
			t.Fatal(err)
		}
		if len(cut) != 3 || !slices.Equal(slices.Concat(cut...), slices.Concat(all...)) {
			t.Errorf("%s: pages %v of %v", service, cut, all)
		}
	}
}
