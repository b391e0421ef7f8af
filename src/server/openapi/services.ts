import type { Described, Parameter, Subject } from "./described.ts";
import { byName, foreign, list, number, object, oneOf, ref, text, whole } from "./schema.ts";
import { error, gone, missing } from "./schemas.ts";

const experimentId = { description: "The experiment's id.", schema: text(), example: "EXP2tFzGGyTHpZ6g" };
const noExperiment = missing("There is no such experiment.");
const PLACE: Readonly<Record<string, Parameter>> = {
  account: { description: "Default: 000000000000.", schema: text() },
  region: { description: "Default: us-east-1.", schema: text() },
};

const fis: Readonly<Record<string, Described>> = {
  "POST /_squall/experiments": {
    summary: "Run a template",
    body: {
      schema: object({
        template: foreign("As FIS's CreateExperimentTemplate takes it, without a client token."),
        "account?": text(),
        "region?": text(),
        "roleArn?": text(),
      }),
      example: {
        roleArn: "arn:aws:iam::000000000000:role/fis",
        template: {
          description: "A minute without DynamoDB",
          stopConditions: [{ source: "none" }],
          targets: {},
          actions: {
            wait: { actionId: "aws:fis:wait", parameters: { duration: "PT1M" } },
          },
        },
      },
    },
    answers: { 201: { description: "It has begun.", schema: ref("Experiment") } },
  },
  "GET /_squall/experiments": {
    summary: "List the experiments of every account and region",
    answers: {
      200: { description: "The newest first.", schema: object({ experiments: list(ref("Experiment")) }) },
    },
  },
  "GET /_squall/experiments/:id": {
    summary: "Show an experiment",
    path: { id: experimentId },
    answers: { 200: { description: "The experiment.", schema: ref("Experiment") }, ...noExperiment },
  },
  "GET /_squall/experiments/:id/report": {
    summary: "What an experiment did",
    path: { id: experimentId },
    query: {
      format: {
        description: "Default: by the Accept header.",
        schema: oneOf(["json", "md", "html", "pdf"]),
        example: "json",
      },
    },
    answers: {
      200: {
        description: "The report.",
        schema: object({
          experiment: ref("Experiment"),
          seed: text("With it the same experiment goes the same way."),
          before: list(ref("Tally")),
          during: list(ref("Tally")),
          after: list(ref("Tally")),
          course: foreign("Calls a piece of time, `before`, `during` and `after`."),
          strikes: list(foreign("What was struck: the first of them.")),
          strikeCount: whole(),
          byAction: byName(foreign("What clients made of an action's faults.")),
          "struckCalls?": list(foreign("SDK calls that were struck, with their attempts.")),
        }),
      },
      ...noExperiment,
    },
  },
  "DELETE /_squall/experiments/:id": {
    summary: "Stop an experiment",
    path: { id: experimentId },
    answers: { 200: { description: "It stops.", schema: ref("Experiment") }, ...noExperiment },
  },
  "GET /_squall/actions": {
    summary: "FIS's actions, and Squall's own",
    answers: {
      200: {
        description: "The catalogue.",
        schema: object({
          actions: list(
            object({
              id: text(),
              description: text(),
              targets: { type: "object" },
              parameters: { type: "object" },
              acts: { type: "boolean", description: "Does it do here what it says?" },
            }),
          ),
        }),
      },
    },
  },
};

const ec2: Readonly<Record<string, Described>> = {
  "POST /_squall/instances": {
    summary: "Make a local process an EC2 instance",
    body: {
      schema: object({
        name: text(),
        command: list(text()),
        "cwd?": text(),
        "environment?": byName(text()),
        "account?": text(),
        "region?": text(),
        "role?": text(),
        "memoryMB?": number(),
        "tags?": byName(text()),
      }),
      example: { name: "worker", command: ["sleep", "300"], tags: { team: "orders" } },
    },
    answers: {
      201: { description: "The instance.", schema: ref("Instance") },
      409: { description: "There is one of this name.", schema: error },
    },
  },
  "GET /_squall/instances": {
    summary: "List instances of every account and region",
    answers: {
      200: { description: "Those that are there.", schema: object({ instances: list(ref("Instance")) }) },
    },
  },
  "DELETE /_squall/instances/:id": {
    summary: "Terminate an instance",
    path: { id: { description: "Its id, or its name.", schema: text(), example: "worker" } },
    answers: {
      200: { description: "As it was.", schema: ref("Instance") },
      ...missing("There is no such instance."),
    },
  },
};

