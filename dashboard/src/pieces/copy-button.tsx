import { complain, say } from "../notices.tsx";

/** Puts a text on the clipboard. */
export function CopyButton({ label, text }: { label: string; text: () => string }) {
  const copy = async () => {
    // Browsers have no clipboard for pages that they do not trust: http://squall:4566.
    if (!navigator.clipboard) return complain("This browser lets pages copy on localhost and on HTTPS only.");
    await navigator.clipboard.writeText(text()).then(() => say(`Copied: ${label}.`), complain);
  };
  return (
    <button type="button" onClick={() => void copy()}>
      {label}
    </button>
  );
}
