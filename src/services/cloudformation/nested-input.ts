import { tagList } from "../../aws/tags.ts";
import { given, map, number, tagsOf, text, texts } from "./property.ts";
import type { Values } from "./sam/value.ts";

const parameterText = (value: unknown): string => (Array.isArray(value) ? value.join(",") : String(value));

/** What a nested stack is made with, by its properties. CloudFormation's own tags are each stack's own. */
export function nestedInput(properties: Values, stackTags: Readonly<Record<string, string>>) {
  const {
    "aws:cloudformation:stack-name": _,
    "aws:cloudformation:stack-id": __,
    "aws:cloudformation:logical-id": ___,
    ...tags
  } = tagsOf(properties, stackTags);
  return {
    TemplateURL: text(properties, "TemplateURL"),
    Parameters: nestedParameters(properties),
    Capabilities: ["CAPABILITY_IAM", "CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND"],
    Tags: tagList(tags),
    ...given({
      NotificationARNs:
        properties["NotificationARNs"] === undefined ? undefined : texts(properties, "NotificationARNs"),
      TimeoutInMinutes: number(properties, "TimeoutInMinutes"),
    }),
  };
}

export const nestedParameters = (properties: Values) =>
  Object.entries(map(properties, "Parameters") ?? {}).map(([ParameterKey, value]) => ({
    ParameterKey,
    ParameterValue: parameterText(value),
  }));
