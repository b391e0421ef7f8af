import type { Values } from "../value.ts";

/** What a connector from one type of resource to another makes; `%{…}` stands for what is known of its two ends. */
export interface ConnectorProfile {
  /** A managed policy on a role, the policy of a topic or queue, or permissions of a function. */
  readonly makes: "role" | "topic" | "queue" | "permission";
  /** Whose policy it is. */
  readonly of: "source" | "destination";
  /** Who waits for the policy. */
  readonly dependedOnBy?: "source" | "event source mapping";
  /** Which permissions may be asked for together, where not all may. */
  readonly together?: readonly (readonly string[])[];
  /** By permission: the policy's statements, or a permission's properties. */
  readonly access: Readonly<Record<string, readonly Values[]>>;
}

/**
 * By source and destination.
 * https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/reference-sam-connector.html
 */
export const CONNECTOR_PROFILES: Readonly<Record<string, Readonly<Record<string, ConnectorProfile>>>> = {
  "AWS::DynamoDB::Table": {
    "AWS::Lambda::Function": {
      makes: "role",
      of: "destination",
      dependedOnBy: "event source mapping",
      access: {
        Read: [
          {
            Effect: "Allow",
            Action: [
              "dynamodb:DescribeStream",
              "dynamodb:GetRecords",
              "dynamodb:GetShardIterator",
              "dynamodb:ListStreams",
            ],
            Resource: ["%{Source.Arn}/stream/*"],
          },
        ],
      },
    },
  },
  "AWS::Events::Rule": {
    "AWS::SNS::Topic": {
      makes: "topic",
      of: "destination",
      access: {
        Write: [
          {
            Effect: "Allow",
            Principal: { Service: "events.amazonaws.com" },
            Resource: "%{Destination.Arn}",
            Action: "sns:Publish",
            Condition: { ArnEquals: { "aws:SourceArn": "%{Source.Arn}" } },
          },
        ],
      },
    },
    "AWS::Events::EventBus": {
      makes: "role",
      of: "source",
      access: {
        Write: [{ Effect: "Allow", Action: ["events:PutEvents"], Resource: ["%{Destination.Arn}"] }],
      },
    },
    "AWS::StepFunctions::StateMachine": {
      makes: "role",
      of: "source",
      access: {
        Write: [{ Effect: "Allow", Action: ["states:StartExecution"], Resource: ["%{Destination.Arn}"] }],
      },
    },
    "AWS::Lambda::Function": {
      makes: "permission",
      of: "destination",
      access: {
        Write: [
          { Action: "lambda:InvokeFunction", Principal: "events.amazonaws.com", SourceArn: "%{Source.Arn}" },
        ],
      },
    },
    "AWS::SQS::Queue": {
      makes: "queue",
      of: "destination",
      access: {
        Write: [
          {
            Effect: "Allow",
            Principal: { Service: "events.amazonaws.com" },
            Resource: "%{Destination.Arn}",
            Action: "sqs:SendMessage",
            Condition: { ArnEquals: { "aws:SourceArn": "%{Source.Arn}" } },
          },
        ],
      },
    },
  },
  "AWS::Lambda::Function": {
    "AWS::Lambda::Function": {
      makes: "role",
      of: "source",
      access: {
        Write: [
          {
            Effect: "Allow",
            Action: ["lambda:InvokeAsync", "lambda:InvokeFunction"],
            Resource: ["%{Destination.Arn}"],
          },
        ],
      },
    },
    "AWS::S3::Bucket": {
      makes: "role",
      of: "source",
      access: {
        Read: [
          {
            Effect: "Allow",
            Action: [
              "s3:GetObject",
              "s3:GetObjectAcl",
              "s3:GetObjectLegalHold",
              "s3:GetObjectRetention",
              "s3:GetObjectTorrent",
              "s3:GetObjectVersion",
              "s3:GetObjectVersionAcl",
              "s3:GetObjectVersionForReplication",
              "s3:GetObjectVersionTorrent",
              "s3:ListBucket",
              "s3:ListBucketMultipartUploads",
              "s3:ListBucketVersions",
              "s3:ListMultipartUploadParts",
            ],
            Resource: ["%{Destination.Arn}", "%{Destination.Arn}/*"],
          },
        ],
        Write: [
          {
            Effect: "Allow",
            Action: [
              "s3:AbortMultipartUpload",
              "s3:DeleteObject",
              "s3:DeleteObjectVersion",
              "s3:PutObject",
              "s3:PutObjectLegalHold",
              "s3:PutObjectRetention",
              "s3:RestoreObject",
            ],
            Resource: ["%{Destination.Arn}", "%{Destination.Arn}/*"],
          },
        ],
      },
    },
    "AWS::DynamoDB::Table": {
      makes: "role",
      of: "source",
      access: {
        Read: [
          {
            Effect: "Allow",
            Action: [
              "dynamodb:GetItem",
              "dynamodb:Query",
              "dynamodb:Scan",
              "dynamodb:BatchGetItem",
              "dynamodb:ConditionCheckItem",
              "dynamodb:PartiQLSelect",
            ],
            Resource: ["%{Destination.Arn}", "%{Destination.Arn}/index/*"],
          },
        ],
        Write: [
          {
            Effect: "Allow",
            Action: [
              "dynamodb:PutItem",
              "dynamodb:UpdateItem",
              "dynamodb:DeleteItem",
              "dynamodb:BatchWriteItem",
              "dynamodb:PartiQLDelete",
              "dynamodb:PartiQLInsert",
              "dynamodb:PartiQLUpdate",
            ],
            Resource: ["%{Destination.Arn}", "%{Destination.Arn}/index/*"],
          },
        ],
      },
    },
    "AWS::SQS::Queue": {
      makes: "role",
      of: "source",
      access: {
        Read: [
          {
            Effect: "Allow",
            Action: ["sqs:ReceiveMessage", "sqs:GetQueueAttributes"],
            Resource: ["%{Destination.Arn}"],
          },
        ],
        Write: [
          {
            Effect: "Allow",
            Action: ["sqs:DeleteMessage", "sqs:SendMessage", "sqs:ChangeMessageVisibility", "sqs:PurgeQueue"],
            Resource: ["%{Destination.Arn}"],
          },
        ],
      },
    },
    "AWS::SNS::Topic": {
      makes: "role",
      of: "source",
      access: { Write: [{ Effect: "Allow", Action: ["sns:Publish"], Resource: ["%{Destination.Arn}"] }] },
    },
    "AWS::StepFunctions::StateMachine": {
      makes: "role",
      of: "source",
      access: {
        Write: [
          {
            Effect: "Allow",
            Action: ["states:StartExecution", "states:StartSyncExecution"],
            Resource: ["%{Destination.Arn}"],
          },
          {
            Effect: "Allow",
            Action: ["states:StopExecution"],
            Resource: [
              "arn:${AWS::Partition}:states:${AWS::Region}:${AWS::AccountId}:execution:%{Destination.Name}:*",
            ],
          },
        ],
        Read: [
          {
            Effect: "Allow",
            Action: ["states:DescribeStateMachine", "states:ListExecutions"],
            Resource: ["%{Destination.Arn}"],
          },
          {
            Effect: "Allow",
            Action: [
              "states:DescribeExecution",
              "states:DescribeStateMachineForExecution",
              "states:GetExecutionHistory",
            ],
            Resource: [
              "arn:${AWS::Partition}:states:${AWS::Region}:${AWS::AccountId}:execution:%{Destination.Name}:*",
            ],
          },
        ],
      },
    },
    "AWS::Events::EventBus": {
      makes: "role",
      of: "source",
      access: {
        Write: [{ Effect: "Allow", Action: ["events:PutEvents"], Resource: ["%{Destination.Arn}"] }],
      },
    },
    "AWS::Location::PlaceIndex": {
      makes: "role",
      of: "source",
      access: {
        Read: [
          {
            Effect: "Allow",
            Action: [
              "geo:DescribePlaceIndex",
              "geo:GetPlace",
              "geo:SearchPlaceIndexForPosition",
              "geo:SearchPlaceIndexForSuggestions",
              "geo:SearchPlaceIndexForText",
            ],
            Resource: ["%{Destination.Arn}"],
          },
        ],
      },
    },
  },
  "AWS::ApiGatewayV2::Api": {
    "AWS::Lambda::Function": {
      makes: "permission",
      of: "destination",
      access: {
        Write: [
          {
            Action: "lambda:InvokeFunction",
            Principal: "apigateway.amazonaws.com",
            SourceArn:
              "arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::AccountId}:%{Source.ResourceId}/%{Source.Qualifier}",
          },
        ],
      },
    },
  },
  "AWS::ApiGateway::RestApi": {
    "AWS::Lambda::Function": {
      makes: "permission",
      of: "destination",
      access: {
        Write: [
          {
            Action: "lambda:InvokeFunction",
            Principal: "apigateway.amazonaws.com",
            SourceArn:
              "arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::AccountId}:%{Source.ResourceId}/%{Source.Qualifier}",
          },
        ],
      },
    },
  },
  "AWS::SNS::Topic": {
    "AWS::SQS::Queue": {
      makes: "queue",
      of: "destination",
      access: {
        Write: [
          {
            Effect: "Allow",
            Principal: { Service: "sns.amazonaws.com" },
            Resource: "%{Destination.Arn}",
            Action: "sqs:SendMessage",
            Condition: { ArnEquals: { "aws:SourceArn": "%{Source.Arn}" } },
          },
        ],
      },
    },
    "AWS::Lambda::Function": {
      makes: "permission",
      of: "destination",
      access: {
        Write: [
          { Action: "lambda:InvokeFunction", Principal: "sns.amazonaws.com", SourceArn: "%{Source.Arn}" },
        ],
      },
    },
  },
  "AWS::SQS::Queue": {
    "AWS::Lambda::Function": {
      makes: "role",
      of: "destination",
      dependedOnBy: "event source mapping",
      together: [["Read", "Write"]],
      access: {
        Write: [{ Effect: "Allow", Action: ["sqs:DeleteMessage"], Resource: ["%{Source.Arn}"] }],
        Read: [
          {
            Effect: "Allow",
            Action: ["sqs:ReceiveMessage", "sqs:GetQueueAttributes"],
            Resource: ["%{Source.Arn}"],
          },
        ],
      },
    },
  },
  "AWS::S3::Bucket": {
    "AWS::Lambda::Function": {
      makes: "permission",
      of: "destination",
      access: {
        Write: [
          {
            Action: "lambda:InvokeFunction",
            Principal: "s3.amazonaws.com",
            SourceArn: "%{Source.Arn}",
            SourceAccount: "${AWS::AccountId}",
          },
        ],
      },
    },
  },
  "AWS::StepFunctions::StateMachine": {
    "AWS::Lambda::Function": {
      makes: "role",
      of: "source",
      access: {
        Write: [
          {
            Effect: "Allow",
            Action: ["lambda:InvokeAsync", "lambda:InvokeFunction"],
            Resource: ["%{Destination.Arn}"],
          },
        ],
      },
    },
    "AWS::SNS::Topic": {
      makes: "role",
      of: "source",
      access: { Write: [{ Effect: "Allow", Action: ["sns:Publish"], Resource: ["%{Destination.Arn}"] }] },
    },
    "AWS::SQS::Queue": {
      makes: "role",
      of: "source",
      access: { Write: [{ Effect: "Allow", Action: ["sqs:SendMessage"], Resource: ["%{Destination.Arn}"] }] },
    },
    "AWS::S3::Bucket": {
      makes: "role",
      of: "source",
      access: {
        Read: [
          {
            Effect: "Allow",
            Action: [
              "s3:GetObject",
              "s3:GetObjectAcl",
              "s3:GetObjectLegalHold",
              "s3:GetObjectRetention",
              "s3:GetObjectTorrent",
              "s3:GetObjectVersion",
              "s3:GetObjectVersionAcl",
              "s3:GetObjectVersionForReplication",
              "s3:GetObjectVersionTorrent",
              "s3:ListBucket",
              "s3:ListBucketMultipartUploads",
              "s3:ListBucketVersions",
              "s3:ListMultipartUploadParts",
            ],
            Resource: ["%{Destination.Arn}", "%{Destination.Arn}/*"],
          },
        ],
        Write: [
          {
            Effect: "Allow",
            Action: [
              "s3:AbortMultipartUpload",
              "s3:DeleteObject",
              "s3:DeleteObjectVersion",
              "s3:PutObject",
              "s3:PutObjectLegalHold",
              "s3:PutObjectRetention",
              "s3:RestoreObject",
            ],
            Resource: ["%{Destination.Arn}", "%{Destination.Arn}/*"],
          },
        ],
      },
    },
    "AWS::DynamoDB::Table": {
      makes: "role",
      of: "source",
      access: {
        Read: [
          {
            Effect: "Allow",
            Action: [
              "dynamodb:GetItem",
              "dynamodb:Query",
              "dynamodb:Scan",
              "dynamodb:BatchGetItem",
              "dynamodb:ConditionCheckItem",
              "dynamodb:PartiQLSelect",
            ],
            Resource: ["%{Destination.Arn}", "%{Destination.Arn}/index/*"],
          },
        ],
        Write: [
          {
            Effect: "Allow",
            Action: [
              "dynamodb:PutItem",
              "dynamodb:UpdateItem",
              "dynamodb:DeleteItem",
              "dynamodb:BatchWriteItem",
              "dynamodb:PartiQLDelete",
              "dynamodb:PartiQLInsert",
              "dynamodb:PartiQLUpdate",
            ],
            Resource: ["%{Destination.Arn}", "%{Destination.Arn}/index/*"],
          },
        ],
      },
    },
    "AWS::StepFunctions::StateMachine": {
      makes: "role",
      of: "source",
      dependedOnBy: "source",
      together: [["Read"], ["Read", "Write"]],
      access: {
        Read: [
          {
            Effect: "Allow",
            Action: ["states:DescribeExecution"],
            Resource: [
              "arn:${AWS::Partition}:states:${AWS::Region}:${AWS::AccountId}:execution:%{Destination.Name}:*",
            ],
          },
          {
            Effect: "Allow",
            Action: ["events:DescribeRule"],
            Resource: [
              "arn:${AWS::Partition}:events:${AWS::Region}:${AWS::AccountId}:rule/StepFunctionsGetEventsForStepFunctionsExecutionRule",
            ],
          },
        ],
        Write: [
          { Effect: "Allow", Action: ["states:StartExecution"], Resource: ["%{Destination.Arn}"] },
          {
            Effect: "Allow",
            Action: ["states:StopExecution"],
            Resource: [
              "arn:${AWS::Partition}:states:${AWS::Region}:${AWS::AccountId}:execution:%{Destination.Name}:*",
            ],
          },
          {
            Effect: "Allow",
            Action: ["events:PutTargets", "events:PutRule"],
            Resource: [
              "arn:${AWS::Partition}:events:${AWS::Region}:${AWS::AccountId}:rule/StepFunctionsGetEventsForStepFunctionsExecutionRule",
            ],
          },
        ],
      },
    },
    "AWS::Events::EventBus": {
      makes: "role",
      of: "source",
      access: {
        Write: [{ Effect: "Allow", Action: ["events:PutEvents"], Resource: ["%{Destination.Arn}"] }],
      },
    },
  },
  "AWS::AppSync::DataSource": {
    "AWS::DynamoDB::Table": {
      makes: "role",
      of: "source",
      access: {
        Read: [
          {
            Effect: "Allow",
            Action: [
              "dynamodb:GetItem",
              "dynamodb:Query",
              "dynamodb:Scan",
              "dynamodb:BatchGetItem",
              "dynamodb:ConditionCheckItem",
              "dynamodb:PartiQLSelect",
            ],
            Resource: ["%{Destination.Arn}", "%{Destination.Arn}/index/*"],
          },
        ],
        Write: [
          {
            Effect: "Allow",
            Action: [
              "dynamodb:PutItem",
              "dynamodb:UpdateItem",
              "dynamodb:DeleteItem",
              "dynamodb:BatchWriteItem",
              "dynamodb:PartiQLDelete",
              "dynamodb:PartiQLInsert",
              "dynamodb:PartiQLUpdate",
            ],
            Resource: ["%{Destination.Arn}", "%{Destination.Arn}/index/*"],
          },
        ],
      },
    },
    "AWS::Lambda::Function": {
      makes: "role",
      of: "source",
      access: {
        Write: [
          {
            Effect: "Allow",
            Action: ["lambda:InvokeAsync", "lambda:InvokeFunction"],
            Resource: ["%{Destination.Arn}", "%{Destination.Arn}:*"],
          },
        ],
      },
    },
    "AWS::Events::EventBus": {
      makes: "role",
      of: "source",
      access: {
        Write: [{ Effect: "Allow", Action: ["events:PutEvents"], Resource: ["%{Destination.Arn}"] }],
      },
    },
  },
  "AWS::AppSync::GraphQLApi": {
    "AWS::Lambda::Function": {
      makes: "permission",
      of: "destination",
      access: {
        Write: [
          {
            Action: "lambda:InvokeFunction",
            Principal: "appsync.amazonaws.com",
            SourceArn:
              "arn:${AWS::Partition}:appsync:${AWS::Region}:${AWS::AccountId}:apis/%{Source.ResourceId}",
          },
        ],
      },
    },
  },
};
