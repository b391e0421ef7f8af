// `import { test } from "squall/vitest"`: Vitest's `test`, each with a Squall of its own.
import { test as base, inject } from "vitest";
import { accountOf, leadTo, Scope, storyOf } from "./scope.cjs";

export const test = base.extend({
  squall: [
    async ({ task }, use) => {
      const shared = inject("squall");
      if (!shared)
        throw new Error('Say `globalSetup: "squall/vitest/global-setup"` in the configuration of Vitest.');
      const scope = new Scope(shared.url, accountOf(nameOf(task), shared.salt));
      // Tests that run at the same time share the environment.
      const restore = task.concurrent ? () => {} : leadTo(scope);
      try {
        await use(scope);
        task.meta.squall = await storyOf(scope);
      } finally {
        restore();
        await scope.close();
      }
    },
    { auto: true },
  ],
});
export const it = test;

function nameOf(task) {
  const names = [];
  for (let at = task; at; at = at.suite) names.unshift(at.name);
  return [task.file.name, ...names].join(" > ");
}
