// Reads cells (a JSON line each), makes their calls with the AWS SDK for Go v2 as it comes, prints what a program sees of it.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	dynamodbtypes "github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	lambdatypes "github.com/aws/aws-sdk-go-v2/service/lambda/types"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/smithy-go"
	"github.com/aws/smithy-go/middleware"
	smithyhttp "github.com/aws/smithy-go/transport/http"
)

type cell struct {
	ID        string
	Service   string
	Operation string
	Account   string
	TimeoutMs int
	Repeat    int
	Session   bool
	Endpoint  string
	Gzip      bool
	Input     json.RawMessage
}

type texts map[string]string

type call func() (middleware.Metadata, error)

// The call of a cell, on a client of its own.
func callOf(c cell) call {
	endpoint := os.Args[1]
	if c.Endpoint != "" {
		endpoint = c.Endpoint
	}
	settings := aws.Config{
		Region:       "us-east-1",
		BaseEndpoint: aws.String(endpoint),
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			credentials := aws.Credentials{AccessKeyID: c.Account, SecretAccessKey: "test"}
			if c.Session {
				credentials.SessionToken = "session"
			}
			return credentials, nil
		}),
	}
	if c.TimeoutMs > 0 {
		settings.HTTPClient = &http.Client{Timeout: time.Duration(c.TimeoutMs) * time.Millisecond}
	}
	var in texts
	_ = json.Unmarshal(c.Input, &in)
	all := context.Background()
	switch c.Service {
	case "sns":
		client := sns.NewFromConfig(settings)
		return func() (middleware.Metadata, error) {
			out, err := client.Publish(all, &sns.PublishInput{TopicArn: aws.String(in["TopicArn"]), Message: aws.String(in["Message"])})
			if err != nil {
				return middleware.Metadata{}, err
			}
			return out.ResultMetadata, nil
		}
	case "ec2":
		client := ec2.NewFromConfig(settings)
		return func() (middleware.Metadata, error) {
			out, err := client.DescribeRegions(all, &ec2.DescribeRegionsInput{})
			if err != nil {
				return middleware.Metadata{}, err
			}
			return out.ResultMetadata, nil
		}
	case "dynamodb":
		client := dynamodb.NewFromConfig(settings, func(o *dynamodb.Options) { o.EnableAcceptEncodingGzip = c.Gzip })
		if c.Operation == "GetItem" {
			return func() (middleware.Metadata, error) {
				out, err := client.GetItem(all, &dynamodb.GetItemInput{
					TableName: aws.String("orders"),
					Key:       map[string]dynamodbtypes.AttributeValue{"id": &dynamodbtypes.AttributeValueMemberS{Value: "large"}},
				})
				if err != nil {
					return middleware.Metadata{}, err
				}
				said, _ := out.Item["text"].(*dynamodbtypes.AttributeValueMemberS)
				out.ResultMetadata.Set("text", fmt.Sprintf("%d characters", len(said.Value)))
				return out.ResultMetadata, nil
			}
		}
		return func() (middleware.Metadata, error) {
			out, err := client.UpdateItem(all, &dynamodb.UpdateItemInput{
				TableName:        aws.String("orders"),
				Key:              map[string]dynamodbtypes.AttributeValue{"id": &dynamodbtypes.AttributeValueMemberS{Value: "1"}},
				UpdateExpression: aws.String("ADD n :one"),
				ExpressionAttributeValues: map[string]dynamodbtypes.AttributeValue{
					":one": &dynamodbtypes.AttributeValueMemberN{Value: "1"},
				},
				ReturnValues: dynamodbtypes.ReturnValueUpdatedNew,
			})
			if err != nil {
				return middleware.Metadata{}, err
			}
			return out.ResultMetadata, nil
		}
	case "sqs":
		client := sqs.NewFromConfig(settings)
		if c.Operation == "SendMessageBatch" {
			var batch sqs.SendMessageBatchInput
			_ = json.Unmarshal(c.Input, &batch)
			return func() (middleware.Metadata, error) {
				out, err := client.SendMessageBatch(all, &batch)
				if err != nil {
					return middleware.Metadata{}, err
				}
				out.ResultMetadata.Set("failed", len(out.Failed))
				return out.ResultMetadata, nil
			}
		}
		return func() (middleware.Metadata, error) {
			out, err := client.SendMessage(all, &sqs.SendMessageInput{QueueUrl: aws.String(in["QueueUrl"]), MessageBody: aws.String(in["MessageBody"])})
			if err != nil {
				return middleware.Metadata{}, err
			}
			return out.ResultMetadata, nil
		}
	case "logs":
		client := cloudwatchlogs.NewFromConfig(settings)
		return func() (middleware.Metadata, error) {
			out, err := client.DescribeLogGroups(all, &cloudwatchlogs.DescribeLogGroupsInput{})
			if err != nil {
				return middleware.Metadata{}, err
			}
			return out.ResultMetadata, nil
		}
	case "lambda":
		client := lambda.NewFromConfig(settings)
		if c.Operation == "InvokeWithResponseStream" {
			return func() (middleware.Metadata, error) {
				out, err := client.InvokeWithResponseStream(all, &lambda.InvokeWithResponseStreamInput{FunctionName: aws.String(in["FunctionName"])})
				if err != nil {
					return middleware.Metadata{}, err
				}
				stream := out.GetStream()
				defer stream.Close()
				var said strings.Builder
				for event := range stream.Events() {
					if chunk, ok := event.(*lambdatypes.InvokeWithResponseStreamResponseEventMemberPayloadChunk); ok {
						said.Write(chunk.Value.Payload)
					}
				}
				out.ResultMetadata.Set("text", said.String())
				return out.ResultMetadata, stream.Err()
			}
		}
		return func() (middleware.Metadata, error) {
			out, err := client.ListFunctions(all, &lambda.ListFunctionsInput{})
			if err != nil {
				return middleware.Metadata{}, err
			}
			return out.ResultMetadata, nil
		}
	case "cloudwatch":
		client := cloudwatch.NewFromConfig(settings)
		if c.Operation == "PutMetricData" {
			var data cloudwatch.PutMetricDataInput
			_ = json.Unmarshal(c.Input, &data)
			return func() (middleware.Metadata, error) {
				out, err := client.PutMetricData(all, &data)
				if err != nil {
					return middleware.Metadata{}, err
				}
				return out.ResultMetadata, nil
			}
		}
		return func() (middleware.Metadata, error) {
			out, err := client.ListMetrics(all, &cloudwatch.ListMetricsInput{Namespace: aws.String(in["Namespace"])})
			if err != nil {
				return middleware.Metadata{}, err
			}
			return out.ResultMetadata, nil
		}
	}
	client := s3.NewFromConfig(settings, func(o *s3.Options) { o.UsePathStyle = true })
	if c.Operation == "CopyObject" {
		return func() (middleware.Metadata, error) {
			out, err := client.CopyObject(all, &s3.CopyObjectInput{
				Bucket: aws.String(in["Bucket"]), Key: aws.String(in["Key"]), CopySource: aws.String(in["CopySource"]),
			})
			if err != nil {
				return middleware.Metadata{}, err
			}
			return out.ResultMetadata, nil
		}
	}
	if c.Operation == "PutObject" {
		return func() (middleware.Metadata, error) {
			out, err := client.PutObject(all, &s3.PutObjectInput{
				Bucket: aws.String(in["Bucket"]), Key: aws.String(in["Key"]), Body: strings.NewReader(in["Body"]),
			})
			if err != nil {
				return middleware.Metadata{}, err
			}
			return out.ResultMetadata, nil
		}
	}
	return func() (middleware.Metadata, error) {
		out, err := client.GetObject(all, &s3.GetObjectInput{Bucket: aws.String(in["Bucket"]), Key: aws.String(in["Key"])})
		if err != nil {
			return middleware.Metadata{}, err
		}
		_, err = io.ReadAll(out.Body)
		return out.ResultMetadata, err
	}
}

