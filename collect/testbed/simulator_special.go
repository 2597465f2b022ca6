package testbed

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/aws/smithy-go/encoding/cbor"
)

// addAccountCalls adds what is asked before anything is listed: who one is, other accounts' roles, regions, the
// organisation.
func addAccountCalls(calls map[string]simulatedCall) {
	calls["sts:GetCallerIdentity"] = func(_ *Simulator, c *Call) *Answer {
		return text(c, fmt.Appendf(nil, `<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult><Arn>arn:aws:iam::%[1]s:user/audit</Arn>`+
			`<UserId>AIDA0000000000000000</UserId><Account>%[1]s</Account></GetCallerIdentityResult></GetCallerIdentityResponse>`, c.Account))
	}
	calls["sts:AssumeRole"] = func(s *Simulator, c *Call) *Answer {
		parts := strings.Split(c.Param("RoleArn"), ":")
		if len(parts) < 6 || s.accountNumber(parts[4]) < 0 {
			return errorAnswer(c, 403, "AccessDenied", "there is no such role")
		}
		return text(c, fmt.Appendf(nil, `<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult><Credentials><AccessKeyId>ASIA%[1]s</AccessKeyId>`+
			`<SecretAccessKey>secret</SecretAccessKey><SessionToken>token</SessionToken><Expiration>%[2]s</Expiration></Credentials><AssumedRoleUser><Arn>%[3]s</Arn>`+
			`<AssumedRoleId>AROA0000000000000000:aws-baseline</AssumedRoleId></AssumedRoleUser></AssumeRoleResult></AssumeRoleResponse>`,
			parts[4], time.Now().Add(time.Hour).UTC().Format(time.RFC3339), c.Param("RoleArn")))
	}
	calls["ec2:DescribeRegions"] = func(s *Simulator, c *Call) *Answer {
		out := []byte(`<DescribeRegionsResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><requestId>` + requestID + `</requestId><regionInfo>`)
		for _, region := range s.estate.Regions {
			out = fmt.Appendf(out, `<item><regionName>%[1]s</regionName><regionEndpoint>ec2.%[1]s.amazonaws.com</regionEndpoint><optInStatus>opt-in-not-required</optInStatus></item>`, region)
		}
		return text(c, append(out, `<item><regionName>af-south-1</regionName><optInStatus>not-opted-in</optInStatus></item></regionInfo></DescribeRegionsResponse>`...))
	}
	calls["organizations:DescribeOrganization"] = func(s *Simulator, c *Call) *Answer {
		return text(c, []byte(`{"Organization":{"Id":"o-simulated1","MasterAccountId":"`+s.AccountID(0)+`"}}`))
	}
	calls["organizations:ListAccounts"] = func(s *Simulator, c *Call) *Answer {
		from, to := page(c, "MaxResults", "NextToken", 20, s.estate.Accounts)
		out := []byte(`{"Accounts":[`)
		for i := from; i < to; i++ {
			if i > from {
				out = append(out, ',')
			}
			out = fmt.Appendf(out, `{"Id":"%s","Name":"account %d","Status":"ACTIVE"}`, s.AccountID(i), i)
		}
		if to < s.estate.Accounts {
			return text(c, fmt.Appendf(out, `],"NextToken":"%d"}`, to))
		}
		return text(c, append(out, `]}`...))
	}
	calls["events:ListEventBuses"] = func(_ *Simulator, c *Call) *Answer {
		return text(c, fmt.Appendf(nil, `{"EventBuses":[{"Name":"default","Arn":"arn:aws:events:%s:%s:event-bus/default"}]}`, c.Region, c.Account))
	}
}

