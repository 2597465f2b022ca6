package diff

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/aws-baseline/aws-baseline/collect/snapshot"
)

const (
	production, staging = "111111111111", "222222222222"
	dublin, virginia    = "eu-west-1", "us-east-1"
)

var mapped = Maps{Accounts: map[string]string{production: staging}, Regions: map[string]string{dublin: virginia}}

// town is an estate that is built by chance: networks with and without names, groups that name each other, instances
// with volumes, twins, roles that trust accounts, stacks, secrets with suffixes, hosts.
type town struct {
	random *rand.Rand
	s      *snapshot.Snapshot
	used   map[string]bool
}

func newTown(seed uint64) *town {
	at := time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)
	return &town{random: rand.New(rand.NewPCG(seed, 1)), used: map[string]bool{}, s: &snapshot.Snapshot{
		Document: snapshot.Document, SchemaVersion: 1, Name: "town", Cutoff: at,
		Accounts:   []snapshot.Account{{AccountID: production, Regions: []snapshot.Region{{Name: dublin, Captured: true}}}},
		KnownPaths: map[string][]snapshot.Path{},
	}}
}

func (w *town) hex(n int) string {
	for {
		text := fmt.Sprintf("%016x%016x", w.random.Uint64(), w.random.Uint64())[:n]
		if !w.used[text] && mixed("x"+text) && strings.ContainsAny(text, "abcdef") {
			w.used[text] = true
			return text
		}
	}
}

// add adds a resource; refs are paths and the keys of what is named there.
func (w *town) add(kind, region, id, arn, name string, tags map[string]string, configuration map[string]any, refs map[string]string) *snapshot.Resource {
	created := w.s.Cutoff.Add(-time.Duration(w.random.IntN(1000)) * time.Hour)
	label := arn
	if label == "" {
		label = id
	}
	raw := snapshot.Canonical(configuration)
	r := snapshot.Resource{
		Key: snapshot.ResourceKey(production, region, kind, label), Scope: snapshot.ScopeKey(production, region, kind), Kind: kind, ID: id, ARN: arn,
		Name: name, AccountID: production, Region: region, CreatedAt: &created, Tags: tags, Configuration: raw, ConfigurationHash: snapshot.Hash(raw),
	}
	for path, key := range refs {
		r.References = append(r.References, snapshot.Reference{Path: snapshot.Path(path), ID: key[strings.LastIndexAny(key, "/:")+1:], Key: key})
	}
	w.s.Resources = append(w.s.Resources, r)
	return &w.s.Resources[len(w.s.Resources)-1]
}

func (w *town) ec2(kind, prefix, name string, configuration map[string]any, refs map[string]string) (id, key string) {
	id = prefix + "-" + w.hex(17)
	var tags map[string]string
	if name != "" {
		tags = map[string]string{"Name": name}
	}
	r := w.add("ec2:"+kind, dublin, id, "arn:aws:ec2:"+dublin+":"+production+":"+kind+"/"+id, name, tags, configuration, refs)
	return id, r.Key
}

