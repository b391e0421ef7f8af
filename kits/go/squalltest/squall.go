// Package squalltest gives Go tests a Squall, a local AWS that fails on purpose: each test an account of its own, with its
// own resources, rules and calls, on one process that all tests of a test binary share and that ends with it.
package squalltest

import (
	"fmt"
	"net/http"
	"net/url"
	"os"
	"strings"
	"testing"
)

const (
	region = "us-east-1"
	secret = "test"
)

// Squall is what one test has of it.
type Squall struct {
	// URL is the endpoint of every service.
	URL string
	// Account is twelve digits; as an access key they are the account.
	Account         string
	AccessKeyID     string
	SecretAccessKey string
	Region          string

	t     testing.TB
	owner string
}

// Start gives a test an account of its own. The first Start of a process starts Squall (SQUALL_COMMAND, or the nearest
// node_modules', or the PATH's), or takes the one at SQUALL_URL; from then on the process's environment leads AWS clients
// there and nowhere else. Fails the test when there is none.
func Start(t testing.TB) *Squall {
	t.Helper()
	server, err := shared()
	if err != nil {
		t.Fatal(err)
	}
	account := server.account(callerPackage() + "." + t.Name())
	s := &Squall{
		URL: server.url, Account: account, AccessKeyID: account, SecretAccessKey: secret, Region: region,
		t: t, owner: "kit/" + account,
	}
	t.Cleanup(func() {
		s.tell()
		if err := ask(s.URL, http.MethodDelete, "faults?owner="+url.QueryEscape(s.owner), nil, nil); err != nil {
			t.Error(err)
		}
		// All accounts share the names of buckets.
		if err := ask(s.URL, http.MethodPost, "release?account="+s.Account, nil, nil); err != nil {
			t.Error(err)
		}
	})
	return s
}

// tell says what SDKs made of the failures that they met, to who reads the log of the test.
func (s *Squall) tell() {
	var report RetryReport
	if err := ask(s.URL, http.MethodGet, "retries?account="+s.Account, nil, &report); err != nil {
		s.t.Error(err)
	}
	for _, one := range report.Retried {
		s.t.Logf("squall: %s %v, waits of %v ms: %s", one.Call, one.Attempts, one.WaitsMs, one.Outcome)
	}
}

// Setenv leads the AWS clients that this test makes by the environment to its account. A parallel test cannot have an
// environment of its own: it hands AccessKeyID and SecretAccessKey to its clients.
func (s *Squall) Setenv() {
	s.t.Helper()
	for name, value := range s.variables() {
		s.t.Setenv(name, value)
	}
}

// Env is the environment of a child process that finds this account.
func (s *Squall) Env() []string {
	env := os.Environ()
	for name, value := range s.variables() {
		env = append(env, name+"="+value)
	}
	return env
}

func (s *Squall) variables() map[string]string {
	return variables(s.URL, s.AccessKeyID)
}

// Advance lets time pass at once, for all tests on this Squall: "PT5M", "30s".
func (s *Squall) Advance(duration string) {
	s.t.Helper()
	s.must(ask(s.URL, http.MethodPost, "clock", map[string]string{"advance": duration}, nil))
}

func (s *Squall) must(err error) {
	s.t.Helper()
	if err != nil {
		s.t.Fatal(err)
	}
}

func variables(url, accessKey string) map[string]string {
	return map[string]string{
		"AWS_ENDPOINT_URL":          url,
		"AWS_ACCESS_KEY_ID":         accessKey,
		"AWS_SECRET_ACCESS_KEY":     secret,
		"AWS_REGION":                region,
		"AWS_DEFAULT_REGION":        region,
		"AWS_EC2_METADATA_DISABLED": "true",
	}
}

// Each of these could lead a client past Squall, or to somebody's own account.
var leadsAway = []string{
	"AWS_PROFILE", "AWS_DEFAULT_PROFILE", "AWS_SESSION_TOKEN", "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS",
	"AWS_USE_FIPS_ENDPOINT", "AWS_USE_DUALSTACK_ENDPOINT", "AWS_ROLE_ARN", "AWS_WEB_IDENTITY_TOKEN_FILE",
	"AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "AWS_CONTAINER_CREDENTIALS_FULL_URI",
}

// leadProcess is for clients that no test has told where to go.
func leadProcess(url string) error {
	for _, entry := range os.Environ() {
		if name, _, _ := strings.Cut(entry, "="); strings.HasPrefix(name, "AWS_ENDPOINT_URL_") {
			os.Unsetenv(name)
		}
	}
	for _, name := range leadsAway {
		os.Unsetenv(name)
	}
	all := variables(url, "test")
	all["AWS_CONFIG_FILE"], all["AWS_SHARED_CREDENTIALS_FILE"] = os.DevNull, os.DevNull
	for name, value := range all {
		if err := os.Setenv(name, value); err != nil {
			return fmt.Errorf("squalltest: %w", err)
		}
	}
	return nil
}
