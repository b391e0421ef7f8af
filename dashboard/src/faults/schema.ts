import { ask } from "../api.ts";

/** What the rules' JSON schema says of a field. */
export interface Field {
  readonly description?: string;
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly default?: unknown;
}

export interface EffectHelp {
  readonly name: string;
  readonly point: string;
  readonly description: string;
  readonly params: Readonly<Record<string, Field>>;
}

export interface Help {
  readonly effects: readonly EffectHelp[];
  readonly match: Readonly<Record<string, Field>>;
  /** Fields beside match and effect: percentage, times, ttl … */
  readonly rule: Readonly<Record<string, Field>>;
}

interface Schema {
  readonly definitions: {
    readonly match: { readonly properties: Readonly<Record<string, Field>> };
    readonly rule: {
      readonly properties: Readonly<Record<string, Field>>;
      readonly allOf: readonly {
        readonly if: {
          readonly properties: {
            readonly effect: { readonly const: string };
            readonly point?: { readonly enum?: readonly string[]; readonly const?: string };
          };
        };
        readonly then: {
          readonly properties?: {
            readonly params?: { readonly properties?: Readonly<Record<string, Field>> };
          };
        };
      }[];
    };
  };
}

const FREQUENCY = [
  "percentage",
  "times",
  "ttl",
  "from",
  "until",
  "skip",
  "every",
  "sequence",
  "repeat",
  "per",
  "attempts",
  "window",
  "ramp",
  "point",
  "note",
];

let read: Promise<Help> | undefined;

/** The schema's help, read once. @throws Refused */
export function help(): Promise<Help> {
  read ??= ask<Schema>("GET", "/_squall/schemas/rules").then(helpOf);
  read.catch(() => {
    read = undefined;
  });
  return read;
}

function helpOf({ definitions: { match, rule } }: Schema): Help {
  const effects = rule.allOf
    .filter((branch) => branch.if?.properties?.effect?.const !== undefined)
    .map(({ if: { properties }, then }): EffectHelp => {
      const name = properties.effect.const;
      return {
        name,
        point: properties.point?.enum?.[0] ?? properties.point?.const ?? "api",
        description: rule.properties[name]?.description ?? "",
        params: then.properties?.params?.properties ?? {},
      };
    });
  const fields = FREQUENCY.flatMap((name) => {
    const field = rule.properties[name];
    return field ? [[name, field] as const] : [];
  });
  return { effects, match: match.properties, rule: Object.fromEntries(fields) };
}
