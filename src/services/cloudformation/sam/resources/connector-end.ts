import { invalidResource } from "../errors.ts";
import { getAtt, idIn, ref } from "../intrinsics.ts";
import { resourcesOf, type Translation } from "../translation.ts";
import { isMap, isSame, many, own, type Value, type Values } from "../value.ts";

/** One end of a connector, and what is known of it. */
export interface End {
  readonly id?: string;
  readonly type: string;
  readonly arn?: Value | undefined;
  readonly role?: Value | undefined;
  readonly url?: Value | undefined;
  readonly resourceId?: Value | undefined;
  readonly name?: Value | undefined;
  readonly qualifier?: Value | undefined;
}

/** Types of SAM, by what they become; connectors are translated last. */
const BECOMES: Readonly<Record<string, string>> = {
  "AWS::Serverless::Function": "AWS::Lambda::Function",
  "AWS::Serverless::StateMachine": "AWS::StepFunctions::StateMachine",
  "AWS::Serverless::Api": "AWS::ApiGateway::RestApi",
  "AWS::Serverless::HttpApi": "AWS::ApiGatewayV2::Api",
  "AWS::Serverless::SimpleTable": "AWS::DynamoDB::Table",
};

const arn = (id: string): Partial<End> => ({ arn: getAtt(id, "Arn") });
const api = (id: string): Partial<End> => ({ ...arn(id), qualifier: "*", resourceId: ref(id) });

/** What a resource of a type says of itself, and the property that has its role. */
const KNOWN: Readonly<Record<string, readonly [outputs: (id: string) => Partial<End>, role?: string]>> = {
  "AWS::ApiGateway::RestApi": [api],
  "AWS::ApiGatewayV2::Api": [api],
  "AWS::AppSync::DataSource": [(id) => ({ arn: ref(id) }), "ServiceRoleArn"],
  "AWS::AppSync::GraphQLApi": [(id) => ({ resourceId: getAtt(id, "ApiId"), arn: ref(id) })],
  "AWS::DynamoDB::Table": [arn],
  "AWS::Events::EventBus": [arn],
  "AWS::Events::Rule": [arn, "Targets"],
  "AWS::Lambda::Function": [arn, "Role"],
  "AWS::Location::PlaceIndex": [arn],
  "AWS::S3::Bucket": [arn],
  "AWS::SNS::Topic": [(id) => ({ arn: ref(id) })],
  "AWS::SQS::Queue": [(id) => ({ ...arn(id), url: ref(id) })],
  "AWS::StepFunctions::StateMachine": [(id) => ({ arn: ref(id), name: getAtt(id, "Name") }), "RoleArn"],
};

const NOTHING: readonly [outputs: (id: string) => Partial<End>, role?: string] = [() => ({})];

/** An end of a connector: a resource of the template by its id, or whatever is said of one elsewhere. */
export function endOf(connector: string, written: Values, other: Values, translation: Translation): End {
  const said = Object.keys(written).filter((name) => name !== "Id" && name !== "Qualifier");
  if (Object.hasOwn(written, "Id") === said.length > 0) {
    throw invalidResource(
      connector,
      "Must provide 'Id' (with optional 'Qualifier') or a supported combination of other properties.",
    );
  }
  const id = own(written, "Id");
  if (id === undefined || id === "") return elsewhere(connector, written);
  if (typeof id !== "string") throw invalidResource(connector, "'Id' is missing or not a string.");
  const resource = own(resourcesOf(translation.output), id);
  if (!isMap(resource)) {
    throw invalidResource(connector, `Unable to find resource with logical ID '${id}'.`);
  }
  const type = typeOf(connector, resource);
  const [outputs, role] = KNOWN[type] ?? NOTHING;
  const properties = own(resource, "Properties");
  const known = outputs(id);
  return {
    id,
    type,
    ...known,
    role: roleOf(role, isMap(properties) ? properties : {}, other),
    qualifier: Object.hasOwn(written, "Qualifier") ? written["Qualifier"] : known.qualifier,
  };
}

function elsewhere(connector: string, written: Values): End {
  const type = typeOf(connector, written);
  return {
    type: BECOMES[type] ?? type,
    arn: own(written, "Arn"),
    role: own(written, "RoleName"),
    url: own(written, "QueueUrl"),
    resourceId: own(written, "ResourceId"),
    name: own(written, "Name"),
    qualifier: own(written, "Qualifier"),
  };
}

function typeOf(connector: string, of: Values): string {
  const type = of["Type"];
  if (typeof type === "string" && type !== "") return type;
  throw invalidResource(connector, "'Type' is missing or not a string.");
}

/** The role of a resource; a rule has one for each of its targets. */
function roleOf(property: string | undefined, properties: Values, other: Values): Value | undefined {
  if (property === undefined) return undefined;
  const id = idIn(property === "Targets" ? targetRole(properties, other) : own(properties, property));
  return id === undefined ? undefined : ref(id);
}

function targetRole(properties: Values, other: Values): Value | undefined {
  const targets = many(own(properties, "Targets")).filter(isMap);
  const target = targets.find((one) => {
    const id = idIn(one["Arn"]);
    const hasArn = own(other, "Arn") !== undefined && isSame(one["Arn"], other["Arn"]);
    return (id !== undefined && id === other["Id"]) || hasArn;
  });
  return target ? own(target, "RoleArn") : undefined;
}
