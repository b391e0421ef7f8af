import { createHash } from "node:crypto";
import type { PolicyRecord } from "./policy-record.ts";

/**
 * AWS's own managed policies. Every ARN of the form `arn:aws:iam::aws:policy/…` can be attached and read; those below have a
 * document that grants what AWS's does (in outline), all others one without statements.
 * https://docs.aws.amazon.com/aws-managed-policy/latest/reference/policy-list.html
 */
const DOCUMENTS: Readonly<Record<string, readonly string[]>> = {
  AdministratorAccess: ["*"],
  PowerUserAccess: ["*"],
  ReadOnlyAccess: ["*:Get*", "*:List*", "*:Describe*", "*:BatchGet*"],
  AmazonDynamoDBFullAccess: ["dynamodb:*", "dax:*", "application-autoscaling:*"],
  AmazonDynamoDBReadOnlyAccess: [
    "dynamodb:Get*",
    "dynamodb:List*",
    "dynamodb:Describe*",
    "dynamodb:Query",
    "dynamodb:Scan",
    "dynamodb:BatchGet*",
    "dynamodb:PartiQLSelect",
  ],
  AmazonS3FullAccess: ["s3:*", "s3-object-lambda:*"],
  AmazonS3ReadOnlyAccess: [
    "s3:Get*",
    "s3:List*",
    "s3:Describe*",
    "s3-object-lambda:Get*",
    "s3-object-lambda:List*",
  ],
  AmazonSQSFullAccess: ["sqs:*"],
  AmazonSQSReadOnlyAccess: [
    "sqs:GetQueueAttributes",
    "sqs:GetQueueUrl",
    "sqs:ListDeadLetterSourceQueues",
    "sqs:ListQueues",
    "sqs:ListMessageMoveTasks",
    "sqs:ListQueueTags",
  ],
  AmazonSNSFullAccess: ["sns:*"],
  AmazonSNSReadOnlyAccess: ["sns:Get*", "sns:List*"],
  AmazonKinesisFullAccess: ["kinesis:*"],
  AmazonEC2FullAccess: ["ec2:*", "elasticloadbalancing:*", "cloudwatch:*", "autoscaling:*"],
  AmazonEC2ReadOnlyAccess: [
    "ec2:Describe*",
    "ec2:Get*",
    "elasticloadbalancing:Describe*",
    "cloudwatch:List*",
    "cloudwatch:Get*",
    "cloudwatch:Describe*",
    "autoscaling:Describe*",
  ],
  AmazonEventBridgeFullAccess: ["events:*", "schemas:*", "scheduler:*", "pipes:*"],
  AmazonAPIGatewayAdministrator: ["apigateway:*"],
  AmazonAPIGatewayInvokeFullAccess: ["execute-api:Invoke", "execute-api:ManageConnections"],
  AWSLambda_FullAccess: ["lambda:*", "cloudwatch:*", "logs:*", "iam:PassRole"],
  AWSLambda_ReadOnlyAccess: ["lambda:Get*", "lambda:List*"],
  AWSStepFunctionsFullAccess: ["states:*"],
  CloudWatchFullAccess: ["cloudwatch:*", "logs:*", "sns:*", "autoscaling:Describe*"],
  CloudWatchLogsFullAccess: ["logs:*", "cloudwatch:GenerateQuery"],
  IAMFullAccess: ["iam:*"],
  IAMReadOnlyAccess: ["iam:Get*", "iam:List*", "iam:Generate*", "iam:Simulate*"],
  SecretsManagerReadWrite: ["secretsmanager:*"],
  "service-role/AWSLambdaBasicExecutionRole": [
    "logs:CreateLogGroup",
    "logs:CreateLogStream",
    "logs:PutLogEvents",
  ],
  "service-role/AWSLambdaVPCAccessExecutionRole": [
    "logs:CreateLogGroup",
    "logs:CreateLogStream",
    "logs:PutLogEvents",
    "ec2:CreateNetworkInterface",
    "ec2:DescribeNetworkInterfaces",
    "ec2:DescribeSubnets",
    "ec2:DeleteNetworkInterface",
    "ec2:AssignPrivateIpAddresses",
    "ec2:UnassignPrivateIpAddresses",
  ],
  "service-role/AWSLambdaSQSQueueExecutionRole": [
    "sqs:ReceiveMessage",
    "sqs:DeleteMessage",
    "sqs:GetQueueAttributes",
    "logs:CreateLogGroup",
    "logs:CreateLogStream",
    "logs:PutLogEvents",
  ],
  "service-role/AWSLambdaDynamoDBExecutionRole": [
    "dynamodb:DescribeStream",
    "dynamodb:GetRecords",
    "dynamodb:GetShardIterator",
    "dynamodb:ListStreams",
    "logs:CreateLogGroup",
    "logs:CreateLogStream",
    "logs:PutLogEvents",
  ],
  "service-role/AWSLambdaKinesisExecutionRole": [
    "kinesis:DescribeStream",
    "kinesis:DescribeStreamSummary",
    "kinesis:GetRecords",
    "kinesis:GetShardIterator",
    "kinesis:ListShards",
    "kinesis:ListStreams",
    "kinesis:SubscribeToShard",
    "logs:CreateLogGroup",
    "logs:CreateLogStream",
    "logs:PutLogEvents",
  ],
  "service-role/AWSLambdaRole": ["lambda:InvokeFunction"],
  "service-role/AmazonAPIGatewayPushToCloudWatchLogs": [
    "logs:CreateLogGroup",
    "logs:CreateLogStream",
    "logs:DescribeLogGroups",
    "logs:DescribeLogStreams",
    "logs:PutLogEvents",
    "logs:GetLogEvents",
    "logs:FilterLogEvents",
  ],
  "service-role/AWSFaultInjectionSimulatorEC2Access": [
    "ec2:RebootInstances",
    "ec2:StopInstances",
    "ec2:StartInstances",
    "ec2:TerminateInstances",
    "ec2:DescribeInstances",
    "ssm:SendCommand",
    "ssm:ListCommands",
    "ssm:CancelCommand",
  ],
  "service-role/AWSFaultInjectionSimulatorNetworkAccess": [
    "ec2:CreateTags",
    "ec2:CreateNetworkAcl",
    "ec2:CreateNetworkAclEntry",
    "ec2:DeleteNetworkAcl",
    "ec2:DescribeVpcs",
    "ec2:DescribeSubnets",
    "ec2:DescribeNetworkAcls",
    "ec2:ReplaceNetworkAclAssociation",
  ],
  "service-role/AmazonECSTaskExecutionRolePolicy": [
    "ecr:GetAuthorizationToken",
    "ecr:BatchCheckLayerAvailability",
    "ecr:GetDownloadUrlForLayer",
    "ecr:BatchGetImage",
    "logs:CreateLogStream",
    "logs:PutLogEvents",
  ],
};

