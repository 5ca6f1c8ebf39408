// Reads {"verifier", "vectors", "texts"} and writes the results of verify_permit.mjs.
import { readFileSync } from "node:fs";
const { verifier, table, texts } = JSON.parse(readFileSync(0, "utf-8"));
const { canonicalJson, toolAudience, verifyPermit } = await import(verifier);
const reason = (error) => error.reason ?? `${error}`;
const results = [];
for (const { permit, arguments: text, audience, now, used } of table.vectors) {
  const options = { keys: table.keys, issuer: table.issuer, audience, arguments: text, now, redeem: () => !used };
  results.push(await verifyPermit(permit, options).then(() => "valid", reason));
}
const canonical = texts.map((text) => {
  try { return canonicalJson(text); } catch (error) { return [reason(error)]; }
});
console.log(JSON.stringify({ results, canonical, audience: toolAudience("https://a.example/é (1)", "b/c") }));
