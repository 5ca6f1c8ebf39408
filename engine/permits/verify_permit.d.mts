/** Types of verify_permit.mjs. */
export const MAX_AHEAD: number;
export interface Claims {
  iss: string; aud: string; sub: string; jti: string; gate: string;
  iat: number; nbf: number; exp: number;
  arguments_sha256: string; approvers: string[];
}
export interface Key { kid: string; kty: string; crv: string; x: string }
/** Gets the claims and the permit. Returns true the first time that it gets this `jti`, and false after. */
export type Redeem = (claims: Claims, permit: string) => boolean | Promise<boolean>;
export type Reason =
  | "malformed" | "algorithm" | "key" | "signature" | "issuer" | "audience"
  | "not_yet" | "expired" | "ambiguous" | "arguments" | "used";
export class PermitRefused extends Error { reason: Reason; constructor(reason: Reason, text: string) }
/** Returns the claims of a permit for exactly this call. Throws PermitRefused. `now`: seconds. */
export function verifyPermit(permit: string, options: {
  keys: { keys: Key[] }; issuer: string; audience: string; arguments: string | Uint8Array;
  redeem: Redeem; now?: number;
}): Promise<Claims>;
export function toolAudience(server: string, tool: string): string;
export function redeemAt(url: string, timeout?: number): Redeem;
export function canonicalJson(text: string | Uint8Array): string;
