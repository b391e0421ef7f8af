export interface HistoryEvent {
  readonly id: number;
  readonly type: string;
  readonly stateEnteredEventDetails?: { readonly name: string };
  readonly stateExitedEventDetails?: { readonly name: string };
}

interface State {
  readonly Type: string;
  readonly Next?: string;
  readonly Default?: string;
  readonly Choices?: readonly { readonly Next?: string }[];
  readonly Catch?: readonly { readonly Next: string }[];
}

const BOX = { width: 150, height: 30, gapX: 20, gapY: 26 };

/** The states of a machine, layer under layer as they follow on each other, coloured by what an execution did in them. */
export function ExecutionGraph({
  definition,
  events,
}: {
  definition: string;
  events: readonly HistoryEvent[];
}) {
  const machine = parsed(definition);
  if (!machine) return null;
  const { states, layers } = machine;
  const place = new Map(
    layers.flatMap((layer, depth) =>
      layer.map(
        (name, index) =>
          [name, { x: index * (BOX.width + BOX.gapX), y: depth * (BOX.height + BOX.gapY) }] as const,
      ),
    ),
  );
  const width = Math.max(...layers.map((layer) => layer.length)) * (BOX.width + BOX.gapX);
  const height = layers.length * (BOX.height + BOX.gapY);
  const statusOf = statuses(events);
  const words = [...place.keys()].map((name) => `${name} ${statusOf(name)}`).join(", ");
  return (
    <div class="graph">
      <svg
        width={width}
        height={height}
        viewBox={`0 0 ${width} ${height}`}
        role="img"
        aria-label={`States: ${words}`}
      >
        {[...place].flatMap(([name, from]) =>
          nextOf(states[name]).flatMap((next) => {
            const to = place.get(next);
            return to
              ? [
                  <line
                    key={`${name} ${next}`}
                    class="edge"
                    x1={from.x + BOX.width / 2}
                    y1={from.y + BOX.height}
                    x2={to.x + BOX.width / 2}
                    y2={to.y}
                  />,
                ]
              : [];
          }),
        )}
        {[...place].map(([name, { x, y }]) => (
          <g key={name}>
            <rect
              class={`node is-${statusOf(name)}`}
              x={x + 0.5}
              y={y + 0.5}
              width={BOX.width - 1}
              height={BOX.height - 1}
              rx={5}
            />
            <text x={x + BOX.width / 2} y={y + 19} text-anchor="middle">
              {name.length > 20 ? `${name.slice(0, 19)}…` : name}
            </text>
          </g>
        ))}
      </svg>
    </div>
  );
}

function parsed(definition: string) {
  try {
    const { StartAt, States } = JSON.parse(definition) as { StartAt: string; States: Record<string, State> };
    return { states: States, layers: layersOf(StartAt, States) };
  } catch {
    return undefined;
  }
}

/** States by how many steps they are from the first at least. */
function layersOf(first: string, states: Readonly<Record<string, State>>): string[][] {
  const seen = new Set<string>();
  const layers: string[][] = [];
  for (let layer = [first]; layer.length > 0; ) {
    for (const name of layer) seen.add(name);
    layers.push(layer);
    layer = [...new Set(layer.flatMap((name) => nextOf(states[name])))].filter(
      (name) => !seen.has(name) && states[name],
    );
  }
  return layers;
}

function nextOf(state: State | undefined): string[] {
  const { Next, Default, Choices = [], Catch = [] } = state ?? { Type: "" };
  return [Next, ...Choices.map((choice) => choice.Next), Default, ...Catch.map((one) => one.Next)].filter(
    (name) => name !== undefined,
  );
}

/** `done`, `failed`, `running`, or `pending` for what the execution has not come to. */
function statuses(events: readonly HistoryEvent[]): (name: string) => string {
  const entered = new Set<string>();
  const exited = new Set<string>();
  for (const { stateEnteredEventDetails, stateExitedEventDetails } of events) {
    if (stateEnteredEventDetails) entered.add(stateEnteredEventDetails.name);
    if (stateExitedEventDetails) exited.add(stateExitedEventDetails.name);
  }
  const isOver = /^Execution(?:Failed|Aborted|TimedOut)$/.test(events.at(-1)?.type ?? "");
  return (name) =>
    exited.has(name) ? "done" : !entered.has(name) ? "pending" : isOver ? "failed" : "running";
}
