// The live feed: one websocket that reconnects by itself.

const FIRST_PAUSE = 300;
const LONGEST_PAUSE = 3000;

/**
 * Follow what happens from `cursor` on. `on.event(object)`, `on.connected(bool)`, `on.reset()` when the
 * server no longer knows the cursor. Returns a function that ends it.
 */
export function follow(person, cursor, on) {
  let socket = null;
  let timer = null;
  let pause = FIRST_PAUSE;
  let ended = false;

  const open = () => {
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    socket = new WebSocket(`${scheme}://${location.host}/control/live?as=${encodeURIComponent(person)}&cursor=${cursor}`);
    socket.addEventListener("open", () => {
      pause = FIRST_PAUSE;
      if (!ended) on.connected(true);
    });
    socket.addEventListener("message", ({ data }) => receive(JSON.parse(data)));
    socket.addEventListener("close", again);
  };

  const receive = (event) => {
    if (ended) return;
    if (event.type === "reset") {
      on.reset();
      return;
    }
    if (event.n) cursor = event.n;
    on.event(event);
  };

  const again = () => {
    if (ended) return;
    on.connected(false);
    timer = setTimeout(open, pause);
    pause = Math.min(pause * 1.6, LONGEST_PAUSE);
  };

  open();
  return () => {
    ended = true;
    clearTimeout(timer);
    socket.close();
  };
}
