package testbed

// PlannedCalls are calls of one API for one account and region.
type PlannedCalls struct {
	AccountID, Region string
	Operation         string // "ec2:DescribeInstances"
	Calls             int
}

// SimulatedPlan is the least that a capture of an estate's kinds can ask.
type SimulatedPlan struct {
	Planned []PlannedCalls
	Calls   int
	// Chain is the longest row of calls of which each needs the answer of the one before.
	Chain int
}

// Plan works out the fewest calls by which AWS tells what the kinds store of every resource: lists with the largest
// pages that AWS allows, tags of all kinds in one list of the Tagging API where it has them, and a call for a resource
// where AWS has no bulk call. Whoever asks again, to be sure of what the Tagging API doesn't list, asks more. homeRegion is
// where global services are asked.
func (s *Simulator) Plan(homeRegion string) SimulatedPlan {
	var plan SimulatedPlan
	for account := range s.estate.Accounts {
		p := planner{plan: &plan, estate: s.estate, account: account, accountID: s.AccountID(account), home: s.AccountID(0)}
		p.enter(homeRegion)
		p.global(homeRegion)
		for region, name := range s.estate.Regions {
			p.regional(region, name)
		}
	}
	return plan
}

// planner plans one account.
type planner struct {
	plan      *SimulatedPlan
	estate    SimulatedEstate
	account   int
	accountID string
	home      string // the first account's id
	entered   int    // calls before the first list can be made
}

func (p *planner) add(region, operation string, calls int) {
	if calls > 0 {
		p.plan.Planned = append(p.plan.Planned, PlannedCalls{p.accountID, region, operation, calls})
		p.plan.Calls += calls
	}
}

// chain notes a row of dependent calls within the account.
func (p *planner) chain(calls int) { p.plan.Chain = max(p.plan.Chain, p.entered+calls) }

// enter asks who one is, or assumes the account's role, and for its regions.
func (p *planner) enter(home string) {
	p.entered = 2
	if p.account > 0 {
		p.entered = 3                                                                            // the first account's credentials are needed for the role
		p.plan.Planned = append(p.plan.Planned, PlannedCalls{p.home, home, "sts:AssumeRole", 1}) // by the first account
		p.plan.Calls++
	} else {
		p.add(home, "sts:GetCallerIdentity", 1)
	}
	p.add(home, "ec2:DescribeRegions", 1)
}

// list plans a list of n resources and, where each is described too, those calls.
func (p *planner) list(region, operation string, n, size int, describe ...string) {
	pages := pagesOf(n, size)
	p.add(region, operation, pages)
	for _, d := range describe {
		p.add(region, d, n)
	}
	if n > 0 && len(describe) > 0 {
		pages++
	}
	p.chain(pages)
}

func pagesOf(n, size int) int { return max(1, (n+size-1)/size) }

func (p *planner) global(home string) {
	count := func(kind string) int { return p.estate.Count(kind, p.account, 0) }
	roles, policies, buckets := count("iam:role"), count("iam:policy"), count("s3:bucket")
	p.list(home, "iam:GetAccountAuthorizationDetails", roles+policies, 1000)
	p.list(home, "iam:ListRoles", roles, 1000)
	p.add(home, "iam:ListPolicyTags", policies)
	p.list(home, "s3:ListBuckets", buckets, 10000)
	for number := range p.estate.Regions {
		here := part(buckets, len(p.estate.Regions)-1-number, len(p.estate.Regions))
		for operation := range simulatedS3Bodies {
			if operation != "GetBucketTagging" {
				p.add(p.estate.Regions[number], "s3:"+operation, here)
			}
		}
	}
	if buckets > 0 {
		p.chain(pagesOf(buckets, 10000) + 1)
	}
}

func (p *planner) regional(number int, region string) {
	count := func(kind string) int { return p.estate.Count(kind, p.account, number) }
	p.list(region, "ec2:DescribeInstances", count("ec2:instance"), 1000, "ec2:DescribeInstanceAttribute")
	p.list(region, "ec2:DescribeVolumes", count("ec2:volume"), 1000)
	p.list(region, "ec2:DescribeSecurityGroups", count("ec2:security-group"), 1000)
	p.list(region, "lambda:ListFunctions", count("lambda:function"), 50, "lambda:GetFunction", "lambda:GetPolicy")
	p.list(region, "logs:DescribeLogGroups", count("logs:log-group"), 50)
	p.list(region, "cloudwatch:DescribeAlarms", count("cloudwatch:alarm"), 100)
	p.list(region, "ssm:DescribeParameters", count("ssm:parameter"), 50)
	p.add(region, "ssm:GetParameters", (count("ssm:parameter")+9)/10)
	p.list(region, "secretsmanager:ListSecrets", count("secretsmanager:secret"), 100, "secretsmanager:GetResourcePolicy")
	p.list(region, "sqs:ListQueues", count("sqs:queue"), 1000, "sqs:GetQueueAttributes")
	p.list(region, "sns:ListTopics", count("sns:topic"), 100, "sns:GetTopicAttributes")
	p.list(region, "dynamodb:ListTables", count("dynamodb:table"), 100,
		"dynamodb:DescribeTable", "dynamodb:DescribeContinuousBackups", "dynamodb:DescribeTimeToLive", "dynamodb:GetResourcePolicy")
	p.list(region, "kms:ListKeys", count("kms:key"), 1000, "kms:DescribeKey", "kms:GetKeyPolicy", "kms:GetKeyRotationStatus")
	p.add(region, "events:ListEventBuses", 1)
	p.list(region, "events:ListRules", count("events:rule"), 100, "events:ListTargetsByRule")
	tagged := 0
	for _, kind := range SimulatedKinds() {
		n := count(kind.Name)
		if kind.Global {
			n = part(n, number, len(p.estate.Regions))
		}
		if kind.Tagging != "" {
			tagged += n - n/10
		}
	}
	p.list(region, "tagging:GetResources", tagged, 100)
}
