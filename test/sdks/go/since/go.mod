module squall/sdks

go 1.25

require (
	github.com/aws/aws-sdk-go-v2/service/cloudwatch v1.76.0
	github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs v1.92.2
	github.com/aws/aws-sdk-go-v2/service/dynamodb v1.74.0
	github.com/aws/aws-sdk-go-v2/service/ec2 v1.346.0
	github.com/aws/aws-sdk-go-v2/service/lambda v1.114.4
	github.com/aws/aws-sdk-go-v2/service/s3 v1.114.10
	github.com/aws/aws-sdk-go-v2/service/sns v1.48.0
	github.com/aws/aws-sdk-go-v2/service/sqs v1.53.0
)

require (
	github.com/aws/aws-sdk-go-v2 v1.48.0
	github.com/aws/aws-sdk-go-v2/aws/protocol/eventstream v1.7.27
	github.com/aws/aws-sdk-go-v2/internal/configsources v1.5.12
	github.com/aws/aws-sdk-go-v2/internal/endpoints/v2 v2.8.12
	github.com/aws/aws-sdk-go-v2/internal/v4a v1.5.12
	github.com/aws/aws-sdk-go-v2/service/internal/accept-encoding v1.13.25
	github.com/aws/aws-sdk-go-v2/service/internal/checksum v1.11.13
	github.com/aws/aws-sdk-go-v2/service/internal/endpoint-discovery v1.13.12
	github.com/aws/aws-sdk-go-v2/service/internal/presigned-url v1.14.12
	github.com/aws/aws-sdk-go-v2/service/internal/s3shared v1.20.12
	github.com/aws/smithy-go v1.28.9
)
