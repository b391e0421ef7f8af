#!/usr/bin/env node
var major = Number(process.versions.node.split(".")[0]);
if (major < 24) {
  console.error(
    "awslocal needs Node 24 or newer; this is Node " + process.versions.node + ". See https://nodejs.org",
  );
  process.exit(1);
}
import("../dist/cli/awslocal.js");
