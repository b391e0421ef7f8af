import { Draft } from "../draft.ts";
import { invalidResource } from "../errors.ts";
import { aMap, inResource } from "../expect.ts";
import { isIf, isNoValue, when } from "../intrinsics.ts";
import { hashedId } from "../logical-id.ts";
import type { Source } from "../properties.ts";
import { pythonText } from "../python-json.ts";
import { bucketPolicy, inlinePolicy } from "../roles.ts";
import { addConditions, type Translation } from "../translation.ts";
import { copy, isFilled, isMap, own, type Value, type Values } from "../value.ts";

/** What `EventInvokeConfig` becomes. */
interface EventInvoke {
  readonly drafts: readonly Draft[];
  /** What the function's role has to be allowed. */
  readonly policies: readonly Values[];
}

/** A name of a condition has at most 255 characters. */
const LONGEST_CONDITION = 255;

/** `EventInvokeConfig`: how a function is invoked asynchronously, with queues and topics that are made where none is given. */
export function eventInvokeConfig(
  source: Source,
  lambda: Draft,
  alias: Draft | undefined,
  translation: Translation,
): EventInvoke {
  const written = source.properties["EventInvokeConfig"];
  if (!isMap(written) || !isFilled(written)) return { drafts: [], policies: [] };
  const { id } = source;
  const config = translation.resolve(copy(written));
  const draft = new Draft(
    "AWS::Lambda::EventInvokeConfig",
    `${id}EventInvokeConfig`,
    {
      FunctionName: lambda.ref,
      Qualifier: alias ? alias.properties["Name"] : "$LATEST",
      MaximumEventAgeInSeconds: config["MaximumEventAgeInSeconds"],
      MaximumRetryAttempts: config["MaximumRetryAttempts"],
    },
    source.attributes,
  );
  if (alias) draft.dependsOn = [alias.id];
  const drafts: Draft[] = [];
  const policies: Values[] = [];
  const destinations: Values = {};
  if (isFilled(config["DestinationConfig"])) {
    const wanted = aMap(config["DestinationConfig"], inResource(id, "EventInvokeConfig.DestinationConfig"));
    for (const outcome of ["OnSuccess", "OnFailure"]) {
      const destination = own(wanted, outcome);
      if (destination === undefined) continue;
      const place = inResource(id, `EventInvokeConfig.DestinationConfig.${outcome}`);
      const reached = reach(source, aMap(destination, place), outcome, draft.id, translation);
      if (reached.draft) drafts.push(reached.draft);
      if (isFilled(reached.policy)) policies.push(reached.policy);
      destinations[outcome] = { Destination: reached.arn };
    }
  }
  draft.properties["DestinationConfig"] = destinations;
  return { drafts: [...drafts, draft], policies };
}

interface Reached {
  readonly draft?: Draft;
  readonly arn: Value;
  readonly policy: Values;
}

const MADE: Readonly<Record<string, readonly [type: string, suffix: string]>> = {
  SQS: ["AWS::SQS::Queue", "Queue"],
  SNS: ["AWS::SNS::Topic", "Topic"],
};

/** A destination that is given, that is made, or that is made when a condition does not give one. */
function reach(
  source: Source,
  destination: Values,
  outcome: string,
  configId: string,
  translation: Translation,
): Reached {
  const type = destination["Type"];
  const types = ["SQS", "SNS", "EventBridge", "Lambda", "S3Bucket"];
  if (typeof type !== "string" || !types.includes(type)) {
    const list = types.map((name) => `'${name}'`).join(", ");
    throw invalidResource(source.id, `'Type: ${pythonText(type)}' must be one of [${list}]`);
  }
  const id = `${configId}${outcome}`;
  const given = own(destination, "Destination");
  const [condition, arn] = conditional(given, configId, translation);
  if (given !== undefined && condition === undefined) {
    return { arn: given, policy: policyFor(type, id, given) };
  }
  const made = MADE[type];
  if (!made) throw invalidResource(source.id, "Destination is required if Type is not ['SQS', 'SNS']");
  const attributes = new Draft(made[0], id, {}, source.attributes).passedOn;
  const both = bothConditions(source.id, attributes["Condition"], condition, translation);
  if (both !== undefined) attributes["Condition"] = both;
  const draft = new Draft(made[0], `${id}${made[1]}`, {}, attributes);
  const there = type === "SQS" ? draft.arn : draft.ref;
  const reached = condition === undefined ? there : when(condition, there, arn);
  return { draft, arn: reached, policy: policyFor(type, id, reached) };
}

function policyFor(type: string, id: string, arn: Value): Values {
  if (type === "SQS") return inlinePolicy(`${id}SQSPolicy`, "sqs:SendMessage", arn);
  if (type === "SNS") return inlinePolicy(`${id}SNSPolicy`, "sns:publish", arn);
  if (type === "EventBridge") return inlinePolicy(`${id}EventBridgePolicy`, "events:PutEvents", arn);
  if (type === "Lambda") return inlinePolicy(`${id}LambdaPolicy`, "lambda:InvokeFunction", arn);
  return bucketPolicy(id, arn);
}

/** The condition under which a destination is not given, and the one that is given otherwise. */
function conditional(
  destination: Value | undefined,
  id: string,
  translation: Translation,
): [condition?: string, arn?: Value] {
  if (!isIf(destination)) return [];
  const items = destination["Fn::If"];
  if (!Array.isArray(items) || items.length !== 3) {
    throw invalidResource(id, "Malformed 'Destination' property: Fn::If requires 3 arguments.");
  }
  const [condition, yes, no] = items as [Value, Value, Value];
  if (isNoValue(yes) && isNoValue(no)) return [];
  if (isNoValue(yes)) return [String(condition), no];
  if (!isNoValue(no)) return [];
  const not = conditionName(`NOT${condition}`, id);
  addConditions(translation, { [not]: { "Fn::Not": [{ Condition: condition }] } });
  return [not, yes];
}

function bothConditions(
  id: string,
  own: Value | undefined,
  other: string | undefined,
  translation: Translation,
): string | undefined {
  if (own === undefined || own === null) return other;
  if (other === undefined) return String(own);
  const name = conditionName(`${own}AND${other}`, id);
  addConditions(translation, { [name]: { "Fn::And": [{ Condition: own }, { Condition: other }] } });
  return name;
}

function conditionName(name: string, of: string): string {
  return hashedId(name, of).slice(0, LONGEST_CONDITION);
}
