package collect

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsmiddleware "github.com/aws/aws-sdk-go-v2/aws/middleware"
	"github.com/aws/aws-sdk-go-v2/aws/ratelimit"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/credentials/stscreds"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/smithy-go"
	"github.com/aws/smithy-go/logging"
	"github.com/aws/smithy-go/middleware"
)

// Options say how to reach AWS; what is empty is taken from the environment and the AWS CLI's files.
type Options struct {
	Profile, Region, EndpointURL string
	// Concurrency bounds the calls under way at once; 0 is [DefaultConcurrency].
	Concurrency int
	// MFAToken asks for a code where a profile wants one; nil refuses such profiles.
	MFAToken func() (string, error)
	// HTTPClient, if any, makes the calls: a simulator's, in tests and benchmarks.
	HTTPClient aws.HTTPClient
}

// DefaultConcurrency is the number of calls under way at once.
const DefaultConcurrency = 64

const (
	maxAttempts    = 8
	attemptTimeout = 30 * time.Second
	maxBackoff     = 10 * time.Second
)

// Session is one identity in one account. It lives for one run: credentials that expire end it. Safe for concurrent use.
type Session struct {
	Config    aws.Config
	AccountID string
	CallerARN string
	Partition string
	// Start is AWS's clock when the session was opened, in whole seconds, UTC.
	Start time.Time
	// Emulated says that an endpoint URL was given.
	Emulated bool
	// AccessKeyIDs are the ids of the access keys in use: the one that signs, and those of the profiles that it was
	// got through (source_profile).
	AccessKeyIDs []string

	traffic *traffic
}

// Open loads credentials and asks AWS who they are. The error is [ErrNoCredentials], [ErrExpired], [ErrUnreachable] or
// what AWS said, each with what to do.
func Open(ctx context.Context, options Options) (*Session, error) {
	if options.Concurrency <= 0 {
		options.Concurrency = DefaultConcurrency
	}
	s := &Session{}
	s.traffic = newTraffic(options.Concurrency, func() string { return s.AccountID })
	cfg, err := load(ctx, options, s.traffic)
	if err != nil {
		return nil, err
	}
	if cfg.Region == "" {
		cfg.Region = "us-east-1" // only to ask who we are; captures name their regions
	}
	s.Config, s.Emulated = cfg, cfg.BaseEndpoint != nil
	s.traffic.emulated = s.Emulated
	credentials, err := cfg.Credentials.Retrieve(ctx)
	if err != nil {
		return nil, credentialError(err, options)
	}
	s.AccessKeyIDs = append(sourceKeys(ctx, options), credentials.AccessKeyID)
	identity, err := sts.NewFromConfig(cfg, func(o *sts.Options) { o.RetryMaxAttempts = 3 }).GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{})
	if err != nil {
		return nil, identityError(err, options, cfg)
	}
	s.AccountID, s.CallerARN = aws.ToString(identity.Account), aws.ToString(identity.Arn)
	s.Partition = "aws"
	if parts := strings.Split(s.CallerARN, ":"); len(parts) > 1 && parts[1] != "" {
		s.Partition = parts[1]
	}
	now, ok := awsmiddleware.GetServerTime(identity.ResultMetadata)
	if !ok {
		now = time.Now()
	}
	s.Start = now.UTC().Truncate(time.Second)
	return s, nil
}

// load reads the AWS CLI's configuration; traffic goes into every client.
func load(ctx context.Context, options Options, traffic *traffic) (aws.Config, error) {
	if options.HTTPClient == nil {
		options.HTTPClient = awshttp.NewBuildableClient().WithTimeout(attemptTimeout).WithTransportOptions(func(t *http.Transport) {
			t.MaxIdleConnsPerHost = options.Concurrency
		})
	}
	settings := []func(*config.LoadOptions) error{
		config.WithRetryer(newRetryer),
		config.WithLogger(logging.Nop{}), // what matters is in errors and coverage
		config.WithHTTPClient(options.HTTPClient),
		config.WithAPIOptions([]func(*middleware.Stack) error{
			awsmiddleware.AddUserAgentKeyValue("aws-baseline", Version),
			traffic.attach,
		}),
		config.WithAssumeRoleCredentialOptions(func(o *stscreds.AssumeRoleOptions) { o.TokenProvider = options.MFAToken }),
	}
	if options.Profile != "" {
		settings = append(settings, config.WithSharedConfigProfile(options.Profile))
	}
	if options.Region != "" {
		settings = append(settings, config.WithRegion(options.Region))
	}
	if options.EndpointURL != "" {
		if u, err := url.Parse(options.EndpointURL); err != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https") {
			return aws.Config{}, &OptionError{fmt.Sprintf("%q is not an endpoint URL: give one like http://127.0.0.1:5000", options.EndpointURL)}
		}
		settings = append(settings, config.WithBaseEndpoint(options.EndpointURL))
	}
	traffic.roles = endpointOfRoles(options)
	cfg, err := config.LoadDefaultConfig(ctx, settings...)
	if err != nil {
		return aws.Config{}, loadError(err, options)
	}
	return cfg, nil
}

