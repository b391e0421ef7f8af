import { isObject } from "../../../core/json.ts";
import { readIfJson } from "../../../core/read-json.ts";
import type * as CloudWatch from "../../../models/generated/cloudwatch.ts";

type Message = Required<CloudWatch.DashboardValidationMessage>;

const WIDTH = 24;
const WIDGETS: Readonly<Record<string, readonly string[]>> = {
  metric: [],
  text: ["markdown"],
  log: ["query", "region"],
  alarm: ["alarms"],
  explorer: [],
  custom: ["endpoint"],
};

/**
 * What is wrong with a dashboard's body. An error refuses it, a warning does not.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html
 */
export function problemsInBody(text: string): { errors: Message[]; warnings: Message[] } {
  const errors: Message[] = [];
  const warnings: Message[] = [];
  const body = readIfJson(text);
  if (!isObject(body)) {
    errors.push({ DataPath: "", Message: "The field DashboardBody must be a valid JSON object" });
    return { errors, warnings };
  }
  const { widgets } = body;
  if (widgets === undefined) return { errors, warnings };
  if (!Array.isArray(widgets)) {
    errors.push({ DataPath: "/widgets", Message: "Should be an array" });
    return { errors, warnings };
  }
  for (const [i, widget] of widgets.entries()) checkWidget(widget, `/widgets/${i}`, errors, warnings);
  return { errors, warnings };
}

function checkWidget(widget: unknown, at: string, errors: Message[], warnings: Message[]): void {
  if (!isObject(widget)) {
    errors.push({ DataPath: at, Message: "Should be an object" });
    return;
  }
  const { type, properties, x, width } = widget;
  const required = typeof type === "string" ? WIDGETS[type] : undefined;
  if (!required) {
    const kinds = Object.keys(WIDGETS).join(", ");
    errors.push({
      DataPath: `${at}/type`,
      Message: `Should be equal to one of the allowed values: ${kinds}`,
    });
  }
  if (!isObject(properties)) {
    errors.push({ DataPath: at, Message: "Should have required property 'properties'" });
    return;
  }
  for (const name of required ?? [])
    if (properties[name] === undefined)
      errors.push({ DataPath: `${at}/properties`, Message: `Should have required property '${name}'` });
  if (type === "metric" && properties["metrics"] === undefined && properties["annotations"] === undefined)
    errors.push({ DataPath: `${at}/properties`, Message: "Should have required property 'metrics'" });
  if (typeof width === "number" && (width < 1 || width > WIDTH))
    errors.push({ DataPath: `${at}/width`, Message: `Should be between 1 and ${WIDTH}` });
  if (typeof x === "number" && typeof width === "number" && x + width > WIDTH)
    warnings.push({ DataPath: at, Message: `The widget ends beyond the ${WIDTH} columns of the dashboard` });
}
