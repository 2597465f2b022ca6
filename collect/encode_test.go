package collect

import (
	"encoding/json"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	dynamodbtypes "github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	ec2types "github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/aws-baseline/aws-baseline/collect/snapshot"
)

type allow struct{}

type colour string

type everything struct {
	Text    *string
	Nothing *string
	Empty   *string
	Action  *allow
	Other   *allow
	Enum    colour
	NoEnum  colour
	Zero    int32
	Big     *int64
	Ratio   *float64
	Off     *bool
	When    *time.Time
	Bytes   []byte
	List    []string
	NoList  []string
	None    []string
	Map     map[string]string
	NoMap   map[string]int
	Number  json.Number
	Union   dynamodbtypes.AttributeValue
	Raw     json.RawMessage

	hidden         string
	ResultMetadata int
}

func TestTree(t *testing.T) {
	when := time.Date(2026, 11, 1, 13, 0, 0, 5000, time.FixedZone("CET", 3600))
	value := everything{
		Text: aws.String("<a & b>"), Empty: aws.String(""), Action: &allow{}, Enum: "red", Big: aws.Int64(9007199254740993), Ratio: aws.Float64(0.1),
		Off: aws.Bool(false), When: &when, Bytes: []byte("hi"), List: []string{"b", "a"}, None: []string{}, Map: map[string]string{"k": ""},
		Number: "1.10", Union: &dynamodbtypes.AttributeValueMemberN{Value: "7"}, Raw: json.RawMessage(`{"x":1.0}`), hidden: "x",
	}
	got := string(snapshot.Canonical(new(encoder).Tree(&value)))
	want := `{"Action":{},"Big":9007199254740993,"Bytes":"aGk=","Empty":"","Enum":"red","List":["b","a"],"Map":{"k":""},"None":[],` +
		`"Number":1.10,"Off":false,"Ratio":0.1,"Raw":{"x":1.0},"Text":"<a & b>","Union":{"N":"7"},"When":"2026-11-01T12:00:00.000005Z","Zero":0}`
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if tree := new(encoder).Tree((*everything)(nil)); tree != nil {
		t.Errorf("nil becomes %v", tree)
	}
}

func TestKnownPaths(t *testing.T) {
	var paths []Path
	new(encoder).knownPaths(reflect.TypeFor[ec2types.SecurityGroup](), "", func(p Path) { paths = append(paths, p) })
	for _, want := range []Path{"GroupId", "IpPermissions[].IpRanges[].CidrIp", "IpPermissionsEgress[].UserIdGroupPairs[].GroupId"} {
		if !slices.Contains(paths, want) {
			t.Errorf("%s is not known among %q", want, paths)
		}
	}
	paths = nil
	new(encoder).knownPaths(reflect.TypeFor[everything](), "A", func(p Path) { paths = append(paths, p) })
	for _, want := range []Path{"A.Action", "A.Map.*", "A.List[]", "A.Union.**", "A.When", "A.Bytes"} {
		if !slices.Contains(paths, want) {
			t.Errorf("%s is not known among %q", want, paths)
		}
	}
	if slices.Contains(paths, "A.ResultMetadata") {
		t.Error("the SDK's own fields are known")
	}
}
