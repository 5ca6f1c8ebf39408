// Verifies a permit of Signoff. This file needs Node and nothing else: copy it, and its types, into your server.
//
//   const claims = await verifyPermit(permit, { keys, issuer, audience: toolAudience("db", "drop_table"),
//     arguments: text, redeem: redeemAt("https://signoff.example.com") });
//
// `keys` and `issuer` are what `signoff permit keys` prints. `arguments` is the JSON text as it arrived.
import { createHash, createPublicKey, randomUUID, verify } from "node:crypto";

// Seconds by which the clock of the issuer may be ahead.
export const MAX_AHEAD = 30;
const MAX_PERMIT = 16_384, MAX_DEPTH = 40;
const TEXTS = ["iss", "aud", "sub", "jti", "gate", "arguments_sha256"];
const TIMES = ["iat", "nbf", "exp"];
const PARTS = /^-?([0-9]+)(?:\.([0-9]+))?(?:[eE]([-+]?[0-9]+))?$/;

// The call must not be made. `reason` is one word, for programs.
export class PermitRefused extends Error {
  constructor(reason, text) {
    super(text);
    this.name = "PermitRefused";
    this.reason = reason;
  }
}

// Returns the claims of a permit for exactly this call. Throws PermitRefused.
export async function verifyPermit(permit, { keys, issuer, audience, arguments: text, redeem, now }) {
  const moment = now ?? Date.now() / 1000;
  const claims = signedClaims(permit, keys);
  const require = (holds, reason, problem) => {
    if (!holds) throw new PermitRefused(reason, problem);
  };
  require(claims.iss === issuer, "issuer", "The permit is of another installation of Signoff.");
  require(claims.aud === audience, "audience", "The permit is for another server, tool or gate.");
  require(claims.nbf <= moment + MAX_AHEAD, "not_yet", "The permit is not valid yet. Compare the clocks.");
  require(claims.exp > moment, "expired", "The permit has expired.");
  const digest = createHash("sha256").update(canonicalJson(text)).digest("hex");
  require(digest === claims.arguments_sha256, "arguments", "These are not the arguments that people approved.");
  require((await redeem(claims, permit)) === true, "used", "The permit was used before.");
  return claims;
}

// Returns the audience of a tool. `server`: its name, or the address of a remote server.
export const toolAudience = (server, tool) => `mcp:${encodeURIComponent(server)}/${encodeURIComponent(tool)}`;

// Returns a function that redeems at the installation of this address, which answers once for a permit.
export function redeemAt(url, timeout = 10) {
  const { protocol, hostname } = new URL(url);
  if (protocol !== "https:" && !["127.0.0.1", "[::1]", "localhost"].includes(hostname))
    throw new TypeError(`${url} is not an https address. A permit is sent there.`);
  return async (claims, permit) => {
    const answer = await fetch(`${url.replace(/\/+$/, "")}/api/permits/redeem`, {
      method: "POST", redirect: "error", signal: AbortSignal.timeout(timeout * 1000),
      headers: { "Content-Type": "application/json", "Idempotency-Key": randomUUID() },
      body: JSON.stringify({ permit }),
    });
    return answer.status === 200 && (await answer.json()).id === claims.jti;
  };
}

// Returns JSON in its canonical form (RFC 8785). Throws PermitRefused if it has two meanings.
export function canonicalJson(given) {
  const refuse = (problem) => { throw new PermitRefused("ambiguous", problem); };
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  let text = given, at = 0;
  try { if (typeof given !== "string") text = decoder.decode(given); } catch { refuse("The arguments are not JSON."); }
  const take = (pattern) => {
    pattern.lastIndex = at;
    const found = pattern.exec(text) ?? refuse("The arguments are not JSON.");
    at = pattern.lastIndex;
    return found[0];
  };
  const mark = () => take(/[ \t\n\r]*[\]},:]?[ \t\n\r]*/y).trim();
  const string = () => {
    const value = JSON.parse(take(/"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y));
    if (/[\0\p{Surrogate}]/u.test(value)) refuse("A text has the character NUL, or half of a character.");
    return value;
  };
  const members = (close, depth, take_one) => {
    const found = [];
    for (let sign = mark(); sign !== close; sign = mark()) {
      if (sign !== (found.length ? "," : "")) refuse("The arguments are not JSON.");
      found.push(take_one(depth + 1));
    }
    return found;
  };
  const member = (depth) => {
    const key = string();
    if (mark() !== ":") refuse("The arguments are not JSON.");
    return [key, value(depth)];
  };
  const value = (depth) => {
    if (depth > MAX_DEPTH) refuse(`The arguments are nested more than ${MAX_DEPTH} deep.`);
    const first = text[at];
    if (first === '"') return JSON.stringify(string());
    if (first === "[") { at++; return `[${members("]", depth, value).join()}]`; }
    if (first !== "{") return literal(take(/true|false|null|-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?/y));
    at++;
    const found = members("}", depth, member).sort(([a], [b]) => (a < b ? -1 : 1));
    if (new Set(found.map(([key]) => key)).size < found.length) refuse("A key is there twice.");
    return `{${found.map(([key, one]) => `${JSON.stringify(key)}:${one}`).join()}}`;
  };
  const literal = (token) => {
    if (/^[tfn]/.test(token)) return token;
    const number = Number(token);
    if (token.length > 60 || !(Math.abs(number) <= Number.MAX_SAFE_INTEGER) || digits(token) !== digits(String(number)))
      refuse(`The number ${token.slice(0, 20)} is not exact in every language.`);
    return String(number);
  };
  take(/[ \t\n\r]*/y);
  const result = value(0);
  take(/[ \t\n\r]*$/y);
  return result;
}

function digits(token) {
  const [, whole, fraction = "", exponent = "0"] = PARTS.exec(token);
  const all = (whole + fraction).replace(/^0+/, ""), short = all.replace(/0+$/, "");
  return short && `${short}e${Number(exponent) - fraction.length + all.length - short.length}`;
}

function signedClaims(permit, keys) {
  const decoded = (text) => {
    const found = Buffer.from(text, "base64url");
    if (found.toString("base64url") !== text) throw new TypeError("it is not base64url");
    return found;
  };
  const object = (text) => JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(decoded(text)));
  let header, claims, signature, signed;
  try {
    const [head, payload, third, ...more] = permit.split(".");
    [header, claims, signature, signed] = [object(head), object(payload), decoded(third), `${head}.${payload}`];
    const fields = Object.keys(header).sort().join() === "alg,kid,typ" && header.typ === "signoff-permit+jwt";
    const texts = TEXTS.every((name) => typeof claims[name] === "string");
    if (more.length || permit.length > MAX_PERMIT || !fields || !texts || !TIMES.every((name) => Number.isSafeInteger(claims[name])))
      throw new TypeError("it has other parts");
  } catch {
    throw new PermitRefused("malformed", "This is not a permit of Signoff.");
  }
  if (header.alg !== "EdDSA") throw new PermitRefused("algorithm", "The permit is not signed with EdDSA.");
  const key = keys.keys.find((each) => each.kid === header.kid);
  if (key?.kty !== "OKP" || key.crv !== "Ed25519")
    throw new PermitRefused("key", "The permit names a key that was not given.");
  if (!verify(null, Buffer.from(signed), createPublicKey({ key, format: "jwk" }), signature))
    throw new PermitRefused("signature", "The signature of the permit is invalid.");
  return claims;
}
