// Builds and starts the example program for the tests of both Node SDKs.

import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import assert from "node:assert/strict";

export const instances = ["i-local-1", "i-local-2"];

// The ways to reach the program, with the flags for each.
export const schemes = { http: [], https: ["-tls"] };

// build compiles the program once for this process, and returns the path of the binary.
let binary;
function build() {
  if (!binary) {
    const folder = mkdtempSync(join(tmpdir(), "emulator-"));
    process.once("exit", () => rmSync(folder, { recursive: true }));
    binary = join(folder, "emulator");
    execFileSync("go", ["build", "-o", binary, ".."], { cwd: import.meta.dirname, stdio: "inherit" });
  }
  return binary;
}

// start starts the program with two instances and reads how to reach it. The method end
// of the result ends it again.
export async function start(flags) {
  const program = spawn(build(), ["-addr", "127.0.0.1:0", "-instances", "2", "-shell", ...flags], { stdio: ["ignore", "pipe", "inherit"] });
  const settings = await greeting(program.stdout);
  return {
    endpoint: settings.ALIBABA_CLOUD_ENDPOINT,
    region: settings.ALIBABA_CLOUD_REGION_ID,
    key: settings.ALIBABA_CLOUD_ACCESS_KEY_ID,
    secret: settings.ALIBABA_CLOUD_ACCESS_KEY_SECRET,
    ca: settings.NODE_EXTRA_CA_CERTS && readFileSync(settings.NODE_EXTRA_CA_CERTS, "utf8"),
    end: async () => {
      const ended = new Promise((resolve) => program.once("exit", resolve));
      program.kill("SIGINT");
      assert.equal(await ended, 0, "exit status of the program");
    },
  };
}

// greeting reads the lines to paste into a shell. It then reads and drops all further
// output, so that the program never blocks when it writes.
async function greeting(output) {
  let text = "";
  output.setEncoding("utf8");
  await new Promise((resolve, reject) => {
    output.on("data", (more) => (text += more).includes("Ctrl-C") && resolve());
    output.on("end", () => reject(new Error(`the program ended: ${text}`)));
  });
  return Object.fromEntries([...text.matchAll(/^ *export (\w+)=(\S+)$/gm)].map(([, name, value]) => [name, value]));
}

export const base64 = (text) => Buffer.from(text).toString("base64");
