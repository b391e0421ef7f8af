package squalltest

import (
	"net/http"
	"net/url"
	"strings"
)

// Rule says what goes wrong, for which calls, how often, in the words of docs/guide/faults.md:
//
//	squalltest.Rule{"service": "sqs", "operation": "SendMessage", "error": "throttle", "times": 2}
type Rule map[string]any

// FaultRule is a rule that is there, and how often it did something.
type FaultRule struct {
	ID      string
	Effect  string
	Matched int
	Fired   int
}

// Faults adds rules for this test's calls, unless they name an account themselves: all of them, or none. They go with the
// test. Returns their ids; fails the test with what is wrong with one.
func (s *Squall) Faults(rules ...Rule) []string {
	s.t.Helper()
	given := make([]Rule, len(rules))
	for n, rule := range rules {
		given[n] = s.within(rule)
	}
	var added []FaultRule
	s.must(ask(s.URL, http.MethodPost, "faults", given, &added))
	ids := make([]string, len(added))
	for n, rule := range added {
		ids[n] = rule.ID
	}
	return ids
}

// Rules are the rules of this test.
func (s *Squall) Rules() []FaultRule {
	s.t.Helper()
	var answer struct{ Rules []FaultRule }
	s.must(ask(s.URL, http.MethodGet, "faults?owner="+url.QueryEscape(s.owner), nil, &answer))
	return answer.Rules
}

// RemoveFault takes one rule away.
func (s *Squall) RemoveFault(id string) {
	s.t.Helper()
	s.must(ask(s.URL, http.MethodDelete, "faults/"+url.PathEscape(id), nil, nil))
}

func (s *Squall) within(rule Rule) Rule {
	own := Rule{"owner": s.owner}
	for name, value := range rule {
		own[name] = value
	}
	if !namesAccount(rule) && !isWithoutAccount(rule) {
		own["account"] = s.Account
	}
	return own
}

func namesAccount(rule Rule) bool {
	for _, name := range []string{"account", "accounts"} {
		if _, there := rule[name]; there {
			return true
		}
	}
	switch match := rule["match"].(type) {
	case Rule:
		return namesAccount(match)
	case map[string]any:
		return namesAccount(match)
	default:
		return false
	}
}

// What these points strike has no account.
func isWithoutAccount(rule Rule) bool {
	point, _ := rule["point"].(string)
	for _, start := range []string{"dns:", "tls:", "proxy:"} {
		if strings.HasPrefix(point, start) {
			return true
		}
	}
	return false
}