// sourceKeys are the access keys of a profile and of those that it takes its credentials from.
func sourceKeys(ctx context.Context, options Options) []string {
	profile := cmp.Or(options.Profile, os.Getenv("AWS_PROFILE"), "default")
	shared, err := config.LoadSharedConfigProfile(ctx, profile)
	if err != nil {
		return nil // there need not be any
	}
	var keys []string
	for at := &shared; at != nil && len(keys) < 10; at = at.Source {
		if id := at.Credentials.AccessKeyID; id != "" {
			keys = append(keys, id)
		}
	}
	return keys
}

// OptionError says that an option can't be used as it is given.
type OptionError struct{ message string }

func (e *OptionError) Error() string { return e.message }

// endpointOfRoles is where roles are to be assumed, where an endpoint URL was given. The SDK makes its STS client for
// profiles with a role before it knows of AWS_ENDPOINT_URL, and would ask AWS itself.
func endpointOfRoles(options Options) *url.URL {
	text := options.EndpointURL
	if text == "" && os.Getenv("AWS_ENDPOINT_URL_STS") == "" && !strings.EqualFold(os.Getenv("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"), "true") {
		text = os.Getenv("AWS_ENDPOINT_URL")
	}
	if text == "" {
		return nil
	}
	endpoint, err := url.Parse(text)
	if err != nil || endpoint.Host == "" {
		return nil // the SDK refuses it
	}
	return endpoint
}

// newRetryer is the SDK's standard retryer without its quota, which big scans spend (aws-sdk-go-v2 issues 1665, 3413).
func newRetryer() aws.Retryer {
	return retry.NewStandard(func(o *retry.StandardOptions) {
		o.MaxAttempts, o.MaxBackoff, o.RateLimiter = maxAttempts, maxBackoff, ratelimit.None
		o.Retryables = append([]retry.IsErrorRetryable{retry.NoRetryCanceledError{}, retryable{}}, o.Retryables...)
	})
}

// Counts are the calls made so far.
func (s *Session) Counts() Counts { return s.traffic.counts() }

// Expired reports whether the credentials expired during the run.
func (s *Session) Expired() bool { return s.traffic.expired.Load() }

func loadError(err error, options Options) error {
	var missing config.SharedConfigProfileNotExistError
	if errors.As(err, &missing) {
		return fmt.Errorf("%w: the profile %q does not exist; see: aws configure list-profiles", ErrNoCredentials, missing.Profile)
	}
	if strings.Contains(err.Error(), "AssumeRoleTokenProviderNotSetError") || strings.Contains(err.Error(), "assume role with MFA enabled") {
		return fmt.Errorf("%w: the profile %q asks for an MFA code, and there is no terminal to ask on", ErrNoCredentials, cmp.Or(options.Profile, os.Getenv("AWS_PROFILE")))
	}
	return fmt.Errorf("%w: %s", ErrNoCredentials, Message(err))
}

func credentialError(err error, options Options) error {
	login := "aws sso login"
	if options.Profile != "" {
		login += " --profile " + options.Profile
	}
	text := strings.ToLower(err.Error())
	switch {
	case Classify(err) == ClassExpired, strings.Contains(text, "token") && strings.Contains(text, "expired"):
		return fmt.Errorf("%w; renew them, for example with: %s", ErrExpired, login)
	case strings.Contains(text, "ec2imds") || strings.Contains(text, "imds"):
		return fmt.Errorf("%w; set them up with: aws configure, or: %s", ErrNoCredentials, login)
	}
	return fmt.Errorf("%w: %s; try: %s", ErrNoCredentials, Message(err), login)
}

func identityError(err error, options Options, cfg aws.Config) error {
	var network *net.OpError
	var dns *net.DNSError
	var api smithy.APIError
	where := "AWS in " + cfg.Region
	if cfg.BaseEndpoint != nil {
		where = *cfg.BaseEndpoint
	}
	switch {
	case Classify(err) == ClassExpired:
		return credentialError(err, options)
	case errors.As(err, &api) && (api.ErrorCode() == "InvalidClientTokenId" || api.ErrorCode() == "SignatureDoesNotMatch" || api.ErrorCode() == "UnrecognizedClientException"):
		return fmt.Errorf("%w: AWS does not accept them: %s", ErrNoCredentials, Describe(err))
	case errors.As(err, &api):
		return errors.New(Describe(err))
	case errors.As(err, &dns):
		return fmt.Errorf("%w: %s: no such host %s; check --endpoint-url, --region and the network", ErrUnreachable, where, dns.Name)
	case errors.As(err, &network):
		return fmt.Errorf("%w at %s: %v; check --endpoint-url and the network", ErrUnreachable, where, network.Err)
	case errors.Is(err, context.Canceled):
		return err
	}
	return fmt.Errorf("%w at %s: %s", ErrUnreachable, where, Message(err))
}

// home is the region in which a partition's global services answer.
func home(partition string) string {
	switch partition {
	case "aws-cn":
		return "cn-north-1"
	case "aws-us-gov":
		return "us-gov-west-1"
	}
	return "us-east-1"
}
