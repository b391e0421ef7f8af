/**
 * The plain kind of template, for access logs and gateway responses: `$context.requestId`, `${stageVariables.name}`,
 * `$method.request.header.name`. No directives.
 */
export function substitute(
  template: string,
  lookup: (name: string) => string | undefined,
  absent = "",
): string {
  return template.replace(
    /\$(?:\{((?:context|stageVariables|method\.request)\.[^}]+)\}|((?:context|stageVariables|method\.request)(?:\.[A-Za-z0-9_-]+)+))/g,
    (_, braced: string | undefined, bare: string | undefined) => lookup(braced ?? bare ?? "") ?? absent,
  );
}
