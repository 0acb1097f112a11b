/** Joins these modules into stage.js and panel.js (for notebooks), stage_page.js, panel_page.js and play.js (classic scripts). */

import { createHash } from "node:crypto";
import { readFileSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const show = dirname(dirname(here));
const sources = { stage: here, panel: join(show, "panel", "source") };
const out = process.argv[2];

/** The checksum of everything that the bundles are made from; a test computes the same. */
function checksum() {
  const hash = createHash("sha256");
  for (const [folder, path] of Object.entries(sources)) {
    const names = readdirSync(path).filter((name) => name === "package-lock.json" || (name.endsWith(".js") && !name.endsWith(".test.js")));
    for (const name of names.sort()) {
      hash.update(`${folder}/${name}\n`);
      hash.update(readFileSync(join(path, name)));
    }
  }
  return hash.digest("hex");
}

const banner = `// Made by \`make stage\` from source/ of sha256 ${checksum()}.
// Contains gifenc: MIT License, Copyright (c) 2017 Matt DesLauriers; see LICENSE-gifenc.`;

await joinModules("stage", "notebook.js", "stage.js", "esm");
await joinModules("stage", "page.js", "stage_page.js", "iife");
await joinModules("panel", "notebook_panel.js", "panel.js", "esm");
await joinModules("panel", "page_panel.js", "panel_page.js", "iife");
await joinModules("panel", "play.js", "play.js", "iife");

/**
 * @param {keyof typeof sources} folder
 * @param {string} entry
 * @param {string} name
 * @param {"esm" | "iife"} format
 */
async function joinModules(folder, entry, name, format) {
  await build({
    absWorkingDir: here,
    entryPoints: [join(sources[folder], entry)],
    outfile: join(out ?? join(show, folder), name),
    format,
    bundle: true,
    minify: true,
    charset: "utf8",
    target: "es2022",
    legalComments: "none",
    banner: { js: banner },
  });
}
