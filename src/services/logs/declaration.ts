import { declareService } from "../../aws/declaration.ts";
import { defineResource } from "../../aws/resource.ts";
import { taggedByArn } from "../../aws/tags.ts";
import { groupCollection, groupName, type LogGroup } from "./group.ts";

const named = (identifier: string) => {
  const [, region, account] = /^arn:[^:]*:logs:([^:]*):([^:]*):log-group:/.exec(identifier) ?? [];
  return { logGroupName: groupName(identifier), ...(region && { region }), ...(account && { account }) };
};

/** Amazon CloudWatch Logs. https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/ */
export default declareService({
  name: "logs",
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
      tags: taggedByArn({ of: ({ tags }) => tags, members: ["resourceArn", "tags", "tagKeys"], form: "map" }),
    }),
    "log-stream": defineResource({
      arn: "arn:{partition}:logs:{region}:{account}:log-group:{logGroupName/}:log-stream:{logStreamName/}",
      namedBy: { logGroupName: "logGroupName", logStreamName: true },
    }),
  },
});
