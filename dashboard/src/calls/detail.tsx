import { useEffect } from "preact/hooks";
import { edit } from "../faults/drafts.ts";
import { readRules, rules } from "../faults/rule.ts";
import { ChangeButton } from "../pieces/change.tsx";
import { CopyButton } from "../pieces/copy-button.tsx";
import { Json } from "../pieces/json.tsx";
import { useStore } from "../store.ts";
import { Attempts, attemptsOf } from "./attempts.tsx";
import { book, type Entry } from "./book.ts";
import { awsCli, curl, type Reach, ruleOf } from "./copies.ts";
import { timeText } from "./list.tsx";
import { outcomeOf, resourceOf, wordOf } from "./outcome.ts";
import { verdictsOf } from "./why-not.ts";

/** One call, opened. */
export function CallDetail({ entry, onClose }: { entry: Entry; onClose: () => void }) {
  const { call } = entry;
  const answer = book.answerOf(call.sequence);
  const fail = (reach: Reach) => edit({ title: "Fail this call", rule: ruleOf(call, reach) });
  const steps = call.site.split(" > ");
  return (
    <aside class="detail" aria-label={`Call ${call.sequence}`}>
      <header>
        <h2>
          {call.service}.{call.operation}
        </h2>
        <button type="button" class="plain" aria-label="Close the call" onClick={onClose}>
          ×
        </button>
      </header>
      <p>
        <span class={`badge is-${outcomeOf(call)}`}>{wordOf(call)}</span>{" "}
        {answer?.error ? answer.error.message : call.status > 0 ? `HTTP ${call.status}` : "no answer"}
      </p>
      <div class="buttons">
        <ChangeButton
          class="primary"
          onClick={() => fail(resourceOf(call) === "" ? "operation" : "resource")}
        >
          Fail this call
        </ChangeButton>
        <ChangeButton onClick={() => fail("site")}>… only on this path</ChangeButton>
        <CopyButton label="AWS CLI" text={() => awsCli(call, location.origin)} />
        <CopyButton label="curl" text={() => curl(call, location.origin)} />
        <CopyButton label="Rule" text={() => JSON.stringify(ruleOf(call, "resource"), null, 2)} />
      </div>
      <dl class="facts">
        <Fact name="Began" value={timeText(call.startedAt)} />
        <Fact name="Took" value={`${call.durationMs.toLocaleString("en")} ms`} />
        <Fact name="Resource" value={resourceOf(call)} />
        <Fact name="Caller" value={call.callerArn} />
        <Fact name="Account" value={`${call.account}, ${call.region}`} />
        <Fact
          name="Attempt"
          value={call.attempt === undefined ? "" : `${call.attempt} of ${call.mostAttempts ?? "?"}`}
        />
        <Fact name="Told to wait" value={call.retryAfterMs === undefined ? "" : `${call.retryAfterMs} ms`} />
        <Fact name="Client" value={call.isInternal ? "a service of Squall's" : (call.userAgent ?? "")} />
        <Fact name="Trace" value={call.traceId ?? ""} />
        <Fact name="Identity" value={call.identity} />
      </dl>
      <section>
        <h3>Led here by</h3>
        <ol class="path">
          {steps.map((step, index) => (
            <li key={index}>{step}</li>
          ))}
        </ol>
      </section>
      <Attempts attempts={attemptsOf(book.newest(), call)} />
      <Rules entry={entry} />
      <section>
        <h3>Input</h3>
        <Json label="Input" value={call.input} />
      </section>
      <section>
        <h3>Output</h3>
        {answer ? (
          <Json label="Output" value={answer.output ?? answer.error} />
        ) : (
          <p class="quiet">
            {call.status === 0
              ? "The connection was dropped: the caller has no answer."
              : "Answers are shown of calls that end while this page is open, of a hundred a second at most."}
          </p>
        )}
      </section>
    </aside>
  );
}

const Fact = ({ name, value }: { name: string; value: string }) =>
  value === "" ? null : (
    <div>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );

/** What each rule had to do with it. */
function Rules({ entry }: { entry: Entry }) {
  const known = useStore(rules);
  useEffect(() => void readRules(), []);
  const verdicts = verdictsOf(entry.call, known ?? []);
  return (
    <section>
      <h3>Rules</h3>
      {verdicts.length === 0 ? (
        <p class="quiet">There are none.</p>
      ) : (
        <ul class="verdicts">
          {verdicts.map(({ ruleId, what, why }) => (
            <li key={ruleId}>
              <span class={`tag is-${what.replace(" ", "-")}`}>{ruleId}</span> <b>{what}</b>{" "}
              <span>{why}</span>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
