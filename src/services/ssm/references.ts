/** `{{ name }}` in documents: https://docs.aws.amazon.com/systems-manager/latest/userguide/documents-syntax-data-elements-parameters.html */

// What does not begin as a name does, as `{{.Names}}` of Docker, is the script's own.
const REFERENCE = /\{\{\s*([\w][\w.:-]*)\s*\}\}/g;
const WHOLE = /^\s*\{\{\s*([\w][\w.:-]*)\s*\}\}\s*$/;

/**
 * A value with what it refers to put in: a text that is but a reference becomes the value itself, and in a list the items of a list
 * that it refers to (inferred: AWS's own templates for FIS write `InstanceIds: ["{{ step.InstanceIds }}"]`).
 */
export function filledBy(value: unknown, refer: (name: string) => unknown): unknown {
  if (typeof value === "string") {
    const whole = WHOLE.exec(value)?.[1];
    if (whole !== undefined) return refer(whole);
    return value.replace(REFERENCE, (_, name: string) => asText(refer(name)));
  }
  if (Array.isArray(value))
    return value.flatMap((item) => {
      const filled = filledBy(item, refer);
      return typeof item === "string" ? filled : [filled];
    });
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, filledBy(member, refer)]));
}

/** The names that a value refers to, as often as it does. */
export function referencesIn(value: unknown): string[] {
  if (typeof value === "string") return [...value.matchAll(REFERENCE)].map(([, name = ""]) => name);
  if (typeof value !== "object" || value === null) return [];
  return Object.values(value).flatMap(referencesIn);
}

export const asText = (value: unknown): string =>
  typeof value === "string" ? value : (JSON.stringify(value) ?? "");

/** Values as Systems Manager shows them: lists of texts. */
export const asTexts = (value: unknown): string[] =>
  Array.isArray(value) ? value.map(asText) : [asText(value)];