/** PowerUserAccess is everything but the account's own administration. */
const EXCEPT: Readonly<Record<string, readonly string[]>> = {
  PowerUserAccess: ["iam:*", "organizations:*", "account:*"],
};

const AWS_MANAGED = /^arn:aws[\w-]*:iam::aws:policy\/((?:[\w+=,.@-]+\/)*)([\w+=,.@-]{1,128})$/;
/** AWS's policies are older than anything here. */
const CREATED_AT_MS = Date.UTC(2015, 1, 6, 18, 39, 46);
const BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

export const isAwsManaged = (arn: string) => AWS_MANAGED.test(arn);

/** The policy of an ARN that `isAwsManaged`. */
export function awsManagedPolicy(arn: string): PolicyRecord {
  const [, path = "", name = ""] = AWS_MANAGED.exec(arn) ?? [];
  const actions = DOCUMENTS[path + name];
  const except = EXCEPT[path + name];
  const statement = {
    Effect: "Allow",
    ...(except ? { NotAction: except } : { Action: actions }),
    Resource: "*",
  };
  const document = JSON.stringify({ Version: "2012-10-17", Statement: actions ? [statement] : [] });
  return {
    name,
    id: idOf(arn),
    path: `/${path}`,
    arn,
    createdAtMs: CREATED_AT_MS,
    updatedAtMs: CREATED_AT_MS,
    tags: {},
    versions: [{ id: "v1", document, createdAtMs: CREATED_AT_MS }],
    defaultVersion: "v1",
    versionCount: 1,
  };
}

/** Those that are known by name, for lists. */
export function knownAwsManagedPolicies(partition: string): PolicyRecord[] {
  return Object.keys(DOCUMENTS).map((path) => awsManagedPolicy(`arn:${partition}:iam::aws:policy/${path}`));
}

function idOf(arn: string): string {
  const digest = createHash("sha256").update(arn).digest();
  return `ANPA${[...digest.subarray(0, 17)].map((byte) => BASE32[byte & 31]).join("")}`;
}
