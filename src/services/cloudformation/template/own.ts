import type { Value, Values } from "../sam/value.ts";

/** `__proto__` is a name like others. */
export function setOwn(map: Values, name: string, value: Value): void {
  Object.defineProperty(map, name, { value, enumerable: true, configurable: true, writable: true });
}
