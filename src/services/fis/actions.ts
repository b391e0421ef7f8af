import type { FaultEffect, FaultPoint } from "../../core/fault.ts";
import type { Handlers, ServiceHost } from "../../core/service.ts";
import type * as FIS from "../../models/generated/fis.ts";
import type { FisAction } from "./action.ts";
import { actionIn, type Catalogue } from "./catalogue.ts";
import { actionNotFound } from "./errors.ts";
import { arnOf, type Place } from "./ids.ts";
import { pageOf } from "./page.ts";
import { ResourceTypes } from "./resource-types.ts";
import { apiActions, pointActions } from "./squall-actions.ts";
import { actionTags } from "./tags.ts";

const AT_POINT = /^squall:([\w-]+):/;

/** Every action that there is: AWS's, LocalStack's, and those made from the fault engine's effects. */
export class Actions {
  readonly #catalogue: Catalogue;
  readonly #effects: ReadonlyMap<string, FaultEffect>;
  readonly #host: ServiceHost;
  /** What their targets may be. */
  readonly types: ResourceTypes;

  constructor(catalogue: Catalogue, effects: ReadonlyMap<string, FaultEffect>, host: ServiceHost) {
    this.#catalogue = new Map([
      ...catalogue,
      ...apiActions(effects).map((action) => [action.id, action] as const),
    ]);
    this.#effects = effects;
    this.#host = host;
    this.types = new ResourceTypes(host.resourceTypes());
  }

  /** undefined for an id that nothing has. */
  find(id: string): FisAction | undefined {
    const known = actionIn(this.#catalogue, id);
    const service = AT_POINT.exec(id)?.[1];
    if (known !== undefined || service === undefined) return known;
    const among = (points: Readonly<Record<string, FaultPoint>>) =>
      pointActions(points, this.#effects).find((action) => action.id === id);
    return among(this.#host.faultPoints(service)) ?? among(this.#host.faultPoints());
  }

  /** The actions that a template uses, by the ids that it uses. */
  used(actions: Iterable<{ readonly actionId?: string }>): Map<string, FisAction> {
    const found = new Map<string, FisAction>();
    for (const { actionId = "" } of actions) {
      const action = this.find(actionId);
      if (action !== undefined) found.set(actionId, action);
    }
    return found;
  }

  all(): FisAction[] {
    return [...this.#catalogue.values(), ...pointActions(this.#host.faultPoints(), this.#effects)];
  }
}

/** https://docs.aws.amazon.com/fis/latest/userguide/actions.html */
export const actionHandlers = (actions: Actions): Handlers<FIS.Operations> => ({
  async ListActions(input, ctx) {
    const { page, nextToken } = pageOf(actions.all(), ({ id }) => [id], input);
    return {
      actions: page.map((action) => summary(action, ctx, actionTags(ctx.store, action.id))),
      nextToken,
    };
  },

  async GetAction({ id }, ctx) {
    const action = actions.find(id);
    if (action === undefined) throw actionNotFound(id);
    const parameters = Object.entries(action.parameters).map(([name, { description, required = false }]) => [
      name,
      { description, required },
    ]);
    return {
      action: {
        ...summary(action, ctx, actionTags(ctx.store, action.id)),
        ...(parameters.length > 0 && {
          parameters: Object.fromEntries(parameters) as FIS.ActionParameterMap,
        }),
      },
    };
  },
});

function summary(action: FisAction, place: Place, tags: FIS.TagMap): FIS.ActionSummary {
  const targets = Object.entries(action.targets ?? {}).map(([key, resourceType]) => [key, { resourceType }]);
  return {
    id: action.id,
    arn: arnOf("action", action.id, place),
    description: action.description.slice(0, 512),
    ...(targets.length > 0 && { targets: Object.fromEntries(targets) as FIS.ActionTargetMap }),
    tags,
  };
}
