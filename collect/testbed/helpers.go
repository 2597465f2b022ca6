package testbed

import (
	"context"
	"math/rand/v2"
	"os"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
)

// Integration is the environment variable that must be 1 for tests against emulators to run. make test sets it.
const Integration = "AWS_BASELINE_INTEGRATION"

// Moto returns the moto that all tests of this process share. It skips the test unless AWS_BASELINE_INTEGRATION is 1;
// if it is, a moto that doesn't start is a failure. Put a Proxy in front: it gives each test an account of its own.
func Moto(t testing.TB) *MotoServer {
	t.Helper()
	RequireIntegration(t)
	m, err := sharedMoto()
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// RequireIntegration skips the test unless AWS_BASELINE_INTEGRATION is 1.
func RequireIntegration(t testing.TB) {
	t.Helper()
	if os.Getenv(Integration) != "1" {
		t.Skip("needs Python and moto: set " + Integration + "=1")
	}
}

// sharedMoto starts moto once for the process. Nobody closes it: it ends with the process.
var sharedMoto = sync.OnceValues(func() (*MotoServer, error) {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Minute)
	defer cancel()
	return StartMoto(ctx, MotoOptions{})
})

// Proxy starts a FaultProxy in front of target for the length of the test.
func Proxy(t testing.TB, target string, options ...ProxyOption) *FaultProxy {
	t.Helper()
	p, err := StartProxy(target, options...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.Close() })
	return p
}

// NewAccount makes up an account id.
func NewAccount() string { return strconv.Itoa(1e11 + rand.IntN(9e11)) }

// Config makes SDK clients talk to the proxy. S3 clients address buckets by path by themselves, as the host is a number.
func (p *FaultProxy) Config(region string) aws.Config {
	return aws.Config{
		Region: region, BaseEndpoint: aws.String(p.URL),
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: "AKIATESTBED", SecretAccessKey: "testbed", Source: "testbed"}, nil
		}),
	}
}

// Environ makes a program talk to the proxy, and to nothing else: no files, no metadata service. Add it to the
// program's environment.
func (p *FaultProxy) Environ(region string) []string {
	return []string{
		"AWS_ENDPOINT_URL=" + p.URL,
		"AWS_REGION=" + region,
		"AWS_ACCESS_KEY_ID=AKIATESTBED",
		"AWS_SECRET_ACCESS_KEY=testbed",
		"AWS_SESSION_TOKEN=",
		"AWS_PROFILE=",
		"AWS_CONFIG_FILE=" + os.DevNull,
		"AWS_SHARED_CREDENTIALS_FILE=" + os.DevNull,
		"AWS_EC2_METADATA_DISABLED=true",
	}
}
