// Immich's API document as a judge of answers; as in the server's tests, a field that it does not name is wrong too.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';

const file = '../../server/src/test/resources/immich-openapi.json';
const document = JSON.parse(readFileSync(path.join(import.meta.dirname, file), 'utf8'));

(function close(node) {
  if (typeof node !== 'object' || node === null) return;
  Object.values(node).forEach(close);
  if (typeof node.properties === 'object' && typeof node.type === 'string') node.additionalProperties ??= false;
  // OpenAPI 3.0 lets null be a value of an enum without naming it there.
  if (node.nullable && Array.isArray(node.enum)) node.enum.push(null);
  if (node.nullable && node.allOf) {
    node.anyOf = [{ allOf: node.allOf }, { type: 'null' }];
    delete node.allOf;
    delete node.nullable;
  }
})(document.components.schemas);

// A guess of the document's: an OpenID Connect client's id is any text, and none where there is no provider.
delete document.components.schemas.AdminConfigOAuthDto.properties.clientId.format;

// The document's own formats and keywords that are no JSON Schema mean nothing here.
const ajv = new Ajv({ strict: false, allErrors: true, logger: false });
addFormats.default(ajv);
ajv.addSchema(document, 'immich');

const patterns = Object.keys(document.paths).map((name) => ({
  name,
  matches: new RegExp(`^${name.replace(/\{[^}]+\}/g, '[^/]+')}$`),
}));

/** Fails when Immich would not have answered so: an unknown path or status, or a body of another form. */
export function judge(method, route, status, body) {
  const asked = `${method} ${route}`;
  const [pathname] = route.split('?');
  const exact = patterns.find(({ name }) => name === pathname);
  const { name } = exact ?? patterns.find(({ matches }) => matches.test(pathname)) ?? assert.fail(`${asked}: no such path`);
  const answers = document.paths[name][method.toLowerCase()]?.responses ?? assert.fail(`${asked}: no such operation`);
  const answer = answers[status] ?? assert.fail(`${asked}: ${status} instead of ${Object.keys(answers)}`);
  if (!answer.content?.['application/json']) return;
  const pointer = ['paths', name, method.toLowerCase(), 'responses', status, 'content', 'application/json', 'schema'];
  const escaped = pointer.map((part) => encodeURIComponent(String(part).replaceAll('~', '~0').replaceAll('/', '~1')));
  const valid = ajv.getSchema(`immich#/${escaped.join('/')}`);
  assert.ok(valid(body), `${asked}: ${ajv.errorsText(valid.errors)}\n${JSON.stringify(body)?.slice(0, 2000)}`);
}
