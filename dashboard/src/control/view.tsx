import { useEffect, useState } from "preact/hooks";
import { ask, send } from "../api.ts";
import { book } from "../calls/book.ts";
import { clock, moveClock, squallNow } from "../clock.ts";
import { durationText } from "../duration.ts";
import { readRules } from "../faults/rule.ts";
import { attempt, say } from "../notices.tsx";
import { Change } from "../pieces/change.tsx";
import { CopyButton } from "../pieces/copy-button.tsx";
import { Dialog } from "../pieces/dialog.tsx";
import { useStore } from "../store.ts";

/** Time, chance and state: what makes a run the same again. */
export function ControlView() {
  return (
    <div class="scroll">
      <h1>Clock &amp; state</h1>
      <div class="panels">
        <ClockPanel />
        <SeedPanel />
        <StatePanel />
      </div>
    </div>
  );
}

const STEPS = [
  ["1 minute", "PT1M"],
  ["15 minutes", "PT15M"],
  ["1 hour", "PT1H"],
  ["1 day", "P1D"],
] as const;

function ClockPanel() {
  const { rate } = useStore(clock);
  const [by, setBy] = useState("");
  const [, tick] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => tick((count) => count + 1), 500);
    return () => clearInterval(timer);
  }, []);
  const advance = (advance: string) =>
    attempt(() => moveClock({ advance }), `The clock went on by ${advance}.`);
  const now = squallNow();
  const offsetMs = now - Date.now();
  const submit = (event: Event) => {
    event.preventDefault();
    if (by.trim() !== "") void advance(by.trim());
  };
  return (
    <section aria-labelledby="clock-title">
      <h2 id="clock-title">Clock</h2>
      <p class="big">{new Date(now).toISOString().slice(0, 19).replace("T", " ")}</p>
      <p class="quiet">
        {Math.abs(offsetMs) < 2000
          ? "The time of this machine"
          : `${durationText(Math.abs(offsetMs))} ${offsetMs > 0 ? "ahead of" : "behind"} this machine`}
        {rate === 0 ? ", and stopped." : rate === 1 ? "." : `, ${rate} times as fast.`}
      </p>
      <Change>
        <div class="buttons">
          {STEPS.map(([name, step]) => (
            <button key={step} type="button" onClick={() => void advance(step)}>
              + {name}
            </button>
          ))}
          <button
            type="button"
            aria-pressed={rate === 0}
            onClick={() => void attempt(() => moveClock({ rate: rate === 0 ? 1 : 0 }))}
          >
            {rate === 0 ? "Let it run" : "Stop it"}
          </button>
        </div>
        <form class="bar" onSubmit={submit}>
          <label>
            Advance by{" "}
            <input
              type="text"
              placeholder="PT5M, 30s"
              value={by}
              onInput={({ currentTarget }) => setBy(currentTarget.value)}
            />
          </label>
          <button type="submit">Advance</button>
        </form>
        <label class="bar">
          Rate
          <select
            value={String(rate)}
            onChange={({ currentTarget }) =>
              void attempt(() => moveClock({ rate: Number(currentTarget.value) }))
            }
          >
            {[...new Set([0, 1, 10, 60, 600, 3600, rate])]
              .sort((a, b) => a - b)
              .map((one) => (
                <option key={one} value={String(one)}>
                  {one === 0 ? "stopped" : `${one} ×`}
                </option>
              ))}
          </select>
        </label>
      </Change>
      <p class="quiet">
        What is due by the time (visibility, schedules, TTLs, alarms, experiments) happens as the clock passes
        it.
      </p>
    </section>
  );
}

interface Info {
  readonly version: string;
  readonly seed: string;
  readonly uptimeSeconds: number;
  readonly memoryBytes: number;
  readonly rules: number;
  readonly calls: number;
}

function SeedPanel() {
  const [info, setInfo] = useState<Info>();
  useEffect(() => {
    const look = () => void ask<Info>("GET", "/_squall/info").then(setInfo, () => {});
    look();
    const timer = setInterval(look, 5000);
    return () => clearInterval(timer);
  }, []);
  return (
    <section aria-labelledby="seed-title">
      <h2 id="seed-title">Seed</h2>
      <p class="big">{info?.seed ?? "…"}</p>
      <p class="quiet">
        All chance of faults is drawn with it: the same seed, rules and calls meet the same faults.
      </p>
      {info && (
        <>
          <div class="buttons">
            <CopyButton label="Copy: squall start" text={() => `squall start --seed ${info.seed}`} />
          </div>
          <dl class="facts">
            <div>
              <dt>Version</dt>
              <dd>{info.version}</dd>
            </div>
            <div>
              <dt>Up for</dt>
              <dd>{durationText(info.uptimeSeconds * 1000)}</dd>
            </div>
            <div>
              <dt>Memory</dt>
              <dd>{Math.round(info.memoryBytes / 1024 / 1024)} MB</dd>
            </div>
            <div>
              <dt>Calls</dt>
              <dd>{info.calls.toLocaleString("en")}</dd>
            </div>
          </dl>
        </>
      )}
    </section>
  );
}

function StatePanel() {
  const [isAsking, setAsking] = useState(false);
  const save = () =>
    attempt(async () => {
      const bytes = await (await send("GET", "/_squall/state")).blob();
      const link = document.createElement("a");
      link.href = URL.createObjectURL(bytes);
      link.download = `squall-${new Date(squallNow()).toISOString().slice(0, 19).replaceAll(":", "")}.zip`;
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
    });
  const load = (file: File | undefined) =>
    file &&
    attempt(async () => {
      await send("POST", "/_squall/state", { body: file });
      say(`${file.name} is loaded.`);
    });
  const reset = () =>
    attempt(async () => {
      await ask("POST", "/_squall/reset");
      book.clear();
      await readRules();
      setAsking(false);
    }, "Everything is as after a fresh start.");
  return (
    <section aria-labelledby="state-title">
      <h2 id="state-title">State</h2>
      <p>All that services keep, in one file: to go back to, or to begin a test with.</p>
      <div class="buttons">
        <button type="button" class="primary" onClick={() => void save()}>
          Save to a file
        </button>
        <Change>
          <label class="button">
            Load a file
            <input
              type="file"
              accept=".zip"
              class="visually-hidden"
              onChange={({ currentTarget }) => {
                void load(currentTarget.files?.[0]);
                currentTarget.value = "";
              }}
            />
          </label>
          <button type="button" class="danger" onClick={() => setAsking(true)}>
            Reset
          </button>
        </Change>
      </div>
      <Change>
        <p class="quiet">Loading takes the place of everything that is there.</p>
      </Change>
      {isAsking && (
        <Dialog title="Empty everything?" onClose={() => setAsking(false)}>
          <p>All resources, rules and remembered calls go. The clock stays where it is.</p>
          <footer class="bar">
            <span class="grow" />
            <button type="button" onClick={() => setAsking(false)}>
              Cancel
            </button>
            <button type="button" class="danger" onClick={() => void reset()}>
              Empty everything
            </button>
          </footer>
        </Dialog>
      )}
    </section>
  );
}
