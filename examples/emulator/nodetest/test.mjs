// This test calls the example program with the official Node SDK. The SDK signs, sends
// and decodes as if it called the cloud, over HTTP and over HTTPS.
//
//	npm ci && npm test

import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, describe, test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import ecs from "@alicloud/ecs20140526";
import core from "@alicloud/openapi-core";
import { base64, instances, schemes, start } from "./emulator.mjs";

for (const [scheme, flags] of Object.entries(schemes)) describe(scheme, () => suite(scheme, flags));

function suite(scheme, flags) {
  let program, client;

  before(async () => {
    program = await start(flags);
    client = newClient(program.secret);
  });

  after(() => program.end());

  function newClient(secret) {
    return new ecs.default(
      new core.$OpenApiUtil.Config({
        accessKeyId: program.key,
        accessKeySecret: secret,
        endpoint: program.endpoint,
        regionId: program.region,
        protocol: scheme,
        ca: program.ca,
      }),
    );
  }

  const region = () => program.region;

  async function run(script, more = {}, by = client) {
    const request = new ecs.RunCommandRequest({
      regionId: region(),
      type: "RunShellScript",
      commandContent: base64(script),
      contentEncoding: "Base64",
      instanceId: instances,
      ...more,
    });
    return (await by.runCommand(request)).body;
  }

  // results makes one request for the outcome on every instance.
  async function results(invokeId) {
    const request = new ecs.DescribeInvocationResultsRequest({ regionId: region(), invokeId, contentEncoding: "Base64" });
    return (await client.describeInvocationResults(request)).body.invocation.invocationResults.invocationResult;
  }

  // wait polls until every instance satisfies done.
  async function wait(invokeId, done) {
    for (let i = 0; i < 300; i++) {
      const rows = await results(invokeId);
      if (rows.every(done)) return rows.sort((a, b) => a.instanceId.localeCompare(b.instanceId));
      await pause(100);
    }
    assert.fail(`invocation ${invokeId} does not get on`);
  }

  const over = (row) => !["Pending", "Running", "Stopping"].includes(row.invocationStatus);

  test("a command runs on every instance and its output comes back", async () => {
    const { invokeId, commandId, requestId } = await run('echo "hello from {{ACS::InstanceId}}, {{name}}"; echo 中文 >&2', {
      name: "greeting",
      enableParameter: true,
      parameters: { name: "<Node> & 'friends'" },
      timeout: 60,
      tag: [new ecs.RunCommandRequestTag({ key: "team", value: "node" })],
    });
    assert.match(invokeId, /^t-/);
    assert.match(commandId, /^c-/);
    assert.match(requestId, /^[0-9A-F-]{36}$/);

    const rows = await wait(invokeId, over);
    assert.deepEqual(rows.map((row) => row.instanceId), instances);
    for (const row of rows) {
      assert.equal(row.invocationStatus, "Success");
      assert.equal(row.invokeRecordStatus, "Finished");
      assert.equal(row.exitCode, 0);
      assert.equal(row.commandId, commandId);
      assert.equal(row.dropped, 0);
      const output = Buffer.from(row.output, "base64").toString();
      assert.equal(output, `hello from ${row.instanceId}, <Node> & 'friends'\n中文\n`);
    }

    const { body } = await client.describeInvocations(new ecs.DescribeInvocationsRequest({ regionId: region(), invokeId }));
    const [invocation] = body.invocations.invocation;
    assert.equal(invocation.invocationStatus, "Success");
    assert.equal(invocation.commandName, "greeting");
    assert.equal(invocation.timeout, 60);
    assert.deepEqual(invocation.invokeInstances.invokeInstance.map((i) => i.instanceId).sort(), instances);
  });

  test("a script that fails tells its exit code", async () => {
    const { invokeId } = await run("echo so far; exit 3", { instanceId: instances.slice(0, 1) });
    const [row] = await wait(invokeId, over);
    assert.equal(row.invocationStatus, "Failed");
    assert.equal(row.exitCode, 3);
    assert.equal(row.errorCode, "ExitCodeNonzero");
    assert.equal(Buffer.from(row.output, "base64").toString(), "so far\n");
  });

  test("a script that runs too long times out", async () => {
    const { invokeId } = await run("exec sleep 60", { instanceId: instances.slice(0, 1), timeout: 1 });
    const [row] = await wait(invokeId, over);
    assert.equal(row.invocationStatus, "Timeout");
    assert.equal(row.errorCode, "ExecutionTimeout");
  });

  test("a running command can be stopped", async () => {
    const { invokeId } = await run("echo begun; exec sleep 60", { terminationMode: "ProcessTree" });
    await wait(invokeId, (row) => row.invocationStatus === "Running");
    await client.stopInvocation(new ecs.StopInvocationRequest({ regionId: region(), invokeId, instanceId: instances }));
    const rows = await wait(invokeId, over);
    for (const row of rows) assert.equal(row.invocationStatus, "Terminated");
  });

  test("a token that is sent again runs nothing again", async () => {
    const clientToken = randomUUID();
    const first = await run("echo once", { clientToken });
    const again = await run("echo once", { clientToken });
    assert.equal(again.invokeId, first.invokeId);
    const rows = await wait(first.invokeId, over);
    assert.equal(rows.length, instances.length);
    await refused(run("echo twice", { clientToken }), "IdempotentParameterMismatch", 403);
  });

  test("results are paged through with NextToken", async () => {
    const { invokeId } = await run("true");
    await wait(invokeId, over);
    const seen = [];
    let nextToken;
    do {
      const request = new ecs.DescribeInvocationResultsRequest({ regionId: region(), invokeId, maxResults: 1, nextToken });
      const { invocation } = (await client.describeInvocationResults(request)).body;
      seen.push(...invocation.invocationResults.invocationResult.map((row) => row.instanceId));
      nextToken = invocation.nextToken;
    } while (nextToken);
    assert.deepEqual(seen.sort(), instances);
  });

  test("agents report themselves", async () => {
    const { body } = await client.describeCloudAssistantStatus(new ecs.DescribeCloudAssistantStatusRequest({ regionId: region() }));
    const agents = body.instanceCloudAssistantStatusSet.instanceCloudAssistantStatus;
    assert.deepEqual(agents.map((agent) => agent.instanceId).sort(), instances);
    for (const agent of agents) assert.equal(agent.cloudAssistantStatus, "true");
  });

  // refused expects that the call fails with the documented code and HTTP status.
  async function refused(call, code, status) {
    await assert.rejects(call, (error) => {
      assert.equal(error.code, code, error.message);
      assert.equal(error.statusCode, status, error.message);
      return true;
    });
  }

  const refusals = [
    ["an instance that does not exist", { instanceId: ["i-nobody"] }, "InvalidInstance.NotFound", 404],
    ["a name that is too long", { name: "n".repeat(129) }, "CmdName.ExceedLimit", 403],
    ["a type that does not exist", { type: "RunPythonScript" }, "InvalidCmdType.NotFound", 404],
    ["a script that is too large", { commandContent: base64("#".repeat(25_000)) }, "CmdContent.ExceedLimit", 403],
    ["a schedule that cannot be read", { repeatMode: "Period", frequency: "rate(often)" }, "InvalidParam.Frequency", 400],
    ["a region that does not exist", { regionId: "mars-north-1" }, "InvalidRegionId.NotFound", 404],
  ];
  for (const [name, parameters, code, status] of refusals) {
    test(`refused: ${name}`, () => refused(run("true", parameters), code, status));
  }

  test("refused: a wrong secret", () => refused(run("true", {}, newClient("wrong")), "SignatureDoesNotMatch", 400));

  test("refused: an invocation that does not exist", async () => {
    const request = new ecs.StopInvocationRequest({ regionId: region(), invokeId: "t-nothing", instanceId: instances });
    await refused(client.stopInvocation(request), "InvalidInvokeId.NotFound", 404);
  });
}
