package squalltest

import (
	"net/http"
	"net/url"
	"path"
	"strings"
)

// Call is one call as Squall has seen it: each attempt of an SDK is one of its own.
type Call struct {
	Service   string
	Operation string
	Account   string
	// Status is the HTTP status; 0 for a connection that was dropped.
	Status int
	// Attempt is from 1, as the SDK says; 0 when it does not.
	Attempt   int
	ErrorCode string
	// Dropped is how the connection was dropped: "reset", "hang" …
	Dropped string
	// Rule is the rule that decided how it ended.
	Rule string `json:"faultRuleId"`
	// IsInternal: one service called another.
	IsInternal bool
	DurationMs float64
	// Site is the path of calls that led to it.
	Site string
	// Input is what was asked: long texts are cut in it, and blobs are left out.
	Input map[string]any
}

// Calls are in the order in which they were made.
type Calls []Call

// Calls are what this account's clients called until now, and what came of it.
func (s *Squall) Calls() Calls {
	s.t.Helper()
	var answer struct{ Calls Calls }
	s.must(ask(s.URL, http.MethodGet, "calls?limit=10000&account="+s.Account, nil, &answer))
	return answer.Calls
}

// Of a service and an operation; both may have * in them.
func (calls Calls) Of(service, operation string) Calls {
	var found Calls
	for _, call := range calls {
		if fits(service, call.Service) && fits(operation, call.Operation) {
			found = append(found, call)
		}
	}
	return found
}

// Statuses of them: [400 400 200] is throttled twice, and then well.
func (calls Calls) Statuses() []int {
	statuses := make([]int, len(calls))
	for n, call := range calls {
		statuses[n] = call.Status
	}
	return statuses
}

func fits(pattern, name string) bool {
	matches, err := path.Match(pattern, name)
	return err == nil && matches
}

// RetryReport is what SDKs made of the failures that they met.
type RetryReport struct {
	// Calls and the Attempts that they were.
	Calls, Attempts int
	// Amplification is the most attempts that one thing was worth through all layers.
	Amplification int
	// Retried are those that failed or were tried again.
	Retried []Retried
	// Unmet is what of the assertion does not hold.
	Unmet []string
}

// Retried is all attempts of one SDK call.
type Retried struct {
	Call string
	// Attempts are statuses, or how connections ended.
	Attempts []any
	WaitsMs  []float64
	Tokens   int
	Outcome  string
}

// Retries reports what SDKs made of the failures that they met, and fails the test where an assertion does not hold:
// "attempts<=4, no-retry-on=4xx, wait>=10ms, amplification<=3, retry-after=obeyed". The empty one holds.
func (s *Squall) Retries(assertion string) RetryReport {
	s.t.Helper()
	report := s.retries(assertion)
	if len(report.Unmet) > 0 {
		s.t.Error(strings.Join(report.Unmet, "; "))
	}
	return report
}

func (s *Squall) retries(assertion string) RetryReport {
	s.t.Helper()
	var report RetryReport
	query := url.Values{"account": {s.Account}, "assert": {assertion}}
	s.must(ask(s.URL, http.MethodGet, "retries?"+query.Encode(), nil, &report))
	return report
}
