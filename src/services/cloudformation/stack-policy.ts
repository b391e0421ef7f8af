import { readJson } from "../../core/read-json.ts";
import { wildcard } from "../../core/wildcard.ts";
import { validationError } from "./errors.ts";
import { isMap, many, type Value, type Values } from "./sam/value.ts";

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/protect-stack-resources.html */
export type PolicyAction = "Update:Modify" | "Update:Replace" | "Update:Delete";

const notValid = (reason: string) => validationError(`Error validating stack policy: ${reason}`);

/** @throws ValidationError for what is no stack policy */
export function checkStackPolicy(text: string): void {
  let policy: unknown;
  try {
    policy = readJson(text);
  } catch {
    throw notValid("Invalid stack policy");
  }
  if (!isMap(policy)) throw notValid("Invalid stack policy");
  // As recorded: a policy that says nothing is one.
  if (Object.keys(policy).length === 0) return;
  if (policy["Statement"] === undefined) throw notValid("Invalid stack policy");
  for (const statement of many(policy["Statement"])) {
    if (!isMap(statement)) throw notValid("Invalid stack policy");
    if (statement["Effect"] !== "Allow" && statement["Effect"] !== "Deny")
      throw notValid("Invalid stack policy");
    for (const action of many(statement["Action"] ?? statement["NotAction"]))
      if (!/^(?:\*|Update:\*|Update:Modify|Update:Replace|Update:Delete)$/.test(String(action)))
        throw notValid("Invalid stack policy");
    if (many(statement["Principal"]).some((one) => one !== "*")) throw notValid("Invalid stack policy");
  }
}

/** Why a policy does not let a resource be updated; undefined when it does, or when there is none. */
export function stackPolicyRefusal(
  text: string | undefined,
  logicalId: string,
  type: string,
  action: PolicyAction,
): string | undefined {
  if (text === undefined) return undefined;
  const statements = many((readJson(text) as Values)["Statement"]).filter(isMap);
  const met = statements.filter((statement) => meets(statement, logicalId, type, action));
  const isDenied = met.some(({ Effect }) => Effect === "Deny");
  const isAllowed = met.some(({ Effect }) => Effect === "Allow");
  return isAllowed && !isDenied ? undefined : "Action denied by stack policy";
}

function meets(statement: Values, logicalId: string, type: string, action: PolicyAction): boolean {
  const any = (value: Value | undefined, text: string) =>
    many(value).some((pattern) => wildcard(String(pattern), text));
  const about = `LogicalResourceId/${logicalId}`;
  const isAction =
    statement["NotAction"] === undefined
      ? any(statement["Action"], action)
      : !any(statement["NotAction"], action);
  const isResource =
    statement["NotResource"] === undefined
      ? any(statement["Resource"], about)
      : !any(statement["NotResource"], about);
  if (!isAction || !isResource) return false;
  const condition = statement["Condition"];
  if (!isMap(condition)) return true;
  return Object.entries(condition).every(
    ([, keys]) => !isMap(keys) || !keys["ResourceType"] || any(keys["ResourceType"], type),
  );
}
