import { useEffect, useState } from "preact/hooks";
import { ask, call, freshToken, hasToken, look, send } from "../api.ts";
import { timeText } from "../calls/list.tsx";
import { squallNow } from "../clock.ts";
import { durationText, momentOf } from "../duration.ts";
import { useStopped } from "../faults/view.tsx";
import { attempt, complain } from "../notices.tsx";
import { ChangeButton } from "../pieces/change.tsx";
import { Empty } from "../pieces/empty.tsx";
import { Json } from "../pieces/json.tsx";
import { Shown, useLoaded } from "../resources/loaded.tsx";
import { go, route } from "../route.ts";
import { useStore } from "../store.ts";
import { Catalogue } from "./catalogue.tsx";
import { type Experiment, experiments, isOver, readExperiments } from "./experiment.ts";
import { TemplateForm } from "./template-form.tsx";
import { Timeline } from "./timeline.tsx";

interface Template {
  readonly id: string;
  readonly description?: string;
  readonly tags?: Readonly<Record<string, string>>;
}

/** AWS FIS: templates, and the experiments that run or ran. */
export function ExperimentsView() {
  const known = useStore(experiments);
  const { params } = useStore(route);
  const stopped = useStopped();
  const [isWriting, setWriting] = useState(false);
  const templates = useLoaded("templates", async () => {
    const input = { maxResults: 100 };
    return (await look<{ experimentTemplates: Template[] }>("fis", "ListExperimentTemplates", input))
      .experimentTemplates;
  });
  useRunning(known);
  const opened = known?.find(({ id }) => id === params.get("id")) ?? known?.[0];
  const start = (id: string) =>
    attempt(async () => {
      const { experiment } = await call<{ experiment: Experiment }>("fis", "StartExperiment", {
        experimentTemplateId: id,
        clientToken: freshToken(),
      });
      await readExperiments();
      go("experiments", { id: experiment.id });
    });
  return (
    <div class="scroll">
      <div class="bar">
        <h1>Experiments</h1>
        <span class="grow" />
        <ChangeButton class="primary" onClick={() => setWriting(true)}>
          New template
        </ChangeButton>
        <ChangeButton
          class={stopped.reason === undefined ? "danger" : "primary"}
          aria-pressed={stopped.reason !== undefined}
          onClick={() => void stopped.change(stopped.reason === undefined)}
        >
          {stopped.reason === undefined ? "Pull the safety lever" : "Release the safety lever"}
        </ChangeButton>
      </div>
      {stopped.reason !== undefined && (
        <p class="warning">
          The safety lever is engaged ({stopped.reason}): nothing fails, and no experiment may begin.
        </p>
      )}
      <h2>Templates</h2>
      <Shown loaded={templates}>
        {(known) =>
          known.length === 0 ? (
            <Empty title="No template yet">
              <p>
                <b>New template</b> begins with one that works. Templates of AWS work as they are:{" "}
                <code>aws fis create-experiment-template</code>.
              </p>
            </Empty>
          ) : (
            <table>
              <thead>
                <tr>
                  <th scope="col">Template</th>
                  <th scope="col">What it does</th>
                  <th scope="col">
                    <span class="visually-hidden">To do</span>
                  </th>
                </tr>
              </thead>
              <tbody>
                {known.map(({ id, description, tags }) => (
                  <tr key={id}>
                    <td>
                      <code>{id}</code>
                    </td>
                    <td>
                      {description} <span class="quiet">{tags?.["Name"]}</span>
                    </td>
                    <td class="actions">
                      <ChangeButton class="primary" aria-label={`Start ${id}`} onClick={() => void start(id)}>
                        Start
                      </ChangeButton>
                      <ChangeButton
                        aria-label={`Delete ${id}`}
                        onClick={() =>
                          void attempt(() =>
                            call("fis", "DeleteExperimentTemplate", { id }).then(templates.again),
                          )
                        }
                      >
                        Delete
                      </ChangeButton>
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          )
        }
      </Shown>
      <h2>Experiments</h2>
      {known && known.length === 0 && <p class="quiet">None has run yet: start a template.</p>}
      {known && known.length > 0 && <List known={known} opened={opened} />}
      {opened && <Opened key={opened.id} experiment={opened} />}
      <Catalogue />
      {isWriting && (
        <TemplateForm
          onClose={() => {
            setWriting(false);
            templates.again();
          }}
        />
      )}
    </div>
  );
}

function List({ known, opened }: { known: readonly Experiment[]; opened: Experiment | undefined }) {
  return (
    <div class="wide-table">
      <table>
        <thead>
          <tr>
            <th scope="col">Experiment</th>
            <th scope="col">State</th>
            <th scope="col">Began</th>
            <th scope="col">Took</th>
            <th scope="col">Where</th>
          </tr>
        </thead>
        <tbody>
          {known.slice(0, 50).map((experiment) => {
            const from = momentOf(experiment.startTime) ?? momentOf(experiment.creationTime) ?? 0;
            const to = momentOf(experiment.endTime) ?? squallNow();
            return (
              <tr key={experiment.id} class={experiment === opened ? "is-selected" : ""}>
                <td>
                  <button
                    type="button"
                    class="link"
                    aria-pressed={experiment === opened}
                    onClick={() => go("experiments", { id: experiment.id })}
                  >
                    {experiment.id}
                  </button>
                </td>
                <td>
                  <span class={`badge is-${experiment.state.status}`}>{experiment.state.status}</span>
                </td>
                <td>{timeText(from)}</td>
                <td>{durationText(to - from)}</td>
                <td class="quiet">
                  {experiment.account} {experiment.region}
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}

interface Tally {
  readonly service: string;
  readonly operation: string;
  readonly calls: number;
  readonly errors: number;
  readonly struck: number;
}

interface Report {
  readonly before: readonly Tally[];
  readonly during: readonly Tally[];
  readonly after: readonly Tally[];
  readonly strikeCount: number;
}

/** One experiment: its actions over time, whom it struck, and what it stops by. */
function Opened({ experiment }: { experiment: Experiment }) {
  const { id, state, actions, targets, stopConditions = [] } = experiment;
  const [report, setReport] = useState<Report>();
  const running = !isOver(state.status);
  const nowMs = squallNow();
  useEffect(() => {
    const read = () =>
      ask<Report>("GET", `/_squall/experiments/${id}/report?format=json`).then(setReport, () => {});
    void read();
    if (!running) return;
    const timer = setInterval(() => void read(), 1000);
    return () => clearInterval(timer);
  }, [id, running]);
  return (
    <section class="card" aria-labelledby="opened-experiment">
      <div class="bar">
        <h3 id="opened-experiment">{id}</h3>
        <span class={`badge is-${state.status}`}>{state.status}</span>
        <span class="quiet">{state.reason}</span>
        <span class="grow" />
        {running && (
          <ChangeButton
            class="danger"
            onClick={() =>
              void attempt(() => ask("DELETE", `/_squall/experiments/${id}`).then(readExperiments))
            }
          >
            Stop it
          </ChangeButton>
        )}
        <ReportLink id={id} />
      </div>
      <Timeline experiment={experiment} nowMs={nowMs} />
      {report && <Struck report={report} />}
      <div class="panels">
        <details>
          <summary>Actions</summary>
          <Json label="Actions" value={actions} />
        </details>
        <details>
          <summary>Targets</summary>
          <Json label="Targets" value={targets} />
        </details>
        <div>
          <b>Stops by itself</b>
          <ul class="plain-list">
            {stopConditions.map(({ source, value }, index) => (
              <li key={index}>
                {source === "none" ? "by nothing but its actions' end" : `when ${value} is in alarm`}
              </li>
            ))}
          </ul>
        </div>
      </div>
    </section>
  );
}

function Struck({ report: { before, during, after, strikeCount } }: { report: Report }) {
  const shareOf = (tallies: readonly Tally[], { service, operation }: Tally) => {
    const tally = tallies.find((one) => one.service === service && one.operation === operation);
    return tally && tally.calls > 0
      ? `${Math.round((tally.errors / tally.calls) * 100)} % of ${tally.calls}`
      : "none";
  };
  if (during.length === 0) return <p class="quiet">No call was made while it ran.</p>;
  return (
    <div class="wide-table">
      <table>
        <caption>
          {strikeCount.toLocaleString("en")} calls were struck. Failed, before, during and after:
        </caption>
        <thead>
          <tr>
            <th scope="col">Operation</th>
            <th scope="col" class="number">
              Before
            </th>
            <th scope="col" class="number">
              During
            </th>
            <th scope="col" class="number">
              After
            </th>
            <th scope="col" class="number">
              Struck
            </th>
          </tr>
        </thead>
        <tbody>
          {during.slice(0, 20).map((tally) => (
            <tr key={`${tally.service}.${tally.operation}`}>
              <td>
                {tally.service}.{tally.operation}
              </td>
              <td class="number">{shareOf(before, tally)}</td>
              <td class="number">{shareOf(during, tally)}</td>
              <td class="number">{shareOf(after, tally)}</td>
              <td class="number">{tally.struck}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** The report as a page of its own; where a token is wanted, as a file, since a link shows none. */
function ReportLink({ id }: { id: string }) {
  const path = `/_squall/experiments/${id}/report?format=html`;
  if (!hasToken())
    return (
      <a class="button" href={path} target="_blank" rel="noreferrer">
        Report
      </a>
    );
  const save = async () => {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(await (await send("GET", path)).blob());
    link.download = `${id}.html`;
    link.click();
  };
  return (
    <button type="button" onClick={() => void save().catch(complain)}>
      Save the report
    </button>
  );
}

/** Reads experiments at once, and draws running ones as time goes on. */
function useRunning(known: readonly Experiment[] | undefined): void {
  const [, tick] = useState(0);
  const isRunning = known?.some(({ state }) => !isOver(state.status)) ?? false;
  useEffect(() => void readExperiments(), []);
  useEffect(() => {
    if (!isRunning) return;
    const timer = setInterval(() => {
      tick((count) => count + 1);
      void readExperiments();
    }, 1000);
    return () => clearInterval(timer);
  }, [isRunning]);
}
