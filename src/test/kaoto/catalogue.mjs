// A catalogue for Kaoto: Camel's own, which Kaoto brings, with our components and Kamelets. node catalogue.mjs [FOLDER]
import fs from 'node:fs';
import path from 'node:path';
import { createHash } from 'node:crypto';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';

const here = path.dirname(fileURLToPath(import.meta.url));
const project = path.resolve(here, '../../..');
const NAME = 'Delingsruter';

const json = (file) => JSON.parse(fs.readFileSync(file, 'utf8'));

/** The form of a component: the options of its address, as Camel's description has them. */
function form(description) {
  const properties = {};
  const required = [];
  for (const [name, option] of Object.entries(description.properties)) {
    const type = { boolean: 'boolean', integer: 'integer', object: 'string' }[option.type] ?? 'string';
    properties[name] = {
      title: option.displayName,
      description: option.description,
      type,
      $comment: 'group:' + option.group,
      ...(option.defaultValue === undefined ? {} : { default: option.defaultValue }),
      ...(option.enum ? { enum: option.enum } : {}),
    };
    if (option.required) required.push(name);
  }
  return { $schema: 'http://json-schema.org/draft-07/schema#', type: 'object', properties, required };
}

function components() {
  const folder = path.join(project, 'src/generated/resources/META-INF/no/delingsruter/camel');
  return Object.fromEntries(
    fs.readdirSync(folder).map((file) => {
      const description = json(path.join(folder, file));
      return [description.component.scheme, { ...description, propertiesSchema: form(description) }];
    }),
  );
}

function kamelets() {
  const folder = path.join(project, 'routes/kamelets');
  return Object.fromEntries(
    fs.readdirSync(folder).map((file) => {
      const kamelet = parse(fs.readFileSync(path.join(folder, file), 'utf8'));
      const { title, description, properties = {}, required = [] } = kamelet.spec.definition;
      const schema = { $schema: 'http://json-schema.org/draft-07/schema#', type: 'object', title, description };
      return [kamelet.metadata.name, { ...kamelet, propertiesSchema: { ...schema, properties, required } }];
    }),
  );
}

/** @param own false: Camel's catalogue as it is @return where index.json is */
export function write(target, own = true) {
  const from = path.dirname(createRequire(import.meta.url).resolve('@kaoto/camel-catalog/index.json'));
  const library = json(path.join(from, 'index.json'));
  const base = library.definitions.find((one) => one.runtime === 'Main' && !one.name.includes('redhat'));
  const source = path.join(from, path.dirname(base.fileName));
  const index = json(path.join(from, base.fileName));
  fs.rmSync(target, { recursive: true, force: true });
  fs.mkdirSync(target, { recursive: true });
  for (const entry of [...Object.values(index.catalogs), ...Object.values(index.schemas)]) {
    fs.copyFileSync(path.join(source, entry.file), path.join(target, entry.file));
  }
  for (const [kind, more] of own ? [['components', components()], ['kamelets', kamelets()]] : []) {
    const entry = index.catalogs[kind];
    const text = JSON.stringify({ ...json(path.join(source, entry.file)), ...more });
    fs.rmSync(path.join(target, entry.file));
    entry.file = `${kind}-${createHash('sha256').update(text).digest('hex').slice(0, 12)}.json`;
    fs.writeFileSync(path.join(target, entry.file), text);
  }
  // Kaoto opens by itself the catalogue of a Red Hat build, when it has none that was chosen before
  const name = `${NAME} on ${base.name}`;
  fs.writeFileSync(path.join(target, 'catalogue.json'), JSON.stringify({ ...index, name }));
  fs.writeFileSync(
    path.join(target, 'index.json'),
    JSON.stringify({
      version: library.version,
      name: NAME,
      definitions: [{ name, version: base.version, runtime: 'Main', fileName: 'catalogue.json' }],
    }),
  );
  return { name, components: Object.keys(components()), kamelets: Object.keys(kamelets()) };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const target = path.resolve(process.argv[2] ?? path.join(project, 'target/kaoto'));
  const made = write(target);
  console.log(`${target}/index.json: ${made.name}, with ${[...made.components, ...made.kamelets].join(', ')}`);
}
