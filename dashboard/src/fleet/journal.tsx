import type { JournalEntry } from "../../../src/fleet/port.ts";

/** Who changed what on which gateway, the newest first. */
export function Journal({ journal }: { journal: readonly JournalEntry[] }) {
  if (journal.length === 0) return <p class="quiet">Nobody has changed anything yet.</p>;
  return (
    <div class="wide-table">
      <table aria-labelledby="journal">
        <thead>
          <tr>
            <th scope="col">When (UTC)</th>
            <th scope="col">Who</th>
            <th scope="col">Gateway</th>
            <th scope="col">What</th>
          </tr>
        </thead>
        <tbody>
          {journal.map(({ atMs, who, gateway, what }) => (
            <tr key={`${atMs} ${who} ${gateway} ${what}`}>
              <td>
                <Moment atMs={atMs} />
              </td>
              <td class="owner" title={who}>
                {who.replace(/^arn:.*experiment\//, "experiment ")}
              </td>
              <td>{gateway}</td>
              <td class="what">
                <span>{what}</span>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** A moment of the gateways' clocks. */
export function Moment({ atMs }: { atMs: number }) {
  const iso = new Date(atMs).toISOString();
  return (
    <time class="one-line" dateTime={iso}>
      {iso.slice(0, 19).replace("T", " ")}
    </time>
  );
}
