import { readJson } from "../../core/read-json.ts";
/** Parameters of an SSM document as templates have them: values may be texts or lists of texts. */
export function documentParameters(json: string): Record<string, string[]> {
  const given = readJson(json) as Record<string, unknown>;
  const texts = (value: unknown) =>
    (Array.isArray(value) ? value : [value]).map((one) =>
      typeof one === "string" ? one : JSON.stringify(one),
    );
  return Object.fromEntries(Object.entries(given).map(([name, value]) => [name, texts(value)]));
}
