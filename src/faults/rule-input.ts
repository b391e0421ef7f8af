import type { FaultMatch, FaultRuleInput as Whole } from "../core/fault.ts";
import type {
  EffectParams,
  EffectShorthands,
  GenericPoint,
  PointEffectParams,
} from "./generated/effect-params.ts";

/** Which calls, how often, and when; the fields of `match` may stand in the rule itself. */
type Common = Omit<Whole, "effect" | "params" | "point"> & FaultMatch;

/** Where an effect of calls strikes: at calls, and at points that have no effect of that name of their own. */
type PointFor<Name extends string> =
  | "api"
  | {
      [Point in GenericPoint]: Name extends keyof PointEffectParams[Point] ? never : Point;
    }[GenericPoint];

/** `{ effect: "latency", params: { ms: 200 } }`, and with the params in the rule itself. */
type InFull<Name extends keyof EffectParams> = Common & {
  readonly point?: PointFor<Name>;
  readonly effect: Name;
  readonly params?: EffectParams[Name];
} & Partial<EffectParams[Name]>;

/** `{ latency: 200 }`, `{ latency: { p50: 20 } }`, `{ reset: true }`. */
type InShort<Name extends keyof EffectParams> = Common & { readonly point?: PointFor<Name> } & {
  readonly [N in Name]: true | EffectParams[Name] | EffectShorthands[Name];
} & Partial<EffectParams[Name]>;

/** An effect that only the service of a fault point can carry out. */
type AtPoint<Point extends keyof PointEffectParams, Name extends keyof PointEffectParams[Point]> = Common & {
  readonly point: Point;
  readonly effect: Name;
  readonly params?: PointEffectParams[Point][Name];
} & Partial<PointEffectParams[Point][Name]>;

type AnyInFull = { [Name in keyof EffectParams]: InFull<Name> }[keyof EffectParams];
type AnyInShort = { [Name in keyof EffectParams]: InShort<Name> }[keyof EffectParams];
type AnyAtPoint = {
  [Point in keyof PointEffectParams]: {
    [Name in keyof PointEffectParams[Point]]: AtPoint<Point, Name>;
  }[keyof PointEffectParams[Point]];
}[keyof PointEffectParams];

/**
 * A rule as it is written in TypeScript: what is misspelt does not compile. JSON that comes from elsewhere is checked when
 * it is added.
 */
export type FaultRuleInput = AnyInFull | AnyInShort | AnyAtPoint;
