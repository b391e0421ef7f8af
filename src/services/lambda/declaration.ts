import type { Names, Place } from "../../aws/arn-template.ts";
import { type ConditionReader, declareService } from "../../aws/declaration.ts";
import { defineEncryption } from "../../aws/encryption.ts";
import { lifecyclePoint } from "../../aws/lifecycle.ts";
import { defineContents, defineResource } from "../../aws/resource.ts";
import { definePolicies } from "../../aws/resource-policy.ts";
import { taggedByArn } from "../../aws/tags.ts";
import { makeArn } from "../../core/arn.ts";
import { type CodeSigningConfigRecord, codeSigningConfigs } from "./code-signing-record.ts";
import { refusalOfGivenKey, refusalOfKms, zipTooLarge } from "./errors.ts";
import { type EventSourceMappingRecord, eventSourceMappings } from "./event-source-records.ts";
import { faultPoints } from "./fault-points.ts";
import { type LayerVersionRecord, layerVersions } from "./layer-records.ts";
import * as lifecycles from "./lifecycles.ts";
import { type Policy, policies, policyDocument } from "./policy.ts";
import { type FunctionRecord, functions, LATEST, type VersionRecord, versions } from "./records.ts";
import { settings } from "./settings.ts";

const MEMBERS = ["Resource", "Tags", "TagKeys"] as const;
/** A zip of 50 MB in Base64, and its room. */
const CODE_REQUEST_BYTES = 70_167_211;

/** `name`, `name:qualifier`, `account:function:name`, `function:name` or a whole ARN, with the qualifier of the input. */
function functionNamed(
  text: string,
  place: Place,
  input: Readonly<Record<string, unknown>>,
): Names | undefined {
  const parts = text.split(":");
  const at = parts.indexOf("function");
  const [name, own] = at >= 0 ? parts.slice(at + 1) : parts;
  if (!name) return undefined;
  const given = input["Qualifier"];
  const [first = "", , , region = "", account = ""] = parts;
  return {
    FunctionName: name,
    Qualifier: own ?? (typeof given === "string" ? given : LATEST),
    region: at >= 5 ? region : place.region,
    account: at >= 5 ? account : at === 1 ? first : place.account,
  };
}

/** The function of an event source mapping, which exists or is to be. */
const functionOfMapping: ConditionReader = ({ FunctionName: given }, _, record, place) => {
  const { functionName, qualifier } = (record ?? {}) as Partial<EventSourceMappingRecord>;
  const name = typeof given === "string" ? given : functionName;
  const named = name === undefined ? undefined : functionNamed(name, place, { Qualifier: qualifier });
  if (!named) return undefined;
  const { FunctionName, Qualifier, region = place.region, account = place.account } = named;
  const arn = makeArn("lambda", region, account, `function:${FunctionName}`);
  return [Qualifier === LATEST ? arn : `${arn}:${Qualifier}`];
};