const sns: Readonly<Record<string, Described>> = {
  "GET /_squall/sns/messages": {
    summary: "What SNS has sent to telephones, mailboxes and devices",
    query: {
      ...PLACE,
      kind: { description: "`sms`, `email`, `email-json` or `application`.", schema: text(), example: "sms" },
      to: { description: "A number, an address, an endpoint's ARN.", schema: text() },
    },
    answers: {
      200: {
        description: "The inbox.",
        schema: object({
          messages: list(
            object({
              kind: text(),
              to: text(),
              "topicArn?": text(),
              "subscriptionArn?": text(),
              messageId: text(),
              "subject?": text(),
              message: text(),
              "payload?": text(),
              "structure?": text(),
              attributes: { type: "object" },
              "token?": text(),
              "confirmUrl?": text(),
              at: text(),
            }),
          ),
        }),
      },
    },
  },
  "GET /_aws/sns/SimpleNotificationService-7371756c6c2d736e732d636572742121.pem": {
    summary: "The certificate that messages are signed under",
    answers: { 200: { description: "PEM.", type: "application/x-pem-file", schema: text() } },
  },
  "DELETE /_squall/sns/messages": { summary: "Empty the inbox", query: PLACE, answers: gone },
  "GET /_squall/sns/deliveries": {
    summary: "Deliveries that have not arrived yet",
    query: PLACE,
    answers: {
      200: {
        description: "In the order of publishing.",
        schema: object({ deliveries: list(foreign("What waits, for whom, and when it is tried again.")) }),
      },
    },
  },
  "PUT /_squall/sns/opted-out/:number": {
    summary: "Opt a telephone number out of messages",
    path: { number: { description: "As E.164 has it.", schema: text(), example: "+15550100" } },
    query: PLACE,
    answers: gone,
  },
};

const others: Readonly<Record<string, Described>> = {
  "GET /_squall/iam": {
    summary: "What each user and role did, would need, and has for nothing",
    answers: { 200: { description: "The report.", schema: ref("Access") } },
  },
  "DELETE /_squall/iam": {
    summary: "Begin IAM's report anew",
    answers: { 200: { description: "The empty report.", schema: ref("Access") } },
  },
  "PUT /_squall/cloudformation/signals/:told": {
    summary: "Answer a custom resource or a wait condition",
    description: "At the URL that the resource was given.",
    path: { told: { description: "Whose answer it is.", schema: text(), example: "W10" } },
    body: {
      schema: foreign("CloudFormation's answer: `Status`, `PhysicalResourceId`, `Data` …"),
      example: { Status: "SUCCESS", UniqueId: "1", Data: "done", Reason: "" },
    },
    answers: {
      200: { description: "It is taken." },
      400: { description: "No URL of Squall's, or no answer." },
    },
  },
  "GET /_squall/lambda/code/:sha256": {
    summary: "A function's or layer's archive",
    description: "Where GetFunction and GetLayerVersion point.",
    path: { sha256: { description: "Its hash, in hexadecimal.", schema: text(), example: "0".repeat(64) } },
    answers: {
      200: {
        description: "The archive.",
        type: "application/zip",
        schema: { type: "string", contentMediaType: "application/zip" },
      },
      404: { description: "There is none." },
    },
  },
  "GET /_squall/ssm/attachments/:sha256": {
    summary: "A file that is attached to a document",
    description: "Where GetDocument points.",
    path: { sha256: { description: "Its hash, in hexadecimal.", schema: text(), example: "0".repeat(64) } },
    answers: {
      200: {
        description: "The file.",
        type: "application/octet-stream",
        schema: { type: "string", contentMediaType: "application/octet-stream" },
      },
      404: { description: "There is none." },
    },
  },
  "GET /_squall/ecs/credentials/:token": {
    summary: "A task's credentials",
    description: "As ECS's agent gives them: with the task's token in the Authorization header.",
    path: { token: { description: "The task's.", schema: text(), example: "b7c1" } },
    answers: {
      200: {
        description: "Credentials of the task's role.",
        schema: foreign("AccessKeyId, SecretAccessKey, Token …"),
      },
      ...missing("There is no such task."),
    },
  },
  "GET /_squall/ecs/v4/:token/:container": {
    summary: "A container's metadata",
    path: {
      token: { description: "The task's.", schema: text(), example: "b7c1" },
      container: { description: "The container's name.", schema: text(), example: "web" },
    },
    answers: {
      200: { description: "As ECS's endpoint answers it.", schema: foreign("DockerId, Name, Labels …") },
      ...missing("There is no such task or container."),
    },
  },
  "GET /_squall/ecs/v4/:token/:container/task": {
    summary: "A task's metadata",
    path: {
      token: { description: "The task's.", schema: text(), example: "b7c1" },
      container: { description: "The container's name.", schema: text(), example: "web" },
    },
    answers: {
      200: {
        description: "As ECS's endpoint answers it.",
        schema: foreign("Cluster, TaskARN, Containers …"),
      },
      ...missing("There is no such task."),
    },
  },
};

export const experiments: Subject = {
  name: "Experiments",
  description: "FIS for who does not speak AWS. Templates, targets and the rest go through FIS's own API.",
  pages: fis,
};

export const services: Subject = {
  name: "Services",
  description: "What services add: inboxes, instances, IAM's report.",
  pages: { ...ec2, ...sns, ...others },
};
