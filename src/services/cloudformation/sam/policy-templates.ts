import { POLICY_TEMPLATES, type PolicyTemplate, type TemplateStatement } from "./data/policy-templates.ts";
import { invalidResource } from "./errors.ts";
import { sub } from "./intrinsics.ts";
import { copy, isMap, type Value, type Values } from "./value.ts";

/** A policy template by its name, with parameters' values: the statements that it stands for. */
export function expandPolicyTemplate(owner: string, policy: Values): Values {
  const [name, values] = Object.entries(policy)[0] as [string, Value];
  const template = POLICY_TEMPLATES[name] as PolicyTemplate;
  if (!isMap(values)) {
    throw invalidResource(owner, `Must specify valid parameter values for policy template '${name}'`);
  }
  const missing = template.parameters.filter((parameter) => !Object.hasOwn(values, parameter));
  if (missing.length > 0) {
    const list = missing.map((parameter) => `'${parameter}'`).join(", ");
    throw invalidResource(
      owner,
      `Following required parameters of template '${name}' don't have values: [${list}]`,
    );
  }
  return {
    Statement: template.statements.map((statement) => expand(statement, template.parameters, values)),
  };
}

function expand(statement: TemplateStatement, parameters: readonly string[], values: Values): Values {
  const resource = (text: string) => resourceOf(text, parameters, values);
  return {
    Effect: "Allow",
    Action: copy(statement.Action as Value),
    Resource:
      typeof statement.Resource === "string"
        ? resource(statement.Resource)
        : statement.Resource.map(resource),
    ...(statement.Condition === undefined ? {} : { Condition: fill(copy(statement.Condition), values) }),
  };
}

function resourceOf(text: string, parameters: readonly string[], values: Values): Value {
  if (!text.includes("${")) return text;
  const variables: Values = {};
  for (const [, name] of text.matchAll(/\$\{(\w+)\}/g)) {
    const parameter = parameters.find((other) => other.toLowerCase() === name?.toLowerCase());
    // Every name without a colon is that of a parameter, which has a value.
    variables[name!] = copy(values[parameter!] as Value);
  }
  return Object.keys(variables).length > 0 ? sub(text, variables) : sub(text);
}

/** Puts parameters' values in place of `Ref`. */
function fill(value: Value, values: Values): Value {
  if (Array.isArray(value)) return value.map((item) => fill(item, values));
  if (!isMap(value)) return value;
  const name = value["Ref"];
  if (typeof name === "string" && Object.hasOwn(values, name)) return copy(values[name] as Value);
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, fill(item, values)]));
}
