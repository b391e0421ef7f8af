import { type LinearRegex, linearRegex, RegexError } from "../../core/regex.ts";
import {
  type DocumentContent,
  type ParameterDeclaration,
  type StepDeclaration,
  stepIn,
} from "./document-content.ts";
import { invalidDocumentContent } from "./errors.ts";
import { asText, asTexts, referencesIn } from "./references.ts";

/**
 * What a runbook must be before it is kept: https://docs.aws.amazon.com/systems-manager/latest/userguide/automation-actions.html.
 * Where AWS's words are known they are AWS's, with their source beside them; the others are inferred.
 */

/** A step's inputs that it cannot do without; of those within brackets one. */
const NEEDED: Readonly<Record<string, readonly (string | readonly string[])[]>> = {
  "aws:approve": ["Approvers"],
  "aws:assertAwsResourceProperty": ["Service", "Api", "PropertySelector", "DesiredValues"],
  "aws:branch": ["Choices"],
  "aws:changeInstanceState": ["InstanceIds", "DesiredState"],
  "aws:copyImage": ["SourceImageId", "SourceRegion", "ImageName"],
  "aws:createImage": ["InstanceId", "ImageName"],
  "aws:createStack": ["StackName"],
  "aws:createTags": ["ResourceIds", "Tags"],
  "aws:deleteImage": ["ImageId"],
  "aws:deleteStack": ["StackName"],
  "aws:executeAutomation": ["DocumentName"],
  "aws:executeAwsApi": ["Service", "Api"],
  "aws:executeScript": ["Runtime", ["Script", "Attachment"]],
  "aws:executeStateMachine": ["stateMachineArn"],
  "aws:invokeLambdaFunction": ["FunctionName"],
  "aws:invokeWebhook": ["IntegrationName"],
  "aws:loop": ["Steps", ["Iterators", "LoopCondition"]],
  "aws:pause": [],
  "aws:runCommand": ["DocumentName", ["InstanceIds", "Targets"]],
  "aws:runInstances": ["ImageId"],
  "aws:sleep": [["Duration", "Timestamp"]],
  "aws:updateVariable": ["Name", "Value"],
  "aws:waitForAwsResourceProperty": ["Service", "Api", "PropertySelector", "DesiredValues"],
};

const STEP_NAME = /^\w{3,128}$/;

/** @throws AwsError `InvalidDocumentContent` */
export function checkRunbook(content: DocumentContent): void {
  const { mainSteps, parameters = {}, outputs = [] } = content;
  for (const [name, declared] of Object.entries(parameters)) checkParameter(name, declared);
  if (!Array.isArray(mainSteps) || mainSteps.length === 0)
    throw invalidDocumentContent("The document has no steps: mainSteps must have at least one.");
  const known = new Set<string>();
  for (const step of mainSteps as readonly StepDeclaration[]) checkStep(step, known);
  checkTargets(mainSteps, known);
  for (const step of mainSteps) {
    const { name: _, ...rest } = step;
    for (const reference of referencesIn(rest)) checkReference(reference, content, known);
  }
  for (const output of outputs) checkReference(output, content, known);
}

const PARAMETER_TYPE =
  /^(?:String|StringList|Integer|Boolean|MapList|StringMap|AWS::[\w:]+|List<AWS::[\w:]+>)$/;

