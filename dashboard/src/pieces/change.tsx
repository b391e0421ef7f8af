import type { ButtonHTMLAttributes, ComponentChildren } from "preact";
import { mayChange } from "../api.ts";
import { useStore } from "../store.ts";

/** What changes something: it is not there for who may only look, since each try would be refused. */
export function Change({ children }: { children: ComponentChildren }) {
  return useStore(mayChange) && children;
}

/** A button that changes something. */
export const ChangeButton = (props: ButtonHTMLAttributes<HTMLButtonElement>) => (
  <Change>
    <button type="button" {...props} />
  </Change>
);
