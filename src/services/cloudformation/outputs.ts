import type { StackPlace } from "./events.ts";
import type { Value, Values } from "./sam/value.ts";
import { exportRecords, type StackOutput, type StackRecord, stackRecords } from "./stack.ts";
import { StackFailure } from "./stack-failure.ts";
import { NoSuchAttribute } from "./surroundings.ts";
import { evaluate, type Scope } from "./template/functions.ts";
import type { Template } from "./template/template.ts";

/** What a stack gives, evaluated. @throws StackFailure for an export that another stack has, or that is in use and would change */
export function outputsOf(
  template: Template,
  scope: Scope,
  stack: StackRecord,
  place: StackPlace,
): Record<string, StackOutput> {
  const outputs: Record<string, StackOutput> = {};
  for (const [name, declared] of Object.entries(template.outputs)) {
    const { Condition: condition } = declared;
    if (typeof condition === "string" && !scope.condition(condition)) continue;
    let value: Value | undefined;
    try {
      value = evaluate(declared["Value"]!, scope);
    } catch (error) {
      if (error instanceof NoSuchAttribute)
        throw new StackFailure(`[Error] /Outputs/${name}/Value/Fn::GetAtt: ${error.message}`);
      throw error;
    }
    if (value === undefined) continue;
    const exported = declared["Export"] as Values | undefined;
    const exportName = exported?.["Name"] === undefined ? undefined : evaluate(exported["Name"], scope);
    outputs[name] = {
      value: typeof value === "object" ? JSON.stringify(value) : String(value),
      ...(typeof declared["Description"] === "string" && { description: declared["Description"] }),
      ...(exportName !== undefined && { exportName: String(exportName) }),
    };
    if (exportName === undefined) continue;
    const there = place.store.collection(exportRecords).get([String(exportName)]);
    if (there && there.stackId !== stack.id)
      throw new StackFailure(
        `Export with name ${String(exportName)} is already exported by stack ${nameIn(there.stackId)}`,
      );
  }
  refuseChangedExports(outputs, stack, place);
  return outputs;
}

/** An export that others import can neither change nor go. */
function refuseChangedExports(
  outputs: Readonly<Record<string, StackOutput>>,
  stack: StackRecord,
  place: StackPlace,
): void {
  for (const { exportName, value } of Object.values(stack.outputs)) {
    if (exportName === undefined) continue;
    const user = importers(exportName, place)[0];
    if (user === undefined) continue;
    const now = Object.values(outputs).find((output) => output.exportName === exportName);
    if (now === undefined)
      throw new StackFailure(`Export ${exportName} cannot be deleted as it is in use by ${user}`);
    if (now.value !== value)
      throw new StackFailure(`Export ${exportName} cannot be updated as it is in use by ${user}`);
  }
}

/** Puts the exports of a stack in the place of those that it had. */
export function exportOutputs(
  outputs: Readonly<Record<string, StackOutput>>,
  stack: StackRecord,
  { store }: Pick<StackPlace, "store">,
): void {
  const exports = store.collection(exportRecords);
  for (const { exportName } of Object.values(stack.outputs))
    if (exportName !== undefined) exports.delete([exportName]);
  for (const { exportName, value } of Object.values(outputs))
    if (exportName !== undefined) exports.put([exportName], { name: exportName, value, stackId: stack.id });
}

/** The names of stacks that import an export. */
export function importers(name: string, { store }: Pick<StackPlace, "store">): string[] {
  return [...store.collection(stackRecords).values()]
    .filter(({ imports, deletedMs }) => deletedMs === undefined && imports.includes(name))
    .map((stack) => stack.name);
}

const nameIn = (stackId: string): string => stackId.split("/")[1] ?? stackId;
