import { declareService } from "../../aws/declaration.ts";
import { defineEncryption } from "../../aws/encryption.ts";
import { lifecyclePoint } from "../../aws/lifecycle.ts";
import { defineResource } from "../../aws/resource.ts";
import { definePolicies } from "../../aws/resource-policy.ts";
import { taggedByArn } from "../../aws/tags.ts";
import { makeArn } from "../../core/arn.ts";
import type * as Logs from "../../models/generated/logs.ts";
import { type Detector, detectorCollection } from "./anomalies/detector.ts";
import { refusalOfGivenKey, refusalOfKms } from "./errors.ts";
import { groupCollection, groupName, type LogGroup } from "./group.ts";
import { detectorLifecycle, exportLifecycle, queryLifecycle } from "./lifecycles.ts";
import { policyCollection } from "./resource-policy.ts";

const named = (identifier: string) => {
  if (identifier.includes(":anomaly-detector:")) return undefined;
  const [, region, account] = /^arn:[^:]*:logs:([^:]*):([^:]*):log-group:/.exec(identifier) ?? [];
  return { logGroupName: groupName(identifier), ...(region && { region }), ...(account && { account }) };
};

/** Amazon CloudWatch Logs. https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/ */
export default declareService({
  name: "logs",
  // PutLogEvents: 1 MiB of messages, escaped, and around each of 10,000 its timestamp.
  requests: { mostBytes: 7 * 1024 * 1024 },
  resources: {
    "log-group": defineResource<LogGroup>({
      arn: "arn:{partition}:logs:{region}:{account}:log-group:{logGroupName/}",
      namedBy: {
        logGroupName: true,
        logGroupIdentifier: named,
        resourceIdentifier: named,
        resourceArn: named,
        "logGroupNames[]": "logGroupName",
        "logGroupIdentifiers[]": named,
        "logGroupArnList[]": named,
      },
      fis: "aws:logs:log-group",
      cfn: "AWS::Logs::LogGroup",
      collection: groupCollection,
      attributes: ({ name }) => ({ logGroupName: name }),
      encryption: defineEncryption<LogGroup>({
        key: ({ kmsKeyId }) => kmsKeyId,
        uses: {
          PutLogEvents: "encrypts",
          GetLogEvents: "decrypts",
          FilterLogEvents: "decrypts",
          StartQuery: "decrypts",
          GetLogRecord: "decrypts",
        },
        gives: { CreateLogGroup: "kmsKeyId", AssociateKmsKey: "kmsKeyId" },
        context: (arn) => ({ "aws:logs:arn": arn }),
        as: "service",
        refusal: refusalOfKms,
        refusalOfGift: refusalOfGivenKey,
      }),
      tags: taggedByArn({ of: ({ tags }) => tags, members: ["resourceArn", "tags", "tagKeys"], form: "map" }),
    }),
    "log-stream": defineResource({
      arn: "arn:{partition}:logs:{region}:{account}:log-group:{logGroupName/}:log-stream:{logStreamName/}",
      namedBy: { logGroupName: "logGroupName", logStreamName: true },
      insteadOf: "log-group",
    }),
    "anomaly-detector": defineResource<Detector>({
      arn: "arn:{partition}:logs:{region}:{account}:anomaly-detector:{anomalyDetectorId}",
      namedBy: { anomalyDetectorArn: true, resourceArn: true },
      fis: "aws:logs:anomaly-detector",
      cfn: "AWS::Logs::LogAnomalyDetector",
      collection: detectorCollection,
      attributes: ({ id }) => ({ anomalyDetectorId: id }),
      tags: taggedByArn({ of: ({ tags }) => tags, members: ["resourceArn", "tags", "tagKeys"], form: "map" }),
    }),
  },
  faultPoints: {
    ...lifecyclePoint(exportLifecycle),
    ...lifecyclePoint(queryLifecycle),
    ...lifecyclePoint(detectorLifecycle),
  },
  policies: [
    definePolicies<Logs.ResourcePolicy>({
      collection: policyCollection,
      policiesOf({ policyDocument, resourceArn }, _, { account, region }) {
        return {
          [resourceArn?.replace(/:\*$/, "") ?? makeArn("logs", region, account, "*")]: policyDocument,
        };
      },
    }),
  ],
  iam: {
    passesRole: {
      PutSubscriptionFilter: "roleArn",
      PutDestination: "roleArn",
      PutDeliveryDestination: "roleArn",
    },
    also: { CreateLogGroup: [{ action: "logs:TagResource", when: "tags" }] },
    // IAM has a group with the streams that are in it.
    arnOf: (arn) => (arn.includes(":log-stream:") ? arn : `${arn}:log-stream:`),
    policiesOn: (arn) => [arn.replace(/:log-stream:.*$/, "")],
  },
});
