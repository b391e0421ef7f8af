/** A JSON schema (2020-12), as OpenAPI 3.1 has them. */
export type Schema = Readonly<Record<string, unknown>>;

const described = (schema: Schema, description: string | undefined): Schema =>
  description === undefined ? schema : { ...schema, description };

export const text = (description?: string): Schema => described({ type: "string" }, description);
export const whole = (description?: string): Schema => described({ type: "integer" }, description);
export const number = (description?: string): Schema => described({ type: "number" }, description);
export const truth = (description?: string): Schema => described({ type: "boolean" }, description);
export const instant = (description?: string): Schema =>
  described({ type: "string", format: "date-time" }, description);
export const oneOf = (values: readonly string[], description?: string): Schema =>
  described({ enum: values }, description);
export const list = (items: Schema, description?: string): Schema =>
  described({ type: "array", items }, description);
/** Values by names that are not known beforehand. */
export const byName = (additionalProperties: Schema, description?: string): Schema =>
  described({ type: "object", additionalProperties }, description);
/** An object that somebody else defines: its description says who. */
export const foreign = (description: string): Schema => ({ type: "object", description });
export const ref = (name: string): Schema => ({ $ref: `#/components/schemas/${name}` });

/** An object with these members and no others; a name that ends with `?` need not be there. */
export function object(members: Readonly<Record<string, Schema>>, description?: string): Schema {
  const names = Object.keys(members);
  const required = names.filter((name) => !name.endsWith("?"));
  return described(
    {
      type: "object",
      properties: Object.fromEntries(names.map((name) => [name.replace(/\?$/, ""), members[name]])),
      ...(required.length > 0 && { required }),
      additionalProperties: false,
    },
    description,
  );
}
