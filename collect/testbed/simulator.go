package testbed

import (
	"context"
	"io"
	"maps"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"
)

// SimulatedEstate says what a [Simulator] answers for. Resources are spread evenly over accounts and, within an account,
// over the kinds by [SimulatedKinds]' shares and over regions.
type SimulatedEstate struct {
	Resources int
	Accounts  int
	Regions   []string // enabled in every account
	// Latency is how long every call takes.
	Latency time.Duration
}

// Simulator answers the calls by which a dozen busy kinds are listed and described, in AWS's own protocols, without a
// socket: it is the SDK's HTTP client. Every resource is made up from its number when it is asked for, so an estate of
// any size takes no memory. It pages as AWS does, meters calls as AWS says that it does, refuses what is over with AWS's
// throttling errors, and counts. What it doesn't know is answered as AWS answers an unknown operation.
//
// It takes time by time.Sleep and tells it by time.Now, so that it runs in a bubble of testing/synctest too. It reads the
// account from the access key; see [Simulator.AccessKey]. Safe for concurrent use.
type Simulator struct {
	estate SimulatedEstate
	kinds  []SimulatedKind
	rest   restTables
	calls  map[string]simulatedCall // by service and operation

	mutex   sync.Mutex
	buckets map[string]*simulatedBucket // account/region/API
	counts  map[string]int64            // "ec2:DescribeVpcs"
	total   int64
	refused int64
}

// simulatedCall answers one operation; nil means that there is no such thing.
type simulatedCall func(s *Simulator, c *Call) *Answer

// NewSimulator makes a simulator of an estate.
func NewSimulator(estate SimulatedEstate) *Simulator {
	return &Simulator{
		estate: estate, kinds: SimulatedKinds(), rest: loadREST(), calls: simulatedCalls(), buckets: make(map[string]*simulatedBucket), counts: make(map[string]int64),
	}
}

// SimulatedCounts are the calls that a simulator was asked for.
type SimulatedCounts struct {
	Calls, Throttles int64
	Operations       map[string]int64 // "ec2:DescribeInstances" → calls, those that were refused too
}

// Counts are the calls so far.
func (s *Simulator) Counts() SimulatedCounts {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	return SimulatedCounts{Calls: s.total, Throttles: s.refused, Operations: maps.Clone(s.counts)}
}

// AccountID is the id of an account of the estate, from 0.
func (s *Simulator) AccountID(number int) string { return strconv.Itoa(100_000_000_001 + number) }

// AccessKey is an access key of an account of the estate. The secret may be anything: signatures aren't checked.
func (s *Simulator) AccessKey(number int) string { return "AKIA" + s.AccountID(number) }

// Do implements the SDK's HTTP client.
func (s *Simulator) Do(r *http.Request) (*http.Response, error) {
	var body []byte
	if r.Body != nil {
		var err error
		if body, err = io.ReadAll(r.Body); err != nil {
			return nil, err
		}
		_ = r.Body.Close()
	}
	c := s.read(r, body)
	refused := s.meter(c)
	if err := pause(r.Context(), s.estate.Latency); err != nil {
		return nil, err
	}
	a := refused
	if a == nil {
		a = s.answer(c)
	}
	if a.Header == nil {
		a.Header = make(http.Header, 3)
	}
	a.Header.Set("Date", time.Now().UTC().Format(http.TimeFormat))
	return &http.Response{
		Status: strconv.Itoa(a.Status) + " " + http.StatusText(a.Status), StatusCode: a.Status,
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: a.Header, Body: &simulatedBody{rest: a.Body}, ContentLength: int64(len(a.Body)), Request: r,
	}, nil
}

// simulatedBody forgets what was read, as a connection does: the SDK keeps answers.
type simulatedBody struct{ rest []byte }

func (b *simulatedBody) Read(p []byte) (int, error) {
	if len(b.rest) == 0 {
		b.rest = nil
		return 0, io.EOF
	}
	n := copy(p, b.rest)
	b.rest = b.rest[n:]
	return n, nil
}

func (b *simulatedBody) Close() error {
	b.rest = nil
	return nil
}

// RoundTrip implements [http.RoundTripper].
func (s *Simulator) RoundTrip(r *http.Request) (*http.Response, error) { return s.Do(r) }

// read finds out what is asked for. The account is in the access key; a bucket may be in the host's name.
func (s *Simulator) read(r *http.Request, body []byte) *Call {
	c := parse(r.Context(), r, body, s.rest)
	if len(c.AccessKey) == len("AKIA")+12 {
		c.Account = c.AccessKey[len("AKIA"):]
	}
	if c.Protocol == S3 {
		c.host = r.URL.Host
		c.Operation = simulatedS3Operation(c)
	}
	return c
}

func (s *Simulator) answer(c *Call) *Answer {
	call, ok := s.calls[c.Name()]
	if !ok {
		return errorAnswer(c, 400, "InvalidAction", "the simulator has no "+c.Name())
	}
	if a := call(s, c); a != nil {
		return a
	}
	return errorAnswer(c, 404, "ResourceNotFoundException", "no such resource")
}

func pause(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return ctx.Err()
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// text is a successful answer of a protocol.
func text(c *Call, body []byte) *Answer {
	a := &Answer{Status: http.StatusOK, Header: make(http.Header, 3), Body: body}
	switch c.Protocol {
	case JSON:
		a.Header["Content-Type"] = []string{c.Header.Get("Content-Type")}
	case RESTJSON:
		a.Header["Content-Type"] = []string{"application/json"}
	case CBOR:
		a.Header["Content-Type"] = []string{"application/cbor"}
		a.Header["Smithy-Protocol"] = []string{"rpc-v2-cbor"}
	default:
		a.Header["Content-Type"] = []string{"text/xml"}
	}
	return a
}

// accountNumber is the number of an account of the estate, or -1.
func (s *Simulator) accountNumber(id string) int {
	number, err := strconv.Atoi(id)
	if number -= 100_000_000_001; err != nil || number < 0 || number >= s.estate.Accounts {
		return -1
	}
	return number
}

func simulatedS3Operation(c *Call) string {
	if bucketOf(c) == "" {
		return "ListBuckets"
	}
	for query, operation := range simulatedS3Queries {
		if c.Query.Has(query) {
			return operation
		}
	}
	return c.Method + " " + c.rawQuery
}

// bucketOf is the bucket in a host's name: bucket.s3.eu-west-1.amazonaws.com.
func bucketOf(c *Call) string {
	bucket, _, ok := strings.Cut(c.host, ".s3.")
	if !ok {
		return ""
	}
	return bucket
}
