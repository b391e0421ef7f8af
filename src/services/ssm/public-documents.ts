import type { DocumentRecord, DocumentVersionRecord } from "./document.ts";
import { type DocumentContent, describeParameters, type ParameterDeclaration } from "./document-content.ts";

/**
 * AWS's own documents that Squall has: their names, parameters and defaults.
 * https://docs.aws.amazon.com/systems-manager/latest/userguide/documents-command-ssm-plugin-reference.html,
 * https://docs.aws.amazon.com/fis/latest/userguide/actions-ssm-agent.html#fis-ssm-docs
 */
interface PublicDocument {
  readonly description: string;
  readonly parameters: Readonly<Record<string, ParameterDeclaration>>;
  readonly content?: DocumentContent;
  /** Default: Command. */
  readonly type?: "Automation";
}

const text = (value?: string): ParameterDeclaration => ({
  type: "String",
  ...(value !== undefined && { default: value }),
});
const LASTS = { DurationSeconds: text("60") };
const INSTALL = { InstallDependencies: text("True") };
const NETWORK = { Interface: text("eth0"), ...LASTS, ...INSTALL };
const SOURCES = { Sources: text(), TrafficType: text("ingress"), FlowsPercent: text("100") };

/** What an AWSFIS document does is done by Squall itself: its one step is named after it. */
const fis = (description: string, parameters: Readonly<Record<string, ParameterDeclaration>>) => ({
  description,
  parameters,
});

const DOCUMENTS: Readonly<Record<string, PublicDocument>> = {
  "AWS-RunShellScript": {
    description: "Run a shell script or specify the commands to run.",
    parameters: {
      commands: { type: "StringList" },
      workingDirectory: text(""),
      executionTimeout: text("3600"),
    },
    content: {
      schemaVersion: "1.2",
      runtimeConfig: {
        "aws:runShellScript": {
          properties: [
            {
              id: "0.aws:runShellScript",
              runCommand: "{{ commands }}",
              workingDirectory: "{{ workingDirectory }}",
              timeoutSeconds: "{{ executionTimeout }}",
            },
          ],
        },
      },
    },
  },
  "AWSFIS-Run-CPU-Stress": fis("Runs CPU stress on an instance.", {
    ...LASTS,
    CPU: text("0"),
    LoadPercent: text("100"),
    ...INSTALL,
  }),
  "AWSFIS-Run-Memory-Stress": fis("Runs memory stress on an instance.", {
    ...LASTS,
    Workers: text("1"),
    Percent: text("80"),
    ...INSTALL,
  }),
  "AWSFIS-Run-IO-Stress": fis("Runs IO stress on an instance.", {
    ...LASTS,
    Workers: text("1"),
    Percent: text("80"),
    ...INSTALL,
  }),
  "AWSFIS-Run-Disk-Fill": fis("Allocates disk space on an instance to simulate a disk full fault.", {
    ...LASTS,
    Percent: text("95"),
    ...INSTALL,
  }),
  "AWSFIS-Run-Kill-Process": fis("Stops a process on an instance by its name.", {
    ProcessName: text(),
    Signal: text("SIGTERM"),
    ...INSTALL,
  }),
  "AWSFIS-Run-Network-Latency": fis("Adds latency to the network interface of an instance.", {
    ...NETWORK,
    DelayMilliseconds: text("200"),
  }),
  "AWSFIS-Run-Network-Latency-Sources": fis("Adds latency and jitter to traffic to or from sources.", {
    ...NETWORK,
    ...SOURCES,
    DelayMilliseconds: text("200"),
    JitterMilliseconds: text("10"),
  }),
  "AWSFIS-Run-Network-Packet-Loss": fis("Adds packet loss to the network interface of an instance.", {
    ...NETWORK,
    LossPercent: text("7"),
  }),
  "AWSFIS-Run-Network-Packet-Loss-Sources": fis("Adds packet loss to traffic to or from sources.", {
    ...NETWORK,
    ...SOURCES,
    LossPercent: text("7"),
  }),
  "AWSFIS-Run-Network-Blackhole-Port": fis("Drops traffic for a protocol and port.", {
    ...LASTS,
    ...INSTALL,
    Protocol: text(),
    Port: text(),
    TrafficType: text("ingress"),
  }),
};

/** The role that a runbook acts with, or nothing for the caller's own. */
const ROLE = { AutomationAssumeRole: text("") };