func (w *town) build() *snapshot.Snapshot {
	for v := range 1 + w.random.IntN(3) {
		vpcName := []string{"", fmt.Sprintf("net-%d", v)}[w.random.IntN(2)]
		vpc, vpcKey := w.ec2("vpc", "vpc", vpcName, map[string]any{"CidrBlock": fmt.Sprintf("10.%d.0.0/16", v), "OwnerId": production}, nil)
		var groups, groupKeys []string
		for _, name := range []string{"web", "data", "admin"} {
			rules := []any{}
			refs := map[string]string{"VpcId": vpcKey}
			if len(groups) > 0 {
				rules = append(rules, map[string]any{"Port": json.Number("443"), "From": groups[len(groups)-1]})
				refs["Rules[].From"] = groupKeys[len(groups)-1]
			}
			id := "sg-" + w.hex(17)
			r := w.add("ec2:security-group", dublin, id, "arn:aws:ec2:"+dublin+":"+production+":security-group/"+id, name, nil,
				map[string]any{"GroupName": name, "GroupId": id, "VpcId": vpc, "Rules": rules}, refs)
			groups, groupKeys = append(groups, id), append(groupKeys, r.Key)
		}
		for n := range 1 + w.random.IntN(3) {
			subnet, subnetKey := w.ec2("subnet", "subnet", []string{"", "subnet"}[w.random.IntN(2)],
				map[string]any{"VpcId": vpc, "CidrBlock": fmt.Sprintf("10.%d.%d.0/24", v, n), "AvailabilityZone": dublin + string(rune('a'+n)),
					"AvailabilityZoneId": fmt.Sprintf("euw1-az%d", n+1)}, map[string]string{"VpcId": vpcKey})
			for range w.random.IntN(3) {
				instance, instanceKey := w.ec2("instance", "i", []string{"", "worker"}[w.random.IntN(2)], map[string]any{
					"SubnetId": subnet, "VpcId": vpc, "ImageId": "ami-0123456789abcdef0", "Groups": []any{groups[0]}, "InstanceType": "t3.micro",
					"PrivateIpAddress": fmt.Sprintf("10.%d.%d.%d", v, n, 4+w.random.IntN(200)),
				}, map[string]string{"SubnetId": subnetKey, "VpcId": vpcKey, "Groups[]": groupKeys[0]})
				for d := range 1 + w.random.IntN(2) {
					w.ec2("volume", "vol", "", map[string]any{"Size": json.Number("8"), "Attachments": []any{map[string]any{
						"InstanceId": instance, "Device": fmt.Sprintf("/dev/sd%c", 'a'+d), "AttachTime": w.s.Cutoff.Add(-time.Hour * time.Duration(w.random.IntN(999))).Format(time.RFC3339),
					}}}, map[string]string{"Attachments[].InstanceId": instanceKey})
				}
			}
		}
	}
	for range w.random.IntN(4) {
		w.ec2("volume", "vol", "", map[string]any{"Size": json.Number("100"), "Attachments": []any{}}, nil) // twins
	}
	for _, name := range []string{"deployer", "reader"} {
		arn := "arn:aws:iam::" + production + ":role/" + name
		r := w.add("iam:role", "global", name, arn, name, nil, map[string]any{"AssumeRolePolicyDocument": `{"Statement":[{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::` +
			production + `:root"},"Action":"sts:AssumeRole"}]}`, "Arn": arn}, nil)
		r.UniqueID = "AROA" + strings.ToUpper(w.hex(17))
	}
	key := fmt.Sprintf("%s-1111-4111-8111-%s", w.hex(8), w.hex(12))
	keyARN := "arn:aws:kms:" + dublin + ":" + production + ":key/" + key
	keyKey := w.add("kms:key", dublin, key, keyARN, "", nil, map[string]any{"KeyId": key, "Description": "for secrets"}, nil).Key
	w.add("secretsmanager:secret", dublin, "app/db", "arn:aws:secretsmanager:"+dublin+":"+production+":secret:app/db-"+w.hex(6), "app/db", nil,
		map[string]any{"KmsKeyId": keyARN}, map[string]string{"KmsKeyId": keyKey})
	balancer := w.hex(16)
	host := fmt.Sprintf("shop-%d.%s.elb.amazonaws.com", 100000000+w.random.IntN(899999999), dublin)
	w.add("elasticloadbalancing:loadbalancer", dublin, "app/shop/"+balancer, "arn:aws:elasticloadbalancing:"+dublin+":"+production+":loadbalancer/app/shop/"+balancer,
		"shop", nil, map[string]any{"DNSName": host}, nil)
	zone := "Z" + strings.ToUpper(w.hex(13))
	w.add("route53:hosted-zone", "global", zone, "arn:aws:route53:::hostedzone/"+zone, "shop.example.", nil, map[string]any{
		"Records": []any{map[string]any{"Name": "www", "Alias": "dualstack." + host}, map[string]any{"Name": "a", "Value": "192.0.2.7"}}}, nil)
	queue := "shop-Queue-" + strings.ToUpper(w.hex(12))
	w.add("sqs:queue", dublin, queue, "arn:aws:sqs:"+dublin+":"+production+":"+queue, "", map[string]string{
		"aws:cloudformation:stack-name": "shop", "aws:cloudformation:logical-id": "Queue"}, map[string]any{"QueueArn": "arn:aws:sqs:" + dublin + ":" + production + ":" + queue}, nil)
	w.cover()
	return w.s
}

