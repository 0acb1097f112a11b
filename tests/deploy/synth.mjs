// Runs many CDK apps in one process. Each writes its cloud assembly to <out>/<folder> when node is about to end,
// as an app does under the CDK's command line.
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const [out, ...folders] = process.argv.slice(2);
const deploy = process.cwd();
process.setMaxListeners(0); // each app waits for the end
for (const folder of folders) {
  process.chdir(join(deploy, folder));
  process.env.CDK_OUTDIR = join(out, folder);
  await import(pathToFileURL(join(deploy, folder, "app.ts")).href);
}
