package squalltest

import (
	"reflect"
	"strings"
	"testing"
)

func TestACommandIsWords(t *testing.T) {
	for text, words := range map[string][]string{
		"":                                nil,
		"squall":                          {"squall"},
		`"/a folder/node" --x /b/main.ts`: {"/a folder/node", "--x", "/b/main.ts"},
	} {
		if found := split(text); !reflect.DeepEqual(found, words) {
			t.Errorf("%q is %q, not %q", text, found, words)
		}
	}
}

func TestAnAccountIsTheSameInEachRunAndAnotherEachTime(t *testing.T) {
	first, second := &server{scopes: map[string]int{}}, &server{scopes: map[string]int{}}
	one := first.account("shop.TestOrder")
	if one != second.account("shop.TestOrder") || len(one) != 12 {
		t.Errorf("%s in one run is something else in the next", one)
	}
	if one == first.account("shop.TestOrder") || one == first.account("shop.TestBill") {
		t.Errorf("%s twice", one)
	}
}

func TestWhatCannotBeStartedIsSaid(t *testing.T) {
	for _, of := range []struct {
		words []string
		said  string
	}{
		{[]string{"/nowhere/squall", "start"}, "`/nowhere/squall start` cannot be run"},
		{[]string{"go", "version"}, "`go version` does not start:\ngo version"},
	} {
		if _, err := started(of.words); err == nil || !strings.Contains(err.Error(), of.said) {
			t.Errorf("%v is not: %s", err, of.said)
		}
	}
}

func TestARuleIsForTheTestsAccountUnlessItNamesOne(t *testing.T) {
	s := &Squall{Account: "111122223333", owner: "kit/111122223333"}
	for _, of := range []struct {
		rule    Rule
		account any
	}{
		{Rule{"error": "throttle"}, "111122223333"},
		{Rule{"error": "throttle", "account": "*"}, "*"},
		{Rule{"effect": "reset", "match": Rule{"account": "*"}}, nil},
		{Rule{"effect": "reset", "match": map[string]any{"service": "sqs"}}, "111122223333"},
		{Rule{"point": "dns:resolve", "effect": "timeout"}, nil},
	} {
		if found := s.within(of.rule)["account"]; found != of.account {
			t.Errorf("%v is for %v", of.rule, found)
		}
	}
}

func TestThePackageOfACaller(t *testing.T) {
	found := func() string { return callerPackage() }()
	if found != "squall/kits/go/squalltest" {
		t.Error(found)
	}
}