func (w *town) cover() {
	seen := make(map[string]bool)
	for _, r := range w.s.Resources {
		if !seen[r.Scope] {
			seen[r.Scope] = true
			_, region, _ := snapshot.SplitScope(r.Scope)
			w.s.Coverage = append(w.s.Coverage, snapshot.Coverage{Scope: r.Scope, AccountID: production, Region: region, Kind: r.Kind, State: snapshot.Complete})
		}
	}
	w.s.Sort()
}

var (
	inEstate = regexp.MustCompile(`\b(vpc|sg|subnet|i|vol)-[0-9a-f]{17}\b|\b[0-9a-f]{8}-1111-4111-8111-[0-9a-f]{12}\b|AROA[0-9A-F]{17}|\bZ[0-9A-F]{13}\b|app/shop/[0-9a-f]{16}|shop-Queue-[0-9A-F]{12}|app/db-[0-9a-f]{6}|shop-[0-9]{9}\b`)
	atTime   = regexp.MustCompile(`"AttachTime":"[^"]+"`)
	address  = regexp.MustCompile(`("PrivateIpAddress":"10\.\d+\.\d+\.)\d+"`)
)

// moved is a copy of an estate in another account and region, in which AWS gave everything another id, and its lists
// another order. The names say what became of what.
func moved(t *testing.T, s *snapshot.Snapshot, seed uint64) (*snapshot.Snapshot, map[string]string) {
	t.Helper()
	w := &town{random: rand.New(rand.NewPCG(seed, 2)), used: map[string]bool{}}
	names := make(map[string]string)
	text, err := json.Marshal(s)
	if err != nil {
		t.Fatal(err)
	}
	fresh := regexp.MustCompile(`[0-9a-f]+$|[0-9A-F]+$`)
	text = inEstate.ReplaceAllFunc(text, func(old []byte) []byte {
		if to, ok := names[string(old)]; ok {
			return []byte(to)
		}
		id := string(old)
		switch {
		case strings.Contains(id, "-1111-4111-8111-"):
			id = fmt.Sprintf("%s-1111-4111-8111-%s", w.hex(8), w.hex(12))
		case strings.HasPrefix(id, "shop-") && !strings.HasPrefix(id, "shop-Q"):
			id = fmt.Sprintf("shop-%d", 100000000+w.random.IntN(899999999))
		case strings.HasPrefix(id, "AROA"):
			id = "AROA" + strings.ToUpper(w.hex(17))
		case strings.HasPrefix(id, "Z"):
			id = "Z" + strings.ToUpper(w.hex(13))
		case strings.HasPrefix(id, "shop-Q"):
			id = "shop-Queue-" + strings.ToUpper(w.hex(12))
		default:
			tail := fresh.FindString(id)
			id = strings.TrimSuffix(id, tail) + w.hex(len(tail))
		}
		names[string(old)] = id
		return []byte(id)
	})
	moved := strings.NewReplacer(production, staging, dublin, virginia, "euw1-az", "use1-az").Replace(string(text))
	copied := new(snapshot.Snapshot)
	if err := json.Unmarshal([]byte(moved), copied); err != nil {
		t.Fatal(err)
	}
	copied.Name = "copy"
	for i := range copied.Resources {
		r := &copied.Resources[i]
		at := r.CreatedAt.Add(time.Duration(w.random.IntN(5000)) * time.Hour)
		r.CreatedAt = &at
		r.Configuration = atTime.ReplaceAll(r.Configuration, []byte(`"AttachTime":"2026-11-02T03:04:05Z"`))
		r.Configuration = address.ReplaceAllFunc(r.Configuration, func(old []byte) []byte {
			return fmt.Appendf(nil, "%s%d\"", address.FindSubmatch(old)[1], 4+w.random.IntN(200))
		})
		rehash(r)
	}
	copied.Sort()
	return copied, names
}

