#!/bin/sh
# Deploys the application with AWS CLI commands, as on AWS; awslocal is aws with this cloud's endpoint.
# CODE is the folder with the built functions.
set -eu
code=${CODE:-$(dirname "$0")/../../build}
region=us-east-1
account=000000000000
role=arn:aws:iam::$account:role/product-api

awslocal dynamodb create-table --table-name Products \
  --attribute-definitions AttributeName=id,AttributeType=S --key-schema AttributeName=id,KeyType=HASH \
  --billing-mode PAY_PER_REQUEST >/dev/null

topic=$(awslocal sns create-topic --name ProductEventsTopic --query TopicArn --output text)
queue=$(awslocal sqs create-queue --queue-name ProductEventsQueue --attributes VisibilityTimeout=10 --query QueueUrl --output text)
queue_arn=arn:aws:sqs:$region:$account:ProductEventsQueue
awslocal sns subscribe --topic-arn "$topic" --protocol sqs --notification-endpoint "$queue_arn" >/dev/null

awslocal iam create-role --role-name product-api --assume-role-policy-document \
  '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"lambda.amazonaws.com"},"Action":"sts:AssumeRole"}]}' >/dev/null
for name in api queue; do
  awslocal lambda create-function --function-name "product-$name" --runtime nodejs24.x --handler "$name.handler" \
    --role "$role" --timeout 10 --environment "Variables={TOPIC_ARN=$topic}" \
    --zip-file "fileb://$code/$name.zip" >/dev/null
done
awslocal lambda create-event-source-mapping --function-name product-queue --event-source-arn "$queue_arn" \
  --function-response-types ReportBatchItemFailures >/dev/null

api=$(awslocal apigateway create-rest-api --name product-api --tags _custom_id_=12345 --query id --output text)
root=$(awslocal apigateway get-resources --rest-api-id "$api" --query 'items[0].id' --output text)
resource=$(awslocal apigateway create-resource --rest-api-id "$api" --parent-id "$root" --path-part productApi --query id --output text)
for method in GET POST; do
  awslocal apigateway put-method --rest-api-id "$api" --resource-id "$resource" --http-method "$method" --authorization-type NONE >/dev/null
  awslocal apigateway put-integration --rest-api-id "$api" --resource-id "$resource" --http-method "$method" \
    --type AWS_PROXY --integration-http-method POST \
    --uri "arn:aws:apigateway:$region:lambda:path/2015-03-31/functions/arn:aws:lambda:$region:$account:function:product-api/invocations" >/dev/null
done
awslocal lambda add-permission --function-name product-api --statement-id api --action lambda:InvokeFunction \
  --principal apigateway.amazonaws.com >/dev/null
awslocal apigateway create-deployment --rest-api-id "$api" --stage-name dev >/dev/null
echo "product-api is deployed: http://$api.execute-api.localhost.localstack.cloud:4566/dev/productApi"
