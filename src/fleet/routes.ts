import { type HttpRequest, json, longJson } from "../core/http.ts";
import { route } from "../core/route.ts";
import type { AdminRoute, AskedBy, Asker } from "../core/service.ts";
import { FleetError } from "./errors.ts";
import { counted } from "./experiments.ts";
import { gatewayState, newestVersion } from "./gateway-state.ts";
import type { Member } from "./member.ts";
import type { Role } from "./port.ts";
import { ruleKey } from "./rule-key.ts";
import { addedToken, withoutToken } from "./tokens.ts";

const MOST = 1000;

/**
 * The fleet as one of its gateways sees it, `/_squall/fleet…`.
 * @param joined this gateway's part in it; undefined for a Squall that is in no fleet
 * @param hasAdmin has this gateway a token of its own?
 */
export function fleetRoutes(joined: () => Member | undefined, hasAdmin: boolean): AdminRoute[] {
  const member = () => {
    const there = joined();
    if (there) return there;
    throw new FleetError(404, "This Squall is in no fleet: start it with squall gateway --fleet URL.");
  };
  return [
    route("GET", "/_squall/fleet", async (request) =>
      json(200, await status(member(), (request as AskedBy).asker)),
    ),
    route("GET", "/_squall/fleet/rules", async () => {
      const { snapshot } = member();
      const counts = await asked(member().counts());
      return longJson({
        version: snapshot.version,
        rules: snapshot.rules.map((fleetRule) => ({
          ...fleetRule.rule,
          ...counted(counts, [ruleKey(fleetRule)]),
        })),
      });
    }),
    route("GET", "/_squall/fleet/experiments", async (request) => {
      const experiments = await asked(member().experiments.newest(limitOf(request)));
      // Those that are over have theirs kept with them.
      const counts = experiments.every(({ struck }) => struck) ? {} : await asked(member().counts());
      return json(200, {
        experiments: experiments.map(({ struck, ...experiment }) => ({
          ...experiment,
          ...(struck ? { matched: struck[0], fired: struck[1] } : counted(counts, experiment.rules)),
        })),
      });
    }),
    route("GET", "/_squall/fleet/journal", async (request) =>
      json(200, { journal: await asked(member().store.journal(limitOf(request))) }),
    ),
    route("GET", "/_squall/fleet/tokens", () =>
      json(200, { tokens: member().snapshot.tokens.map(({ name, role }) => ({ name, role })) }),
    ),
    route("POST", "/_squall/fleet/tokens", async (request) => {
      const { change, ...shown } = addedToken(parsed(request), hasAdmin);
      await member().changeTokens(change, `added the token ${shown.name} (${shown.role})`);
      return json(201, shown);
    }),
    route("DELETE", "/_squall/fleet/tokens/:name", async (_request, { name }) => {
      await member().changeTokens(withoutToken(name, hasAdmin), `removed the token ${name}`);
      return json(200, { removed: name });
    }),
  ];
}

/** @param asker who asks, where that is known */
async function status(member: Member, asker: Asker | undefined) {
  const { snapshot, gateway, isLost } = member;
  const { version, seed, stoppedFor, rules, atMs } = snapshot;
  const own = {
    version,
    seed,
    rules: rules.length,
    changedAtMs: atMs,
    gateway,
    ...(stoppedFor && { stoppedFor }),
    ...(asker && {
      you: { name: asker.name, role: (asker.mayChange ? "operator" : "viewer") satisfies Role },
    }),
  };
  // What this gateway knows by itself it tells without the store, too.
  if (isLost) return { ...own, newest: version, isLost, gateways: [] };
  const reports = (await asked(member.store.gateways())).map((report) =>
    // What it acts by itself it need not have reported.
    report.gateway === gateway ? { ...report, version: Math.max(report.version, version) } : report,
  );
  const newest = newestVersion(version, reports);
  const gateways = reports.map((report) => ({ ...report, state: gatewayState(report, newest) }));
  return { ...own, newest, isLost, gateways };
}

/** @throws FleetError when the store does not answer */
async function asked<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    throw new FleetError(503, `The fleet's store does not answer: ${(error as Error).message}`);
  }
}

function limitOf({ query }: HttpRequest): number {
  const limit = Number(new URLSearchParams(query).get("limit") ?? 100);
  if (!Number.isInteger(limit) || limit < 1 || limit > MOST)
    throw new FleetError(400, `limit is a whole number from 1 to ${MOST}.`);
  return limit;
}

function parsed({ body }: HttpRequest): Record<string, unknown> {
  try {
    return JSON.parse(Buffer.from(body).toString("utf8")) as Record<string, unknown>;
  } catch {
    throw new FleetError(400, 'Say whose token it is: {"name": "ada", "role": "operator"}.');
  }
}
