// Links to messages of this workspace: /archives/C02INCIDENTS/p1700000000000100[?thread_ts=…].

/** {channel, ts, thread} of such an address, else null. */
export function permalink(address) {
  const url = new URL(address, location.href);
  const found = url.origin === location.origin && url.pathname.match(/^\/archives\/([A-Z0-9]+)\/p(\d{7,})$/);
  if (!found) return null;
  const [, channel, digits] = found;
  return { channel, ts: `${digits.slice(0, -6)}.${digits.slice(-6)}`, thread: url.searchParams.get("thread_ts") };
}
