// Opens every route and Kamelet of ours in Kaoto: see README.md
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import fs from 'node:fs';
import http from 'node:http';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { sassPlugin } from 'esbuild-sass-plugin';
import { chromium } from 'playwright-core';
import { parse } from 'yaml';
import { write } from './catalogue.mjs';

const here = path.dirname(fileURLToPath(import.meta.url));
const project = path.resolve(here, '../../..');
const made = fs.mkdtempSync(path.join(os.tmpdir(), 'kaoto-'));
const TYPES = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css', '.json': 'application/json' };
/** Pictures for the documentation are written when it is asked for. */
const PICTURES = process.env.PICTURES;
const IN_PICTURES = { 'inntekt.camel.yaml': 'kaoto-route', 'hendelsesliste-source.kamelet.yaml': 'kaoto-kamelet' };

const files = ['routes', 'routes/examples', 'routes/kamelets'].flatMap((folder) =>
  fs
    .readdirSync(path.join(project, folder))
    .filter((name) => name.endsWith('.yaml'))
    .map((name) => ({ name, kamelet: name.includes('.kamelet.'), text: fs.readFileSync(path.join(project, folder, name), 'utf8') })),
);

let browser;
let server;
let address;

before(async () => {
  await build({
    entryPoints: [path.join(here, 'page.jsx')],
    bundle: true,
    outfile: path.join(made, 'page.js'),
    jsx: 'automatic',
    plugins: [sassPlugin({ quietDeps: true, logger: { warn: () => {}, debug: () => {} } })],
    loader: { '.svg': 'dataurl', '.png': 'dataurl', '.jpg': 'dataurl', '.ttf': 'empty', '.woff': 'empty', '.woff2': 'empty', '.xsd': 'text' },
    define: { 'process.env.NODE_ENV': '"production"', global: 'window' },
    logLevel: 'error',
  });
  fs.writeFileSync(
    path.join(made, 'index.html'),
    '<!doctype html><html><head><link rel="stylesheet" href="page.css"></head>' +
      '<body><div id="root" style="height:100vh"></div><script src="page.js"></script></body></html>',
  );
  server = http
    .createServer((request, response) => {
      const file = path.join(made, path.normalize(new URL(request.url, 'http://x').pathname));
      fs.readFile(file, (error, content) => {
        response.writeHead(error ? 404 : 200, { 'Content-Type': TYPES[path.extname(file)] ?? 'text/plain' });
        response.end(content);
      });
    })
    .listen(0, '127.0.0.1');
  await new Promise((done) => server.once('listening', done));
  address = `http://127.0.0.1:${server.address().port}/`;
  browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox'] });
});

after(async () => {
  await browser?.close();
  server?.close();
  fs.rmSync(made, { recursive: true, force: true });
});

/** @param catalogue what write gave */
async function kaoto(catalogue) {
  const page = await browser.newPage({ viewport: { width: 900, height: 700 } });
  const errors = [];
  page.on('pageerror', (error) => errors.push(String(error)));
  // As a user chooses it once, in Kaoto's list of catalogues
  await page.addInitScript(
    (chosen) => localStorage.setItem('selectedCatalog', JSON.stringify(chosen)),
    { name: catalogue.name, fileName: 'catalogue.json' },
  );
  await page.goto(address + 'index.html');
  await page.waitForFunction(() => window.ready);
  return { page, errors };
}

/** Draws a file and waits until its graph is there. */
async function drawn(page, file) {
  await page.evaluate((text) => window.draw(text), file.text);
  await page.waitForSelector('.custom-node', { timeout: 60_000 });
  return page.evaluate(([text, name]) => window.nodes(text, name), [file.text, file.name]);
}

const unknown = (nodes) => nodes.filter((node) => node.icon === null || node.form.length === 0).map((node) => node.component);

/** What takes no parameter at all has no form to fill in, and an address from the configuration has none that Kaoto could know. */
const WITHOUT_FORM = ['kamelet:record-action', 'kamelet:sink', 'kamelet:source', '{{watch.endpoint}}'];

test('each file opens as a graph whose nodes all have a title, an icon and a form, and is saved as it was', async () => {
  const { page, errors } = await kaoto(write(path.join(made, 'catalogue')));
  let nodes = 0;
  let ours = 0;
  for (const file of files) {
    const document = parse(file.text);
    const read = await page.evaluate(([text, name]) => window.read(text, name), [file.text, file.name]);
    assert.equal(read.type, file.kamelet ? 'Kamelet' : 'Route', file.name);
    const routes = file.kamelet ? 1 : document.filter((entry) => entry.route).length;
    assert.equal(read.flows, routes, file.name + ': graphs');
    assert.deepEqual(read.others.filter((type) => type === 'nonVisualEntity' || type === 'unknown'), [], file.name);
    assert.deepEqual(parse(read.saved), document, file.name + ': saved as it was');
    if (routes === 0) continue;
    const found = await drawn(page, file);
    nodes += found.length;
    ours += found.filter((node) => /^(kamelet:.*-(source|sink|action)|hendelsesliste|pending-lookup|skatteetaten)$/.test(node.component)).length;
    assert.deepEqual(unknown(found).filter((component) => !WITHOUT_FORM.includes(component)), [], file.name + ': unknown');
    if (PICTURES && IN_PICTURES[file.name]) {
      await page.waitForTimeout(1500);
      await page.screenshot({ path: path.join(PICTURES, IN_PICTURES[file.name] + '.png') });
    }
  }
  assert.deepEqual(errors, []);
  assert.ok(files.length >= 30 && ours >= 60, `${files.length} files, ${nodes} nodes, ${ours} of them ours`);
  console.log(`${files.length} files, ${nodes} nodes with a component, ${ours} of them ours`);
});

test('null control: without our catalogue our nodes are unknown', async () => {
  const { page } = await kaoto(write(path.join(made, 'catalogue'), false));
  const found = unknown(await drawn(page, files.find((file) => file.name === 'inntekt.camel.yaml')));
  for (const kamelet of ['hendelsesliste-source', 'pending-lookup-sink', 'pending-lookup-source', 'oppslag-action']) {
    assert.ok(found.includes('kamelet:' + kamelet), `${kamelet} is known without our catalogue: ${found}`);
  }
});