// addIAMCalls adds the bulk answer of IAM: roles, then policies, in one list.
func addIAMCalls(calls map[string]simulatedCall, kinds map[string]*simulatedKind) {
	roles, policies := kinds["iam:role"], kinds["iam:policy"]
	role := newShape(`<member><Path>/</Path><RoleName>{id}</RoleName><RoleId>AROA{hex16}</RoleId><Arn>{arn}</Arn><CreateDate>{date}</CreateDate>` +
		`<AssumeRolePolicyDocument>` + simulatedTrust + `</AssumeRolePolicyDocument><InstanceProfileList/><RolePolicyList><member><PolicyName>orders</PolicyName>` +
		`<PolicyDocument>` + simulatedPolicy + `</PolicyDocument></member></RolePolicyList><AttachedManagedPolicies><member><PolicyName>orders-policy-{near}</PolicyName>` +
		`<PolicyArn>arn:aws:iam::{account}:policy/orders-policy-{near}</PolicyArn></member></AttachedManagedPolicies>{tags.query}<RoleLastUsed><LastUsedDate>{date}</LastUsedDate><Region>{region}</Region></RoleLastUsed></member>`)
	policy := newShape(`<member><PolicyName>{id}</PolicyName><PolicyId>ANPA{hex16}</PolicyId><Arn>{arn}</Arn><Path>/</Path><DefaultVersionId>v1</DefaultVersionId><AttachmentCount>2</AttachmentCount>` +
		`<PermissionsBoundaryUsageCount>0</PermissionsBoundaryUsageCount><IsAttachable>true</IsAttachable><CreateDate>{date}</CreateDate><UpdateDate>{date}</UpdateDate><PolicyVersionList>` +
		`<member><Document>` + simulatedPolicy + `</Document><VersionId>v1</VersionId><IsDefaultVersion>true</IsDefaultVersion><CreateDate>{date}</CreateDate></member></PolicyVersionList></member>`)
	calls["iam:GetAccountAuthorizationDetails"] = func(s *Simulator, c *Call) *Answer {
		r, p := s.count(roles, c), s.count(policies, c)
		from, to := page(c, "MaxItems", "Marker", 1000, r+p)
		out := []byte(`<GetAccountAuthorizationDetailsResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/"><GetAccountAuthorizationDetailsResult><UserDetailList/><GroupDetailList/><RoleDetailList>`)
		for i := from; i < min(to, r); i++ {
			one := roles.resource(c.Account, c.Region, i)
			out = role.append(out, &one)
		}
		out = append(out, `</RoleDetailList><Policies>`...)
		for i := max(from, r); i < to; i++ {
			one := policies.resource(c.Account, c.Region, i-r)
			out = policy.append(out, &one)
		}
		out = append(out, `</Policies>`...)
		if to < r+p {
			out = fmt.Appendf(out, `<IsTruncated>true</IsTruncated><Marker>%d</Marker>`, to)
		} else {
			out = append(out, `<IsTruncated>false</IsTruncated>`...)
		}
		return text(c, append(out, `</GetAccountAuthorizationDetailsResult></GetAccountAuthorizationDetailsResponse>`...))
	}
}

// simulatedPolicy is a policy of a common size, as IAM returns it.
const simulatedPolicy = `%7B%22Version%22%3A%222012-10-17%22%2C%22Statement%22%3A%5B%7B%22Sid%22%3A%22Tables%22%2C%22Effect%22%3A%22Allow%22%2C%22Action%22%3A%5B%22dynamodb%3AGetItem%22%2C%22dynamodb%3APutItem%22%2C%22dynamodb%3AQuery%22%2C%22dynamodb%3AUpdateItem%22%5D%2C%22Resource%22%3A%22arn%3Aaws%3Adynamodb%3Aus-east-1%3A{account}%3Atable%2Forders-table-{near}%22%7D%2C%7B%22Sid%22%3A%22Queues%22%2C%22Effect%22%3A%22Allow%22%2C%22Action%22%3A%5B%22sqs%3ASendMessage%22%2C%22sqs%3AReceiveMessage%22%5D%2C%22Resource%22%3A%22arn%3Aaws%3Asqs%3Aus-east-1%3A{account}%3Aorders-queue-{near}%22%7D%5D%7D`

// addTaggingCalls adds the Tagging API, which lists what has tags.
func addTaggingCalls(calls map[string]simulatedCall, kinds map[string]*simulatedKind) {
	types := make(map[string]*simulatedKind)
	for _, k := range kinds {
		if k.Tagging != "" {
			types[k.Tagging] = k
		}
	}
	item := newShape(`{"ResourceARN":"{arn}","Tags":{tags.list}}`)
	calls["tagging:GetResources"] = func(s *Simulator, c *Call) *Answer {
		body := c.jsonBody()
		filters, _ := body["ResourceTypeFilters"].([]any)
		most := 100
		if n, err := strconv.Atoi(c.Param("ResourcesPerPage")); err == nil && n < most {
			most = n
		}
		// The token is the filter's number and the resource's.
		filter, number := 0, 0
		if token, ok := body["PaginationToken"].(string); ok && token != "" {
			_, _ = fmt.Sscanf(token, "%d-%d", &filter, &number)
		}
		out := []byte(`{"ResourceTagMappingList":[`)
		rows := 0
		for ; filter < len(filters); filter, number = filter+1, 0 {
			name, _ := filters[filter].(string)
			k := types[name]
			if k == nil {
				return errorAnswer(c, 400, "InvalidParameterException", "not a resource type: "+name)
			}
			for count := s.count(k, c); number < count; number++ {
				r := k.resource(c.Account, c.Region, number)
				if !tagged(number) || k.Name == "s3:bucket" && s.bucketRegion(number) != c.Region {
					continue
				}
				if rows == most {
					return text(c, fmt.Appendf(out, `],"PaginationToken":"%d-%d"}`, filter, number))
				}
				if rows > 0 {
					out = append(out, ',')
				}
				rows++
				out = item.append(out, &r)
			}
		}
		return text(c, append(out, `],"PaginationToken":""}`...))
	}
}

