// Segment's published destination for Voucherify at work: `node segment_destination.cjs PACKAGE URL ACTION EVENT`.
// For each line of input, a number of events, it says how many milliseconds of CPU each event took.

const { readFileSync } = require("node:fs");
const { join } = require("node:path");
const { createInterface } = require("node:readline");

const [folder, url, action, file] = process.argv.slice(2);
const modules = join(folder, "node_modules", "@segment");
const { Destination, defaultValues } = require(join(modules, "actions-core"));
const definition = require(join(modules, "action-destinations", "dist", "destinations", "voucherify")).default;
const destination = new Destination(definition);
const event = JSON.parse(JSON.parse(readFileSync(file, "utf8")).body);
const mapping = defaultValues(definition.actions[action].fields);
const settings = { apiKey: "id", secretKey: "secret", customURL: url };

async function measure(times) {
  const began = process.cpuUsage();
  for (let done = 0; done < times; done++) {
    const results = await destination.executeAction(action, { event, mapping, settings });
    if (!results.some((result) => result.output === "Action Executed")) throw new Error(JSON.stringify(results));
  }
  const { user, system } = process.cpuUsage(began);
  return (user + system) / 1000 / times;
}

(async () => {
  for await (const line of createInterface({ input: process.stdin })) console.log(await measure(Number(line)));
})();
