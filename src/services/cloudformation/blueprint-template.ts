import type { Blueprint } from "./stack.ts";
import { readTemplate } from "./template/reading.ts";
import { checkedTemplate, type Template } from "./template/template.ts";

/** The template of a blueprint, read. */
export const templateOf = ({ body, processed }: Pick<Blueprint, "body" | "processed">): Template =>
  checkedTemplate(processed ?? readTemplate(body), { isKept: true });
