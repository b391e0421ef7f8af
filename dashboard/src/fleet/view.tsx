import { useEffect } from "preact/hooks";
import { on } from "../events.ts";
import { useStopped } from "../faults/view.tsx";
import { ChangeButton } from "../pieces/change.tsx";
import { Empty } from "../pieces/empty.tsx";
import { useStore } from "../store.ts";
import { type Fleet, fleet, readFleet, type Status, trouble } from "./fleet.ts";
import { Gateways } from "./gateways.tsx";
import { Experiments, Rules } from "./in-force.tsx";
import { Journal } from "./journal.tsx";

/** The gateways that this Squall shares its rules with, and what is in force on all of them. */
export function FleetView() {
  const known = useStore(fleet);
  useLooks();
  return (
    <div class="scroll">
      {known === undefined || known === "none" ? <h1>Fleet</h1> : <Known known={known} />}
      {known === undefined && <p class="quiet">…</p>}
      {known === "none" && <InNoFleet />}
    </div>
  );
}

const InNoFleet = () => (
  <Empty title="This Squall is in no fleet">
    <p>
      It acts alone, and so it may: who has one gateway needs no fleet. Several gateways share rules, the
      safety lever, experiments and counts when each is given the same PostgreSQL or NATS:
    </p>
    <pre class="json" tabIndex={0} role="region" aria-label="How a gateway joins a fleet">
      {`squall gateway --to URL --fleet 'postgres://user:password@host/database?fleet=checkout'
squall gateway --to URL --fleet 'nats://user:password@host:4222?fleet=checkout'`}
    </pre>
    <p>
      The guide: <code>docs/guide/fleet.md</code>.
    </p>
  </Empty>
);

function Known({ known: { status, rules, experiments, journal } }: { known: Fleet }) {
  const wrong = useStore(trouble);
  return (
    <>
      <Head status={status} />
      {wrong !== undefined && <p class="warning">{wrong}</p>}
      <h2 id="gateways">Gateways</h2>
      <Gateways status={status} />
      <h2 id="rules">Rules in force</h2>
      <Rules rules={rules} />
      <h2 id="experiments">Experiments</h2>
      <Experiments experiments={experiments} />
      <h2 id="journal">Journal</h2>
      <Journal journal={journal} />
    </>
  );
}

function Head({ status: { version, newest, seed, you } }: { status: Status }) {
  const stopped = useStopped();
  const isStopped = stopped.reason !== undefined;
  return (
    <>
      <div class="bar">
        <h1>Fleet</h1>
        <span class="quiet">
          version {newest}
          {version < newest && `, ${version} on the gateway that was asked`}, seed {seed}
          {you && `; you are ${you.name}, ${you.role === "viewer" ? "a viewer" : "an operator"}`}
        </span>
        <span class="grow" />
        <ChangeButton
          class={isStopped ? "primary" : "danger"}
          aria-pressed={isStopped}
          onClick={() => void stopped.change(!isStopped)}
        >
          {isStopped ? "Release the safety lever" : "Pull the safety lever"}
        </ChangeButton>
      </div>
      {isStopped ? (
        <p class="warning">
          The safety lever is engaged ({stopped.reason}): nothing fails on any gateway, and none takes a rule.
        </p>
      ) : (
        <p class="quiet">The safety lever is released: rules may strike on every gateway.</p>
      )}
    </>
  );
}

const LOOKS_MS = 2000;

/** Reads it while the view is open and seen, and at once when something is changed here. */
function useLooks(): void {
  useEffect(() => {
    const look = () => document.visibilityState === "visible" && void readFleet();
    look();
    // Who is in no fleet comes into one by a start only.
    const timer = setInterval(() => fleet.value !== "none" && look(), LOOKS_MS);
    const ends = [on("fault.rule", look), on("fault.lever", look), on("anew", look)];
    return () => {
      clearInterval(timer);
      for (const end of ends) end();
    };
  }, []);
}
