import type { DocumentContent } from "../document-content.ts";
import { filledBy } from "../references.ts";
import type { CommandRecord } from "./command.ts";

/** A step of a Command document, whichever schema that has. */
export interface CommandStep {
  readonly name: string;
  readonly action: string;
  readonly inputs: Readonly<Record<string, unknown>>;
  /** `exit`: nothing comes after it when it has failed. */
  readonly onFailure?: string;
  readonly precondition?: Readonly<Record<string, unknown>>;
}

/** https://docs.aws.amazon.com/systems-manager/latest/userguide/documents-schemas-features.html */
export function stepsOf({ mainSteps = [], runtimeConfig = {} }: DocumentContent): CommandStep[] {
  const former = Object.entries(runtimeConfig).flatMap(([action, { properties }]) =>
    [properties].flat().map((inputs, at) => ({
      name:
        typeof inputs["id"] === "string"
          ? inputs["id"].replaceAll(":", "")
          : `${at}.${action.replace(":", "")}`,
      action,
      inputs,
    })),
  );
  return [
    ...former,
    ...mainSteps.map(({ name, action, inputs = {}, onFailure, precondition }) => ({
      name,
      action,
      inputs,
      ...(onFailure !== undefined && { onFailure }),
      ...(precondition !== undefined && { precondition }),
    })),
  ];
}

/** Its inputs with the command's parameters put in. */
export function filledInputs(
  step: CommandStep,
  { parameters, content, region, id }: CommandRecord,
  instanceId: string,
): Record<string, unknown> {
  return filledBy(step.inputs, (name) => {
    if (name === "global:REGION") return region;
    if (name === "platformType" || name === "platform:type") return "Linux";
    if (name === "ssm:instance_id" || name === "instance:id") return instanceId;
    if (name === "command:id") return id;
    const values = Object.hasOwn(parameters, name) ? parameters[name] : undefined;
    if (!values) throw new Error(`The document has no parameter ${name}.`);
    const type = content.parameters?.[name]?.type;
    return type === "StringList" ? [...values] : (values[0] ?? "");
  }) as Record<string, unknown>;
}

/** Is the step for this platform? `{StringEquals: [platformType, Linux]}` */
export function isForUs({ precondition }: CommandStep): boolean {
  const wanted = precondition?.["StringEquals"];
  if (!Array.isArray(wanted)) return true;
  const [left, right] = wanted.map((value) =>
    /^(?:\{\{\s*)?platformType/.test(String(value)) ? "Linux" : value,
  );
  return left === right;
}