/** Runbooks of AWS whose steps are served. https://docs.aws.amazon.com/systems-manager-automation-runbooks/latest/userguide/automation-runbook-reference.html */
const RUNBOOKS: Readonly<Record<string, PublicDocument>> = {
  "AWS-PublishSNSNotification": runbook(
    "Publishes a notification to Amazon SNS.",
    { TopicArn: text(), Message: text() },
    [["Publish", "sns", "Publish", { TopicArn: "{{ TopicArn }}", Message: "{{ Message }}" }]],
  ),
  "AWS-EnableSQSEncryption": runbook(
    "Encrypts a queue with a key of AWS KMS.",
    { QueueUrl: text(), KmsKeyId: text(), KmsDataKeyReusePeriodSeconds: text("300") },
    [
      [
        "Encrypt",
        "sqs",
        "SetQueueAttributes",
        {
          QueueUrl: "{{ QueueUrl }}",
          Attributes: {
            KmsMasterKeyId: "{{ KmsKeyId }}",
            KmsDataKeyReusePeriodSeconds: "{{ KmsDataKeyReusePeriodSeconds }}",
          },
        },
      ],
    ],
  ),
  "AWS-DisableS3BucketPublicReadWrite": runbook(
    "Disables public access to a bucket.",
    { S3BucketName: text() },
    [
      [
        "Block",
        "s3",
        "PutPublicAccessBlock",
        {
          Bucket: "{{ S3BucketName }}",
          PublicAccessBlockConfiguration: {
            BlockPublicAcls: true,
            IgnorePublicAcls: true,
            BlockPublicPolicy: true,
            RestrictPublicBuckets: true,
          },
        },
      ],
    ],
  ),
  "AWS-StartEC2Instance": ofInstances("Start EC2 instances(s)", ["startInstances", "running"]),
  "AWS-StopEC2Instance": ofInstances("Stop EC2 instances(s)", ["stopInstances", "stopped"]),
  "AWS-TerminateEC2Instance": ofInstances("Terminate EC2 instances(s)", ["terminateInstances", "terminated"]),
  "AWS-RestartEC2Instance": ofInstances(
    "Restart EC2 instances(s)",
    ["stopInstances", "stopped"],
    ["startInstances", "running"],
  ),
  "AWS-CreateDynamoDbBackup": runbook(
    "Creates a backup of a table.",
    { TableName: text(), BackupName: text() },
    [
      [
        "Create",
        "dynamodb",
        "CreateBackup",
        { TableName: "{{ TableName }}", BackupName: "{{ BackupName }}" },
      ],
    ],
  ),
};

function runbook(
  description: string,
  parameters: Readonly<Record<string, ParameterDeclaration>>,
  calls: readonly (readonly [name: string, service: string, api: string, inputs: object])[],
): PublicDocument {
  return {
    description,
    parameters: { ...parameters, ...ROLE },
    type: "Automation",
    content: {
      schemaVersion: "0.3",
      assumeRole: "{{ AutomationAssumeRole }}",
      mainSteps: calls.map(([name, Service, Api, inputs]) => ({
        name,
        action: "aws:executeAwsApi",
        inputs: { Service, Api, ...inputs },
      })),
    },
  };
}

function ofInstances(
  description: string,
  ...changes: readonly (readonly [name: string, state: string])[]
): PublicDocument {
  return {
    description,
    parameters: { InstanceId: { type: "StringList" }, ...ROLE },
    type: "Automation",
    content: {
      schemaVersion: "0.3",
      assumeRole: "{{ AutomationAssumeRole }}",
      mainSteps: changes.map(([name, DesiredState]) => ({
        name,
        action: "aws:changeInstanceState",
        inputs: { InstanceIds: "{{ InstanceId }}", DesiredState },
      })),
    },
  };
}

const WHEN_MADE_MS = Date.UTC(2021, 2, 15);

/** One of AWS's documents with its only version; undefined for a name that is none of those that Squall has. */
export function publicDocument(
  name: string,
): { readonly document: DocumentRecord; readonly version: DocumentVersionRecord } | undefined {
  const found = named(DOCUMENTS, name) ?? named(RUNBOOKS, name);
  if (!found) return undefined;
  const { description, parameters } = found;
  const content: DocumentContent = {
    ...(found.content ?? {
      schemaVersion: "2.2",
      mainSteps: [{ name: "Run", action: name, inputs: inputsOf(parameters) }],
    }),
    description,
    parameters,
  };
  return {
    document: {
      name,
      type: found.type ?? "Command",
      owner: "Amazon",
      createdMs: WHEN_MADE_MS,
      latest: 1,
      default: 1,
      tags: {},
    },
    version: {
      version: 1,
      content: JSON.stringify(content, undefined, 2),
      format: "JSON",
      schemaVersion: content.schemaVersion,
      description,
      parameters: describeParameters(content),
      createdMs: WHEN_MADE_MS,
    },
  };
}

/** All of them. */
export const publicDocuments = (): DocumentRecord[] =>
  [...Object.keys(DOCUMENTS), ...Object.keys(RUNBOOKS)].flatMap(
    (name) => publicDocument(name)?.document ?? [],
  );

const named = (documents: Readonly<Record<string, PublicDocument>>, name: string) =>
  Object.hasOwn(documents, name) ? documents[name] : undefined;

const inputsOf = (parameters: Readonly<Record<string, ParameterDeclaration>>) =>
  Object.fromEntries(Object.keys(parameters).map((name) => [name, `{{ ${name} }}`]));
