import { Store, useStore } from "./store.ts";

interface Notice {
  readonly text: string;
  readonly isError: boolean;
}

const notice = new Store<Notice | undefined>(undefined);
let timer: ReturnType<typeof setTimeout> | undefined;

function show(shown: Notice): void {
  notice.set(shown);
  clearTimeout(timer);
  timer = setTimeout(() => notice.set(undefined), shown.isError ? 12_000 : 4000);
}

export const say = (text: string): void => show({ text, isError: false });
export const complain = (error: unknown): void =>
  show({ text: error instanceof Error ? error.message : String(error), isError: true });

/** Does something that Squall may refuse, and says what it then said. @returns whether it was done */
export async function attempt(work: () => Promise<unknown>, done?: string): Promise<boolean> {
  try {
    await work();
    if (done !== undefined) say(done);
    return true;
  } catch (error) {
    complain(error);
    return false;
  }
}

export function Notices() {
  const shown = useStore(notice);
  return (
    <div class="notices" role="status" aria-live="polite">
      {shown && (
        <p class={shown.isError ? "notice bad" : "notice"}>
          {shown.text}
          <button
            type="button"
            class="plain"
            aria-label="Close the message"
            onClick={() => notice.set(undefined)}
          >
            ×
          </button>
        </p>
      )}
    </div>
  );
}
