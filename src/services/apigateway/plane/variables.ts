/** `${stageVariables.name}` in URIs, credentials and mappings. A variable that is not set leaves nothing. */
export function resolveVariables(text: string, variables: Readonly<Record<string, string>>): string {
  if (!text.includes("stageVariables")) return text;
  return text.replace(/\$\{stageVariables\.(\w+)\}/g, (_, name: string) => variables[name] ?? "");
}
