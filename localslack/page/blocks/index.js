// Block Kit: a block's type -> how it is drawn.
import { h } from "../dom.js";
import { element } from "../elements/index.js";
import { card, carousel, container } from "./card.js";
import { chart } from "./chart.js";
import { dataTable } from "./datatable.js";
import { input } from "./input.js";
import { alert, context, divider, fileBlock, header, imageBlock, section, video } from "./layout.js";
import { markdown } from "./markdown.js";
import { plan, taskCard } from "./plan.js";
import { richText } from "./richtext.js";
import { table } from "./table.js";

const actions = (className) => (block, surface) =>
  h("div", { class: className }, (block.elements ?? []).map((item) => element(item, block, surface, "actions")));

const RENDER = {
  section,
  header,
  divider,
  context,
  actions: actions("actions"),
  context_actions: actions("actions context-actions"),
  image: imageBlock,
  input,
  rich_text: (block, surface) => richText(block, surface.people),
  markdown,
  table,
  data_table: dataTable,
  data_visualization: chart,
  plan,
  task_card: taskCard,
  card,
  carousel,
  container: (block, surface) => container(block, surface, renderBlocks),
  file: fileBlock,
  video,
  alert,
};

/** The blocks of a message or view. A block this page can't draw says so, visibly. */
export function renderBlocks(blocks, surface) {
  return (blocks ?? []).map((block) => {
    const node = RENDER[block?.type]?.(block, surface) ?? h("div", { class: "unknown-block" }, `Block type ${block?.type} is not drawn here`);
    node.classList.add("block");
    node.dataset.blockType = String(block?.type);
    if (block?.block_id) node.dataset.blockId = block.block_id;
    return node;
  });
}
