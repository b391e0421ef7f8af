interface Node {
  readonly startAfter?: readonly string[];
}

/** What is wrong with the order of a template's actions: an unknown name, or a circle. undefined when nothing is. */
export function wrongOrder(actions: Readonly<Record<string, Node>>): string | undefined {
  for (const [name, { startAfter = [] }] of Object.entries(actions)) {
    const unknown = startAfter.find((other) => !Object.hasOwn(actions, other));
    if (unknown !== undefined) return `Unknown action "${unknown}" found in startAfter of action "${name}".`;
  }
  const done = new Set<string>();
  for (const name of Object.keys(actions)) {
    const circle = circleFrom(name, actions, [], done);
    if (circle) return `The actions start after each other in a circle: ${circle.join(" -> ")}.`;
  }
  return undefined;
}

function circleFrom(
  name: string,
  actions: Readonly<Record<string, Node>>,
  way: readonly string[],
  done: Set<string>,
): readonly string[] | undefined {
  if (way.includes(name)) return [...way.slice(way.indexOf(name)), name];
  if (done.has(name)) return undefined;
  for (const before of actions[name]?.startAfter ?? []) {
    const circle = circleFrom(before, actions, [...way, name], done);
    if (circle) return circle;
  }
  done.add(name);
  return undefined;
}