func observe(make call) map[string]any {
	metadata, err := make()
	if err == nil {
		seen := map[string]any{"ok": true}
		if text, ok := metadata.Get("text").(string); ok {
			seen["text"] = text
		}
		if failed, ok := metadata.Get("failed").(int); ok {
			seen["failed"] = failed
		}
		if results, ok := retry.GetAttemptResults(metadata); ok {
			seen["attempts"] = len(results.Results)
		}
		return seen
	}
	seen := map[string]any{"ok": false, "class": "error", "message": err.Error()}
	var api smithy.APIError
	var request *smithyhttp.RequestSendError
	var response *awshttp.ResponseError
	if errors.As(err, &request) {
		seen["class"] = "*http.RequestSendError"
	}
	if errors.As(err, &response) {
		seen["status"] = response.HTTPStatusCode()
	}
	if errors.As(err, &api) {
		seen["class"] = strings.ReplaceAll(fmt.Sprintf("%T", api), "*types.", "types.")
		seen["code"] = api.ErrorCode()
	}
	return seen
}

func main() {
	work := make(chan cell)
	var lanes sync.WaitGroup
	var printing sync.Mutex
	for lane := 0; lane < 16; lane++ {
		lanes.Add(1)
		go func() {
			defer lanes.Done()
			for c := range work {
				make := callOf(c)
				seen := observe(make)
				for n := 1; n < c.Repeat; n++ {
					seen = observe(make)
				}
				seen["id"] = c.ID
				line, _ := json.Marshal(seen)
				printing.Lock()
				fmt.Println(string(line))
				printing.Unlock()
			}
		}()
	}
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 1<<23)
	for lines.Scan() {
		var c cell
		if err := json.Unmarshal(lines.Bytes(), &c); err != nil {
			panic(err)
		}
		work <- c
	}
	close(work)
	lanes.Wait()
}
