/**
 * The mapping template that API Gateway offers for a model: the same shape, every value taken from `$inputRoot`.
 * https://docs.aws.amazon.com/apigateway/latest/api/API_GetModelTemplate.html
 */
export function templateOf(schema: unknown): string {
  return `#set($inputRoot = $input.path('$'))\n${shapeOf(schema, "$inputRoot", 0)}`;
}

function shapeOf(schema: unknown, place: string, depth: number): string {
  const { type, properties, items } = (schema ?? {}) as {
    type?: string;
    properties?: Record<string, unknown>;
    items?: unknown;
  };
  const pad = "  ".repeat(depth);
  if (type === "array") {
    const item = depth === 0 ? "$elem" : `$elem${depth}`;
    const inner = shapeOf(items, item, depth + 1);
    return `[\n#foreach(${item} in ${place})\n${pad}  ${inner}#if($foreach.hasNext),#end\n#end\n${pad}]`;
  }
  if (type === "object" || properties) {
    const lines = Object.entries(properties ?? {}).map(
      ([name, inner]) => `${pad}  ${JSON.stringify(name)} : ${shapeOf(inner, `${place}.${name}`, depth + 1)}`,
    );
    return lines.length === 0 ? "{ }" : `{\n${lines.join(",\n")}\n${pad}}`;
  }
  return type === "string" ? `"${place}"` : place;
}