/** @throws AwsError `InvalidDocumentContent` for a type that there is not, and a default that is not allowed */
export function checkParameter(name: string, declared: ParameterDeclaration): void {
  if (typeof declared !== "object" || declared === null || typeof declared.type !== "string")
    throw invalidDocumentContent(`Parameter "${name}" has no type.`);
  if (!PARAMETER_TYPE.test(declared.type))
    throw invalidDocumentContent(
      `Parameter "${name}" has the type ${declared.type}, which is not supported.`,
    );
  const { default: value } = declared;
  if (value === undefined) return;
  const given = asTexts(value);
  const refusal = refusalOfValues(name, given, declared);
  // An empty default is one that stands for none.
  if (refusal && !/^$|\{\{/.test(given.join(""))) throw invalidDocumentContent(refusal);
}

/**
 * Why values may not be a parameter's; undefined when they may.
 * `Parameter "Action" has value "install" not found in [Install, Uninstall].`: https://github.com/CrowdStrike/aws-ssm-distributor/issues/100
 */
export function refusalOfValues(
  name: string,
  values: readonly string[],
  { allowedValues, allowedPattern }: ParameterDeclaration,
): string | undefined {
  const allowed = allowedValues?.map(asText);
  const other = allowed && values.find((value) => !allowed.includes(value));
  if (allowed && other !== undefined)
    return `Parameter "${name}" has value "${other}" not found in [${allowed.join(", ")}].`;
  if (allowedPattern === undefined) return undefined;
  const pattern = regexOf(allowedPattern);
  const unfit = pattern && values.find((value) => !pattern.test(value));
  return unfit === undefined
    ? undefined
    : `Parameter "${name}" has value "${unfit}" not match pattern ${allowedPattern}`;
}

/** Undefined for one that looks ahead or back: those are not held. */
function regexOf(pattern: string): LinearRegex | undefined {
  try {
    return linearRegex(pattern);
  } catch (error) {
    if (error instanceof RegexError) return undefined;
    throw error;
  }
}

function checkStep(step: StepDeclaration, known: Set<string>): void {
  const name = String(step?.name);
  if (typeof step?.name !== "string" || !STEP_NAME.test(name))
    throw invalidDocumentContent(`The step name is not valid: ${name}. It must match ^[a-zA-Z0-9_]{3,128}$.`);
  if (known.has(name)) throw invalidDocumentContent(`The step name ${name} is not unique.`);
  known.add(name);
  const needed = Object.hasOwn(NEEDED, String(step.action)) ? NEEDED[step.action] : undefined;
  if (!needed)
    throw invalidDocumentContent(`The action of the step ${name} is not valid: ${String(step.action)}.`);
  const inputs = step.inputs ?? {};
  if (typeof inputs !== "object" || Array.isArray(inputs))
    throw invalidDocumentContent(`In step ${name}, inputs must be an object.`);
  for (const input of needed) {
    const names = [input].flat();
    if (!names.some((one) => inputs[one] !== undefined && inputs[one] !== null))
      throw invalidDocumentContent(`In step ${name}, the required input ${names.join(" or ")} is missing.`);
  }
  for (const member of ["maxAttempts", "timeoutSeconds"] as const) {
    const value = step[member];
    const isFit = value === undefined || referencesIn(value).length > 0 || Number(value) >= 1;
    if (!isFit) throw invalidDocumentContent(`In step ${name}, ${member} must be a positive integer.`);
  }
  checkReserved(step);
  if (step.action === "aws:branch") for (const choice of choicesOf(step)) checkChoice(choice, name);
  if (step.action === "aws:loop" && Array.isArray(inputs["Steps"]))
    for (const inner of inputs["Steps"] as readonly StepDeclaration[]) checkStep(inner, known);
}

/** In AWS's order and words: https://github.com/cdklabs/cdk-ssm-documents/issues/55 */
const OF_FUNCTIONS = ["LogResult", "OutputPayload", "FunctionError", "Payload", "StatusCode"];

function checkReserved({ name, action, outputs }: StepDeclaration): void {
  if (action !== "aws:invokeLambdaFunction" || !Array.isArray(outputs)) return;
  const taken = outputs.find(({ Name }) => OF_FUNCTIONS.includes(Name));
  if (taken)
    throw invalidDocumentContent(
      `In step ${name}, name: ${taken.Name} is conflicting with one of the following reserved output names: [${OF_FUNCTIONS.join(", ")}]`,
    );
}

type Choice = Readonly<Record<string, unknown>>;

const choicesOf = ({ inputs }: StepDeclaration): readonly Choice[] => {
  const choices = inputs?.["Choices"];
  return Array.isArray(choices) ? (choices as readonly Choice[]) : [];
};

/** `Expect at lease two expressions …`, as AWS has it: https://github.com/awsdocs/aws-systems-manager-user-guide/pull/186 */
function checkChoice(choice: Choice, step: string): void {
  for (const operator of ["And", "Or"] as const) {
    const parts = choice[operator];
    if (parts === undefined) continue;
    if (!Array.isArray(parts) || parts.length < 2)
      throw invalidDocumentContent(
        `Expect at lease two expressions for operator: ${operator} in step: ${step}. Provided: ${Array.isArray(parts) ? parts.length : 1}`,
      );
    for (const part of parts as readonly Choice[]) checkChoice(part, step);
  }
}

function checkTargets(steps: readonly StepDeclaration[], known: ReadonlySet<string>): void {
  for (const step of steps) {
    const { name, nextStep, onFailure, onCancel, inputs } = step;
    if (onFailure !== undefined && !/^(?:Abort|Continue|step:.+)$/i.test(onFailure))
      throw invalidDocumentContent(
        `In step ${name}, onFailure must be Abort, Continue or step:<step name>, not ${onFailure}.`,
      );
    if (onCancel !== undefined && !/^(?:Abort|step:.+)$/i.test(onCancel))
      throw invalidDocumentContent(
        `In step ${name}, onCancel must be Abort or step:<step name>, not ${onCancel}.`,
      );
    const branches = [...choicesOf(step).map(({ NextStep }) => NextStep), inputs?.["Default"]];
    const targets = [
      nextStep,
      stepIn(onFailure),
      stepIn(onCancel),
      ...(step.action === "aws:branch" ? branches : []),
    ];
    for (const target of targets)
      if (target !== undefined && !known.has(String(target)))
        throw invalidDocumentContent(
          `The step ${name} leads to ${String(target)}, and there is no such step.`,
        );
    if (step.action === "aws:loop" && Array.isArray(inputs?.["Steps"]))
      checkTargets(inputs["Steps"] as readonly StepDeclaration[], known);
  }
}

/** `Parameter "PackageVersion" is not declared.`: https://github.com/CrowdStrike/aws-ssm-distributor/issues/66 */
function checkReference(
  reference: string,
  { parameters = {}, variables = {} }: DocumentContent,
  steps: ReadonlySet<string>,
): void {
  const [prefix, rest] = reference.split(":", 2);
  const isThere =
    rest === undefined
      ? Object.hasOwn(parameters, reference) || steps.has(reference.split(".")[0] ?? "")
      : prefix === "variable"
        ? Object.hasOwn(variables, rest.split(".")[0] ?? "")
        : true;
  if (!isThere) throw invalidDocumentContent(`Parameter "${reference}" is not declared.`);
}
