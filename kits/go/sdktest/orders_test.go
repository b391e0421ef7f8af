// Package sdktest is a module of its own: the kit needs nothing but the standard library, its tests the AWS SDK.
package sdktest

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"reflect"
	"syscall"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"squall/kits/go/squalltest"
)

func throttled(times int) squalltest.Rule {
	return squalltest.Rule{"service": "dynamodb", "operation": "PutItem", "error": "throttle", "times": times}
}

func clientOf(t *testing.T, options ...func(*config.LoadOptions) error) *dynamodb.Client {
	t.Helper()
	loaded, err := config.LoadDefaultConfig(context.Background(), options...)
	if err != nil {
		t.Fatal(err)
	}
	return dynamodb.NewFromConfig(loaded)
}

func storeOrder(t *testing.T, client *dynamodb.Client) error {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	_, err := client.CreateTable(ctx, &dynamodb.CreateTableInput{
		TableName:            aws.String("orders"),
		BillingMode:          types.BillingModePayPerRequest,
		AttributeDefinitions: []types.AttributeDefinition{{AttributeName: aws.String("id"), AttributeType: types.ScalarAttributeTypeS}},
		KeySchema:            []types.KeySchemaElement{{AttributeName: aws.String("id"), KeyType: types.KeyTypeHash}},
	})
	if err != nil {
		return err
	}
	_, err = client.PutItem(ctx, &dynamodb.PutItemInput{
		TableName: aws.String("orders"),
		Item:      map[string]types.AttributeValue{"id": &types.AttributeValueMemberS{Value: "1"}},
	})
	return err
}

func TestTheSDKRetriesAndTheCallsSaySo(t *testing.T) {
	s := squalltest.Start(t)
	s.Setenv()
	s.Faults(throttled(2))
	if err := storeOrder(t, clientOf(t)); err != nil {
		t.Fatal(err)
	}
	puts := s.Calls().Of("dynamodb", "PutItem")
	if found := puts.Statuses(); !reflect.DeepEqual(found, []int{400, 400, 200}) {
		t.Error(found)
	}
	for n, call := range puts {
		if call.Attempt != n+1 || call.Account != s.Account {
			t.Errorf("%+v", call)
		}
	}
	report := s.Retries("attempts<=3, no-retry-on=4xx")
	if len(report.Retried) != 1 || report.Retried[0].Outcome != "succeeded" || len(report.Retried[0].WaitsMs) != 2 {
		t.Errorf("%+v", report)
	}
	if rules := s.Rules(); len(rules) != 1 || rules[0].Fired != 2 {
		t.Errorf("%+v", rules)
	}
}

func TestWhenItNeverSucceedsTheErrorIsTheServices(t *testing.T) {
	s := squalltest.Start(t)
	s.Setenv()
	s.Faults(squalltest.Rule{"service": "dynamodb", "operation": "PutItem", "error": "throttle"})
	err := storeOrder(t, clientOf(t))
	var exceeded *types.ProvisionedThroughputExceededException
	if !errors.As(err, &exceeded) {
		t.Error(err)
	}
}

// Parallel tests have no environment of their own, and do not meet all the same.
func TestParallelTestsDoNotMeet(t *testing.T) {
	for n := 1; n <= 8; n++ {
		t.Run(fmt.Sprint(n), func(t *testing.T) {
			t.Parallel()
			s := squalltest.Start(t)
			s.Faults(throttled(n%2 + 1))
			own := credentials.NewStaticCredentialsProvider(s.AccessKeyID, s.SecretAccessKey, "")
			if err := storeOrder(t, clientOf(t, config.WithCredentialsProvider(own))); err != nil {
				t.Fatal(err)
			}
			if found := len(s.Calls().Of("dynamodb", "PutItem")); found != n%2+2 {
				t.Errorf("%d calls", found)
			}
		})
	}
}

func TestNothingOfTheEnvironmentLeadsAway(t *testing.T) {
	s := squalltest.Start(t)
	for _, name := range []string{"AWS_PROFILE", "AWS_SESSION_TOKEN", "AWS_ENDPOINT_URL_DYNAMODB"} {
		if value, there := os.LookupEnv(name); there {
			t.Errorf("%s is %s", name, value)
		}
	}
	if os.Getenv("AWS_ENDPOINT_URL") != s.URL {
		t.Error(os.Getenv("AWS_ENDPOINT_URL"))
	}
}

// The test binary runs itself, and is killed: its Squall ends with it.
func TestASquallEndsWithItsProcessHoweverThatEnds(t *testing.T) {
	if os.Getenv("SQUALL_URL") != "" {
		t.Skip("nothing is started here")
	}
	if os.Getenv("HOLD") != "" {
		fmt.Println(squalltest.Start(t).URL)
		select {}
	}
	holder := exec.Command(os.Args[0], "-test.run=^TestASquallEndsWithItsProcessHoweverThatEnds$")
	holder.Env = append(os.Environ(), "HOLD=1")
	output, err := holder.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := holder.Start(); err != nil {
		t.Fatal(err)
	}
	var url string
	if _, err := fmt.Fscanln(output, &url); err != nil {
		t.Fatal(err)
	}
	_ = holder.Process.Signal(syscall.SIGKILL)
	_ = holder.Wait()
	endsWithin(t, url, 30*time.Second)
}