// addParameterCalls adds the values of parameters, ten a call.
func addParameterCalls(calls map[string]simulatedCall, k *simulatedKind) {
	item := newShape(`{"Name":"{id}","Type":"String","Value":"https://orders-{near}.internal.example.com:8443/{hex16}","Version":3,"LastModifiedDate":{unix},"ARN":"{arn}","DataType":"text"}`)
	calls["ssm:GetParameters"] = func(s *Simulator, c *Call) *Answer {
		names, _ := c.jsonBody()["Names"].([]any)
		if len(names) > 10 {
			return errorAnswer(c, 400, "ValidationException", "more than 10 names")
		}
		out := []byte(`{"Parameters":[`)
		for i, name := range names {
			word, _ := name.(string)
			r, ok := k.named(c.Account, c.Region, word)
			if !ok || r.number >= s.count(k, c) {
				return errorAnswer(c, 400, "ValidationException", "no such parameter: "+word)
			}
			if i > 0 {
				out = append(out, ',')
			}
			out = item.append(out, &r)
		}
		return text(c, append(out, `],"InvalidParameters":[]}`...))
	}
}

// addAlarmCalls adds CloudWatch, which speaks CBOR.
func addAlarmCalls(calls map[string]simulatedCall, k *simulatedKind) {
	calls["cloudwatch:DescribeAlarms"] = func(s *Simulator, c *Call) *Answer {
		body := c.cborBody()
		count, most := s.count(k, c), 100
		if n, ok := body["MaxRecords"].(cbor.Uint); ok {
			most = min(most, int(n))
		}
		from, _ := strconv.Atoi(c.Param("NextToken"))
		to := min(from+most, count)
		alarms := make(cbor.List, 0, max(0, to-from))
		for i := from; i < to; i++ {
			r := k.resource(c.Account, c.Region, i)
			alarms = append(alarms, alarmOf(&r))
		}
		answer := cbor.Map{"MetricAlarms": alarms, "CompositeAlarms": cbor.List{}}
		if to < count {
			answer["NextToken"] = cbor.String(strconv.Itoa(to))
		}
		return text(c, cbor.Encode(answer))
	}
	calls["cloudwatch:ListTagsForResource"] = func(s *Simulator, c *Call) *Answer {
		r, ok := k.named(c.Account, c.Region, c.Param("ResourceARN"))
		if !ok {
			return nil
		}
		tags := cbor.List{}
		for _, tag := range r.tags() {
			tags = append(tags, cbor.Map{"Key": cbor.String(tag[0]), "Value": cbor.String(tag[1])})
		}
		return text(c, cbor.Encode(cbor.Map{"Tags": tags}))
	}
}

func alarmOf(r *simulatedResource) cbor.Value {
	at := &cbor.Tag{ID: 1, Value: cbor.Float64(r.unix())}
	return cbor.Map{
		"AlarmName": cbor.String(r.id), "AlarmArn": cbor.String(r.kind.arnShape.append(nil, r)),
		"AlarmDescription": cbor.String("Too many messages wait"), "AlarmConfigurationUpdatedTimestamp": at,
		"ActionsEnabled": cbor.Bool(true), "OKActions": cbor.List{}, "InsufficientDataActions": cbor.List{},
		"AlarmActions": cbor.List{cbor.String(fmt.Sprintf("arn:aws:sns:%s:%s:orders-topic-%06d", r.region, r.account, r.number/4))},
		"StateValue":   cbor.String("OK"), "StateReason": cbor.String("Threshold Crossed: 1 datapoint was not greater than the threshold"), "StateUpdatedTimestamp": at,
		"MetricName": cbor.String("ApproximateNumberOfMessagesVisible"), "Namespace": cbor.String("AWS/SQS"), "Statistic": cbor.String("Maximum"),
		"Dimensions": cbor.List{cbor.Map{"Name": cbor.String("QueueName"), "Value": cbor.String(fmt.Sprintf("orders-queue-%06d", r.number/4))}},
		"Period":     cbor.Uint(300), "EvaluationPeriods": cbor.Uint(3), "Threshold": cbor.Float64(1000),
		"ComparisonOperator": cbor.String("GreaterThanThreshold"), "TreatMissingData": cbor.String("notBreaching"),
	}
}
