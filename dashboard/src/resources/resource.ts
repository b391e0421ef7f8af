import type { Place } from "../api.ts";

/** A resource as `GET /_squall/resources` gives it. */
export interface Resource extends Required<Place> {
  readonly arn: string;
  readonly service: string;
  readonly type: string;
  readonly cloudFormationType?: string;
  readonly tags: Readonly<Record<string, string>>;
}

/** What stands behind the account in an ARN: `table/orders`, `worker.fifo`. */
export const partOf = ({ arn }: Pick<Resource, "arn">): string => arn.split(":").slice(5).join(":");

/** The name that its service knows it by, without the word for its type. */
export function nameOf(resource: Pick<Resource, "arn" | "type">): string {
  const part = partOf(resource);
  return part
    .replace(
      /^(?:table|function|parameter|log-group|stateMachine|role|user|policy|rule|alarm|secret|event-bus|stream)[:/](?=.)/,
      "",
    )
    .replace(/:\*$/, "");
}

/** Where its calls go; what is in no region is asked for in the default one. */
export const placeOf = ({ account, region }: Resource): Place => ({
  account,
  ...(region !== "global" && { region }),
});
