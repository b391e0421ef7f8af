import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

test("the package brings every kit and the action along, and none of their tests", () => {
  const told = execFileSync("npm", ["pack", "--dry-run", "--json", "--ignore-scripts"], {
    cwd: ROOT,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
  });
  const [packed] = Object.values(JSON.parse(told)) as { files: { path: string }[] }[];
  const files = packed!.files.map(({ path }) => path).filter((path) => /^(?:kits\/|action\.yml$)/.test(path));
  for (const wanted of [
    "action.yml",
    "kits/github/start.sh",
    "kits/github/words.sh",
    "kits/gitlab/squall.gitlab-ci.yml",
    "kits/go/go.mod",
    "kits/go/squalltest/squall.go",
    "kits/java/pom.xml",
    "kits/java/src/main/java/squall/junit/Squall.java",
    "kits/javascript/vitest.mjs",
    "kits/jenkins/Jenkinsfile",
    "kits/python/pyproject.toml",
    "kits/python/src/squall/pytest_plugin.py",
    "kits/python/src/squall/py.typed",
  ])
    assert.ok(files.includes(wanted), `${wanted} is not among ${files.join(", ")}`);
  const NOT_FOR_USERS = /\/(?:tests?|sdktest|build|target|__pycache__)\/|_test\.go$|\.egg-info\//;
  assert.deepEqual(
    files.filter((path) => NOT_FOR_USERS.test(path)),
    [],
  );
});
