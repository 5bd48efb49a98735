// This test calls the example program with the old Node SDK. The SDK writes action and
// signature as parameters, as all old SDKs do, and is used with the words of the service.

import assert from "node:assert/strict";
import https from "node:https";
import { after, before, describe, test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import Core from "@alicloud/pop-core";
import { base64, instances, schemes, start } from "./emulator.mjs";

for (const [scheme, flags] of Object.entries(schemes)) describe(scheme, () => suite(scheme, flags));

function suite(scheme, flags) {
  let program, client;

  before(async () => {
    program = await start(flags);
    client = newClient(program.secret);
  });

  after(() => program.end());

  function newClient(accessKeySecret) {
    const opts = { method: "POST" };
    if (program.ca) opts.agent = new https.Agent({ ca: program.ca });
    return new Core({
      accessKeyId: program.key, accessKeySecret, endpoint: `${scheme}://${program.endpoint}`, apiVersion: "2014-05-26", opts,
    });
  }

  const call = (action, parameters, by = client) => by.request(action, { RegionId: program.region, ...parameters });

  const run = async (script, more = {}, by = client) =>
    call("RunCommand", { Type: "RunShellScript", CommandContent: base64(script), ContentEncoding: "Base64", InstanceId: instances, ...more }, by);

  // wait polls until every instance satisfies done.
  async function wait(InvokeId, done) {
    for (let i = 0; i < 300; i++) {
      const { Invocation } = await call("DescribeInvocationResults", { InvokeId });
      const rows = Invocation.InvocationResults.InvocationResult;
      assert.equal(rows.length, instances.length);
      if (rows.every(done)) return rows;
      await pause(50);
    }
    assert.fail(`invocation ${InvokeId} does not get on`);
  }

  const over = (row) => !["Pending", "Running", "Stopping"].includes(row.InvocationStatus);

  test("a command runs on every instance and its output comes back", async () => {
    const { InvokeId } = await run('echo "hello from {{ACS::InstanceId}}, {{name}}"', {
      Name: "greeting (old) *!'~",
      EnableParameter: true,
      Parameters: JSON.stringify({ name: "<Node> & 'friends'" }),
      Tag: [{ Key: "team", Value: "node" }],
    });
    for (const row of await wait(InvokeId, over)) {
      assert.equal(row.InvocationStatus, "Success");
      assert.equal(Buffer.from(row.Output, "base64").toString(), `hello from ${row.InstanceId}, <Node> & 'friends'\n`);
      assert.deepEqual(row.Tags.Tag.map((tag) => ({ ...tag })), [{ TagKey: "team", TagValue: "node" }]);
    }
    const { Invocations } = await call("DescribeInvocations", { InvokeId });
    assert.equal(Invocations.Invocation[0].CommandName, "greeting (old) *!'~");
  });

  test("a running command can be stopped", async () => {
    const { InvokeId } = await run("exec sleep 60");
    await wait(InvokeId, (row) => row.InvocationStatus === "Running");
    await call("StopInvocation", { InvokeId });
    for (const row of await wait(InvokeId, over)) assert.equal(row.InvocationStatus, "Terminated");
  });

  test("an action may begin with a small letter", async () => {
    const { Instances } = await call("describeInstances", { InstanceIds: JSON.stringify(instances) });
    assert.deepEqual(Instances.Instance.map((instance) => instance.InstanceId), instances);
  });

  test("a call may be a GET", async () => {
    const reply = await client.request("DescribeCloudAssistantStatus", { RegionId: program.region }, { method: "GET" });
    assert.equal(reply.InstanceCloudAssistantStatusSet.InstanceCloudAssistantStatus.length, instances.length);
  });

  const refused = (promise, code, status) =>
    assert.rejects(promise, (error) => {
      assert.equal(error.code, code, error.message);
      assert.equal(error.entry.response.statusCode, status);
      return true;
    });

  test("refusals have their documented code and status", async () => {
    await refused(run("true", { InstanceId: ["i-none"] }), "InvalidInstance.NotFound", 404);
    await refused(run("true", { Type: "RunPythonScript" }), "InvalidCmdType.NotFound", 404);
    await refused(run("true", { Frequency: "rate(often)" }), "InvalidParam.Frequency", 400);
    await refused(run("true", {}, newClient("wrong")), "SignatureDoesNotMatch", 400);
    await refused(call("CreateCommand", {}), "InvalidAction.NotFound", 404);
  });
}
