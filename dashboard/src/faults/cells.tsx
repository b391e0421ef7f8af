import { effectText, matchText, type Rule } from "./rule.ts";

/** What a rule does, to which calls, and what it is called. */
export const WhatCell = ({ rule }: { rule: Rule }) => (
  <td class="what">
    <b>{effectText(rule)}</b>
    <span class="match">{matchText(rule)}</span>
    <span class="quiet">
      {rule.id}
      {rule.note && `: ${rule.note}`}
    </span>
  </td>
);

/** Whose rule it is: when they end, it goes. */
export const OwnerCell = ({ owner }: Pick<Rule, "owner">) => (
  <td class="quiet owner" title={owner}>
    {owner.replace(/^arn:.*experiment\//, "experiment ")}
  </td>
);
