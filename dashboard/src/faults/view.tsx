import { useEffect, useState } from "preact/hooks";
import { ask, mayChange } from "../api.ts";
import { squallNow } from "../clock.ts";
import { durationText } from "../duration.ts";
import { on } from "../events.ts";
import { attempt } from "../notices.tsx";
import { Change, ChangeButton } from "../pieces/change.tsx";
import { Empty } from "../pieces/empty.tsx";
import { Spark } from "../pieces/spark.tsx";
import { hrefOf } from "../route.ts";
import { keptStore, Store, useStore } from "../store.ts";
import { OwnerCell, WhatCell } from "./cells.tsx";
import { edit } from "./drafts.ts";
import { PRESETS, type Preset } from "./presets.ts";
import { effectText, frequencyText, matchText, type Rule, readRules, rules } from "./rule.ts";
import { writtenOf } from "./written.ts";

const NEW = {
  match: { service: "dynamodb", operation: "GetItem" },
  effect: "error",
  params: { kind: "internal" },
  percentage: 100,
};

/** The fault rules: what may go wrong now. */
export function FaultsView() {
  const known = useStore(rules);
  const stopped = useStopped();
  useCounts();
  return (
    <div class="scroll">
      <div class="bar">
        <h1>Faults</h1>
        <span class="grow" />
        <ChangeButton class="primary" onClick={() => edit({ title: "New rule", rule: NEW })}>
          New rule
        </ChangeButton>
        {known && known.length > 0 && (
          <ChangeButton
            onClick={() => void attempt(() => ask("DELETE", "/_squall/faults"), "All rules are removed.")}
          >
            Remove all
          </ChangeButton>
        )}
        {stopped.reason === undefined ? (
          <ChangeButton class="danger" onClick={() => void stopped.change(true)}>
            Stop everything
          </ChangeButton>
        ) : (
          <ChangeButton class="primary" onClick={() => void stopped.change(false)}>
            Let faults begin again
          </ChangeButton>
        )}
      </div>
      {stopped.reason !== undefined && (
        <p class="warning">All faults and experiments are stopped: {stopped.reason}.</p>
      )}
      {known && known.length > 0 ? (
        <RuleTable known={known} />
      ) : (
        known && (
          <Empty title="Nothing fails">
            <Change>
              <p>
                Write a rule, take one of the presets below, or open a call and press <b>Fail this call</b>.
              </p>
            </Change>
          </Empty>
        )
      )}
      <Change>
        <h2 id="presets">Presets</h2>
        <p class="quiet">
          Each lasts five minutes of Squall's clock, and can be edited or removed like any rule.
        </p>
        <ul class="cards" aria-labelledby="presets">
          {PRESETS.map((preset) => (
            <li key={preset.name}>
              <h3>{preset.name}</h3>
              <p>{preset.what}</p>
              <button type="button" aria-label={`Add: ${preset.name}`} onClick={() => void add(preset)}>
                Add
              </button>
            </li>
          ))}
        </ul>
      </Change>
    </div>
  );
}

const add = (preset: Preset) =>
  attempt(
    async () => ask("POST", "/_squall/faults", await preset.rules()),
    `${preset.name}: for five minutes.`,
  );

/** So many rules are drawn; who has more filters. */
const MOST_LINES = 200;

