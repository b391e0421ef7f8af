/** An AWS service integration of HTTP APIs: the operation, and what its parameters become. */
export interface Subtype {
  readonly service: string;
  readonly operation: string;
  readonly required: readonly string[];
  /** Parameters that are JSON: lists and maps. */
  readonly json?: readonly string[];
  /** Parameters that are numbers. */
  readonly numbers?: readonly string[];
  /** Parameters that are bytes. */
  readonly bytes?: readonly string[];
  /** How the parameters make the operation's input, when not one for one. */
  input?(parameters: Record<string, unknown>): Record<string, unknown>;
}

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-aws-services-reference.html */
export const SUBTYPES: Readonly<Record<string, Subtype>> = {
  "EventBridge-PutEvents": {
    service: "events",
    operation: "PutEvents",
    required: ["Detail", "DetailType", "Source"],
    json: ["Resources"],
    input: ({ EventBusName, Time, ...entry }) => ({
      Entries: [
        {
          ...entry,
          ...(EventBusName !== undefined && { EventBusName }),
          ...(Time !== undefined && { Time: new Date(String(Time)) }),
        },
      ],
    }),
  },
  "SQS-SendMessage": {
    service: "sqs",
    operation: "SendMessage",
    required: ["QueueUrl", "MessageBody"],
    json: ["MessageAttributes", "MessageSystemAttributes"],
    numbers: ["DelaySeconds"],
  },
  "SQS-ReceiveMessage": {
    service: "sqs",
    operation: "ReceiveMessage",
    required: ["QueueUrl"],
    json: ["AttributeNames", "MessageAttributeNames"],
    numbers: ["MaxNumberOfMessages", "VisibilityTimeout", "WaitTimeSeconds"],
  },
  "SQS-DeleteMessage": {
    service: "sqs",
    operation: "DeleteMessage",
    required: ["QueueUrl", "ReceiptHandle"],
  },
  "SQS-PurgeQueue": { service: "sqs", operation: "PurgeQueue", required: ["QueueUrl"] },
  "Kinesis-PutRecord": {
    service: "kinesis",
    operation: "PutRecord",
    required: ["StreamName", "Data", "PartitionKey"],
    bytes: ["Data"],
  },
  "AppConfig-GetConfiguration": {
    service: "appconfig",
    operation: "GetConfiguration",
    required: ["Application", "Environment", "Configuration", "ClientId"],
  },
  "StepFunctions-StartExecution": {
    service: "stepfunctions",
    operation: "StartExecution",
    required: ["StateMachineArn"],
  },
  "StepFunctions-StartSyncExecution": {
    service: "stepfunctions",
    operation: "StartSyncExecution",
    required: ["StateMachineArn"],
  },
  "StepFunctions-StopExecution": {
    service: "stepfunctions",
    operation: "StopExecution",
    required: ["ExecutionArn"],
  },
};
