/**
 * Builds the front end: `node tools/assets.mjs [--watch]`.
 *
 * app/static/src → app/static/dist: hashed names, manifest.json (plain name → hashed name), a .gz beside every file,
 * the icon sprite of icons.txt, and third-party.txt with the licence of every package whose code is in the output.
 */
import { createHash } from "node:crypto";
import { mkdir, readFile, readdir, rename, rm, stat, writeFile } from "node:fs/promises";
import { basename, dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import * as esbuild from "esbuild";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const src = join(root, "app/static/src");
const out = join(root, "app/static/dist");
const modules = join(root, "node_modules");

/** The oldest browsers we serve (frontend.md §1d). */
const target = ["chrome87", "firefox91", "safari15"];

/** Whole files, so that a page asks for few; only what is large and shared (hls.js) is a chunk of its own. */
const WHOLE = ["app.js", "exam.js", "upload.js", "claim.js", "desk.js", "bank.js", "blueprint.js", "practice.js", "css/app.css"];
const SPLIT = ["player.js", "preview.js"];

/** A page opened before this build still finds its files for a day. */
const KEPT_MS = 24 * 3600 * 1000;
const COPIED = ["favicon.svg"];

const hashed = (name, bytes) => {
  const dot = name.lastIndexOf(".");
  const hash = createHash("sha256").update(bytes).digest("hex").slice(0, 10);
  return `${name.slice(0, dot)}.${hash}${name.slice(dot)}`;
};

/** One <symbol> per name in icons.txt, without lucide's own size, colour and class. */
async function sprite() {
  const names = (await readFile(join(src, "icons.txt"), "utf8")).split("\n").map((line) => line.trim()).filter(Boolean);
  const symbols = await Promise.all([...new Set(names)].map(async (name) => {
    const svg = await readFile(join(modules, "lucide-static/icons", `${name}.svg`), "utf8");
    const inner = svg.replace(/<!--.*?-->/gs, "").replace(/^[\s\S]*?<svg[^>]*>/, "").replace(/<\/svg>\s*$/, "");
    return `<symbol id="${name}" viewBox="0 0 24 24">${inner.replace(/\s*\n\s*/g, "")}</symbol>`;
  }));
  return `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join("")}</svg>\n`;
}

/** Names of the npm packages that put bytes into the output: by esbuild's own account, icons, and fonts (app/certificates/fonts.py). */
function packagesIn(outputs) {
  const found = new Set(["lucide-static", "@fontsource/noto-sans-sc"]);
  for (const output of Object.values(outputs)) {
    for (const [input, share] of Object.entries(output.inputs)) {
      const match = /node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(input);
      if (match && share.bytesInOutput > 0) found.add(match[1]);
    }
  }
  return [...found].sort();
}

/** The licence texts we owe to those who get the built files. */
async function licences(names) {
  const parts = await Promise.all(names.map(async (name) => {
    const folder = join(modules, name);
    const about = JSON.parse(await readFile(join(folder, "package.json"), "utf8"));
    const file = (await readdir(folder)).find((entry) => /^licen[cs]e/i.test(entry));
    const text = file ? (await readFile(join(folder, file), "utf8")).trim() : `${about.license} (no licence file in the package)`;
    return `${"=".repeat(78)}\n${about.name} ${about.version} · ${about.license}\n${"=".repeat(78)}\n\n${text}\n`;
  }));
  return `Code of these packages is part of the built files beside this one.\n\n${parts.join("\n")}`;
}

const bundle = (entries, splitting) => esbuild.build({
  absWorkingDir: root,
  entryPoints: entries.map((name) => join(src, name)),
  outdir: out,
  outbase: src,
  write: false,
  bundle: true,
  splitting,
  format: "esm",
  minify: true,
  target,
  charset: "utf8",
  legalComments: "none",
  entryNames: "[name].[hash]",
  chunkNames: "chunk.[hash]",
  metafile: true,
});

async function build() {
  const results = await Promise.all([bundle(WHOLE, false), bundle(SPLIT, true)]);
  const outputs = Object.assign({}, ...results.map(({ metafile }) => metafile.outputs));

  const files = new Map(results.flatMap(({ outputFiles }) => outputFiles).map((file) => [relative(out, file.path), Buffer.from(file.contents)]));
  const manifest = {};
  for (const [path, output] of Object.entries(outputs)) {
    if (output.entryPoint) manifest[basename(output.entryPoint)] = relative(out, join(root, path));
  }
  const add = (name, bytes) => {
    manifest[name] = hashed(name, bytes);
    files.set(manifest[name], bytes);
  };
  add("icons.svg", Buffer.from(await sprite()));
  for (const name of COPIED) add(name, await readFile(join(src, name)));
  files.set("third-party.txt", Buffer.from(await licences(packagesIn(outputs))));

  await publish(files, manifest);
  return { files, manifest };
}

/** Write beside, then swap by the manifest: a running server never reads half a build. */
async function publish(files, manifest) {
  await mkdir(out, { recursive: true });
  for (const [name, bytes] of files) {
    await writeFile(join(out, name), bytes);
    await writeFile(join(out, `${name}.gz`), gzipSync(bytes, { level: 9 }));
  }
  const draft = join(out, ".manifest.json");
  await writeFile(draft, `${JSON.stringify(manifest, Object.keys(manifest).sort(), 2)}\n`);
  await rename(draft, join(out, "manifest.json"));
  const wanted = new Set(["manifest.json", ...[...files.keys()].flatMap((name) => [name, `${name}.gz`])]);
  for (const old of await readdir(out)) {
    if (wanted.has(old)) continue;
    const entry = await stat(join(out, old));
    if (entry.isFile() && Date.now() - entry.mtimeMs > KEPT_MS) await rm(join(out, old));
  }
}

const started = Date.now();
const { files, manifest } = await build();
const kb = (name) => (gzipSync(files.get(manifest[name])).length / 1024).toFixed(1);
console.log(Object.keys(manifest).sort().map((name) => `${name} ${kb(name)}`).join(" · "), `KB gzip · ${Date.now() - started} ms`);
