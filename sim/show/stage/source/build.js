/** Joins these modules into stage.js (for notebooks) and stage_page.js (a classic script). */

import { createHash } from "node:crypto";
import { readFileSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const out = process.argv[2] ?? dirname(here);

/** The checksum of everything that the bundles are made from; a test computes the same. */
function checksum() {
  const modules = readdirSync(here).filter((name) => name.endsWith(".js") && !name.endsWith(".test.js"));
  const hash = createHash("sha256");
  for (const name of ["package-lock.json", ...modules.sort()]) {
    hash.update(`${name}\n`);
    hash.update(readFileSync(join(here, name)));
  }
  return hash.digest("hex");
}

const banner = `// Made by \`make stage\` from source/ of sha256 ${checksum()}.
// Contains gifenc: MIT License, Copyright (c) 2017 Matt DesLauriers; see LICENSE-gifenc.`;

await joinModules("notebook.js", "stage.js", "esm");
await joinModules("page.js", "stage_page.js", "iife");

/**
 * @param {string} entry
 * @param {string} name
 * @param {"esm" | "iife"} format
 */
async function joinModules(entry, name, format) {
  await build({
    absWorkingDir: here,
    entryPoints: [entry],
    outfile: join(out, name),
    format,
    bundle: true,
    minify: true,
    charset: "utf8",
    target: "es2022",
    legalComments: "none",
    banner: { js: banner },
  });
}