/** AWS Lambda: https://docs.aws.amazon.com/lambda/latest/api/API_Operations.html */
export default declareService({
  name: "lambda",
  requests: {
    // An event of 6 MiB and its room.
    mostBytes: 6_291_556,
    operations: {
      CreateFunction: CODE_REQUEST_BYTES,
      UpdateFunctionCode: CODE_REQUEST_BYTES,
      PublishLayerVersion: CODE_REQUEST_BYTES,
    },
    refusal: ({ mostBytes, operation }) => zipTooLarge(mostBytes, operation),
  },
  settings,
  faultPoints: Object.assign({}, faultPoints, ...Object.values(lifecycles).map(lifecyclePoint)),
  resources: {
    function: defineResource<FunctionRecord>({
      arn: "arn:{partition}:lambda:{region}:{account}:function:{FunctionName}",
      namedBy: { FunctionName: functionNamed, Resource: functionNamed, FunctionArn: functionNamed },
      fis: "aws:lambda:function",
      cfn: "AWS::Lambda::Function",
      collection: functions,
      contents: [
        defineContents<FunctionRecord, VersionRecord>({
          collection: versions,
          within: ({ name }) => [name],
          entry: ({ configuration }) => ({ id: configuration.Version, value: configuration }),
        }),
      ],
      tags: taggedByArn({ of: ({ tags }) => tags, members: MEMBERS, form: "map" }),
      // The key stands in the configuration of each version: who invokes one opens its environment there.
      encryption: defineEncryption<FunctionRecord>({
        key: () => undefined,
        uses: {},
        gives: { CreateFunction: "KMSKeyArn", UpdateFunctionConfiguration: "KMSKeyArn" },
        context: (arn) => ({ "aws:lambda:FunctionArn": arn }),
        as: "caller",
        refusal: refusalOfKms,
        refusalOfGift: refusalOfGivenKey,
      }),
      actions: {
        Invoke: "lambda:InvokeFunction",
        InvokeAsync: "lambda:InvokeFunction",
        InvokeWithResponseStream: "lambda:InvokeFunction",
      },
    }),
    /** A version, an alias or `$LATEST`. */
    qualified: defineResource({
      arn: "arn:{partition}:lambda:{region}:{account}:function:{FunctionName}:{Qualifier}",
      namedBy: { FunctionName: functionNamed },
      insteadOf: "function",
    }),
    layer: defineResource<LayerVersionRecord>({
      arn: "arn:{partition}:lambda:{region}:{account}:layer:{LayerName}:{VersionNumber}",
      namedBy: { LayerName: true, VersionNumber: true, Arn: true, "Layers[]": true },
      fis: "aws:lambda:layer",
      cfn: "AWS::Lambda::LayerVersion",
      collection: layerVersions,
      nameOf: ({ isDeleted, version }) => (isDeleted ? undefined : version.LayerVersionArn),
      keyOf: ({ LayerName = "", VersionNumber }) => [LayerName, Number(VersionNumber)],
    }),
    "code-signing-config": defineResource<CodeSigningConfigRecord>({
      arn: "arn:{partition}:lambda:{region}:{account}:code-signing-config:{CodeSigningConfigId}",
      namedBy: { CodeSigningConfigArn: true },
      fis: "aws:lambda:code-signing-config",
      cfn: "AWS::Lambda::CodeSigningConfig",
      collection: codeSigningConfigs,
      tags: taggedByArn({ of: ({ tags }) => tags, members: MEMBERS, form: "map" }),
    }),
    "event-source-mapping": defineResource<EventSourceMappingRecord>({
      arn: "arn:{partition}:lambda:{region}:{account}:event-source-mapping:{UUID}",
      namedBy: { UUID: true },
      fis: "aws:lambda:event-source-mapping",
      cfn: "AWS::Lambda::EventSourceMapping",
      collection: eventSourceMappings,
      tags: taggedByArn({ of: ({ tags }) => tags, members: MEMBERS, form: "map" }),
    }),
  },
  policies: [
    definePolicies<Policy>({
      collection: policies,
      policiesOf: (policy, [name, qualifier], place) => {
        const arn = makeArn("lambda", place.region, place.account, `function:${name}`);
        return { [qualifier ? `${arn}:${qualifier}` : arn]: policyDocument(policy) };
      },
    }),
  ],
  iam: {
    onAnything: ["CreateEventSourceMapping", "ListEventSourceMappings"],
    // Who asks for no version asks for the function.
    arnOf: (arn) => arn.replace(/:\$LATEST$/, ""),
    passesRole: { CreateFunction: "Role", UpdateFunctionConfiguration: "Role" },
    also: {
      CreateFunction: [
        { action: "lambda:TagResource", when: "Tags" },
        { action: "lambda:GetLayerVersion", when: "Layers[]", isOnNamed: true },
      ],
      UpdateFunctionConfiguration: [{ action: "lambda:GetLayerVersion", when: "Layers[]", isOnNamed: true }],
      CreateEventSourceMapping: [{ action: "lambda:TagResource", when: "Tags" }],
    },
    conditionKeys: {
      "lambda:FunctionArn": functionOfMapping,
      "lambda:Layer": "Layers[]",
      "lambda:Principal": "Principal",
      "lambda:FunctionUrlAuthType": "FunctionUrlAuthType",
    },
  },
  dataPlane: { name: "lambda-url", operations: ["InvokeFunctionUrl"] },
});
