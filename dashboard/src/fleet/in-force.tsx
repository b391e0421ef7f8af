import { squallNow } from "../clock.ts";
import { durationText } from "../duration.ts";
import { OwnerCell, WhatCell } from "../faults/cells.tsx";
import { frequencyText, type Rule } from "../faults/rule.ts";
import { Spark } from "../pieces/spark.tsx";
import { hrefOf } from "../route.ts";
import { type Experiment, strikeRates } from "./fleet.ts";
import { perSecondText } from "./gateways.tsx";
import { Moment } from "./journal.tsx";

/** The fleet's rules, and how often all gateways together have struck by each; what strikes most comes first. */
export function Rules({ rules }: { rules: readonly Rule[] }) {
  if (rules.length === 0)
    return (
      <p class="quiet">
        The fleet has none: a rule that any gateway is given, under <a href={hrefOf("faults")}>Faults</a> or
        by any other door, is in force on all.
      </p>
    );
  const sorted = rules.toSorted((a, b) => b.fired - a.fired);
  return (
    <div class="wide-table">
      <table aria-labelledby="rules">
        <thead>
          <tr>
            <th scope="col">Rule</th>
            <th scope="col">How often</th>
            <th scope="col" class="number">
              Matched
            </th>
            <th scope="col" class="number">
              Fired
            </th>
            <th scope="col" class="number">
              Fired/s
            </th>
            <th scope="col">Last minute</th>
            <th scope="col">Ends in</th>
            <th scope="col">Owner</th>
          </tr>
        </thead>
        <tbody>
          {sorted.map((rule) => (
            <RuleLine key={rule.id} rule={rule} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function RuleLine({ rule }: { rule: Rule }) {
  const rates = strikeRates.of(rule.id);
  return (
    <tr>
      <WhatCell rule={rule} />
      <td>{frequencyText(rule)}</td>
      <td class="number">{rule.matched.toLocaleString("en")}</td>
      <td class="number">{rule.fired.toLocaleString("en")}</td>
      <td class="number">{perSecondText(rates)}</td>
      <td>
        <Spark values={rates} />
      </td>
      <td>{rule.expiresAt !== undefined && durationText(Math.max(0, rule.expiresAt - squallNow()))}</td>
      <OwnerCell owner={rule.owner} />
    </tr>
  );
}

/** Experiments on any gateway, the newest first. */
export function Experiments({ experiments }: { experiments: readonly Experiment[] }) {
  if (experiments.length === 0) return <p class="quiet">None has run on any gateway.</p>;
  return (
    <div class="wide-table">
      <table aria-labelledby="experiments">
        <thead>
          <tr>
            <th scope="col">Experiment</th>
            <th scope="col">State</th>
            <th scope="col">Gateway</th>
            <th scope="col">Began (UTC)</th>
            <th scope="col" class="number">
              Matched
            </th>
            <th scope="col" class="number">
              Fired
            </th>
          </tr>
        </thead>
        <tbody>
          {experiments.map(({ arn, status, reason, gateway, startedAtMs, matched, fired }) => (
            <tr key={arn}>
              <td class="what">
                <b>{arn.replace(/^arn:.*experiment\//, "")}</b>
                <span class="quiet">{arn}</span>
              </td>
              <td>
                <span class={`badge is-${status}`} title={reason}>
                  {status}
                </span>
              </td>
              <td>{gateway}</td>
              <td>
                <Moment atMs={startedAtMs} />
              </td>
              <td class="number">{matched.toLocaleString("en")}</td>
              <td class="number">{fired.toLocaleString("en")}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
