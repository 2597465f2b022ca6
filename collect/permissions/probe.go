package permissions

import (
	"context"
	"errors"
	"iter"
	"net/http"
	"slices"
	"strings"
	"sync"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsmiddleware "github.com/aws/aws-sdk-go-v2/aws/middleware"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	tagging "github.com/aws/aws-sdk-go-v2/service/resourcegroupstaggingapi"
	tagtypes "github.com/aws/aws-sdk-go-v2/service/resourcegroupstaggingapi/types"
	"github.com/aws/smithy-go"
	"github.com/aws/smithy-go/middleware"

	"github.com/aws-baseline/aws-baseline/collect"
)

// Trial is what became of one call in one region.
type Trial struct {
	Kind      string `json:"kind"` // "" for what the engine calls itself
	Region    string `json:"region"`
	Operation string `json:"operation"` // "KMS: ListAliases"
	// Class is [Allowed], or what AWS's error means. Code and Message are those of any error.
	Class   string `json:"class"`
	SCP     bool   `json:"scp,omitempty"` // a service control policy denied it
	Code    string `json:"code,omitempty"`
	Message string `json:"message,omitempty"`
}

// Allowed is the class of a call that AWS answered, if only to say that there is no such thing, or that the service was
// never switched on: who may not ask is told before that.
const Allowed = "allowed"

// Probe tries, in some regions, the calls that kinds list by, each at most once for a kind and region: the first page of
// a list, and each further part of the first resource that it names. What there is nothing to try on is not tried. It
// changes nothing. The trials are sorted; an error means that nothing could be tried.
func Probe(ctx context.Context, session *collect.Session, kinds []*collect.Kind, regions []string) ([]Trial, error) {
	p := new(probe)
	var watched []*collect.Kind
	tagged := false
	for _, kind := range kinds {
		watched = append(watched, p.watch(kind, kind.Name))
		tagged = tagged || kind.Tagging != ""
	}
	if tagged {
		watched = append(watched, p.watch(&collect.Kind{Name: "tag:resources", List: listTags}, ""))
	}
	_, err := collect.Capture(ctx, session, collect.Request{
		Kinds: watched, Regions: regions, DirectTags: true, MaskKey: collect.NewMaskKey("nothing of this is kept"),
	})
	if err != nil {
		return nil, err
	}
	slices.SortFunc(p.trials, func(a, b Trial) int {
		return strings.Compare(a.Kind+"\x00"+a.Region+"\x00"+a.Operation, b.Kind+"\x00"+b.Region+"\x00"+b.Operation)
	})
	return p.trials, nil
}

// listTags asks the Tagging API for a first page.
func listTags(s *collect.Scope) {
	_, _ = collect.All(s, func(s *collect.Scope) iter.Seq[tagtypes.ResourceTagMapping] {
		return collect.Pages[tagtypes.ResourceTagMapping](s, tagging.NewFromConfig(s.Config).GetResources, &tagging.GetResourcesInput{ResourcesPerPage: aws.Int32(1)})
	})
}

// errTried is the answer to a call that was made before. It never leaves the probe: what a capture makes of it is not
// looked at.
var errTried = errors.New("probe: tried already")

// probe collects trials. Safe for concurrent use.
type probe struct {
	mutex  sync.Mutex
	trials []Trial
}

// watch is a kind whose calls are made once, and noted.
func (p *probe) watch(kind *collect.Kind, name string) *collect.Kind {
	watched := *kind
	watched.List = func(s *collect.Scope) {
		w := &watch{probe: p, kind: name, region: s.Region, tried: make(map[string]bool)}
		s.Config.APIOptions = append(slices.Clone(s.Config.APIOptions), w.attach)
		kind.List(s)
	}
	return &watched
}

// watch notes the calls of one kind in one region.
type watch struct {
	probe        *probe
	kind, region string

	mutex sync.Mutex
	tried map[string]bool
}

func (w *watch) attach(stack *middleware.Stack) error {
	return stack.Initialize.Add(middleware.InitializeMiddlewareFunc("aws-baseline:probe", w.call), middleware.After)
}

// call lets the first call of each operation through.
func (w *watch) call(ctx context.Context, in middleware.InitializeInput, next middleware.InitializeHandler) (out middleware.InitializeOutput, metadata middleware.Metadata, err error) {
	operation := awsmiddleware.GetServiceID(ctx) + ": " + awsmiddleware.GetOperationName(ctx)
	if !w.first(operation) {
		return out, metadata, errTried
	}
	out, metadata, err = next.HandleInitialize(ctx, in)
	t := Trial{Kind: w.kind, Region: w.region, Operation: operation, Class: Allowed}
	if err != nil {
		t.Class, t.SCP, t.Code, t.Message = string(collect.Classify(err)), collect.BySCP(err), collect.Code(err), collect.Message(err)
		if answered(err) {
			t.Class = Allowed
		}
	}
	w.probe.mutex.Lock()
	w.probe.trials = append(w.probe.trials, t)
	w.probe.mutex.Unlock()
	return out, metadata, err
}

// answered reports whether an error says that the call was allowed, and refused for another reason.
func answered(err error) bool {
	var api smithy.APIError
	var response *awshttp.ResponseError
	switch collect.Classify(err) {
	case collect.ClassNotFound:
		return true
	case collect.ClassOther:
		return errors.As(err, &api) && errors.As(err, &response) && response.HTTPStatusCode() < http.StatusInternalServerError
	}
	return false
}

func (w *watch) first(operation string) bool {
	w.mutex.Lock()
	defer w.mutex.Unlock()
	if w.tried[operation] {
		return false
	}
	w.tried[operation] = true
	return true
}