func rehash(r *snapshot.Resource) {
	tree, err := snapshot.Tree(r.Configuration)
	if err != nil {
		panic(err)
	}
	r.Configuration = snapshot.Canonical(tree)
	r.ConfigurationHash = snapshot.Hash(r.Configuration)
}

func compareMapped(t *testing.T, baseline, target *snapshot.Snapshot) (*Report, *Mapped) {
	t.Helper()
	m, err := Map(baseline, target, mapped)
	if err != nil {
		t.Fatal(err)
	}
	r, err := Compare(t.Context(), baseline, m.Snapshot, Options{Rules: snapshot.Rules{}})
	if err != nil {
		t.Fatal(err)
	}
	return r, m
}

func explained(r *Report) string {
	var out strings.Builder
	for _, c := range r.Changes {
		fmt.Fprintf(&out, "\n%s %s %s", c.Change, c.Key, c.Reason)
		for _, p := range c.Properties {
			fmt.Fprintf(&out, "\n   %s: %s → %s", p.Path, p.Old, p.New)
		}
	}
	return out.String()
}

// A copy in another account and region, in which every id is another, differs in nothing.
func TestMapCopy(t *testing.T) {
	for seed := range uint64(40) {
		s := newTown(seed).build()
		copied, _ := moved(t, s, seed)
		before, err := json.Marshal([]any{s, copied})
		if err != nil {
			t.Fatal(err)
		}
		r, m := compareMapped(t, s, copied)
		if len(r.Changes) > 0 || r.Summary.Unchanged != len(s.Resources) || len(m.Ambiguous) > 0 || r.Incomplete() || r.NotCompared() {
			t.Fatalf("seed %d: %d of %d unchanged, ambiguous %v%s\n%v", seed, r.Summary.Unchanged, len(s.Resources), m.Ambiguous, explained(r), m.Notes)
		}
		if after, err := json.Marshal([]any{s, copied}); err != nil || string(after) != string(before) {
			t.Fatalf("seed %d: a snapshot was changed (%v)", seed, err)
		}
	}
}

// One change to a copy shows as that change, whatever it was made to, and what went or came shows as that.
func TestMapOneChange(t *testing.T) {
	for seed := range uint64(40) {
		s := newTown(seed).build()
		copied, names := moved(t, s, seed)
		random := rand.New(rand.NewPCG(seed, 3))
		at := random.IntN(len(copied.Resources))
		changed := &copied.Resources[at]
		// Which of several twins was changed or went can't be told.
		if changed.Kind == "ec2:volume" && strings.Contains(string(changed.Configuration), `"Size":100`) {
			continue
		}
		back := make(map[string]string)
		for from, to := range names {
			back[to] = from
		}
		key := strings.NewReplacer(staging, production, virginia, dublin).Replace(changed.Key)
		key = inEstate.ReplaceAllStringFunc(key, func(id string) string { return back[id] })
		tree, err := snapshot.Tree(changed.Configuration)
		if err != nil {
			t.Fatal(err)
		}
		tree.(map[string]any)["Setting"] = "another"
		changed.Configuration = snapshot.Canonical(tree)
		rehash(changed)
		r, _ := compareMapped(t, s, copied)
		if len(r.Changes) == 1 && r.Changes[0].Key != key && twins(s, r.Changes[0].Key, key) {
			key = r.Changes[0].Key // nobody can tell which of the two it was
		}
		if len(r.Changes) != 1 || r.Changes[0].Change != Modified || r.Changes[0].Key != key || len(r.Changes[0].Properties) != 1 || r.Changes[0].Properties[0].Path != "Setting" {
			t.Fatalf("seed %d: a setting of %s was changed:%s", seed, key, explained(r))
		}
	}
}

// twins reports whether two resources of an estate differ in nothing but ids.
func twins(s *snapshot.Snapshot, a, b string) bool {
	forms := make(map[string]string)
	for _, r := range s.Resources {
		forms[r.Key] = stem(atTime.ReplaceAllString(address.ReplaceAllString(string(r.Configuration), "$1"), ""))
	}
	return forms[a] == forms[b]
}