function RuleTable({ known }: { known: readonly Rule[] }) {
  const [text, setText] = useState("");
  const [, tick] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => tick((count) => count + 1), 1000);
    return () => clearInterval(timer);
  }, []);
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  const isFound = (rule: Rule) => {
    const parts = [effectText(rule), matchText(rule), rule.id, rule.note ?? "", rule.owner];
    const line = parts.join(" ").toLowerCase();
    return words.every((word) => line.includes(word));
  };
  const found = words.length === 0 ? known : known.filter(isFound);
  return (
    <>
      <div class="bar">
        <input
          type="search"
          aria-label="Words of a rule"
          placeholder="Filter: throttle orders"
          value={text}
          onInput={({ currentTarget }) => setText(currentTarget.value)}
        />
        <span class="quiet" role="status">
          {found.length > MOST_LINES
            ? `The first ${MOST_LINES} of ${found.length.toLocaleString("en")}`
            : words.length > 0 && `${found.length} of ${known.length}`}
        </span>
      </div>
      <div class="wide-table">
        <table>
          <thead>
            <tr>
              <th scope="col">On</th>
              <th scope="col">Rule</th>
              <th scope="col">How often</th>
              <th scope="col" class="number">
                Matched
              </th>
              <th scope="col" class="number">
                Fired
              </th>
              <th scope="col">Last minute</th>
              <th scope="col">Ends in</th>
              <th scope="col">Owner</th>
              <th scope="col">
                <span class="visually-hidden">To do</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {found.slice(0, MOST_LINES).map((rule) => (
              <Line key={rule.id} rule={rule} />
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}

function Line({ rule }: { rule: Rule }) {
  const leftMs = rule.expiresAt === undefined ? undefined : rule.expiresAt - squallNow();
  const waitsMs = rule.startsAt === undefined ? 0 : rule.startsAt - squallNow();
  const isOn = rule.percentage > 0 || rule.ramp !== undefined;
  return (
    <tr class={isOn ? "" : "is-off"}>
      <td>
        <Switch rule={rule} isOn={isOn} />
      </td>
      <WhatCell rule={rule} />
      <td>{isOn ? frequencyText(rule) : "switched off"}</td>
      <td class="number">{rule.matched.toLocaleString("en")}</td>
      <td class="number">{rule.fired.toLocaleString("en")}</td>
      <td>
        <Spark values={history.get(rule.id)?.fired ?? []} />
      </td>
      <td>
        {waitsMs > 0
          ? `begins in ${durationText(waitsMs)}`
          : leftMs === undefined
            ? ""
            : durationText(Math.max(0, leftMs))}
      </td>
      <OwnerCell owner={rule.owner} />
      <td class="actions">
        <a class="button" href={hrefOf("calls", { rule: rule.id })} aria-label={`Calls that ${rule.id} met`}>
          Calls
        </a>
        <ChangeButton
          aria-label={`Edit ${rule.id}`}
          onClick={() => edit({ title: `Edit ${rule.id}`, id: rule.id, rule: writtenOf(rule) })}
        >
          Edit
        </ChangeButton>
        <ChangeButton
          aria-label={`Remove ${rule.id}`}
          onClick={() =>
            void attempt(
              () => ask("DELETE", `/_squall/faults/${encodeURIComponent(rule.id)}`),
              `${rule.id} is removed.`,
            )
          }
        >
          Remove
        </ChangeButton>
      </td>
    </tr>
  );
}

/** What percentages rules had when they were switched off. */
const percentages = keptStore<Readonly<Record<string, number>>>("percentages", {});

/** A rule that is off keeps its place and its counts: it fires at 0 %. */
function Switch({ rule, isOn }: { rule: Rule; isOn: boolean }) {
  const isMine = useStore(mayChange);
  const flip = () => {
    if (isOn) percentages.set({ ...percentages.value, [rule.id]: rule.percentage });
    const percentage = isOn ? 0 : (percentages.value[rule.id] ?? 100);
    return attempt(() => ask("PATCH", `/_squall/faults/${encodeURIComponent(rule.id)}`, { percentage }));
  };
  return (
    <button
      type="button"
      role="switch"
      class="switch"
      aria-checked={isOn}
      aria-label={`${rule.id} is on`}
      disabled={rule.ramp !== undefined || !isMine}
      onClick={() => void flip()}
    />
  );
}

const COUNTS_MS = 1000;
const KEPT = 60;
const history = new Map<string, { last: number; fired: number[] }>();

/** Reads counts while the view is open and seen, and keeps how many fired in each second. */
function useCounts(): void {
  useEffect(() => {
    const look = () => document.visibilityState === "visible" && void readRules();
    look();
    const timer = setInterval(look, COUNTS_MS);
    const unsubscribe = rules.subscribe(() => {
      const known = rules.value ?? [];
      for (const { id, fired } of known) {
        const kept = history.get(id) ?? { last: fired, fired: [] };
        kept.fired = [...kept.fired, Math.max(0, fired - kept.last)].slice(-KEPT);
        kept.last = fired;
        history.set(id, kept);
      }
      const ids = new Set(known.map(({ id }) => id));
      for (const id of history.keys()) if (!ids.has(id)) history.delete(id);
    });
    return () => {
      clearInterval(timer);
      unsubscribe();
    };
  }, []);
}

const stoppedFor = new Store<string | undefined>(undefined);

on("fault.lever", (lever) => stoppedFor.set(lever.stoppedFor));

/** May anything fail at all, and how to change that. */
export function useStopped() {
  const reason = useStore(stoppedFor);
  const read = async () => {
    const { stopped, reason } = await ask<{ stopped: boolean; reason?: string }>("GET", "/_squall/stop-all");
    stoppedFor.set(stopped ? (reason ?? "") : undefined);
  };
  useEffect(() => void read().catch(() => {}), []);
  const change = (isStopped: boolean) =>
    attempt(async () => {
      if (isStopped) await ask("POST", "/_squall/stop-all", { reason: "stopped from the dashboard" });
      else await ask("DELETE", "/_squall/stop-all");
      await read();
    });
  return { reason, change };
}
