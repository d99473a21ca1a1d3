// Verifies an identity assertion as a console in Node would, with jose, against the JWKS alone.
//
// Usage: node verify.mjs JWKS_URL ISSUER AUDIENCE, with the assertion on standard input. Prints one line for
// every case, and ends with 1 when any verdict is not the expected one.

import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';

import * as jose from 'jose';

const [url, issuer, audience] = process.argv.slice(2);
const token = readFileSync(0, 'utf8').trim();
const [head, body, signature] = token.split('.');

const decode = (part) => JSON.parse(Buffer.from(part, 'base64url').toString('utf8'));
const encode = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
const header = decode(head);
const claims = decode(body);
const keys = jose.createRemoteJWKSet(new URL(url));

const verify = (candidate, wanted) =>
  jose.jwtVerify(candidate, keys, {
    algorithms: ['ES256'],
    typ: 'portcullis-assertion+jwt',
    requiredClaims: ['exp', 'nbf', 'iat', 'sub'],
    issuer,
    audience,
    ...wanted,
  });

const byHmac = (secret) => {
  const signed = `${encode({ ...header, alg: 'HS256' })}.${body}`;
  return `${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`;
};

const jwks = await (await fetch(url)).json();
const jwk = jwks.keys.find((key) => key.kid === header.kid);
const pem = await jose.exportSPKI(await jose.importJWK(jwk, 'ES256', { extractable: true }));
const own = await jose.generateKeyPair('ES256');
const ownJwk = await jose.exportJWK(own.publicKey);
const sign = (extra) =>
  new jose.SignJWT(claims).setProtectedHeader({ ...header, ...extra }).sign(own.privateKey);

const cases = [
  ['the assertion', true, token, {}],
  ['wrong audience', false, token, { audience: 'another-console' }],
  ['wrong issuer', false, token, { issuer: 'http://elsewhere.example' }],
  ['expired', false, token, { currentDate: new Date((claims.exp + 1) * 1000) }],
  ['not yet valid', false, token, { currentDate: new Date((claims.nbf - 60) * 1000) }],
  ['changed payload', false, `${head}.${encode({ ...claims, preferred_username: 'mallory' })}.${signature}`, {}],
  ['empty signature', false, `${head}.${body}.`, {}],
  ['alg none', false, `${encode({ ...header, alg: 'none' })}.${body}.`, {}],
  ['HS256 with the public key as PEM', false, byHmac(pem), {}],
  ["HS256 with the JWK's text", false, byHmac(JSON.stringify(jwk)), {}],
  ['another key under the known kid', false, await sign({}), {}],
  ['another key, brought in jwk', false, await sign({ jwk: ownJwk }), {}],
  ['unknown kid', false, await sign({ kid: 'unknown' }), {}],
  ['the true signature under an unknown kid', false, `${encode({ ...header, kid: 'unknown' })}.${body}.${signature}`, {}],
  ['another type', false, `${encode({ ...header, typ: 'JWT' })}.${body}.${signature}`, {}],
];

let failed = 0;
for (const [name, expected, candidate, wanted] of cases) {
  const [accepted, why] = await verify(candidate, wanted).then(
    () => [true, ''],
    (error) => [false, ` (${error.code ?? error.name})`],
  );
  if (accepted !== expected) failed += 1;
  const verdict = accepted ? 'accepted' : 'refused';
  process.stdout.write(`${accepted === expected ? 'ok' : 'WRONG'}: jose: ${name}: ${verdict}${why}\n`);
}
process.stdout.write(`${failed} wrong\n`);
process.exitCode = failed === 0 ? 0 : 1;
