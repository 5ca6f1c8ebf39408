// The app's Home tab.
import { renderBlocks } from "./blocks/index.js";
import { clear, h, replaceKeepingFocus } from "./dom.js";
import { icon } from "./icons.js";
import { Surface } from "./surface.js";

export class HomeView {
  constructor(app) {
    this.app = app;
    this.header = h("header", { class: "pane-header" });
    this.body = h("div", { class: "home-body" });
    this.node = h("section", { class: "pane home", "aria-label": `${app.store.botName}: Home`, data: { testid: "home" } }, this.header,
      h("div", { class: "home-scroll", tabindex: "0" }, this.body));
    this.draw();
    this.load();
  }

  draw() {
    clear(this.header).append(this.app.menuButton(), h("div", { class: "pane-title" }, h("h1", {}, this.app.store.botName)), this.app.appTabs("home"));
  }

  async load() {
    const answer = await this.app.attempt(() => this.app.api.home());
    if (answer) this.app.store.showHome(answer.view);
    await this.app.attempt(() => this.app.api.openHome());
  }

  show() {
    const view = this.app.store.home;
    const next = h("div", { class: "home-body" }, view ? this.blocks(view) : this.empty());
    replaceKeepingFocus(this.body, next);
    this.body = next;
  }

  blocks(view) {
    if (this.surface?.container.view_id !== view.id) {
      this.surface = new Surface({ type: "view", view_id: view.id }, this.app);
      this.surface.values = structuredClone(view.state?.values ?? {});
    }
    this.surface.keepBlocks(view.blocks);
    return renderBlocks(view.blocks, this.surface);
  }

  empty() {
    return h("div", { class: "notice" }, icon("play"), h("b", {}, `${this.app.store.botName} has published nothing here yet.`),
      h("p", {}, this.app.store.bot.connected ? "It knows that you opened this page." : "It isn’t connected."));
  }

  end() {}
}
