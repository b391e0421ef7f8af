import { useEffect, useState } from "preact/hooks";
import { ask } from "../api.ts";
import { durationText } from "../duration.ts";
import { attempt } from "../notices.tsx";
import { ChangeButton } from "../pieces/change.tsx";
import { Dialog } from "../pieces/dialog.tsx";
import { Empty } from "../pieces/empty.tsx";
import { useStore } from "../store.ts";
import {
  type ExploreReport,
  type Finding,
  heatMap,
  type Result,
  reportOf,
  type Strike,
  VERDICTS,
  type Verdict,
  worstOf,
} from "./report.ts";
import { followExplorations, type Shown, shown } from "./shown.ts";

const SIGNS: Readonly<Record<Verdict, string>> = {
  finding: "✗",
  "not-reached": "–",
  "failed-cleanly": "·",
  survived: "✓",
};

/** What `squall explore` found out: the heat map of calls and faults, and each finding with its rules. */
export function ExploreView() {
  const current = useStore(shown);
  useEffect(followExplorations, []);
  const open = (file: File | undefined) =>
    file &&
    attempt(
      async () => shown.set({ report: reportOf(await file.text()), isRunning: false, isFile: true }),
      `${file.name} is open.`,
    );
  return (
    <div class="scroll">
      <div class="bar">
        <h1>Explore</h1>
        <span class="grow" />
        <label class="button">
          Open a report
          <input
            type="file"
            accept=".json"
            class="visually-hidden"
            onChange={({ currentTarget }) => {
              void open(currentTarget.files?.[0]);
              currentTarget.value = "";
            }}
          />
        </label>
      </div>
      {current ? (
        <Report {...current} />
      ) : (
        <Empty title="No report is open">
          <p>
            Explore tries a fault at each AWS call that your tests make, and says what your code did not
            survive. It shows here how it goes on:
          </p>
          <pre class="json">squall explore --show {location.origin} -- npm test</pre>
          <p>
            What another machine has found out is opened here, when it was told to write it down:{" "}
            <code>--report json=explore.json</code>.
          </p>
        </Empty>
      )}
    </div>
  );
}

function Report({ report, isRunning }: Shown) {
  const { command, tookMs, singles, pairs, findings, remarks, baselineFailure } = report;
  const planned = singles.planned + pairs.planned;
  return (
    <>
      {isRunning && (
        <p class="bar" role="status">
          <progress max={planned} value={singles.done + pairs.done} aria-label="Faults tried" />
          Exploring. Findings are tried again at the end.
        </p>
      )}
      <p>
        <code>{command.join(" ")}</code>: {singles.done} of {singles.planned} faults alone, {pairs.done} of{" "}
        {pairs.planned} pairs in {durationText(tookMs)}, {findings.length}{" "}
        {findings.length === 1 ? "finding" : "findings"}.
      </p>
      {baselineFailure !== undefined && <p class="warning">{baselineFailure}</p>}
      <HeatMap report={report} />
      {findings.length > 0 && <h2>Findings</h2>}
      {findings.map((finding) => (
        <FindingCard key={finding.id} finding={finding} />
      ))}
      {remarks.length > 0 && (
        <>
          <h2>Remarks on the fault-free run</h2>
          <table>
            <tbody>
              {remarks.map(({ check, where, what }, index) => (
                <tr key={index}>
                  <th scope="row">{check}</th>
                  <td>{where}</td>
                  <td>{what}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </>
      )}
    </>
  );
}

interface Cell {
  readonly site: string;
  readonly fault: string;
  readonly results: readonly Result[];
}

function HeatMap({ report }: { report: ExploreReport }) {
  const [cell, setCell] = useState<Cell>();
  const { faults, lines } = heatMap(report);
  if (lines.length === 0) return null;
  return (
    <>
      <h2>Calls and faults</h2>
      <p class="quiet">
        {VERDICTS.map((verdict) => (
          <span key={verdict} class="legend-item">
            <span class={`mark is-${verdict}`} aria-hidden="true">
              {SIGNS[verdict]}
            </span>{" "}
            {verdict.replace("-", " ")}
          </span>
        ))}
      </p>
      <div class="wide-table">
        <table class="heat">
          <thead>
            <tr>
              <th scope="col">Call</th>
              {faults.map((fault) => (
                <th key={fault} scope="col">
                  <span>{fault}</span>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {lines.map(({ path, depth, step, cells }) => (
              <tr key={path}>
                <th scope="row" title={path}>
                  <span class="indent" style={{ width: `${depth * 14}px` }} />
                  {step}
                </th>
                {faults.map((fault) => (
                  <td key={fault}>
                    <Mark site={path} fault={fault} results={cells.get(fault)} onOpen={setCell} />
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {cell && (
        <Dialog
          title={`${cell.fault} at ${cell.site.split(" > ").at(-1)}`}
          onClose={() => setCell(undefined)}
        >
          {cell.results.map((result, index) => (
            <Story key={index} result={result} />
          ))}
        </Dialog>
      )}
    </>
  );
}

function Mark(props: {
  site: string;
  fault: string;
  results: readonly Result[] | undefined;
  onOpen: (cell: Cell) => void;
}) {
  const { site, fault, results, onOpen } = props;
  if (!results) return null;
  const verdict = worstOf(results);
  return (
    <button
      type="button"
      class={`mark is-${verdict}`}
      aria-label={`${fault} at ${site}: ${verdict.replace("-", " ")}`}
      onClick={() => onOpen({ site, fault, results })}
    >
      {SIGNS[verdict]}
    </button>
  );
}

const Story = ({ result }: { result: Result }) => (
  <section>
    <p>
      <span class={`mark is-${result.verdict}`} aria-hidden="true">
        {SIGNS[result.verdict]}
      </span>{" "}
      <b>{result.title ?? result.verdict.replace("-", " ")}</b> {result.test && <code>{result.test}</code>}
    </p>
    <p>{result.story ?? result.why}</p>
  </section>
);

const place = ({ site, fault }: Strike): string => `${fault} at ${site}`;

/** A finding, whose rules this Squall can take. */
function FindingCard({ finding }: { finding: Finding }) {
  const { id, title, story, strikes, rules, tests, reproduced, tries } = finding;
  const take = () => attempt(() => ask("POST", "/_squall/faults", rules), `The rules of ${id} are there.`);
  return (
    <section class="card" aria-label={`${id} ${title}`}>
      <div class="bar">
        <h3>
          {id} {title}
        </h3>
        <span class="quiet">
          {reproduced} of {tries} runs
        </span>
        <span class="grow" />
        <ChangeButton class="primary" onClick={() => void take()}>
          Bring it about here
        </ChangeButton>
      </div>
      <p>{story}</p>
      <ul class="plain-list quiet">
        {strikes.map((strike) => (
          <li key={place(strike)}>
            <code>{place(strike)}</code>
          </li>
        ))}
        {tests.map((name) => (
          <li key={name}>in {name}</li>
        ))}
      </ul>
    </section>
  );
}
