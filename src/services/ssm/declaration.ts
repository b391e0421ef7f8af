import { declareService } from "../../aws/declaration.ts";
import { lifecyclePoint } from "../../aws/lifecycle.ts";
import type { NameReader } from "../../aws/namer.ts";
import { quotaSetting } from "../../aws/quotas.ts";
import { defineContents, defineResource } from "../../aws/resource.ts";
import { tagList } from "../../aws/tags.ts";
import { type DocumentRecord, documentRecords } from "./document.ts";
import { documentLifecycle } from "./lifecycles.ts";
import { type ParameterRecord, parameterRecords, type VersionRecord, versionRecords } from "./parameter.ts";
import { keyOfName, nameInArn, readName } from "./parameter-name.ts";

/** The parameter of a name, whichever of its versions is asked for. */
const parameter: NameReader = (text, place) => {
  if (place.operation?.includes("Document")) return undefined;
  const { name } = readName(text, { account: place.account, region: place.region });
  const [, , , region, account] = text.startsWith("arn:") ? text.split(":") : [];
  const bare = name.replace(/^\//, "").replace(/\/$/, "");
  if (bare === "" || (text.startsWith("arn:") && nameInArn(text) === undefined)) return undefined;
  return { ParameterName: bare, ...(region && account && { region, account }) };
};

const documentId = (arn: string) => ({ ResourceType: "Document", ResourceId: arn.split("/").at(-1) ?? arn });
const resourceId = (arn: string) => ({ ResourceType: "Parameter", ResourceId: nameInArn(arn) ?? arn });

/** AWS Systems Manager: https://docs.aws.amazon.com/systems-manager/latest/APIReference/ */
export default declareService({
  name: "ssm",
  faultPoints: lifecyclePoint(documentLifecycle),
  resources: {
    parameter: defineResource<ParameterRecord>({
      arn: "arn:{partition}:ssm:{region}:{account}:parameter/{ParameterName/}",
      namedBy: {
        Name: parameter,
        "Names[]": parameter,
        Path: parameter,
        ResourceId: (text, place, input) =>
          input["ResourceType"] === "Parameter" ? parameter(text, place, input) : undefined,
      },
      fis: "aws:ssm:parameter",
      cfn: "AWS::SSM::Parameter",
      collection: parameterRecords,
      nameOf: ({ arn }) => arn,
      keyOf: ({ ParameterName = "" }) => keyOfName(ParameterName),
      contents: [
        defineContents<ParameterRecord, VersionRecord>({
          collection: versionRecords,
          within: ({ arn }) => [arn],
          // What KMS makes of one value differs each time.
          entry: ({ version, type, value, labels }) => ({
            id: String(version),
            value: type === "SecureString" ? { type, labels } : { type, value, labels },
          }),
        }),
      ],
      tags: {
        of: ({ tags }) => tags,
        add: {
          operation: "AddTagsToResource",
          input: (arn, tags) => ({ ...resourceId(arn), Tags: tagList(tags) }),
        },
        remove: {
          operation: "RemoveTagsFromResource",
          input: (arn, keys) => ({ ...resourceId(arn), TagKeys: [...keys] }),
        },
      },
    }),
    document: defineResource<DocumentRecord>({
      arn: "arn:{partition}:ssm:{region}:{account}:document/{DocumentName}",
      namedBy: {
        DocumentName: true,
        Name: (text, place) => (place.operation?.includes("Document") ? text : undefined),
        ResourceId: (text, _, input) => (input["ResourceType"] === "Document" ? text : undefined),
      },
      fis: "aws:ssm:document",
      cfn: "AWS::SSM::Document",
      collection: documentRecords,
      nameOf: ({ name }) => name,
      tags: {
        of: ({ tags }) => tags,
        add: {
          operation: "AddTagsToResource",
          input: (arn, tags) => ({ ...documentId(arn), Tags: tagList(tags) }),
        },
        remove: {
          operation: "RemoveTagsFromResource",
          input: (arn, keys) => ({ ...documentId(arn), TagKeys: [...keys] }),
        },
      },
    }),
    /** An instance of EC2's, to which commands are sent. */
    instance: {
      arn: "arn:{partition}:ec2:{region}:{account}:instance/{InstanceId}",
      namedBy: { InstanceId: true, "InstanceIds[]": "InstanceId" },
    },
  },
  settings: { quotas: quotaSetting },
  iam: {
    // The role of a runbook stands in its document: its handler asks.
    passesRole: { SendCommand: "ServiceRoleArn" },
    also: { PutParameter: [{ action: "ssm:AddTagsToResource", when: "Tags" }] },
    onAnything: [
      "DescribeParameters",
      "DescribeInstanceInformation",
      "ListCommands",
      "ListCommandInvocations",
    ],
    conditionKeys: { "ssm:Overwrite": (input) => [String(input["Overwrite"] ?? false)] },
  },
});
