import type { GatewayState } from "../../../src/fleet/gateway-state.ts";
import { durationText } from "../duration.ts";
import { Spark } from "../pieces/spark.tsx";
import { callRates, type Gateway, type Status } from "./fleet.ts";

/** Whose colours a state has. */
const COLOURS: Readonly<Record<GatewayState, string>> = {
  "up to date": "is-ok",
  behind: "is-client",
  silent: "is-client",
  refuses: "is-server",
  lost: "is-server",
  stopped: "",
};

/** Each gateway: by which version it acts, what comes through it, and when it was heard of. */
export function Gateways({ status: { gateways, gateway: asked, newest } }: { status: Status }) {
  if (gateways.length === 0) return <p class="quiet">None is heard of.</p>;
  const sorted = gateways.toSorted((a, b) => a.name.localeCompare(b.name));
  return (
    <div class="wide-table">
      <table aria-labelledby="gateways">
        <thead>
          <tr>
            <th scope="col">Gateway</th>
            <th scope="col">State</th>
            <th scope="col">Acts by version</th>
            <th scope="col" class="number">
              Calls
            </th>
            <th scope="col" class="number">
              Calls/s
            </th>
            <th scope="col">Last minute</th>
            <th scope="col">Heard of</th>
            <th scope="col">Squall</th>
          </tr>
        </thead>
        <tbody>
          {sorted.map((gateway) => (
            <Line
              key={gateway.gateway}
              gateway={gateway}
              newest={newest}
              isAsked={gateway.gateway === asked}
            />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Line({ gateway, newest, isAsked }: { gateway: Gateway; newest: number; isAsked: boolean }) {
  const { gateway: id, name, state, version, refused, calls, ageMs, isGone, squall } = gateway;
  const rates = callRates.of(id);
  return (
    <tr class={isGone ? "is-off" : ""}>
      <td class="what">
        <span>
          <b>{name}</b> {isAsked && <span class="tag">this one</span>}
        </span>
        <span class="quiet">{id}</span>
      </td>
      <td class="one-line">
        <span class={`badge ${COLOURS[state]}`}>{state}</span>
      </td>
      <td>
        {version} of {newest}
        {refused && (
          <span class="quiet">
            , not {refused.version}: {refused.reason}
          </span>
        )}
      </td>
      <td class="number">{calls.toLocaleString("en")}</td>
      <td class="number">{isGone ? "" : perSecondText(rates)}</td>
      <td>{!isGone && <Spark values={rates} />}</td>
      <td class="one-line">{durationText(ageMs)} ago</td>
      <td class="quiet">{squall}</td>
    </tr>
  );
}

/** The newest of a count's rates. */
export const perSecondText = (rates: readonly number[]): string => rates.at(-1)?.toFixed(1) ?? "";
